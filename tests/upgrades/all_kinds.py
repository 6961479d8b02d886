"""A day with every kind of event, tied to each other across its shift and its leases."""

from pathlib import Path
from typing import Any
from uuid import UUID

from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.event import Restore, Spend, read_envelope
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import SaleLine, payload_of
from tests.builders.office import SECRETS
from tests.upgrades.day import (
    CASHIER,
    CODE,
    DIGEST,
    GUEST,
    OWNER,
    RESTAURANT,
    USE,
    Day,
    knows,
    of_what_is_known,
)

STRANGER, PRINTED_CARD, REWARD = 404, 6, 1
PHONE = "+493090182077"
SOLD_ELSEWHERE = UUID("01a3185c-5000-7000-8000-000000000001")
"""A sale of another till, of which central has not heard."""


def all_kinds(folder: Path) -> Day:
    """Record such a day: sell and undo within a shift, and undo more behind it."""
    day = Day(folder, points=100)
    uses, idle = day.lease(LimitKind.USES, CODE, 6), day.lease(LimitKind.USES, CODE, 2)
    points, credit = day.lease(LimitKind.POINTS, GUEST, 60), day.lease(LimitKind.CREDIT, RESTAURANT, 50)
    shift = _open_shift(day, 1, 10_000)
    day.write("session.opened", method="pin")
    alone, paid_with_points = _sell_and_give_back(day, uses, points)
    _refuse_and_decide(day, uses)
    _credit_by_hand(day, credit, points)
    newcomers_sale = _register_guests(day)
    day.close(uses, idle)
    day.write("session.closed", why="signed_out")
    _close_shift(day, shift)
    # Behind the report and the end of its lease, what was before is undone all the same.
    day.undo(
        "void", alone, restores=(Restore(uses, 1, alone),), currency=None, points_taken=3, reason="mistake"
    )
    day.undone(alone, done=True)
    day.sums.update(uses=-1, spent=-1, points=-3)
    day.undo(
        "refund", paid_with_points, 200, restores=(Restore(points, 20, paid_with_points),), points_back=20,
        points_back_minor=200, points_taken=1,
    )  # fmt: skip
    day.undone(paid_with_points, 1250, done=True)
    day.sums.update(points=20 - 1, purchases=-1)
    _refund_what_was_sold_elsewhere(day)
    if newcomers_sale is not None:
        day.undo("void", newcomers_sale, 400, points_taken=4, guest_id=None)
        day.undone(newcomers_sale, 400, done=True)
    day.close(points, credit)
    _open_shift(day, 2, 500)
    day.till.close()
    return day


def _open_shift(day: Day, number: int, float_minor: int) -> UUID | None:
    if not knows("shift.opened"):
        return None
    day.lists["shifts"].append([number, float_minor, None, None, None, "", None])
    return day.write("shift.opened", number=number, currency="EUR", float_minor=float_minor)


def _sell_and_give_back(day: Day, uses: UUID, points: UUID) -> tuple[UUID, UUID]:
    """Sell, and undo some of it at once; return a use without a sale and a sale of which a part is left."""
    first, second = day.till.journal.new_event_id(), day.till.journal.new_event_id()
    refunded, voided = day.sell_with_code(uses, first), day.sell_with_code(uses, second)
    day.undo("void", voided, 800, 400, restores=(Restore(uses, 1, second),), points_taken=12)
    day.undone(voided, 800, 400, done=True)
    day.sums.update(uses=-1, spent=-1, points=-12, purchases=-1)
    alone = day.write("redemption", spends=(Spend(uses, 1),), **USE, guest_id=GUEST, points=3)
    day.sums.update(uses=1, spent=1, points=3)
    paid_with_points = day.sell(
        1250, guest_id=GUEST, points_earned=9, points_spent=30, points_paid_minor=300, spends=(Spend(points, 30),)
    )  # fmt: skip
    day.sums.update(points=-30 + 9, purchases=1)
    # 1.50 of the second line by name; 5.00 of whatever there is; money before points.
    day.undo("refund", refunded, 0, 150, points_taken=2)
    day.undo("refund", refunded, 500, 0, points_taken=5, in_order=True)
    day.undone(refunded, 500, 150, done=False)
    restores = (Restore(points, 10, paid_with_points),)
    day.undo(
        "refund", paid_with_points, 1050, restores=restores, points_back=10, points_back_minor=100, points_taken=8
    )  # fmt: skip
    day.sums.update(points=-2 - 5 + 10 - 8)
    if "reward" in SaleLine.__struct_fields__:
        reward = of_what_is_known(SaleLine, {"amount_minor": 0, "reward": REWARD, "points": 20})
        lines = (SaleLine(amount_minor=300), reward)
        spent = {"points_spent": 20, "spends": (Spend(points, 20),)}
        bare = {"currency": "EUR", "total_minor": 300, "discount_minor": 0, "paid_minor": 300}
        day.write("sale", lines=lines, guest_id=GUEST, points_earned=3, **bare, **spent)
        day.sums.update(sales=1, paid_minor=300, points=-20 + 3, purchases=1)
    return alone, paid_with_points


def _refuse_and_decide(day: Day, uses: UUID) -> None:
    known = {"code_id": CODE, "campaign_id": 1, "guest_id": GUEST}
    day.write("attempt", outcome="refuse", reason="unknown_code", source="TYPED", digest=DIGEST)
    day.write(
        "attempt", outcome="refuse", reason="expired", source="WEDGE", digest=DIGEST, by="lease", **known
    )
    day.sums.update(attempts=2)
    if not knows("override"):
        return
    asked = {"asked": "time_uncertain", "reason": "regular", "digest": DIGEST, "source": "CAMERA"}
    decided = day.write(
        "override", **asked, **known, allowed=True, approved_by=OWNER, code_kind="VOUCHER", note="Yes"
    )
    let_through = {**USE, "outcome": "ask", "reason": "time_uncertain", "override": decided}
    day.write("redemption", spends=(Spend(uses, 1),), **let_through)
    day.write("override", **asked, allowed=False, approved_by=OWNER)
    day.sums.update(uses=1, spent=1)
    day.lists["overrides"] += [
        ["time_uncertain", True, "Yes", CODE, 1],
        ["time_uncertain", False, "", None, None],
    ]


def _credit_by_hand(day: Day, credit: UUID, points: UUID) -> None:
    said = {"guest_id": GUEST, "reason": "goodwill", "note": "Waited long"}
    day.write("points.adjusted", **said, points=20, staff=OWNER, spends=(Spend(credit, 20),))
    day.write("points.adjusted", **said, points=-10, staff=OWNER, spends=(Spend(points, 10),))
    # No allowance covers this one, and these two may not do it.
    day.write("points.adjusted", **said, points=5, approved_by=STRANGER)
    day.lists["cases"] += ["no_lease", "credit_not_allowed"]
    day.sums.update(points=20 - 10 + 5, credited=25)


def _register_guests(day: Day) -> UUID | None:
    """Register one guest twice, who buys under both numbers; return the sale under the first."""
    if not knows("guest.registered"):
        return None
    first = _register(
        day, card=PRINTED_CARD, card_digest=DIGEST, referral_code=CODE, not_before_ms=1_799_999_999_000
    )
    sale = day.sell(400, guest_id=first, points_earned=4)
    second = _register(day)
    day.sell(600, guest_id=second, points_earned=6)
    # The first sale is undone later.
    day.lists["registered"] += [
        [first, "2077", CODE, None, 6, 1, ["terms"]], [second, "2077", None, first, 0, 0, ["terms"]]
    ]  # fmt: skip
    day.sums["card_of"] = first
    return sale


def _register(day: Day, **fields: Any) -> int:
    from sync.protocol.guest_data import GuestData, guest_id_of, seal_guest, seal_guest_key

    event, key, digest_key = day.till.journal.new_event_id(), bytes(range(32)), SECRETS.digest_key(1)
    day.till.journal.keep_guest_key(event, seal_guest_key(digest_key, event, key))
    fields |= {
        "sealed": seal_guest(key, event, GuestData(name="Ada Lovelace", phone=PHONE, email="ada@example.com"))
    }
    fields |= {"phone_digest": keyed_digest(digest_key, Subject.PHONE, PHONE).hex(), "consent": ("terms",)}
    day.write("guest.registered", event=event, guest_id=guest_id_of(event), consent_text="till/1", **fields)
    return guest_id_of(event)


def _close_shift(day: Day, shift: UUID | None) -> None:
    # No program could close a shift before its report said when it was opened.
    if shift is None or not knows("shift.closed", "opened_ms"):
        return
    from sync.protocol.shift_tally import Tally

    tally, batch = Tally(), day.till.journal.unsettled()
    for event in batch.events if batch is not None else ():
        envelope = read_envelope(event.body)
        tally.add(envelope.staff, payload_of(envelope))
    figures = tally.figures()
    expected_minor = 10_000 + figures.whole.money_minor
    day.write(
        "shift.closed", shift=shift, number=1, currency="EUR", float_minor=10_000, expected_minor=expected_minor,
        counted_minor=expected_minor - 350, figures=figures, opened_ms=1_800_000_001_000, opened_by=CASHIER,
        other_minor=300, note="Fifty cents short", approved_by=OWNER,
    )  # fmt: skip
    day.lists["shifts"][0][2:] = [expected_minor, expected_minor - 350, 300, "Fifty cents short", True]


def _refund_what_was_sold_elsewhere(day: Day) -> None:
    """Record what central can only book once it hears of the sale."""
    said = {
        "currency": "EUR",
        "reason": "returned",
        "amount_minor": 100,
        "approved_by": OWNER,
        "in_order": True,
    }
    day.write("refund", original=SOLD_ELSEWHERE, **said)
    day.lists["cases"].append("quarantined")
    day.sums.update(waiting=1)
