"""Taking in a batch of a till's journal (DESIGN 5).

One transaction locks the incarnation, finds where the batch belongs, verifies it, books its effects, stores its
bytes and moves the mark; the acknowledgement is answered only after COMMIT. A recorded fact is never refused:
only a broken envelope is an error.
"""

import base64
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import Clock, clock_of
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.cases import CaseKind, NewCase, open_case_once, open_cases
from sync.central.services.epochs import tell_of_waiting
from sync.central.services.journal import gaps
from sync.central.services.journal.booking import book
from sync.central.services.journal.checking import BrokenError, check, hashes_of, is_damaged
from sync.central.services.journal.columns import uuids
from sync.central.services.journal.item import Item, Scene, make_item, printable
from sync.central.services.journal.line import MAIN, Gap, Place, find_place, held_between, newest_branch
from sync.central.services.journal.registrations import keep_guest_keys
from sync.central.services.journal.shifts import check_reports
from sync.central.services.journal.store import advance, fate, store_again, store_events
from sync.central.services.refusal import Refusal, busy
from sync.protocol.chain import Link
from sync.protocol.event import GENESIS, read_envelope
from sync.protocol.problems import ProblemType
from sync.protocol.upload import MAX_BATCH_EVENTS, Ack, Batch
from sync.protocol.wire import WireError

MAX_ATTEMPTS = 4
MAX_SEQ = 2**63 - 1 - MAX_BATCH_EVENTS
MAX_INCARNATION = 2**31 - 1
MAX_KEPT_BYTES = 64 * 1024
"""How much of a broken event is kept with its case."""

_RETRIED = (asyncpg.DeadlockDetectedError, asyncpg.UniqueViolationError, asyncpg.SerializationError)


class Incarnation(msgspec.Struct, frozen=True):
    """The locked row: what central holds of one life of a till."""

    scene: Scene
    key: bytes
    applied_seq: int
    applied_hash: bytes
    safe_seq: int | None
    epoch: str
    awaited: bool
    fenced: bool
    present: bool
    """Whether this is the life with which the till is in good standing now."""


async def take_in(database: Database, secrets: Secrets, *, network: int, till: int, batch: Batch) -> Ack:
    """Store and book a batch, once however often it is sent; answer what central then holds of its line.

    Raises :class:`Refusal` ``batch-broken`` for what is not this till's journal, ``too-large`` and ``not-found``.
    """
    if len(batch.events) > MAX_BATCH_EVENTS:
        raise Refusal(ProblemType.TOO_LARGE, f"A batch has at most {MAX_BATCH_EVENTS} events.")
    if not 1 <= batch.from_seq <= MAX_SEQ or not 1 <= batch.incarnation <= MAX_INCARNATION:
        raise Refusal(ProblemType.INVALID, "A batch begins with seq 1 or later, of incarnation 1 or later.")
    for attempt in range(MAX_ATTEMPTS):
        try:
            async with database.network_transaction(network) as connection:
                return await _take_in(connection, secrets, network, till, batch, look_ids_up=attempt > 0)
        except _RETRIED:
            # Another till's batch was in the way (crossed locks, one event id in two journals at once):
            # everything was undone, and a second look sees what the other has done.
            continue
        except BrokenError as broken:
            await _report(database, network, till, batch.incarnation, broken)
            raise Refusal(
                ProblemType.BATCH_BROKEN,
                f"Event {broken.seq} is not what this till has written: {printable(broken.problem)}.",
                "What was sent before it is kept. The office has a case for it.",
            ) from broken
    raise busy("Too many tills are writing about the same codes at this moment.")


async def _take_in(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network: int,
    till: int,
    batch: Batch,
    *,
    look_ids_up: bool,
) -> Ack:
    clock = clock_of(connection)
    state = await lock_life(connection, secrets, network, till, batch.incarnation)
    await keep_guest_keys(connection, network, batch.guest_keys)
    if not batch.events:
        return _ack(clock, state, state.applied_seq)
    if state.awaited and batch.epoch:
        # Its events may spend leases that the restored books do not know: first it lists them (epochs). A till
        # that was revoked since cannot list any more, and what it recorded is taken all the same. Neither can a
        # machine that another has replaced: that one lists, or a person does not wait for it.
        if state.fenced:
            await tell_of_waiting(connection, network, till, incarnation=batch.incarnation)
        return msgspec.structs.replace(_ack(clock, state, state.applied_seq), relist=True)
    place = await _find_place(connection, state, batch)
    if isinstance(place, Gap):
        ack = _ack(clock, state, place.want - 1)
        noted = await gaps.note(connection, state.scene, batch, want=place.want, applied=state.applied_seq)
        if state.present and gaps.shows_restore(batch, applied=state.applied_seq, epoch=state.epoch):
            # Its contact proves it (relisting), as long as it goes by what it was acknowledged then.
            return msgspec.structs.replace(_ack(clock, state, state.applied_seq), relist=True)
        return msgspec.structs.replace(ack, lacking=noted)
    new = batch.events[place.skip :]
    if place.branch == MAIN and batch.from_seq + place.skip <= state.applied_seq:
        # What was given up as lost comes after all, from another copy: it fills the gap and no more.
        new = new[: await gaps.room(connection, state.scene, batch.from_seq + place.skip, state.applied_seq)]
    if not new:
        # Never more than this line shows: a copy of this till must not take the other's events for its own.
        held = _ack(clock, state, batch.from_seq + len(batch.events) - 1)
        return msgspec.structs.replace(held, branch=place.branch)
    links = check(
        state.key,
        state.scene,
        new,
        previous=place.previous,
        from_seq=batch.from_seq + place.skip,
        damaged=set(batch.damaged),
        last_hash=batch.last_hash if len(new) == len(batch.events) - place.skip else b"",
    )
    return await _store(connection, state, place, links, look_ids_up=look_ids_up)


async def lock_life(
    connection: asyncpg.Connection, secrets: Secrets, network: int, till: int, incarnation: int
) -> Incarnation:
    """Lock one life of a till and read how central holds it; raises :class:`Refusal` ``not-found``."""
    row = await connection.fetchrow(
        """SELECT i.public_key, i.applied_seq, i.applied_hash, i.safe_seq, t.restaurant_id,
            r.name || ', ' || t.name AS place, n.epoch, i.fenced,
            t.status = 'active' AND t.incarnation = i.incarnation AND NOT i.fenced AS present,
            t.status = 'active' AND EXISTS (
                SELECT 1 FROM relistings w WHERE w.network_id = $1 AND w.till_id = $2) AS awaited
        FROM incarnations i
        JOIN networks n ON n.id = $1
        JOIN tills t ON t.network_id = $1 AND t.id = i.till_id
        JOIN restaurants r ON r.network_id = $1 AND r.id = t.restaurant_id
        WHERE i.network_id = $1 AND i.till_id = $2 AND i.incarnation = $3 FOR NO KEY UPDATE OF i""",
        network,
        till,
        incarnation,
    )
    if row is None:
        raise Refusal(ProblemType.NOT_FOUND, f"This till has no incarnation {incarnation}.", "Enrol it.")
    scene = Scene(
        network=network,
        till=till,
        incarnation=incarnation,
        restaurant=row["restaurant_id"],
        place=row["place"],
        branch=MAIN,
        secrets=secrets,
    )
    return Incarnation(
        scene,
        row["public_key"],
        row["applied_seq"],
        row["applied_hash"],
        row["safe_seq"],
        str(row["epoch"]),
        row["awaited"],
        row["fenced"],
        row["present"],
    )


async def _find_place(connection: asyncpg.Connection, state: Incarnation, batch: Batch) -> Place | Gap:
    first = batch.events[0]
    try:
        previous = bytes.fromhex(read_envelope(first.body).previous)
    except (WireError, ValueError) as error:
        if batch.from_seq not in batch.damaged:
            raise BrokenError(batch.from_seq, first, str(error)) from error
        previous = await _held_before(connection, state, batch.from_seq)
    if batch.from_seq == state.applied_seq + 1 and previous == state.applied_hash:
        return Place(0, MAIN, previous, fork=False)
    scene = state.scene
    last = batch.from_seq + len(batch.events) - 1
    held = await held_between(
        connection, scene.network, scene.till, scene.incarnation, first=batch.from_seq - 1, last=last
    )
    hashes = hashes_of(
        batch.events, from_seq=batch.from_seq, damaged=set(batch.damaged), last_hash=batch.last_hash
    )
    ends = await gaps.ends(connection, scene, first=batch.from_seq - 1, last=last)
    place = find_place(
        hashes, previous, from_seq=batch.from_seq, held=held, applied=state.applied_seq, ends=ends
    )
    if isinstance(place, Place) and place.fork:
        newest = await newest_branch(connection, scene.network, scene.till, scene.incarnation)
        return place._replace(branch=newest + 1)
    return place


async def _held_before(connection: asyncpg.Connection, state: Incarnation, seq: int) -> bytes:
    """Return the hash of the main line's event before ``seq``, for a batch whose first event says nothing."""
    if seq == state.applied_seq + 1:
        return state.applied_hash
    scene = state.scene
    held = await held_between(
        connection, scene.network, scene.till, scene.incarnation, first=seq - 1, last=seq - 1
    )
    return next((each.hash for each in held if each.branch == MAIN), GENESIS)


async def _store(
    connection: asyncpg.Connection,
    state: Incarnation,
    place: Place,
    links: Sequence[Link],
    *,
    look_ids_up: bool,
) -> Ack:
    scene = replace(state.scene, branch=place.branch)
    # An id is new but for a fault, and the database refuses one that is not: only then is a second look worth it.
    taken = await _taken_ids(connection, scene.network, links) if look_ids_up else set()
    items = [_damaged_item(link) if is_damaged(link) else make_item(link, known_ids=taken) for link in links]
    # The bytes go first: from the booking on, other tills may have to wait for this batch.
    await store_events(connection, scene, items)
    stored = [fate(item) for item in items]
    await book(connection, scene, items, ids_are_free=look_ids_up)
    await store_again(
        connection, scene, [item for item, was in zip(items, stored, strict=True) if fate(item) != was]
    )
    await check_reports(connection, scene, items)
    cases = [case for item in items for case in item.cases]
    cases += [
        NewCase(
            kind=CaseKind.DAMAGED,
            event=item.event_id,
            detail={"incarnation": scene.incarnation, "seq": item.link.envelope.seq},
        )
        for item in items
        if is_damaged(item.link)
    ]
    if place.fork:
        detail = {
            "incarnation": scene.incarnation,
            "seq": links[0].envelope.seq,
            "branch": place.branch,
            "held_up_to": state.applied_seq,
        }
        cases.append(NewCase(kind=CaseKind.FORK, event=items[0].event_id, detail=detail))
    await open_cases(connection, scene.network, scene.till, cases)
    last = links[-1]
    if place.branch == MAIN and last.envelope.seq > state.applied_seq:
        await advance(connection, scene, seq=last.envelope.seq, last_hash=last.hash)
    ack = _ack(clock_of(connection), state, last.envelope.seq, cases=len(cases))
    return msgspec.structs.replace(ack, branch=place.branch)


async def _taken_ids(connection: asyncpg.Connection, network: int, links: Sequence[Link]) -> set[UUID]:
    """Return which of these events' ids another event has already."""
    rows = await connection.fetch(
        "SELECT event FROM events WHERE network_id = $1 AND event = ANY ($2::text::uuid[])",
        network,
        uuids(link.envelope.event for link in links),
    )
    return {row["event"] for row in rows}


def _damaged_item(link: Link) -> Item:
    return Item(link, link.envelope.event, None, quarantined="the till found it damaged")


async def _report(database: Database, network: int, till: int, incarnation: int, broken: BrokenError) -> None:
    """Open one case for a broken event, with its bytes: a retry of it is no second case."""
    detail = {
        "incarnation": incarnation,
        "seq": broken.seq,
        "problem": printable(broken.problem),
        "body": base64.b64encode(broken.event.body[:MAX_KEPT_BYTES]).decode(),
    }
    async with database.network_transaction(network) as connection:
        await open_case_once(connection, network, till, NewCase(kind=CaseKind.BATCH_BROKEN, detail=detail))


def _ack(clock: Clock, state: Incarnation, applied: int, *, cases: int = 0) -> Ack:
    return Ack(
        applied=applied,
        want=applied + 1,
        safe=state.safe_seq,
        cases=cases,
        server_ms=clock.now_ms(),
        epoch=state.epoch,
    )
