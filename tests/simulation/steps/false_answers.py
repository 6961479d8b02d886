"""Somebody between till and central who answers in its place: with units, rows and lists that central never signed."""

import random
from typing import Any
from uuid import UUID

import msgspec
import zstandard

from sync.protocol.feed import Manifest
from sync.protocol.keys import Purpose
from sync.protocol.wire import canonical, read_canonical
from sync.till.cache.rebuild import remove_database
from tests.simulation.in_touch import hear
from tests.simulation.invariants.contents import as_brought
from tests.simulation.invariants.replicas import compare
from tests.simulation.link import Bend
from tests.simulation.machine import Machine
from tests.simulation.registry import step
from tests.simulation.steps.forgeries import FOREIGN
from tests.simulation.world import Violation, World

UNITS = 3
MOST_TRIES = 200
_CONTACT, _MANIFEST = "/sync/v1/contact", "/sync/v1/snapshot"


@step("somebody: answers in central's place", weight=2, fault=True)
def answers(world: World, chance: random.Random) -> str | None:
    """With leases of a foreign key, or of another till or life; with a list of contents that nobody signed; with other bytes."""
    machine = world.at_work(chance)
    if machine is None:
        return None
    what = chance.choice(
        ("a foreign key's lease", "another life's lease", "a foreign manifest", "other bytes")
    )
    bend = {
        "a foreign key's lease": _foreign_lease(world, machine, chance),
        "another life's lease": _others_lease(world, machine, chance),
        "a foreign manifest": _foreign_manifest,
        "other bytes": _other_bytes(chance),
    }[what]
    if bend is None:
        return None
    machine.link.bend = bend
    world.note(f"answered in central's place: {what}")
    return f"somebody answers {machine.name} in central's place: {what}"


@step("somebody: answers a till that has lost its replica", weight=1, fault=True)
def answers_anew(world: World, chance: random.Random) -> str | None:
    """It asks for all that there is, and gets a list of contents that nobody signed, or a part with other bytes."""
    machine = world.at_work(chance)
    if machine is None:
        return None
    machine.die(power=False)
    machine.disk.close()
    remove_database(machine.home.cache_file)
    machine.new_disk()
    machine.link.clear_up()
    what = chance.choice(("a foreign manifest", "other bytes"))
    machine.link.bend = _foreign_manifest if what == "a foreign manifest" else _other_bytes(chance)
    hear(world, machine)
    world.compared.pop(machine.name, None)
    with world.disks_at_peace():
        # At once: the daily comparison would have it made anew.
        for problem in (*compare(world), *as_brought(world)):
            raise Violation(6, "what central has not signed gets into no replica", problem)
    world.note(f"answered in central's place: {what}, to a till without a replica")
    return f"{machine.name} has lost its replica, and somebody answers in central's place: {what}"


def _foreign_lease(world: World, machine: Machine, chance: random.Random) -> Bend | None:
    model = _a_grant(world, chance)
    if model is None:
        return None
    model["till"], model["units"] = machine.till_id, model["units"] + UNITS
    model["lease"] = str(UUID(int=chance.getrandbits(128), version=4))
    model["incarnation"] = _life(world, machine)
    body = canonical(model)
    return _with_lease(body, FOREIGN.sign(Purpose.LEASE, body))


def _others_lease(world: World, machine: Machine, chance: random.Random) -> Bend | None:
    rows = world.host.rows(
        """SELECT body, signature FROM leases WHERE network_id = $1 AND (till_id, incarnation) <> ($2, $3)
        AND state = 'open' ORDER BY id""",
        world.office.network,
        machine.till_id,
        _life(world, machine),
    )
    if not rows:
        return None
    row = chance.choice(rows)
    return _with_lease(row["body"], row["signature"])


def _with_lease(body: bytes, signature: bytes) -> Bend:
    def bend(path: str, answer: bytes) -> bytes | None:
        if not path.startswith(_CONTACT):
            return None
        told = msgspec.msgpack.decode(answer)
        told["leases"] = [*told["leases"], [body, signature]]
        return msgspec.msgpack.encode(told)

    return bend


def _foreign_manifest(path: str, answer: bytes) -> bytes | None:
    """Leave a part of a snapshot out, as if central had nothing of that kind."""
    if path != _MANIFEST:
        return None
    body, _ = msgspec.msgpack.decode(answer)
    true = read_canonical(body, Manifest)
    chunks = true.chunks[:-1]
    rows = sum(chunk.rows for chunk in chunks)
    body = canonical(msgspec.structs.replace(true, chunks=chunks, rows=rows))
    return msgspec.msgpack.encode([body, FOREIGN.sign(Purpose.SNAPSHOT, body)])


def _other_bytes(chance: random.Random) -> Bend:
    """Change a byte of a part of a snapshot, in such a way that it can still be unpacked and read."""

    def bend(path: str, answer: bytes) -> bytes | None:
        if not path.startswith(f"{_MANIFEST}/"):
            return None
        for _ in range(MOST_TRIES if answer else 0):
            at = chance.randrange(len(answer))
            bent = answer[:at] + bytes([answer[at] ^ chance.randrange(1, 256)]) + answer[at + 1 :]
            if _can_be_read(bent):
                return bent
        return None

    return bend


def _can_be_read(packed: bytes) -> bool:
    try:
        msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompressobj().decompress(packed))
    except (zstandard.ZstdError, msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _life(world: World, machine: Machine) -> int:
    return max((life for life, _ in world.books[machine.name].events), default=1)


def _a_grant(world: World, chance: random.Random) -> dict[str, Any] | None:
    known = [grant for book in world.books.values() for grant in book.granted.values()]
    return dict(chance.choice(known)) if known else None
