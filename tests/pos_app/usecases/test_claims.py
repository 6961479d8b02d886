"""Where the units of a use come from: several leases together, the office, and a risk that the campaign allows."""

from pathlib import Path
from typing import Any

from pos_app.usecases.claims import Denied, claim_credit, claim_points
from pos_app.usecases.counter import Counter
from pos_app.usecases.source import By, Source
from sync.protocol.event import read_envelope
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Redemption
from sync.protocol.upload import Ack
from sync.rules.campaign import Campaign, Policy
from sync.rules.code import Code
from sync.rules.reasons import Reason
from sync.rules.sale import Guest, Line
from tests.builders.desk import RESTAURANT, World, a_counter, lend, the_till, written
from tests.builders.rules import a_campaign, fixed, percent


def store(counter: Counter, world: World, kind: LimitKind, subject: int, units: int, **fields: Any) -> None:
    """Lease units of any kind to the till ahead."""
    assert (
        not the_till(counter)
        .journal.store_grants([world.grant(kind, subject, units=units, **fields)])
        .refused
    )


def risky(world: World, **fields: Any) -> tuple[Campaign, Code]:
    campaign = world.campaign(a_campaign(policy=Policy.ALLOW_WITH_RISK, **fields))
    return campaign, world.code("RISKY", campaign, max_uses=1)


def spent(counter: Counter) -> list[tuple[int, ...]]:
    """The units that each event of the journal took."""
    batch = the_till(counter).journal.unsettled()
    return (
        [tuple(spend.units for spend in read_envelope(event.body).spends) for event in batch.events]
        if batch
        else []
    )


def test_without_the_office_a_campaign_that_allows_it_is_used_at_risk(tmp_path: Path) -> None:
    world = World(reachable=False)
    campaign, _ = risky(world)
    counter = a_counter(tmp_path, world)
    store(counter, world, LimitKind.RISK, campaign.id, 5)
    used = counter.redeem("RISKY", Source.CAMERA)
    assert (used.verdict.accepted, used.by) == (True, By.RISK)
    redemption = written(counter)[-1]
    assert isinstance(redemption, Redemption)
    assert redemption.by == "risk"
    assert spent(counter)[-1] == (1,)
    held = the_till(counter).journal.held(LimitKind.RISK, campaign.id)
    assert held is not None
    assert held.left == 4


def test_a_unit_that_is_held_is_used_before_any_risk(tmp_path: Path) -> None:
    world = World(reachable=False)
    campaign, code = risky(world)
    counter = a_counter(tmp_path, world)
    store(counter, world, LimitKind.RISK, campaign.id, 5)
    lend(counter, world, code, 1)
    assert counter.redeem("RISKY", Source.CAMERA).by is By.LEASE
    assert counter.redeem("RISKY", Source.CAMERA).by is By.RISK


def test_one_code_has_its_own_share_of_the_risk_until_the_office_has_heard(tmp_path: Path) -> None:
    world = World(reachable=False)
    campaign, _ = risky(world, risk_per_code=2)
    counter = a_counter(tmp_path, world)
    store(counter, world, LimitKind.RISK, campaign.id, 5)
    said = [counter.redeem("RISKY", Source.CAMERA) for _ in range(3)]
    assert [one.verdict.accepted for one in said] == [True, True, False]
    assert said[2].verdict.reason == Reason.NEEDS_OFFICE
    journal = the_till(counter).journal
    last = journal.status().last_seq
    journal.acknowledge(Ack(applied=last, want=last + 1))
    assert counter.redeem("RISKY", Source.CAMERA).by is By.RISK


def test_the_tills_share_of_the_risk_is_its_lease(tmp_path: Path) -> None:
    world = World(reachable=False)
    campaign, _ = risky(world, risk_per_code=9)
    counter = a_counter(tmp_path, world)
    store(counter, world, LimitKind.RISK, campaign.id, 1)
    store(counter, world, LimitKind.RISK, campaign.id, 1)
    said = [counter.redeem("RISKY", Source.CAMERA).verdict.accepted for _ in range(3)]
    assert said == [True, True, False]


def test_what_the_office_refuses_is_no_risk_to_take(tmp_path: Path) -> None:
    world = World(refuse=("held_elsewhere", {"where": "Bar 2"}))
    campaign, _ = risky(world)
    counter = a_counter(tmp_path, world)
    store(counter, world, LimitKind.RISK, campaign.id, 5)
    refused = counter.redeem("RISKY", Source.CAMERA)
    assert (refused.verdict.reason, refused.by) == (Reason.HELD_ELSEWHERE, By.ONLINE)


def test_a_campaign_without_that_policy_takes_no_risk(tmp_path: Path) -> None:
    world = World(reachable=False)
    campaign = world.campaign(a_campaign())
    world.code("SAFE", campaign, max_uses=1)
    counter = a_counter(tmp_path, world)
    store(counter, world, LimitKind.RISK, campaign.id, 5)
    assert counter.redeem("SAFE", Source.CAMERA).verdict.reason == Reason.NEEDS_OFFICE


def test_money_is_never_taken_at_risk(tmp_path: Path) -> None:
    world = World(reachable=False)
    campaign, _ = risky(world, benefit=percent(1_000), budget_minor=10_000)
    counter = a_counter(tmp_path, world)
    store(counter, world, LimitKind.RISK, campaign.id, 5)
    refused = counter.redeem("RISKY", Source.CAMERA, amount_minor=5_000)
    assert refused.verdict.reason == Reason.NEEDS_OFFICE
    store(counter, world, LimitKind.BUDGET, campaign.id, 300)
    store(counter, world, LimitKind.BUDGET, campaign.id, 300)
    assert counter.redeem("RISKY", Source.CAMERA, amount_minor=5_000).by is By.RISK
    assert sorted(spent(counter)[-1]) == [1, 200, 300]


def test_a_code_on_a_bill_keeps_the_risk_that_it_was_judged_by(tmp_path: Path) -> None:
    world = World(reachable=False)
    campaign, _ = risky(world, benefit=percent(1_000), max_uses_per_guest=1)
    world.guest("CARD", Guest(id=7))
    counter = a_counter(tmp_path, world)
    store(counter, world, LimitKind.RISK, campaign.id, 5)
    card = counter.look_up("CARD", Source.CAMERA)
    risk = counter.look_up("RISKY", Source.CAMERA, guest=card.guest)
    assert (risk.by, len(world.asked)) == (By.RISK, 1)
    counter.sell([Line(amount_minor=1_000)], [card, risk])
    assert len(world.asked) == 1
    assert [units for units in spent(counter) if units] == [(1,)]


def test_a_check_says_that_a_use_would_be_a_risk(tmp_path: Path) -> None:
    world = World()
    campaign, _ = risky(world)
    counter = a_counter(tmp_path, world, offline=True)
    assert counter.redeem("RISKY", Source.CAMERA, check_only=True).verdict.reason == Reason.NEEDS_OFFICE
    store(counter, world, LimitKind.RISK, campaign.id, 1)
    assert counter.redeem("RISKY", Source.CAMERA, check_only=True).by is By.RISK


def test_only_what_is_missing_of_a_budget_is_asked_for_on_the_spot(tmp_path: Path) -> None:
    world = World()
    campaign = world.campaign(a_campaign(benefit=fixed(500), budget_minor=10_000))
    world.code("FIVE", campaign)
    world.pools[LimitKind.BUDGET, campaign.id, 0] = 9_000
    counter = a_counter(tmp_path, world)
    store(counter, world, LimitKind.BUDGET, campaign.id, 300)
    assert counter.redeem("FIVE", Source.CAMERA, amount_minor=5_000).by is By.ONLINE
    assert [units for *_, units, _ in world.asked] == [200]
    assert sorted(spent(counter)[-1]) == [200, 300]


def test_points_and_credit_are_claimed_like_anything_else(tmp_path: Path) -> None:
    world = World()
    counter = a_counter(tmp_path, world)
    desk = counter._desk
    store(counter, world, LimitKind.POINTS, 7, 300)
    world.pools[LimitKind.POINTS, 7, 0] = 100
    claims = claim_points(desk, 7, 400)
    assert not isinstance(claims, Denied)
    assert [(claim.units, claim.by) for claim in claims] == [(300, By.LEASE), (100, By.ONLINE)]
    assert isinstance(claim_points(desk, 7, 10_000), Denied)
    world.reachable = False
    denied = claim_credit(desk, 50)
    assert isinstance(denied, Denied)
    assert denied.verdict.reason == Reason.NEEDS_OFFICE
    store(counter, world, LimitKind.CREDIT, RESTAURANT, 60)
    credit = claim_credit(desk, 50)
    assert not isinstance(credit, Denied)
    assert [(claim.kind, claim.units) for claim in credit] == [(LimitKind.CREDIT, 50)]
