"""Events that nobody has any more: central was restored without them, and their till has let them go.

A till lets go only of what central had called safe in a backup, so this happens when an older backup than the
newest noted one is put back. The till says with its signature where its line begins; the line goes on there
once a person has accepted the loss by name. Until then nothing is stored and the acknowledged figure stays
where it is. The units that the lost events may have spent stay with their leases: nothing is given out again.
"""

from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.services import audit
from sync.central.services.cases import CaseKind, NewCase, open_case_once
from sync.central.services.journal.item import Scene
from sync.central.services.journal.line import MAIN
from sync.protocol.event import HASH_BYTES, read_envelope
from sync.protocol.keys import Purpose, VerifyKey
from sync.protocol.upload import Anchor, Batch
from sync.protocol.wire import WireError, canonical
from sync.rules.user_error import UserError

MAX_NAME_CHARS = 200


class Accepted(NamedTuple):
    """One stretch that is lost for good: ``lost`` events, which spent at most ``units_at_most`` of open leases."""

    incarnation: int
    first_seq: int
    last_seq: int
    lost: int
    units_at_most: int


async def note(connection: asyncpg.Connection, scene: Scene, batch: Batch, *, want: int, applied: int) -> int:
    """Note that a till has let go of what central wants; return the last seq that is lacking, 0 when it has not.

    The life's row is locked. The word of a till counts as far as the chain bears it out: its first event names
    the last lost one.
    """
    anchor = batch.anchor
    if anchor is None or want != applied + 1 or not await _is_proven(connection, scene, batch, anchor):
        return 0
    await connection.execute(
        """INSERT INTO journal_gaps (network_id, till_id, incarnation, first_seq, last_seq, last_hash, noted_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (network_id, till_id, incarnation, first_seq)
        DO UPDATE SET last_seq = excluded.last_seq, last_hash = excluded.last_hash
            WHERE journal_gaps.accepted_at IS NULL""",
        scene.network,
        scene.till,
        scene.incarnation,
        want,
        anchor.seq,
        anchor.hash,
        moment(clock_of(connection)),
    )
    detail = {"incarnation": scene.incarnation, "first_seq": want, "last_seq": anchor.seq}
    case = NewCase(kind=CaseKind.EVENTS_PRUNED, detail=detail)
    await open_case_once(connection, scene.network, scene.till, case)
    return anchor.seq


def shows_restore(batch: Batch, *, applied: int, epoch: str) -> bool:
    """Whether a till goes on behind events that it was acknowledged in this very epoch, and central lacks them.

    Then central was put back to an earlier state and nobody has said so. A till that still has all of its events
    and was told to go back to ``applied`` would forget what it was acknowledged, and with it the only proof.
    """
    return batch.anchor is None and batch.epoch == epoch and batch.from_seq > applied + 1


async def accept(connection: asyncpg.Connection, network_id: int, till_id: int, *, by: str) -> list[Accepted]:
    """Let each line of a till go on behind what is lost, in the caller's transaction; the case is closed.

    Raises :class:`UserError` ``decision_unsigned``, or ``no_gap`` when this till has told of none.
    """
    if not by.strip() or len(by) > MAX_NAME_CHARS:
        raise UserError("decision_unsigned", "This decision needs a name.", "Say who decides, with --by.")
    rows = await connection.fetch(
        """SELECT g.incarnation, g.first_seq, g.last_seq, g.last_hash
        FROM journal_gaps g JOIN incarnations i USING (network_id, till_id, incarnation)
        WHERE g.network_id = $1 AND g.till_id = $2 AND g.accepted_at IS NULL AND g.first_seq = i.applied_seq + 1
        ORDER BY g.incarnation FOR NO KEY UPDATE OF i""",
        network_id,
        till_id,
    )
    if not rows:
        raise UserError(
            "no_gap",
            f"Till {till_id} has told of no events that are lost.",
            "It tells by itself when it next reaches the office; see its cases.",
        )
    return [await _accept(connection, network_id, till_id, row, by=by) for row in rows]


async def ends(connection: asyncpg.Connection, scene: Scene, *, first: int, last: int) -> dict[int, bytes]:
    """Return the last events of accepted gaps that end in a range of seqs (both inclusive), by seq."""
    rows = await connection.fetch(
        """SELECT last_seq, last_hash FROM journal_gaps
        WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND last_seq BETWEEN $4 AND $5
            AND accepted_at IS NOT NULL""",
        scene.network,
        scene.till,
        scene.incarnation,
        first,
        last,
    )
    return {row["last_seq"]: row["last_hash"] for row in rows}


async def room(connection: asyncpg.Connection, scene: Scene, first: int, applied: int) -> int:
    """Return how many events from ``first`` on are lacking in the main line, up to ``applied``."""
    held = await connection.fetchval(
        """SELECT min(seq) FROM events
        WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND branch = $4 AND seq >= $5""",
        scene.network,
        scene.till,
        scene.incarnation,
        MAIN,
        first,
    )
    return int(applied + 1 if held is None else held) - first


async def _is_proven(connection: asyncpg.Connection, scene: Scene, batch: Batch, anchor: Anchor) -> bool:
    told = (anchor.network, anchor.till, anchor.incarnation, anchor.seq)
    if told != (scene.network, scene.till, scene.incarnation, batch.from_seq - 1):
        return False
    if len(anchor.hash) != HASH_BYTES:
        return False
    if batch.from_seq not in batch.damaged:
        try:
            if read_envelope(batch.events[0].body).previous != anchor.hash.hex():
                return False
        except WireError:
            return False
    # A later life of the till speaks for the earlier ones, whose journals it may have taken over.
    keys = await connection.fetch(
        "SELECT public_key FROM incarnations WHERE network_id = $1 AND till_id = $2 ORDER BY incarnation DESC",
        scene.network,
        scene.till,
    )
    unsigned = canonical(msgspec.structs.replace(anchor, proof=b""))
    return any(VerifyKey(row["public_key"]).verifies(Purpose.ANCHOR, unsigned, anchor.proof) for row in keys)


async def _accept(
    connection: asyncpg.Connection, network_id: int, till_id: int, row: asyncpg.Record, *, by: str
) -> Accepted:
    where = (network_id, till_id, row["incarnation"])
    now = moment(clock_of(connection))
    await connection.execute(
        """UPDATE journal_gaps SET accepted_at = $5, accepted_by = $6
        WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND first_seq = $4""",
        *where,
        row["first_seq"],
        now,
        by,
    )
    await connection.execute(
        """UPDATE incarnations SET applied_seq = $4, applied_hash = $5
        WHERE network_id = $1 AND till_id = $2 AND incarnation = $3""",
        *where,
        row["last_seq"],
        row["last_hash"],
    )
    units = await connection.fetchval(
        """SELECT COALESCE(sum(units - settled), 0)::bigint FROM leases
        WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND state = 'open'""",
        *where,
    )
    gap = Accepted(
        *where[2:], row["first_seq"], row["last_seq"], row["last_seq"] - row["first_seq"] + 1, units
    )
    await connection.execute(
        """UPDATE cases SET closed_at = $4, outcome = $5
        WHERE network_id = $1 AND till_id = $2 AND kind = $3 AND closed_at IS NULL
            AND (detail ->> 'incarnation')::int = $6""",
        network_id,
        till_id,
        CaseKind.EVENTS_PRUNED.value,
        now,
        f"{gap.lost} events are lost; accepted by {by}",
        gap.incarnation,
    )
    await audit.record(
        connection,
        network_id,
        actor=by,
        action="till.accept_gap",
        subject=f"till:{till_id}",
        detail={**gap._asdict()},
    )
    return gap
