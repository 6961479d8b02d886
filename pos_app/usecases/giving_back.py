"""What a void and a refund have in common: who may, writing the event, and the answer."""

from collections.abc import Callable
from uuid import UUID

import msgspec

from pos_app.usecases.desk import Desk
from pos_app.usecases.record import record
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import FoundSale, Undone
from sync.protocol.event import Restore
from sync.protocol.payloads import Payload, Redemption, Refund, Void
from sync.till.journal.entries import Committed, Entry
from sync.till.journal.undo_book import Undoable


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives back, and why: an identifier and what the cashier wrote.

    ``approved_by`` is the second person, who is needed for what this till has not recorded itself; ``seen`` what
    the office said of it, where it was looked up.
    """

    staff: int | None
    reason: str
    note: str = ""
    approved_by: int | None = None
    seen: FoundSale | None = None


def find(desk: Desk, original: UUID, why: Why) -> Undoable | None:
    """Look up, on the files' thread, what is to be undone; None for what another till has recorded.

    Raises ``UserError`` ``not_this_tills`` without a second person, ``part_of_a_sale`` and ``already_undone``.
    """
    found = desk.till.journal.undoable(original)
    if found is None:
        if why.approved_by is None:
            raise spoken_error("not_this_tills", desk.language)
        if why.seen is not None and why.seen.done:
            raise spoken_error("already_undone", desk.language)
        return None
    if isinstance(found.payload, Redemption) and found.payload.sale is not None:
        raise spoken_error("part_of_a_sale", desk.language)
    if found.voided:
        raise spoken_error("already_undone", desk.language)
    return found


def write(
    desk: Desk, payload: Callable[[int], Void | Refund], restores: tuple[Restore, ...], why: Why
) -> Undone:
    """Commit the event with the next receipt number, on the files' thread."""
    made: list[Void | Refund] = []

    def with_receipt(receipt: int) -> Payload:
        made.append(payload(receipt))
        return made[-1]

    entry = Entry(payload=with_receipt, staff=why.staff, restores=restores)
    (committed,) = record(desk.till.journal, [entry])
    return _said(made[-1], committed)


def _said(payload: Void | Refund, committed: Committed) -> Undone:
    return Undone(
        receipt=payload.receipt,
        event=committed.event,
        seq=committed.seq,
        at_ms=committed.at_ms,
        original=payload.original,
        currency=payload.currency,
        amount_minor=payload.amount_minor,
        points_back=payload.points_back,
        points_taken=payload.points_taken,
        guest_id=payload.guest_id,
        points_back_minor=payload.points_back_minor,
    )
