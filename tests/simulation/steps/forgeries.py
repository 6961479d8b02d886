"""Somebody with a till's line and token, or its very key, sends what this till has never written."""

import random
from typing import Any
from uuid import UUID

import msgspec

from sync.protocol.contact import Contact
from sync.protocol.event import SignedEvent, encode_envelope, sign_event
from sync.protocol.keys import Purpose, SigningKey
from sync.protocol.leases import SignedGrant
from sync.protocol.payloads import LeaseClosed, Payload
from sync.protocol.upload import Batch
from sync.protocol.wire import canonical
from sync.till.office import OfficeError
from tests.simulation.book import Book, Written
from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.world import World

FOREIGN = SigningKey(bytes(range(32)))
UNITS = 3


@step("somebody: sends a forged event", weight=2.5, fault=True)
def event(world: World, chance: random.Random) -> str | None:
    """Behind what central holds: signed by nobody's key, of another network or till, or not in its place."""
    machine = world.at_work(chance)
    last = None if machine is None else _last_held(world, machine)
    if machine is None or last is None:
        return None
    what = chance.choice(("foreign key", "no signature", "another till", "another network", "another seq"))
    id_ = UUID(int=chance.getrandbits(128), version=4)
    leases = sorted(world.books[machine.name].granted, key=str)
    payload = LeaseClosed(lease=chance.choice(leases) if leases else id_, spent=0, why="forged")

    def work(process: Process) -> str:
        forged = _forged(process, last, payload, id_, what)
        batch = Batch(
            incarnation=last.incarnation,
            from_seq=last.seq + 1,
            events=(forged,),
            epoch=process.till.journal.epoch(),
        )
        answer = _sent(lambda: process.office.journal(batch))
        return f"somebody sends a forged event ({what}) as {machine.name}: {answer}"

    world.expected_cases.add("batch_broken")
    world.note(f"forged: {what}")
    return world.act(machine, work)


@step("somebody: changes events on their way", weight=1.5, fault=True)
def changed(world: World, chance: random.Random) -> str | None:
    """What the till has really written goes up with one byte changed, or in another order."""
    machine = world.at_work(chance)
    if machine is None:
        return None
    swap = chance.random() < 0.5

    def work(process: Process) -> str | None:
        batch = process.till.journal.unsettled()
        if batch is None or len(batch.events) < 1 + swap:
            return None
        events = list(batch.events)
        place = chance.randrange(len(events) - swap)
        if swap:
            events[place], events[place + 1] = events[place + 1], events[place]
        else:
            body = events[place].body
            events[place] = SignedEvent(body.replace(b'"units":1', b'"units":0'), events[place].signature)
        bent = msgspec.structs.replace(batch, events=tuple(events))
        answer = _sent(lambda: process.office.journal(bent))
        return f"somebody changes what {machine.name} sends ({'order' if swap else 'units'}): {answer}"

    world.expected_cases.add("batch_broken")
    world.note("changed on the way")
    return world.act(machine, work)


@step("somebody: lists forged leases", weight=1.5, fault=True)
def leases(world: World, chance: random.Random) -> str | None:
    """Units that central never gave: signed by somebody else, or with more units than it had signed."""
    machine = world.at_work(chance)
    known = [grant for book in world.books.values() for grant in book.granted.values()]
    if machine is None or not known:
        return None
    model: dict[str, Any] = dict(chance.choice(known))
    model["till"], model["units"] = machine.till_id, model["units"] + UNITS
    model["lease"] = str(UUID(int=chance.getrandbits(128), version=4))

    def work(process: Process) -> str:
        identity = process.till.identity
        if identity is None:
            return f"{machine.name} is no till"
        model["incarnation"] = identity.incarnation
        body = canonical(model)
        forged = SignedGrant(body, FOREIGN.sign(Purpose.LEASE, body))
        contact = Contact(
            incarnation=identity.incarnation, app_version="forged", last_seq=0, unsettled=0, grants=(forged,)
        )
        answer = _sent(lambda: process.office.contact(contact))
        return f"somebody lists a forged lease as {machine.name}: {answer}"

    world.expected_cases.add("lease_unknown")
    world.note("forged leases listed")
    return world.act(machine, work)


def _last_held(world: World, machine: Machine) -> Written | None:
    """Return the last event of the machine's newest life that central holds."""
    book: Book = world.books[machine.name]
    if not book.events:
        return None
    life = max(incarnation for incarnation, _ in book.events)
    rows = world.host.rows(
        "SELECT applied_seq FROM incarnations WHERE network_id = $1 AND till_id = $2 AND incarnation = $3",
        world.office.network,
        machine.till_id,
        life,
    )
    return book.events.get((life, rows[0]["applied_seq"])) if rows else None


def _forged(process: Process, last: Written, payload: Payload, id_: UUID, what: str) -> SignedEvent:
    fields = {
        "network": last.fields["network"] + (what == "another network"),
        "till": last.fields["till"] + (what == "another till"),
        "incarnation": last.incarnation,
        "seq": last.seq + 1 + (what == "another seq"),
        "event": id_,
        "kind": payload.KIND,
        "kind_version": payload.KIND_VERSION,
        "previous": last.hash.hex(),
        "wall_ms": last.fields["wall_ms"],
        "trusted_ms": last.fields["trusted_ms"],
        "uncertainty_ms": 0,
        "monotonic_ms": 0,
        "boot": "forged",
        "cursor": ("", 0),
    }
    body = encode_envelope(fields, payload)
    if what == "no signature":
        return SignedEvent(body, bytes(64))
    return sign_event(FOREIGN if what == "foreign key" else process.till.signing_key, body)


def _sent(send: Any) -> str:
    try:
        return type(send()).__name__
    except OfficeError as error:
        return error.reason
