"""A sale: several codes and a card on one bill, all of it in one commit or nothing."""

from pathlib import Path

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.results import LookUp
from pos_app.usecases.source import By, Source
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Attempt, Redemption, Sale
from sync.rules.campaign import Stacking
from sync.rules.code import Kind
from sync.rules.reasons import Reason
from sync.rules.sale import Line
from sync.rules.user_error import UserError
from tests.builders.desk import World, a_counter, lend, the_till, written
from tests.builders.rules import a_campaign, a_guest, fixed, free_item, percent, points

LINES = (Line(amount_minor=1000, item="soup"), Line(amount_minor=335, item="tea", tax_group="reduced"))


def combinable(number: int, world: World, benefit: object, **fields: object) -> None:
    fields.setdefault("kind", Kind.PROMO)
    campaign = world.campaign(a_campaign(benefit, id=number, stacking=Stacking.COMBINABLE, **fields))  # type: ignore[arg-type]  # any benefit
    world.code(f"CODE-{number}", campaign, max_uses=5)


def test_several_codes_and_a_card_are_priced_split_and_committed_as_one(tmp_path: Path) -> None:
    world = World()
    world.settings()
    combinable(1, world, percent(1000))
    combinable(2, world, fixed(200), kind=Kind.VIP, vip_priority=True)
    world.guest("CARD-1", a_guest(tier="BRONZE"))
    counter = a_counter(tmp_path, world)
    looks = [counter.look_up(text, Source.CAMERA, lines=LINES) for text in ("CODE-1", "CARD-1", "CODE-2")]
    priced = counter.price(LINES, looks)
    assert [given.verdict.discount_minor for given in priced.given] == [134, 200]
    assert priced.given[0].message.startswith("10 % off: ")
    assert priced.tier_discount_minor == 50
    sold = counter.sell(LINES, looks)
    assert (sold.total_minor, sold.discount_minor, sold.paid_minor) == (1335, 384, 951)
    assert (sold.receipt, sold.vip, len(sold.redemptions)) == (1, True, 2)
    *redemptions, sale = written(counter)[1:]
    assert isinstance(sale, Sale)
    assert all(isinstance(one, Redemption) and one.sale == sold.event for one in redemptions)
    assert sum(line.discount_minor for line in sale.lines) == sale.discount_minor == 384
    assert (sale.redemptions, sale.guest_id, sale.vip) == (sold.redemptions, 5, True)
    assert the_till(counter).journal.status().last_seq == sold.seq == 4
    assert the_till(counter).journal.verify().ok


def test_a_free_item_is_named_as_the_catalogue_names_it_and_given_on_a_typed_amount(tmp_path: Path) -> None:
    world = World()
    world.settings()
    world.code("COFFEE", world.campaign(a_campaign(free_item("ESPRESSO", 280))))
    counter = a_counter(tmp_path, world)
    look = counter.look_up("COFFEE", Source.CAMERA)
    assert (look.accepted, look.gives.replace("\u00a0", " ")) == (True, "Espresso for free, at most 2.80 EUR")
    typed = (Line(amount_minor=1250),)
    [given] = counter.price(typed, [look]).given
    assert given.message.replace("\u00a0", " ") == "Espresso for free, at most 2.80 EUR: −2.80 EUR"
    assert counter.sell(typed, [look]).paid_minor == 970


def test_a_refusal_names_what_the_offer_is_for_as_the_catalogue_does(tmp_path: Path) -> None:
    world = World()
    world.settings()
    world.code("COFFEE", world.campaign(a_campaign(items_included=("ESPRESSO", "RUM"))))
    counter = a_counter(tmp_path, world)
    look = counter.look_up("COFFEE", Source.CAMERA, lines=LINES)
    assert (look.reason, look.verdict.params) == (Reason.WRONG_ITEMS, (("items", "Espresso, RUM"),))
    assert "It is for: Espresso, RUM." in look.message
    [left_out] = counter.price(LINES, [counter.look_up("COFFEE", Source.CAMERA)]).left_out
    assert "It is for: Espresso, RUM." in left_out.message


def test_receipts_run_on_and_a_sale_without_codes_is_a_sale(tmp_path: Path) -> None:
    counter = a_counter(tmp_path, World())
    assert [counter.sell(LINES, []).receipt for _ in range(3)] == [1, 2, 3]


def test_nothing_is_sold_when_a_lease_has_gone_short_and_the_receipt_number_stays(tmp_path: Path) -> None:
    world = World()
    combinable(1, world, percent(1000))
    combinable(2, world, fixed(100))
    counter = a_counter(tmp_path, world)
    looks = [counter.look_up(f"CODE-{number}", Source.CAMERA) for number in (1, 2)]
    counter.release(looks[1])
    before = the_till(counter).journal.status()
    with pytest.raises(UserError) as caught:
        counter.sell(LINES, looks)
    assert caught.value.reason == "lease_short"
    after = the_till(counter).journal.status()
    assert (after.last_seq, after.next_receipt) == (before.last_seq, before.next_receipt)


@pytest.mark.parametrize(
    ("second", "reason"), [("CODE-1", Reason.ALREADY_IN_BASKET), ("ALONE", Reason.NOT_COMBINABLE)]
)
def test_codes_that_do_not_go_together_are_left_out_with_a_reason_and_never_sold_silently(
    tmp_path: Path, second: str, reason: Reason
) -> None:
    world = World()
    combinable(1, world, percent(1000))
    world.code("ALONE", world.campaign(a_campaign(fixed(100), id=9)))
    counter = a_counter(tmp_path, world)
    looks = [counter.look_up("CODE-1", Source.CAMERA), counter.look_up(second, Source.CAMERA)]
    priced = counter.price(LINES, looks)
    assert [given.verdict.reason for given in priced.left_out] == [reason]
    assert len(priced.given) == 1
    with pytest.raises(UserError) as caught:
        counter.sell(LINES, looks)
    assert caught.value.reason == reason
    attempt = written(counter)[-1]
    assert isinstance(attempt, Attempt)
    assert attempt.reason == reason


def test_a_bill_that_became_too_small_refuses_the_code_before_anything_is_written(tmp_path: Path) -> None:
    world = World()
    world.code("BIG", world.campaign(a_campaign(percent(1000), min_basket_minor=2000)), max_uses=1)
    counter = a_counter(tmp_path, world)
    look = counter.look_up("BIG", Source.CAMERA)
    assert look.accepted
    with pytest.raises(UserError, match="below the smallest amount"):
        counter.sell(LINES, [look])
    assert not [one for one in written(counter) if isinstance(one, Sale)]


def test_a_code_taken_off_the_bill_gives_its_unit_back(tmp_path: Path) -> None:
    world = World()
    combinable(1, world, percent(1000))
    code = world.code("ONCE", world.campaign(a_campaign(id=3)), max_uses=2)
    counter = a_counter(tmp_path, world)
    lend(counter, world, code, 1)
    asked, leased = counter.look_up("CODE-1", Source.CAMERA), counter.look_up("ONCE", Source.CAMERA)
    assert (asked.by, leased.by) == (By.ONLINE, By.LEASE)
    counter.release(asked)
    counter.release(leased)
    assert world.released == [asked.lease]
    held = the_till(counter).journal.held(LimitKind.USES, code.id)
    assert held is not None
    assert held.left == 1


def test_a_limit_per_guest_is_taken_for_the_guest_of_the_bill(tmp_path: Path) -> None:
    world = World()
    campaign = world.campaign(a_campaign(points(50), max_uses_per_guest=1))
    world.code("POINTS", campaign)
    guest = world.guest("CARD-1", a_guest(tier="NONE"))
    world.pools[LimitKind.GUEST_USES, campaign.id, guest.id] = 1
    counter = a_counter(tmp_path, world)
    card = counter.look_up("CARD-1", Source.CAMERA)
    code = counter.look_up("POINTS", Source.CAMERA, guest=card.guest)
    sold = counter.sell(LINES, [card, code])
    assert sold.points_earned == 50
    assert world.asked == [(LimitKind.GUEST_USES, campaign.id, guest.id, 1, False)]
    again = counter.look_up("POINTS", Source.CAMERA, guest=card.guest)
    assert again.reason == Reason.USED_UP


def test_two_codes_of_one_budget_are_counted_together(tmp_path: Path) -> None:
    world = World()
    campaign = world.campaign(a_campaign(fixed(300), stacking=Stacking.COMBINABLE, budget_minor=1000))
    for text in ("ONE", "TWO"):
        world.code(text, campaign)
    world.pools[LimitKind.BUDGET, campaign.id, 0] = 500
    counter = a_counter(tmp_path, world)
    looks = [counter.look_up(text, Source.CAMERA) for text in ("ONE", "TWO")]
    with pytest.raises(UserError):
        counter.sell(LINES, looks)
    assert not [one for one in written(counter) if isinstance(one, Sale | Redemption)]
    assert len(world.released) == 1


def test_two_guests_on_one_bill_are_a_mistake_that_is_said(tmp_path: Path) -> None:
    world = World()
    world.guest("CARD-1", a_guest())
    world.guest("CARD-2", a_guest(id=6))
    counter = a_counter(tmp_path, world)
    looks = [counter.look_up(text, Source.CAMERA) for text in ("CARD-1", "CARD-2")]
    with pytest.raises(UserError, match="Two different guests"):
        counter.price(LINES, looks)


def test_an_empty_bill_is_not_sold(tmp_path: Path) -> None:
    counter = a_counter(tmp_path, World())
    with pytest.raises(UserError, match="nothing to sell"):
        counter.sell((), [])


def test_a_full_disk_sells_nothing_and_says_so(tmp_path: Path) -> None:
    world = World()
    world.code("SPRING", world.campaign(a_campaign()))
    counter = a_counter(tmp_path, world, free_bytes=lambda: 1024)
    look = counter.look_up("SPRING", Source.CAMERA)
    with pytest.raises(UserError) as caught:
        counter.sell(LINES, [look])
    assert caught.value.advice
    assert the_till(counter).journal.status().last_seq == 1


def test_the_newest_sales_are_shown_first(tmp_path: Path) -> None:
    counter = a_counter(tmp_path, World())
    sold = [counter.sell(LINES, []) for _ in range(3)]
    assert [one.committed.event for one in counter.recent(2)] == [sold[2].event, sold[1].event]


def two_codes_of_one_guest(folder: Path, *, offline: bool) -> tuple[Counter, list[LookUp]]:
    """A till with one unit of a guest's limit, and a bill on which two codes count on it."""
    world = World()
    world.settings()
    guest = a_guest()
    world.guest("CARD", guest)
    campaign = world.campaign(a_campaign(percent(1000), max_uses_per_guest=2, stacking=Stacking.COMBINABLE))
    world.code("ONE", campaign)
    world.code("TWO", campaign)
    world.pools[LimitKind.GUEST_USES, campaign.id, guest.id] = 1
    counter = a_counter(folder, world, offline=offline)
    held = world.grant(LimitKind.GUEST_USES, campaign.id, units=1, guest=guest.id)
    the_till(counter).journal.store_grants([held])
    card = counter.look_up("CARD", Source.CAMERA, lines=LINES)
    looks = [counter.look_up(text, Source.CAMERA, lines=LINES, guest=card.guest) for text in ("ONE", "TWO")]
    assert all(look.accepted for look in looks)
    return counter, [card, *looks]


def test_the_second_of_two_codes_that_count_on_one_unit_asks_the_office_for_its_own(tmp_path: Path) -> None:
    counter, looks = two_codes_of_one_guest(tmp_path, offline=False)
    sold = counter.sell(LINES, looks)
    assert len(sold.redemptions) == 2


def test_two_codes_that_count_on_one_unit_are_told_what_is_missing_without_the_office(tmp_path: Path) -> None:
    counter, looks = two_codes_of_one_guest(tmp_path, offline=True)
    with pytest.raises(UserError) as caught:
        counter.sell(LINES, looks)
    assert caught.value.reason == Reason.NEEDS_OFFICE
