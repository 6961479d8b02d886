"""Undoing a whole sale, or a use without one: money, uses, budget and points come back, once."""

from uuid import UUID

from pos_app.usecases.desk import Desk
from pos_app.usecases.giving_back import Why, find, write
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import Undone
from sync.protocol.event import Restore
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Redemption, Sale, Void
from sync.till.journal.undo_book import Undoable


def void(desk: Desk, original: UUID, why: Why) -> Undone:
    """Record that a sale or use is as if it had not been; return only after COMMIT.

    What another till has recorded needs a second person: this till cannot see whether it was given back
    before. The office does, and books nothing twice. Raises ``UserError`` ``not_this_tills``,
    ``part_of_a_sale``, ``already_undone`` or ``partly_refunded``; then nothing is recorded.
    """
    undone = desk.files.call(lambda: _void(desk, original, why))
    desk.committed()
    return undone


def undo_last(desk: Desk, why: Why) -> Undone:
    """Void what this till did last: its newest sale or use of which nothing was given back.

    Raises ``UserError`` ``nothing_to_undo`` besides what :func:`void` raises.
    """
    last = desk.files.call(desk.till.journal.last_done)
    if last is None:
        raise spoken_error("nothing_to_undo", desk.language)
    return void(desk, last.event, why)


def _void(desk: Desk, original: UUID, why: Why) -> Undone:
    """Look and write in one visit to the files' thread, so that nothing comes in between."""
    found = find(desk, original, why)
    if (found is not None and found.undone) or (found is None and why.seen and not why.seen.untouched):
        raise spoken_error("partly_refunded", desk.language)
    return write(desk, lambda receipt: _payload(receipt, original, found, why), whole(found), why)


def whole(found: Undoable | None) -> tuple[Restore, ...]:
    """Return everything that was spent and has not come back yet; risk allowances the office sees to."""
    return tuple(
        Restore(spent.lease, spent.units - spent.restored, spent.event)
        for spent in (found.spent if found is not None else ())
        if spent.units > spent.restored and spent.kind is not LimitKind.RISK
    )


def _payload(receipt: int, original: UUID, found: Undoable | None, why: Why) -> Void:
    seen = why.seen.sale if found is None and why.seen is not None else None
    sale = found.payload if found is not None and isinstance(found.payload, Sale) else seen
    use = found.payload if found is not None and isinstance(found.payload, Redemption) else None
    earned = sale.points_earned if sale else 0
    guest = sale.guest_id if sale else None
    return Void(
        receipt=receipt,
        original=original,
        reason=why.reason,
        currency=sale.currency if sale else None,
        amount_minor=sale.paid_minor if sale else 0,
        points_back=sale.points_spent if sale else 0,
        points_taken=use.points if use else earned,
        guest_id=use.guest_id if use else guest,
        note=why.note,
        approved_by=why.approved_by,
        points_back_minor=sale.points_paid_minor if sale else 0,
    )
