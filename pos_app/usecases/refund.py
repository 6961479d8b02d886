"""Giving back a part of a sale, or what is left of it: by lines, or an amount that is taken from them in order."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.giving_back import Why, find, write
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import FoundSale, Undone
from pos_app.usecases.void import whole
from sync.protocol.event import Restore
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Refund, RefundedLine, Sale
from sync.rules.ledger.refund import points_to_take_back
from sync.rules.money import format_amount
from sync.rules.refunds import budget_back, left_by_line, money_back, paid_by_line, points_back, spread
from sync.till.journal.undo_book import Undoable


class _Part(Struct, frozen=True, kw_only=True):
    """One refund of a sale, reckoned: what of each line, and how the sale stands before and after it.

    ``in_order`` says that nobody chose the lines.
    """

    sale: Sale
    lines: tuple[int, ...]
    paid_minor: int
    before_minor: int
    done: bool
    in_order: bool

    @property
    def amount_minor(self) -> int:
        return sum(self.lines)

    @property
    def after_minor(self) -> int:
        return self.before_minor + self.amount_minor


def refund(
    desk: Desk,
    original: UUID,
    why: Why,
    *,
    amount_minor: int | None = None,
    lines: Mapping[int, int] | None = None,
) -> Undone:
    """Record that an amount goes back, in all or by line (counted from 0); return only after COMMIT.

    Several refunds of one sale never give back more of a line than it paid. A sale of another till needs a
    second person; the office holds its total. Raises ``UserError`` ``refund_exceeds``, ``nothing_to_refund``,
    ``only_whole``, and what a void raises; then nothing is recorded.
    """
    asked = {line: part for line, part in (lines or {}).items() if part}
    total = sum(asked.values()) if amount_minor is None else amount_minor
    if total <= 0 or any(part < 0 for part in asked.values()) or (asked and sum(asked.values()) != total):
        raise spoken_error("nothing_to_refund", desk.language)
    undone = desk.files.call(lambda: _refund(desk, original, why, total=total, asked=asked))
    desk.committed()
    return undone


def refundable(desk: Desk, original: UUID) -> tuple[int, ...]:
    """Return what of each line of one of this till's sales can still be given back (none for anything else)."""
    found = desk.files.call(lambda: desk.till.journal.undoable(original))
    if found is None or not isinstance(found.payload, Sale) or found.voided:
        return ()
    return left_of(found, found.payload)


def _refund(desk: Desk, original: UUID, why: Why, *, total: int, asked: Mapping[int, int]) -> Undone:
    """Look, reckon and write in one visit to the files' thread, so that nothing comes in between."""
    found = find(desk, original, why)
    if found is None and why.seen is not None:
        return _refund_seen(desk, original, why, why.seen, total=total, asked=asked)
    if found is None:
        named = _named(asked)
        return write(desk, lambda receipt: _elsewhere(desk, receipt, original, total, named, why), (), why)
    if not isinstance(found.payload, Sale):
        raise spoken_error("only_whole", desk.language)
    left = left_of(found, found.payload)
    part = _reckon(desk, found.payload, left, total=total, asked=asked)
    restores = whole(found) if part.done else _in_proportion(found, part)
    return write(desk, lambda receipt: _payload(receipt, original, part, why), restores, why)


def _refund_seen(
    desk: Desk, original: UUID, why: Why, seen: FoundSale, *, total: int, asked: Mapping[int, int]
) -> Undone:
    """Give back of another till's sale by what the office said of it; the office sees to what comes back with it."""
    if seen.sale is None:
        raise spoken_error("only_whole", desk.language)
    part = _reckon(desk, seen.sale, seen.left, total=total, asked=asked)
    return write(desk, lambda receipt: _payload(receipt, original, part, why), (), why)


def _reckon(desk: Desk, sale: Sale, left: tuple[int, ...], *, total: int, asked: Mapping[int, int]) -> _Part:
    known = all(0 <= line < len(left) for line in asked)
    lines = tuple(asked.get(line, 0) for line in range(len(left))) if asked else spread(total, left)
    if not known or sum(lines) != total or any(back > rest for back, rest in zip(lines, left, strict=True)):
        most = format_amount(sum(left), sale.currency, desk.language)
        raise spoken_error("refund_exceeds", desk.language, left=most)
    paid_minor = sum(paid_of(sale))
    return _Part(
        sale=sale,
        lines=lines,
        paid_minor=paid_minor,
        before_minor=paid_minor - sum(left),
        done=lines == left,
        in_order=not asked,
    )


def paid_of(sale: Sale) -> tuple[int, ...]:
    """Return what each line of a sale had to pay (minor units)."""
    return paid_by_line([line.amount_minor - line.discount_minor for line in sale.lines], sale.paid_minor)


def left_of(found: Undoable, sale: Sale) -> tuple[int, ...]:
    """Return what is left of each line after this till's own refunds."""
    refunded = [0] * len(sale.lines)
    for each in found.undone:
        for line in each.lines if isinstance(each, Refund) else ():
            refunded[line.line] += line.amount_minor
    return left_by_line(paid_of(sale), refunded)


def _in_proportion(found: Undoable, part: _Part) -> tuple[Restore, ...]:
    """Return what comes back with a part: budget money in proportion, points after money."""
    points = _points_back(part.sale, part.paid_minor, part.after_minor)
    restores = []
    for spent in found.spent:
        due = 0
        if spent.kind is LimitKind.BUDGET:
            due = budget_back(spent.units, paid_minor=part.paid_minor, refunded_minor=part.after_minor)
        elif spent.kind is LimitKind.POINTS:
            due = min(points, spent.units)
            points -= due
        if due > spent.restored:
            restores.append(Restore(spent.lease, due - spent.restored, spent.event))
    return tuple(restores)


def _points_back(sale: Sale, paid_minor: int, refunded_minor: int) -> int:
    return points_back(
        sale.points_spent,
        points_paid_minor=sale.points_paid_minor,
        paid_minor=paid_minor,
        refunded_minor=refunded_minor,
        for_rewards=sale.reward_points,
    )


def _payload(receipt: int, original: UUID, part: _Part, why: Why) -> Refund:
    sale = part.sale
    before = _points_back(sale, part.paid_minor, part.before_minor)
    return Refund(
        receipt=receipt,
        original=original,
        reason=why.reason,
        currency=sale.currency,
        amount_minor=part.amount_minor,
        lines=_named(dict(enumerate(part.lines))),
        points_back=_points_back(sale, part.paid_minor, part.after_minor) - before,
        points_taken=points_to_take_back(
            earned=sale.points_earned,
            paid_minor=part.paid_minor,
            refunded_before_minor=part.before_minor,
            refund_minor=part.amount_minor,
        ),
        guest_id=sale.guest_id,
        note=why.note,
        approved_by=why.approved_by,
        points_back_minor=part.amount_minor - _money_back(part),
        in_order=part.in_order,
    )


def _money_back(part: _Part) -> int:
    """Return what of a refund goes back in money: money first, points with the rest."""

    def so_far(refunded_minor: int) -> int:
        return money_back(
            points_paid_minor=part.sale.points_paid_minor,
            paid_minor=part.paid_minor,
            refunded_minor=refunded_minor,
        )

    return so_far(part.after_minor) - so_far(part.before_minor)


def _elsewhere(
    desk: Desk, receipt: int, original: UUID, total: int, named: tuple[RefundedLine, ...], why: Why
) -> Refund:
    """Make the refund of a sale that only the office knows: it reckons what comes back with it."""
    return Refund(
        receipt=receipt,
        original=original,
        reason=why.reason,
        currency=desk.identity.currency,
        amount_minor=total,
        lines=named,
        note=why.note,
        approved_by=why.approved_by,
        in_order=not named,
    )


def _named(lines: Mapping[int, int]) -> tuple[RefundedLine, ...]:
    return tuple(RefundedLine(line=line, amount_minor=part) for line, part in sorted(lines.items()) if part)
