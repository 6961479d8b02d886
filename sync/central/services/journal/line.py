"""Where a batch belongs: it continues a line that central holds, repeats it, forks from it, or leaves a gap.

Branch 0 is the line that came first. An event that is not held continues the branch of the event it names
as the one before; if that one has another successor already, it begins a branch of its own: a FORK.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import asyncpg

from sync.protocol.event import GENESIS
from sync.protocol.upload import MAX_BATCH_EVENTS

MAIN = 0


class Held(NamedTuple):
    """One event that central holds."""

    branch: int
    seq: int
    hash: bytes


class Place(NamedTuple):
    """``skip`` events are held already; the rest goes into ``branch`` behind ``previous``.

    After a ``fork`` the rest needs a branch of its own instead.
    """

    skip: int
    branch: int
    previous: bytes
    fork: bool


class Gap(NamedTuple):
    """Central does not hold what comes before; it needs the events from ``want`` on."""

    want: int


async def newest_branch(
    connection: asyncpg.Connection, network_id: int, till_id: int, incarnation: int
) -> int:
    """Return the highest branch number of an incarnation."""
    newest: int | None = await connection.fetchval(
        "SELECT max(branch) FROM events WHERE network_id = $1 AND till_id = $2 AND incarnation = $3",
        network_id,
        till_id,
        incarnation,
    )
    return newest or MAIN


async def held_between(
    connection: asyncpg.Connection, network_id: int, till_id: int, incarnation: int, *, first: int, last: int
) -> list[Held]:
    """Return the events held in a range of seqs (both inclusive), on every branch."""
    records = await connection.fetch(
        """SELECT branch, seq, hash FROM events
        WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND seq BETWEEN $4 AND $5""",
        network_id,
        till_id,
        incarnation,
        first,
        last,
    )
    return [Held(*record) for record in records]


def find_place(
    hashes: Sequence[bytes],
    previous: bytes,
    *,
    from_seq: int,
    held: Sequence[Held],
    applied: int,
    ends: Mapping[int, bytes] = MappingProxyType({}),
) -> Place | Gap:
    """Find where a batch goes.

    ``hashes`` are its events', ``previous`` is what its first one names; ``held`` are all held events from
    ``from_seq - 1`` to its last seq, and branch 0 reaches up to ``applied``. ``ends`` are the last events of
    accepted gaps, by seq: they are not held, but branch 0 goes on behind them.
    """
    by_hash = {(each.seq, each.hash): each.branch for each in held}
    taken = {(each.branch, each.seq) for each in held}
    skip, branch = 0, _parent_branch(by_hash, previous, from_seq)
    if branch is None and ends.get(from_seq - 1) == previous:
        branch = MAIN
    previous = GENESIS if from_seq == 1 else previous
    for position, event_hash in enumerate(hashes):
        known = by_hash.get((from_seq + position, event_hash))
        if known is None:
            break
        skip, branch, previous = position + 1, known, event_hash
    if branch is None:
        # Past the end of the main line something is missing; within it, the line that this batch continues
        # is unknown, and going back batch by batch finds where it left ours.
        return Gap(applied + 1 if from_seq > applied + 1 else max(1, from_seq - MAX_BATCH_EVENTS))
    fork = skip < len(hashes) and (branch, from_seq + skip) in taken
    # What comes late into a gap must lead to the very event behind it.
    fork |= branch == MAIN and any(
        seq >= from_seq + skip and hashes[seq - from_seq] != end
        for seq, end in ends.items()
        if from_seq <= seq < from_seq + len(hashes)
    )
    return Place(skip, branch, previous, fork)


def _parent_branch(by_hash: dict[tuple[int, bytes], int], previous: bytes, from_seq: int) -> int | None:
    if from_seq == 1:
        # The first event follows nothing; one that claims otherwise is found out when the chain is verified.
        return MAIN
    return by_hash.get((from_seq - 1, previous))
