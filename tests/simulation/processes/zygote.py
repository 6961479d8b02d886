"""The parent of tills: an interpreter that has loaded the till once and becomes one by each fork.

Starting Python and loading the till's libraries takes ten times as long as a till lives here. A fork of this
process runs what ``python -m pos_app`` runs, on files, sockets and threads of its own: everything that a
SIGKILL can tear apart is as real as in a cold start, of which the run has some as well.

Each till is forked twice, so that it belongs to the process that asked (which is a "child subreaper"), and
only that one can wait for it: its number cannot be used again before that.

Run as a script with the number of a socket; each order is one message with the words of the command line and
the descriptors of its standard input, output and errors; the answer is the number of the new process.
"""

import importlib
import json
import os
import socket
import sys
import threading
from typing import NoReturn

PRELOADED = ("pos_app.bootstrap", "pos_app.cli.kiosk", "pos_app.cli.journal", "requests", "sqlcipher3")
MAX_ORDER_BYTES = 8_192


def main(control: socket.socket) -> None:
    """Fork a till for each order until whoever orders has gone."""
    for name in PRELOADED:
        importlib.import_module(name)
    if threading.active_count() != 1:
        raise RuntimeError("a library began a thread while it was loaded: a fork would lose it")
    control.sendall(b"ready\n")
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, MAX_ORDER_BYTES, 3)
        if not order:
            return
        number = _fork_twice(json.loads(order), descriptors, control)
        for descriptor in descriptors:
            os.close(descriptor)
        control.sendall(f"{number}\n".encode())


def _fork_twice(words: list[str], descriptors: list[int], control: socket.socket) -> int:
    reader, writer = os.pipe()
    between = os.fork()
    if between == 0:
        till = os.fork()
        if till == 0:
            os.close(reader)
            os.close(writer)
            control.close()
            _become_till(words, descriptors)
        os.write(writer, str(till).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(between, 0)
    number = int(os.read(reader, 32))
    os.close(reader)
    return number


def _become_till(words: list[str], descriptors: list[int]) -> NoReturn:
    status = 1
    try:
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        from pos_app.__main__ import main as till_main

        status = till_main(words)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - what the interpreter would print at its end is printed here
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
