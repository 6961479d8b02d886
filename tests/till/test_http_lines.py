"""A request under way ends at once when the till closes, however long the office keeps silent."""

import socket
import threading
from collections.abc import Iterator

import pytest

from sync.protocol.enrolment import EnrolRequest
from sync.till.clock import SystemClock, SystemRandomness
from sync.till.http_office import HttpOffice
from sync.till.office import OfficeError
from tests.builders.patience import LONG_S


@pytest.fixture
def silent() -> Iterator[tuple[str, threading.Semaphore]]:
    """A server that accepts, listens, and never answers; the semaphore counts what it has heard."""
    heard = threading.Semaphore(0)
    lines: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                lines.append(line)
                line.recv(1)
                heard.release()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        server.shutdown(socket.SHUT_RDWR)
    thread.join(LONG_S)
    for line in lines:
        line.close()


def test_breaking_off_ends_a_wait_for_an_answer(silent: tuple[str, threading.Semaphore]) -> None:
    url, heard = silent
    office = HttpOffice(url, clock=SystemClock(), randomness=SystemRandomness())
    ended: list[OfficeError] = []

    def ask() -> None:
        try:
            office.enrol(EnrolRequest(code="x", public_key=b"", proof=b"", app_version="1"))
        except OfficeError as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert heard.acquire(timeout=LONG_S)
    office.break_off()
    thread.join(LONG_S)
    assert not thread.is_alive()
    # Whoever waits for the answer to the end is told that the office is slow.
    assert [error.reason for error in ended] == ["unreachable"]
    office.close()
