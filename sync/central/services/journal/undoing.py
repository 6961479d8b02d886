"""Voids and refunds: an original is never given back beyond what it paid, and what it took comes back once."""

from dataclasses import dataclass, field
from uuid import UUID

from sync.central.schema.words import WaitsFor
from sync.central.services.cases import CaseKind
from sync.central.services.journal.item import Item
from sync.central.services.journal.ledger import Ledger
from sync.central.services.journal.originals import Original, Originals, UsedCode
from sync.central.services.journal.points import Points
from sync.central.services.journal.restoring import Restores
from sync.central.services.limits import LimitKey
from sync.protocol.event import Restore
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Refund, Void
from sync.rules.ledger.refund import points_to_take_back
from sync.rules.refunds import Placed, budget_back, place, points_back


@dataclass(slots=True, kw_only=True)
class Undone:
    """One void or refund that is booked: what came back of each line, and how many points went both ways."""

    item: Item
    original: Original
    lines: tuple[int, ...]
    points_back: int
    points_taken: int


@dataclass(slots=True, kw_only=True)
class Undoing:
    """The voids and refunds of one batch."""

    ledger: Ledger
    originals: Originals
    restores: Restores
    points: Points
    booked: list[Undone] = field(default_factory=list)
    finished: list[Original] = field(default_factory=list)

    def restore(self, item: Item) -> None:
        """Settle what the envelope says comes back, whatever the payload is."""
        for restore in item.link.envelope.restores:
            if item.again and self.restores.knows(item.event_id, restore):
                continue
            self._give(item, restore)

    def closed(self, item: Item, lease: UUID) -> None:
        """Give to the pool what waited for this lease to be closed."""
        key = self.ledger.key_of(lease)
        for returned in self.restores.release(self.ledger, lease):
            if key is not None and key.kind is LimitKind.POINTS:
                self.points.give_back(item, returned, key.subject)

    def undo(self, item: Item, payload: Void | Refund) -> None:
        """Book one void or refund, or set it aside."""
        original = self.originals.find(payload.original)
        if original is None:
            item.quarantine(
                f"the event {payload.original} that it undoes is not known yet", WaitsFor.REFERENCE
            )
            return
        problem = _problem(payload, original)
        if problem is not None:
            item.quarantine(problem)
            return
        placed = _placed(payload, original)
        if original.done or placed is None:
            item.quarantine(
                "it gives back more than there is left to give back", kind=CaseKind.REFUND_EXCEEDS
            )
            return
        original.loose = placed.loose
        self._book(item, payload, original, placed.lines)

    def _book(self, item: Item, payload: Void | Refund, original: Original, lines: tuple[int, ...]) -> None:
        before = original.paid_minor - sum(original.left)
        original.refunded = tuple(
            paid - left + back for paid, left, back in zip(original.paid, original.left, lines, strict=True)
        )
        original.done = isinstance(payload, Void) or not any(original.left)
        back = self._return_points(original) - _points_back(original, before)
        taken = self._take_points(item, original, before, sum(lines))
        self._give_what_is_due(item, original)
        if original.done:
            self.finished.append(original)
            for use in original.uses:
                self._return_risk(use)
        self.booked.append(
            Undone(item=item, original=original, lines=lines, points_back=back, points_taken=taken)
        )

    def _return_points(self, original: Original) -> int:
        return original.points_spent if original.done else _points_back(original, sum(original.refunded))

    def _take_points(self, item: Item, original: Original, before: int, amount: int) -> int:
        if original.guest is None or original.points_earned <= 0:
            return 0
        taken = original.points_earned - original.points_taken
        if not original.done:
            taken = points_to_take_back(
                earned=original.points_earned,
                paid_minor=original.paid_minor,
                refunded_before_minor=before,
                refund_minor=amount,
            )
        if taken:
            self.points.take_back(item, original.guest, taken, of=original.event)
        original.points_taken += taken
        return taken

    def _give_what_is_due(self, item: Item, original: Original) -> None:
        """Give back what the till has not named itself: another till's sale, for one."""
        for part in original.parts:
            spent = self.originals.spent(part)
            for (lease, units), due in zip(spent.items(), self._due(original, spent), strict=True):
                missing = due - self.restores.given(part, lease)
                if missing > 0 and units:
                    self._give(item, Restore(lease, missing, part))

    def _return_risk(self, use: UsedCode) -> None:
        """Undo a use that no lease covered and a risk allowance answered for.

        The allowance got its unit back when the use turned out to be within the limit (see
        :class:`~sync.central.services.journal.redemptions.Use`); otherwise it gets it back now.
        """
        spent = {self.ledger.key_of(lease): units for lease, units in self.originals.spent(use.event).items()}
        risk = LimitKey(LimitKind.RISK, use.campaign_id)
        if risk not in spent:
            return
        known = set(self.ledger.limits())
        uncovered = [key for key in use.limits() if key in known and key not in spent]
        before = sum(map(self.ledger.exposure, uncovered))
        for key in uncovered:
            self.ledger.unspend(key, 1)
        if sum(map(self.ledger.exposure, uncovered)) < before:
            self.ledger.unspend(risk, spent[risk])

    def _due(self, original: Original, spent: dict[UUID, int]) -> list[int]:
        """Return how much of each lease's spending must have come back by now, in the order of ``spent``."""
        refunded, points = sum(original.refunded), self._return_points(original)
        due = []
        for lease, units in spent.items():
            key = self.ledger.key_of(lease)
            kind = None if key is None else key.kind
            if kind is LimitKind.RISK:
                due.append(0)
            elif original.done:
                due.append(units)
            elif kind is LimitKind.BUDGET:
                due.append(budget_back(units, paid_minor=original.paid_minor, refunded_minor=refunded))
            elif kind is LimitKind.POINTS:
                due.append(min(points, units))
                points -= due[-1]
            else:
                due.append(0)
        return due

    def _give(self, item: Item, restore: Restore) -> None:
        key = self.ledger.key_of(restore.lease)
        if key is not None and key.kind is LimitKind.RISK:
            # Whether an allowance comes back hangs on what the use exceeded: see :meth:`_return_risk`.
            return
        spent = self.originals.spent(restore.of).get(restore.lease, 0)
        returned, problem = self.restores.give(self.ledger, item.event_id, restore, spent=spent)
        if returned is not None and key is not None and key.kind is LimitKind.POINTS:
            self.points.give_back(item, returned, key.subject)
        if problem is not None:
            item.raise_case(problem, lease=str(restore.lease), undone=str(restore.of))


def _problem(payload: Void | Refund, original: Original) -> str | None:
    """Say what makes a void or refund impossible to apply, apart from its amount."""
    problem = None
    if original.of_sale is not None:
        problem = f"the use that it undoes belongs to the sale {original.of_sale}"
    elif isinstance(payload, Void):
        pass
    elif not original.paid:
        problem = "a use is given back as a whole, not in part"
    elif payload.currency != original.currency:
        problem = "its currency is not that of the sale"
    elif payload.amount_minor <= 0 or any(line.amount_minor <= 0 for line in payload.lines):
        problem = "it gives nothing back"
    elif any(not 0 <= line.line < len(original.paid) for line in payload.lines):
        problem = "it names a line that the sale does not have"
    elif payload.lines and sum(line.amount_minor for line in payload.lines) != payload.amount_minor:
        problem = "its lines do not sum to its amount"
    return problem


def _placed(payload: Void | Refund, original: Original) -> Placed | None:
    """Return how much of each line it gives back; None when that is more than there is."""
    named = [0] * len(original.paid)
    if isinstance(payload, Void):
        return Placed(original.paid, ()) if original.left == original.paid else None
    for line in () if payload.in_order else payload.lines:
        named[line.line] += line.amount_minor
    return place(payload.amount_minor, named, left=original.left, loose=original.loose)


def _points_back(original: Original, refunded_minor: int) -> int:
    return points_back(
        original.points_spent,
        points_paid_minor=original.points_paid_minor,
        paid_minor=original.paid_minor,
        refunded_minor=refunded_minor,
        for_rewards=original.reward_points,
    )
