"""Units of a limit: handed out once, settled by the journal, never more than there are."""

import asyncio
from uuid import uuid4

import pytest

from sync.protocol.keys import Purpose, VerifyKey
from sync.protocol.leases import LeaseRequest, LimitKind
from sync.rules.campaign import CampaignStatus, Policy
from tests.builders.office import Office, granted, problem_of, redemption, sale
from tests.builders.rules import percent

pytestmark = pytest.mark.anyio


async def test_units_come_from_the_pool_with_centrals_signature(office: Office) -> None:
    code = await office.limited_code(5)
    till = await office.till("Late", restaurant=await office.another_restaurant())
    pool = (await office.limit(code))["pool"]
    reply = await till.ask(code, units=2)
    assert reply.grant is not None
    grant = granted(reply)
    assert VerifyKey(till.who.central_key).verifies(Purpose.LEASE, reply.grant.body, reply.grant.signature)
    assert (grant.till, grant.incarnation, grant.network) == (till.who.till, 1, office.network)
    assert (grant.kind, grant.subject, grant.units, grant.sale_bound) == (LimitKind.USES, code, 2, False)
    assert (await office.limit(code))["pool"] == pool - 2


async def test_the_same_operation_gets_the_same_grant_and_takes_units_once(office: Office) -> None:
    code = await office.limited_code(1)
    till = await office.till()
    operation = uuid4()
    replies = [await till.ask(code, operation=operation) for _ in range(3)]
    assert replies[0].grant is not None
    assert {reply.grant for reply in replies} == {replies[0].grant}
    assert await office.value("SELECT count(*) FROM leases") == 1


async def test_the_same_operation_at_the_same_moment_takes_units_once(office: Office) -> None:
    code = await office.limited_code(10)
    till = await office.till("Late", restaurant=await office.another_restaurant())
    before = await office.limit(code)
    await till.signed_in()
    operation = uuid4()
    replies = await asyncio.gather(*(till.ask(code, operation=operation) for _ in range(8)))
    assert len({reply.grant for reply in replies}) == 1
    assert (await office.limit(code))["outstanding"] == before["outstanding"] + 1


async def test_of_many_who_want_the_last_unit_exactly_one_gets_it(office: Office) -> None:
    code = await office.limited_code(1)
    tills = [await office.till(f"Till {number}") for number in range(6)]
    for till in tills:
        await till.signed_in()
    replies = await asyncio.gather(*(till.ask(code) for till in tills for _ in range(3)))
    winners = [reply for reply in replies if reply.grant is not None]
    assert len(winners) == 1
    assert {reply.reason for reply in replies if reply.grant is None} <= {"held_elsewhere", "used_up"}
    assert await office.limit(code) == {
        "total": 1, "pool": 0, "outstanding": 1, "spent": 0, "burnt": 0, "exposure": 0,
    }  # fmt: skip


async def test_a_refusal_names_the_place_and_asks_for_the_unit_back(office: Office) -> None:
    code = await office.limited_code(1)
    holder, asker = await office.till("Bar"), await office.till("Terrace")
    lease = await holder.lease(code)
    reply = await asker.ask(code)
    assert (reply.grant, reply.reason) == (None, "held_elsewhere")
    assert reply.params == {"where": "Old Town, Bar"}
    assert (await holder.contact()).recall == (lease,)
    holder.close(lease, spent=0)
    await holder.upload()
    assert (await holder.contact()).recall == ()
    assert (await asker.ask(code)).grant is not None


async def test_a_unit_that_belongs_to_a_sale_is_not_asked_back(office: Office) -> None:
    code = await office.limited_code(1, policy=Policy.ONLINE_ONLY)
    holder, asker = await office.till("Bar"), await office.till("Terrace")
    grant = granted(await holder.ask(code))
    assert grant.sale_bound
    assert (await asker.ask(code)).reason == "held_elsewhere"
    assert (await holder.contact()).recall == ()


async def test_a_used_code_is_used_up_for_everybody(office: Office) -> None:
    code = await office.limited_code(1)
    first, second = await office.till("Till 1"), await office.till("Till 2")
    first.redeem(code, lease=await first.lease(code))
    assert (await first.ask(code)).reason == "used_up"
    await first.upload()
    assert (await first.ask(code)).reason == "used_up"
    assert (await second.ask(code)).reason == "used_up"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE codes SET status = 'inactive' WHERE id = $1", "inactive"),
        ("UPDATE codes SET status = 'archived' WHERE id = $1", "archived"),
        ("UPDATE codes SET status = 'expired' WHERE id = $1", "expired"),
        ("UPDATE codes SET expires_at = now() WHERE id = $1", "expired"),
        ("UPDATE codes SET max_uses = NULL WHERE id = $1", "not_loaded"),
        ("UPDATE campaigns SET status = 'paused' WHERE $1 > 0", "campaign_paused"),
        ("UPDATE campaigns SET status = 'archived' WHERE $1 > 0", "archived"),
    ],
)
async def test_a_code_that_may_not_be_used_is_worth_no_unit(office: Office, change: str, reason: str) -> None:
    code = await office.limited_code(5)
    till = await office.till()
    await office.execute(change, code)
    assert (await till.ask(code)).reason == reason


async def test_an_unknown_code_and_another_networks_code_look_the_same(office: Office) -> None:
    till = await office.till()
    assert (await till.ask(999_999_999)).reason == "unknown_code"


async def test_a_guests_limit_is_made_when_it_is_first_needed(office: Office) -> None:
    campaign = await office.campaign(max_uses_per_guest=1)
    guest, other = await office.guest(), await office.guest("Bob")
    first, second = await office.till("Till 1"), await office.till("Till 2")
    ask = {"kind": LimitKind.GUEST_USES, "guest": guest}
    assert (await first.ask(campaign.id, **ask)).grant is not None
    assert (await second.ask(campaign.id, **ask)).reason == "held_elsewhere"
    assert (await second.ask(campaign.id, kind=LimitKind.GUEST_USES, guest=other)).grant is not None
    assert (await second.ask(campaign.id, kind=LimitKind.GUEST_USES, guest=777_777)).reason == "needs_guest"
    assert (await first.ask(campaign.id, **ask)).reason == "already_used_by_guest"


async def test_a_budget_is_leased_in_minor_units_and_says_what_is_left(office: Office) -> None:
    campaign = await office.campaign(benefit=percent(1_000), budget_minor=1_000)
    code = await office.code(campaign)
    till = await office.till()
    lease = await till.lease(campaign.id, kind=LimitKind.BUDGET, units=700)
    reply = await till.ask(campaign.id, kind=LimitKind.BUDGET, units=301)
    assert reply.reason == "budget_spent"
    assert reply.params == {"left": "3.00 EUR"}
    till.redeem(code, lease=lease, units=650, discount_minor=650)
    till.close(lease, spent=650)
    assert (await till.upload()).cases == 0
    limit = await office.limit(campaign.id, LimitKind.BUDGET)
    assert (limit["pool"], limit["spent"], limit["outstanding"]) == (350, 650, 0)


async def test_a_paused_campaign_leases_no_budget(office: Office) -> None:
    campaign = await office.campaign(benefit=percent(1_000), budget_minor=1_000, status=CampaignStatus.PAUSED)
    till = await office.till()
    assert (await till.ask(campaign.id, kind=LimitKind.BUDGET)).reason == "campaign_paused"


async def test_what_is_left_of_a_closed_lease_returns_to_the_pool(office: Office) -> None:
    code = await office.limited_code(10)
    till = await office.till("Late", restaurant=await office.another_restaurant())
    before = await office.limit(code)
    lease = await till.lease(code, units=4)
    till.redeem(code, lease=lease)
    till.close(lease, spent=1)
    assert (await till.upload()).cases == 0
    after = await office.limit(code)
    assert after["pool"] == before["pool"] - 1
    assert (after["spent"], after["outstanding"]) == (1, before["outstanding"])


async def test_a_lost_tills_events_do_not_return_units_twice(office: Office) -> None:
    code = await office.limited_code(10)
    till = await office.till()
    lease = await till.lease(code, units=2)
    before = await office.limit(code)
    till.close(lease, spent=0)
    till.close(lease, spent=0)
    await till.upload()
    await till.upload()
    assert (await office.limit(code))["pool"] == before["pool"] + 2
    assert await office.cases() == []


async def test_units_that_the_till_counts_as_spent_do_not_return(office: Office) -> None:
    code = await office.limited_code(10)
    till = await office.till()
    lease = await till.lease(code, units=4)
    before = await office.limit(code)
    till.redeem(code, lease=lease)
    till.close(lease, spent=3)
    assert (await till.upload()).cases == 1
    assert await office.cases() == ["lease_miscounted"]
    after = await office.limit(code)
    assert (after["pool"], after["spent"]) == (before["pool"] + 1, 3)


async def test_spending_more_than_a_lease_has_is_exposure_and_a_case(office: Office) -> None:
    code = await office.limited_code(1)
    till = await office.till()
    lease = await till.lease(code)
    till.redeem(code, lease=lease)
    till.redeem(code, lease=lease)
    ack = await till.upload()
    assert (ack.applied, ack.cases) == (2, 1)
    assert await office.cases() == ["over_spent"]
    assert await office.limit(code) == {
        "total": 1, "pool": 0, "outstanding": 0, "spent": 2, "burnt": 0, "exposure": 1,
    }  # fmt: skip
    assert await office.value("SELECT uses FROM codes WHERE id = $1", code) == 2


async def test_a_copied_till_that_spends_the_same_unit_is_exposure(office: Office) -> None:
    code = await office.limited_code(1)
    till = await office.till()
    lease = await till.lease(code)
    twin = till.copy()
    till.redeem(code, lease=lease)
    twin.redeem(code, lease=lease)
    await till.upload()
    await twin.upload()
    assert sorted(await office.cases()) == ["fork", "over_spent"]
    assert (await office.limit(code))["exposure"] == 1


async def test_the_other_side_of_a_fork_closes_nothing(office: Office) -> None:
    code = await office.limited_code(5)
    till = await office.till()
    lease = await till.lease(code)
    twin = till.copy()
    till.write(sale())
    twin.close(lease, spent=0)
    await till.upload()
    before = await office.limit(code)
    await twin.upload()
    assert await office.limit(code) == before
    assert sorted(await office.cases()) == ["fork", "quarantined"]


async def test_a_lease_that_central_never_granted_is_exposure_of_the_code(office: Office) -> None:
    code = await office.limited_code(3)
    till = await office.till()
    till.redeem(code, lease=uuid4())
    await till.upload()
    assert sorted(await office.cases()) == ["lease_unknown", "no_lease"]
    limit = await office.limit(code)
    assert (limit["spent"], limit["exposure"]) == (1, 1)


async def test_a_limited_code_used_without_any_lease_is_exposure(office: Office) -> None:
    code = await office.limited_code(3)
    till = await office.till()
    till.redeem(code, by="cache")
    await till.upload()
    assert await office.cases() == ["no_lease"]
    assert (await office.limit(code))["exposure"] == 1


async def test_another_tills_lease_is_exposure_and_stays_what_it_is(office: Office) -> None:
    code = await office.limited_code(1)
    holder, thief = await office.till("Till 1"), await office.till("Till 2")
    lease = await holder.lease(code)
    thief.redeem(code, lease=lease)
    thief.close(lease, spent=1)
    await thief.upload()
    assert sorted(await office.cases()) == ["lease_of_another", "quarantined"]
    limit = await office.limit(code)
    assert (limit["outstanding"], limit["spent"], limit["exposure"]) == (1, 1, 1)
    holder.redeem(code, lease=lease)
    await holder.upload()
    assert (await office.limit(code))["spent"] == 2


async def test_a_closed_lease_spends_nothing_more(office: Office) -> None:
    code = await office.limited_code(3)
    till = await office.till("Late", restaurant=await office.another_restaurant())
    lease = await till.lease(code)
    till.close(lease, spent=0)
    till.redeem(code, lease=lease)
    await till.upload()
    assert await office.cases() == ["lease_not_open"]
    limit = await office.limit(code)
    assert (limit["spent"], limit["exposure"]) == (1, 1)


async def test_a_lost_tills_late_use_takes_a_burnt_unit_and_exceeds_nothing(office: Office) -> None:
    code = await office.limited_code(1)
    till = await office.till()
    lease = await till.lease(code)
    till.redeem(code, lease=lease)
    await office.execute("UPDATE leases SET state = 'burnt' WHERE id = $1", lease)
    await office.execute("UPDATE limits SET outstanding = 0, burnt = 1 WHERE subject = $1", code)
    await till.upload()
    assert await office.cases() == ["lease_burnt"]
    assert await office.limit(code) == {
        "total": 1, "pool": 0, "outstanding": 0, "spent": 1, "burnt": 0, "exposure": 0,
    }  # fmt: skip


async def test_a_late_use_of_a_unit_that_was_given_out_again_is_exposure(office: Office) -> None:
    code = await office.limited_code(1)
    till = await office.till()
    lease = await till.lease(code)
    till.redeem(code, lease=lease)
    await office.execute("UPDATE leases SET state = 'burnt' WHERE id = $1", lease)
    await office.execute("UPDATE limits SET outstanding = 0, pool = 1 WHERE subject = $1", code)
    await till.upload()
    limit = await office.limit(code)
    assert (limit["pool"], limit["spent"], limit["exposure"]) == (1, 1, 1)


async def test_an_older_lifes_lease_is_settled_by_its_own_late_journal(office: Office) -> None:
    code = await office.limited_code(1)
    old = await office.till()
    lease = await old.lease(code)
    old.redeem(code, lease=lease)
    new = await office.till()
    new.redeem(code, lease=lease)
    await new.upload()
    assert await office.cases() == ["lease_of_another"]
    await old.upload()
    limit = await office.limit(code)
    assert (limit["outstanding"], limit["spent"], limit["exposure"]) == (0, 2, 1)


async def test_a_request_of_another_life_or_of_no_units_is_invalid(office: Office) -> None:
    code = await office.limited_code(5)
    till = await office.till()
    for incarnation, units in ((2, 1), (1, 0), (1, 1_000_001)):
        request = LeaseRequest(
            incarnation=incarnation, operation=uuid4(), kind=LimitKind.USES, subject=code, units=units
        )
        assert problem_of(await till.post("/sync/v1/leases", request)) == "invalid"


async def test_a_redemption_of_one_code_with_anothers_lease_exposes_the_first(office: Office) -> None:
    code, other = await office.limited_code(3), await office.limited_code(3)
    till = await office.till()
    lease = await till.lease(other)
    till.write(redemption(code), spends=[])
    till.redeem(code, lease=lease)
    await till.upload()
    assert (await office.limit(code))["exposure"] == 2
    assert (await office.limit(other))["spent"] == 1
