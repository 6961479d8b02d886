"""Messages are read by several threads of a till at once, from the very first one on."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

READERS = """
import sys, threading
import msgspec
from sync.protocol.wire import canonical, pack, read_canonical, unpack

# Threads change as often as they can, so that each meets the others in the middle of whatever they do.
sys.setswitchinterval(1e-6)

def read_at_once(number):
    inner = msgspec.defstruct(f"Inner{number}", [(f"f{n}", "int | str | None", None) for n in range(30)])
    outer = msgspec.defstruct(f"Outer{number}", [("one", inner), ("many", list[inner])])
    message = {"one": {f"f{n}": n for n in range(30)}, "many": [{"f3": 1}] * 3}
    together = threading.Barrier(4)
    def read(place):
        together.wait()
        unpack(pack(message), outer) if place % 2 else read_canonical(canonical({"f29": 3}), inner)
    readers = [threading.Thread(target=read, args=(place,)) for place in range(4)]
    for reader in readers: reader.start()
    for reader in readers: reader.join()

for number in range(200): read_at_once(number)
"""


def test_types_of_messages_are_taken_apart_one_at_a_time() -> None:
    # In a process of its own: what is kept from happening ends the process.
    done = subprocess.run([sys.executable, "-c", READERS], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
