"""Cases: what a person must decide (DESIGN 5). Opening one never stops what opened it."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment


class CaseKind(StrEnum):
    """Why a person is asked; stable identifiers."""

    FORK = "fork"
    """One till's journal continues in two ways: its files were copied or restored."""
    QUARANTINED = "quarantined"
    """A recorded event could not be applied."""
    BATCH_BROKEN = "batch_broken"
    """A till sent bytes that are not its journal."""
    CHAIN_BREAK = "chain_break"
    """A till found its journal damaged and began anew."""
    EVENT_ID_TAKEN = "event_id_taken"
    """Two different events carry one id."""
    OVER_SPENT = "over_spent"
    """More units were spent of a lease than it had."""
    LEASE_UNKNOWN = "lease_unknown"
    """Units were spent of a lease that central never granted."""
    LEASE_NOT_OPEN = "lease_not_open"
    """Units were spent of a lease that was closed already."""
    LEASE_BURNT = "lease_burnt"
    """A till that was given up as lost did spend units."""
    LEASE_OF_ANOTHER = "lease_of_another"
    """Units were spent of another till's lease, or of another life of this till."""
    SPEND_IMPOSSIBLE = "spend_impossible"
    """A spend names no units, or more than any lease can have."""
    NO_LEASE = "no_lease"
    """A limited code was redeemed without a unit."""
    AT_RISK = "at_risk"
    """A use that a campaign's risk allowance let a till accept without the office exceeded its limit."""
    LEASE_MISCOUNTED = "lease_miscounted"
    """A till closed a lease with another count than its events show."""
    GUEST_UNKNOWN = "guest_unknown"
    """A sale names a guest that central does not know."""
    GUEST_TWICE = "guest_twice"
    """A guest registered again under the phone number of one with another name, or used more than one may."""
    CARD_TAKEN = "card_taken"
    """A till handed a new guest a card that is another's, or none of this office."""
    CENTRAL_RESTORED = "central_restored"
    """Central's database was put back to an earlier state; tills are awaited before limits issue again."""
    GRANTED_TWICE = "granted_twice"
    """Units that were granted before central was restored had been granted again since."""
    EVENTS_PRUNED = "events_pruned"
    """Central was restored without events that their till has let go; nobody has them any more."""
    DAMAGED = "damaged"
    """A till found events of its own journal damaged; what they said is not known."""
    RENEWED = "renewed"
    """A till began a new life on the same machine."""
    READMITTED = "readmitted"
    """A till that a restored central did not know came back with its certificate."""
    CREDIT_NOT_ALLOWED = "credit_not_allowed"
    """Points were credited or debited by hand by people whose roles do not allow it; it was booked."""
    REFUND_EXCEEDS = "refund_exceeds"
    """A void or refund would give back more than the original paid; it was not booked."""
    RESTORE_IMPOSSIBLE = "restore_impossible"
    """An event gives back units that the event it undoes has not spent, or that came back already."""
    SHIFT_DIFFERS = "shift_differs"
    """A till's Z report says something else than the events that central holds."""
    GUESSING = "guessing"
    """Somebody tried out codes, passwords or digits until a limit of wrong ones stopped them."""
    ALERT_SCAN_RATE = "alert_scan_rate"
    """Vouchers are scanned far more often than usual."""
    ALERT_LOW_CONVERSION = "alert_low_conversion"
    """Hardly anybody who scans a voucher claims it."""
    ALERT_HIGH_FAILURES = "alert_high_failures"
    """Many attempts to use a code are refused."""
    ALERT_SLOW_DATABASE = "alert_slow_database"
    """The database takes long to answer, or finds little in its memory."""
    RULE_DIFFERENCE = "rule_difference"
    """Central's rules would not have accepted what a till accepted."""


class NewCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case about to be opened. ``detail`` holds identifiers and counts, nothing personal and no secret."""

    kind: CaseKind
    event: UUID | None = None
    detail: dict[str, Any] = {}


async def open_cases(
    connection: asyncpg.Connection, network_id: int, till_id: int | None, cases: Sequence[NewCase]
) -> None:
    """Open cases in the caller's transaction."""
    if not cases:
        return
    await connection.execute(
        """INSERT INTO cases (network_id, till_id, kind, event, detail)
        SELECT $1, $2, c.kind, c.event, c.detail
        FROM unnest($3::text[], $4::uuid[], $5::jsonb[]) WITH ORDINALITY AS c (kind, event, detail, place)
        ORDER BY c.place""",
        network_id,
        till_id,
        [case.kind.value for case in cases],
        [case.event for case in cases],
        [case.detail for case in cases],
    )


async def open_case_once(
    connection: asyncpg.Connection, network_id: int, till_id: int | None, case: NewCase
) -> None:
    """Open a case unless one with the same kind and detail is open: what is repeated is one case."""
    known = await connection.fetchval(
        """SELECT 1 FROM cases WHERE network_id = $1 AND till_id IS NOT DISTINCT FROM $2 AND kind = $3
        AND detail = $4::jsonb AND closed_at IS NULL LIMIT 1""",
        network_id,
        till_id,
        case.kind.value,
        case.detail,
    )
    if known is None:
        await open_cases(connection, network_id, till_id, [case])


async def close_cases(
    connection: asyncpg.Connection,
    network_id: int,
    kind: CaseKind,
    *,
    outcome: str,
    events: Collection[UUID] | None = None,
) -> None:
    """Close the open cases of a kind, those of these ``events`` only where they are given, by the caller's transaction."""
    await connection.execute(
        """UPDATE cases SET closed_at = $3, outcome = $4
        WHERE network_id = $1 AND kind = $2 AND closed_at IS NULL AND ($5::uuid[] IS NULL OR event = ANY ($5))""",
        network_id,
        kind.value,
        moment(clock_of(connection)),
        outcome,
        None if events is None else list(events),
    )
