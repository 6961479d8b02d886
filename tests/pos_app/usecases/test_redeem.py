"""One code, used at once: green only after COMMIT, and never more than its limit."""

from pathlib import Path

import pytest

from pos_app.usecases.source import By, Source
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Attempt, Redemption, Sale
from sync.rules.campaign import Policy
from sync.rules.reasons import Reason
from sync.rules.verdict import Outcome
from tests.builders.desk import HandClock, World, a_counter, lend, the_till, written
from tests.builders.rules import a_campaign, a_guest, fixed, hours, percent


def test_what_is_said_stands_in_the_journal(tmp_path: Path) -> None:
    world = World()
    code = world.code("SPRING", world.campaign(a_campaign(percent(1000))))
    counter = a_counter(tmp_path, world)
    said = counter.redeem("SPRING", Source.SERIAL, amount_minor=1250)
    assert (said.verdict.outcome, said.by, said.seq) == (Outcome.ACCEPT, By.CACHE, 2)
    redemption = written(counter)[-1]
    assert isinstance(redemption, Redemption)
    assert (redemption.code_id, redemption.source, redemption.by) == (code.id, "SERIAL", "cache")
    assert (redemption.basket_minor, redemption.currency, redemption.discount_minor) == (1250, "EUR", 125)
    assert redemption.sale is None
    assert the_till(counter).journal.status().last_seq == said.seq


def test_a_lease_gives_exactly_its_units_and_then_the_office_is_needed(tmp_path: Path) -> None:
    world = World()
    code = world.code("THRICE", world.campaign(a_campaign()), max_uses=10)
    counter = a_counter(tmp_path, world, offline=True)
    lend(counter, world, code, 3)
    said = [counter.redeem("THRICE", Source.SERIAL) for _ in range(5)]
    assert [one.verdict.reason for one in said] == ["ok"] * 3 + ["needs_office"] * 2
    assert [one.by for one in said[:3]] == [By.LEASE] * 3
    kinds = [type(one) for one in written(counter)[1:]]
    assert kinds == [Redemption] * 3 + [Attempt] * 2
    assert len({one.seq for one in said}) == 5


def test_an_on_the_spot_use_spends_the_grant_in_its_own_event(tmp_path: Path) -> None:
    world = World()
    world.code("ONCE", world.campaign(a_campaign()), max_uses=1)
    counter = a_counter(tmp_path, world)
    first, second = (counter.redeem("ONCE", Source.SERIAL) for _ in range(2))
    assert (first.by, first.verdict.reason) == (By.ONLINE, "ok")
    assert second.verdict.reason == Reason.USED_UP
    assert world.released == []


@pytest.mark.parametrize("policy", list(Policy))
def test_checking_uses_nothing_writes_nothing_and_does_not_ask(tmp_path: Path, policy: Policy) -> None:
    world = World()
    code = world.code("ONCE", world.campaign(a_campaign(percent(1000), policy=policy)), max_uses=2)
    counter = a_counter(tmp_path, world)
    before = the_till(counter).journal.status()
    said = counter.redeem("ONCE", Source.SERIAL, amount_minor=1000, check_only=True)
    assert (said.verdict.reason, said.verdict.discount_minor) == ("ok", 100)
    assert (said.event, said.seq, said.by) == (None, None, By.ONLINE)
    assert counter.redeem("NOSUCH", Source.SERIAL, check_only=True).event is None
    assert the_till(counter).journal.status() == before
    assert world.asked == []
    if policy is not Policy.ONLINE_ONLY:
        lend(counter, world, code, 1)
        assert counter.redeem("ONCE", Source.SERIAL, check_only=True).by is By.LEASE


def test_a_check_offline_says_what_a_use_would_say(tmp_path: Path) -> None:
    world = World()
    world.code("ONCE", world.campaign(a_campaign()), max_uses=1)
    counter = a_counter(tmp_path, world, offline=True)
    assert counter.redeem("ONCE", Source.SERIAL, check_only=True).verdict.reason == Reason.NEEDS_OFFICE


def test_a_question_for_a_manager_uses_nothing_at_the_kiosk(tmp_path: Path) -> None:
    world, clock = World(), HandClock()
    world.code("HOURS", world.campaign(a_campaign(active_hours=(hours("00:00", "23:59"),))), max_uses=1)
    counter = a_counter(tmp_path, world, clock=clock)
    the_till(counter).time.anchor(clock.at_ms, 0)
    clock.boot, clock.at_ms = "boot-2", clock.at_ms - 86_400_000
    said = counter.redeem("HOURS", Source.SERIAL)
    assert (said.verdict.outcome, said.verdict.reason) == (Outcome.ASK, Reason.CLOCK_IN_DOUBT)
    assert "shift manager" in said.advice
    assert world.asked == []
    attempt = written(counter)[-1]
    assert isinstance(attempt, Attempt)
    assert attempt.outcome == "ask"


def test_a_code_that_needs_a_guest_says_so_without_taking_a_unit(tmp_path: Path) -> None:
    world = World()
    world.code("GUESTS", world.campaign(a_campaign(needs_guest=True)), max_uses=1)
    counter = a_counter(tmp_path, world)
    assert counter.redeem("GUESTS", Source.SERIAL).verdict.reason == Reason.NEEDS_GUEST
    assert world.asked == []


def test_a_budget_is_taken_in_money_and_never_overdrawn(tmp_path: Path) -> None:
    world = World()
    campaign = world.campaign(a_campaign(fixed(300), budget_minor=500))
    world.code("BUDGET", campaign)
    world.pools[LimitKind.BUDGET, campaign.id, 0] = 500
    counter = a_counter(tmp_path, world)
    first, second = (counter.redeem("BUDGET", Source.SERIAL, amount_minor=1000) for _ in range(2))
    assert (first.verdict.reason, first.by) == ("ok", By.ONLINE)
    assert second.verdict.outcome is Outcome.REFUSE
    assert world.pools[LimitKind.BUDGET, campaign.id, 0] == 200


def test_a_card_with_an_amount_is_a_sale_with_the_tiers_discount(tmp_path: Path) -> None:
    world = World()
    world.settings()
    world.guest("CARD-1", a_guest(tier="GOLD"))
    counter = a_counter(tmp_path, world)
    said = counter.redeem("CARD-1", Source.SERIAL, amount_minor=1000)
    sale = written(counter)[-1]
    assert isinstance(sale, Sale)
    assert (sale.discount_minor, sale.tier_discount_minor, sale.paid_minor, sale.guest_id) == (
        150,
        150,
        850,
        5,
    )
    assert (said.verdict.reason, said.verdict.discount_minor) == ("card_ok", 150)
    assert said.event is not None


def test_a_card_alone_writes_nothing(tmp_path: Path) -> None:
    world = World()
    world.guest("CARD-1", a_guest())
    counter = a_counter(tmp_path, world)
    said = counter.redeem("CARD-1", Source.SERIAL)
    assert (said.verdict.outcome, said.event, said.seq) == (Outcome.ACCEPT, None, None)


def test_every_commit_is_told_to_the_agent(tmp_path: Path) -> None:
    world, told = World(), [0]
    world.code("SPRING", world.campaign(a_campaign()))

    def committed() -> None:
        told[0] += 1

    counter = a_counter(tmp_path, world, committed=committed)
    counter.redeem("SPRING", Source.SERIAL)
    counter.redeem("NOSUCH", Source.SERIAL)
    assert told == [2]
