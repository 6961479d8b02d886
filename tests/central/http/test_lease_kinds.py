"""Leases of every kind: by demand, at contact, at risk, and given up with a lost till."""

import asyncio
from uuid import UUID

import pytest

from sync.central.schema.words import Role
from sync.central.services.campaigns import campaign_with_id, edit_campaign, keep_limits
from sync.central.services.exposure import campaign_exposures, risk_of
from sync.central.services.guest_limits import merge_guest_limits
from sync.central.services.limits import LimitKey, set_total
from sync.central.services.lost_tills import give_up
from sync.central.services.restaurants import set_credit_allowance
from sync.central.services.staff import NewStaff, create_staff
from sync.central.services.tills import revoke_till
from sync.protocol.contact import Want
from sync.protocol.event import Spend
from sync.protocol.feed import MAX_WAIT_MS, CampaignRow, Table
from sync.protocol.leases import Grant, LimitKind
from sync.protocol.wire import read_canonical, unpack
from sync.rules.campaign import Campaign, Policy
from sync.rules.user_error import UserError
from tests.builders.office import Office, TillPen, granted
from tests.builders.replica import replica_of
from tests.builders.rules import percent

pytestmark = pytest.mark.anyio


async def leased(till: TillPen, *wants: Want, known: tuple[UUID, ...] = ()) -> dict[tuple[str, int], Grant]:
    """What a contact lists: open leases that the till does not name."""
    reply = await till.contact(wants=wants, open_leases=known)
    grants = [read_canonical(signed.body, Grant) for signed in reply.leases]
    return {(grant.kind.value, grant.subject): grant for grant in grants}


async def lose(office: Office, till: TillPen, *, reissue: bool = False) -> int:
    async with office.database.network_transaction(office.network) as connection:
        done = await give_up(connection, office.network, till.who.till, by="Olga Owner", reissue=reissue)
    return done.units


async def risky(office: Office, uses: int = 1, **fields: int) -> tuple[Campaign, int]:
    campaign = await office.campaign(policy=Policy.ALLOW_WITH_RISK, **fields)
    return campaign, await office.code(campaign, max_uses=uses)


def numbers(limit: dict[str, int]) -> tuple[int, ...]:
    return tuple(limit[name] for name in ("total", "pool", "outstanding", "spent", "burnt", "exposure"))


# -- by demand ------------------------------------------------------------------------------------------------


async def test_what_runs_low_is_granted_up_to_half_of_the_pool(office: Office) -> None:
    till = await office.till()
    plenty, few = await office.limited_code(100), await office.limited_code(6)
    wants = [Want(LimitKind.USES, code, 0, 50) for code in (plenty, few)]
    found = await leased(till, *wants)
    assert {subject: grant.units for (_, subject), grant in found.items()} == {plenty: 16, few: 3}
    assert (await office.limit(few))["pool"] == 3


async def test_a_want_that_is_repeated_after_a_lost_answer_gives_no_more(office: Office) -> None:
    till = await office.till()
    code = await office.limited_code(100)
    want = Want(LimitKind.USES, code, 0, 10)
    first = await leased(till, want)
    assert (first["uses", code].units, (await leased(till, want))["uses", code]) == (10, first["uses", code])
    lease = first["uses", code].lease
    till.redeem(code, lease=lease, units=10)
    await till.upload()
    assert (await leased(till, want, known=(lease,)))["uses", code].units == 10


async def test_the_last_unit_is_leased_ahead_only_where_somebody_asked_for_it_last(office: Office) -> None:
    here, there = (
        await office.till("Bar"),
        await office.till("Far", restaurant=await office.another_restaurant()),
    )
    code = await office.limited_code(1)
    want = Want(LimitKind.USES, code, 0, 1)
    assert await leased(here, want) == {}
    lease = await here.lease(code)
    assert (await there.ask(code)).reason == "held_elsewhere"
    here.close(lease, spent=0)
    await here.upload()
    assert await leased(here, want) == {}
    assert (await leased(there, want))["uses", code].units == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE codes SET status = 'inactive'",
        "UPDATE campaigns SET status = 'paused'",
        "UPDATE networks SET issuing = false",
        'UPDATE campaigns SET rules = rules || \'{"policy": "online_only"}\'',
        "UPDATE campaigns SET rules = rules || '{\"tills\": [999999]}'",
    ],
)
async def test_what_may_not_be_leased_ahead_is_not(office: Office, change: str) -> None:
    till = await office.till()
    code = await office.limited_code(100)
    await office.execute(change)
    assert await leased(till, Want(LimitKind.USES, code, 0, 5)) == {}


async def test_wants_that_make_no_sense_are_passed_over(office: Office) -> None:
    till = await office.till()
    code = await office.limited_code(100)
    wants = [
        Want(LimitKind.USES, code, 0, -5), Want(LimitKind.USES, code, 7, 1), Want(LimitKind.USES, 2**62, 0, 1),
        Want(LimitKind.RISK, code, 0, 5), Want(LimitKind.POINTS, 2**62, 0, 5),
    ]  # fmt: skip
    assert await leased(till, *wants) == {}
    assert (await office.limit(code))["pool"] == 100


async def test_many_tills_that_want_at_once_never_get_more_than_there_is(office: Office) -> None:
    tills = [await office.till(f"Till {number}") for number in range(6)]
    code = await office.limited_code(20)
    for till in tills:
        await till.signed_in()
    found = await asyncio.gather(*(leased(till, Want(LimitKind.USES, code, 0, 16)) for till in tills))
    assert (
        sum(grant.units for each in found for grant in each.values())
        == 20 - (await office.limit(code))["pool"]
    )


# -- allowances -------------------------------------------------------------------------------------------------


async def test_a_till_holds_its_share_of_a_budget_and_gets_more_when_half_is_gone(office: Office) -> None:
    first, second = await office.till("Till 1"), await office.till("Till 2")
    campaign = await office.campaign(benefit=percent(1_000), budget_minor=10_000)
    code = await office.code(campaign)
    share = (await leased(first))["budget", campaign.id]
    assert share.units == 2_500
    assert (await leased(second))["budget", campaign.id].units == 2_500
    first.redeem(code, lease=share.lease, units=1_200, discount_minor=1_200)
    await first.upload()
    assert await leased(first, known=(share.lease,)) == {}
    first.redeem(code, lease=share.lease, units=100, discount_minor=100)
    await first.upload()
    assert (await leased(first, known=(share.lease,)))["budget", campaign.id].units == 1_300
    assert await office.cases() == []


async def test_credit_by_hand_is_leased_where_somebody_can_sign_in(office: Office) -> None:
    till = await office.till()
    assert await leased(till) == {}
    async with office.database.network_transaction(office.network) as connection:
        await create_staff(
            connection,
            office.network,
            office.secrets,
            NewStaff(name="Mia", role=Role.SHIFT_MANAGER, pin="7391"),
        )
    share = (await leased(till))["credit", office.restaurant]
    assert share.units == 2_500
    assert (await till.ask(office.restaurant, kind=LimitKind.CREDIT, units=2_501)).reason == "allowance_spent"
    assert (await till.ask(office.restaurant + 1, kind=LimitKind.CREDIT)).reason == "wrong_restaurant"
    assert granted(await till.ask(office.restaurant, kind=LimitKind.CREDIT, units=2_500)).units == 2_500
    async with office.database.network_transaction(office.network) as connection:
        await set_credit_allowance(connection, office.network, office.restaurant, points=4_000)
        with pytest.raises(UserError, match="no restaurant"):
            await set_credit_allowance(connection, office.network, 2**40, points=1)
    assert numbers(await office.limit(office.restaurant, LimitKind.CREDIT)) == (4_000, 0, 5_000, 0, 0, 1_000)


async def test_points_come_from_the_guests_own_pool(office: Office) -> None:
    till, guest = await office.till(), await office.guest()
    async with office.database.network_transaction(office.network) as connection:
        await set_total(connection, office.network, LimitKey(LimitKind.POINTS, guest), 300)
    reply = await till.ask(guest, kind=LimitKind.POINTS, units=301)
    assert (reply.reason, reply.params) == ("not_enough_points", {"needed": "301", "balance": "300"})
    lease = await till.lease(guest, kind=LimitKind.POINTS, units=200)
    assert (await leased(till, Want(LimitKind.POINTS, guest, 0, 500), known=(lease,)))[
        "points", guest
    ].units == 50
    await office.execute("UPDATE guests SET blocked = true")
    assert (await till.ask(guest, kind=LimitKind.POINTS)).reason == "guest_blocked"
    assert (await till.ask(2**62, kind=LimitKind.POINTS)).reason == "needs_guest"


# -- risk ---------------------------------------------------------------------------------------------------------


async def test_a_till_holds_as_much_risk_as_the_campaign_says_and_only_from_contact(office: Office) -> None:
    campaign, _ = await risky(office, risk_allowance=7, risk_per_till=4)
    first, second, third = [await office.till(f"Till {number}") for number in range(3)]
    assert risk_of(campaign) == 7
    assert (await leased(first))["risk", campaign.id].units == 3
    assert (await leased(second))["risk", campaign.id].units == 2
    assert (await leased(third))["risk", campaign.id].units == 1
    assert (await third.ask(campaign.id, kind=LimitKind.RISK)).reason == "needs_office"


async def test_a_use_at_risk_takes_a_unit_that_was_left_and_gives_the_allowance_back(office: Office) -> None:
    campaign, code = await risky(office, 3)
    till = await office.till("Far", restaurant=await office.another_restaurant())
    before = await office.limit(code)
    lease = (await leased(till))["risk", campaign.id]
    risk = await office.limit(campaign.id, LimitKind.RISK)
    till.redeem(code, spends=[Spend(lease.lease, 1)], by="risk")
    assert (await till.upload()).cases == 0
    after = await office.limit(code)
    assert (after["pool"], after["spent"], after["exposure"]) == (before["pool"] - 1, 1, 0)
    settled = await office.limit(campaign.id, LimitKind.RISK)
    assert (settled["pool"], settled["outstanding"]) == (risk["pool"] + 1, risk["outstanding"] - 1)


async def test_a_use_at_risk_beyond_the_limit_is_exposure_until_the_other_unit_comes_back(
    office: Office,
) -> None:
    campaign, code = await risky(office, 1)
    holder, other = await office.till("Bar"), await office.till("Terrace")
    held = await holder.lease(code)
    lease = (await leased(other))["risk", campaign.id]
    other.redeem(code, spends=[Spend(lease.lease, 1)], by="risk")
    await other.upload()
    assert await office.cases() == ["at_risk"]
    assert numbers(await office.limit(code)) == (1, 0, 1, 1, 0, 1)
    assert (await office.limit(campaign.id, LimitKind.RISK))["spent"] == 1
    holder.close(held, spent=0)
    await holder.upload()
    assert numbers(await office.limit(code)) == (1, 0, 0, 1, 0, 0)
    assert (await holder.ask(code)).reason == "used_up"


async def test_one_unit_of_risk_covers_the_code_and_the_guest(office: Office) -> None:
    campaign, code = await risky(office, 5, max_uses_per_guest=1)
    guest, till = await office.guest(), await office.till()
    lease = (await leased(till))["risk", campaign.id]
    for _ in range(2):
        till.redeem(code, spends=[Spend(lease.lease, 1)], by="risk", guest_id=guest)
    await till.upload()
    assert await office.cases() == ["at_risk"]
    assert numbers(await office.limit(campaign.id, LimitKind.GUEST_USES, guest)) == (1, 0, 0, 2, 0, 1)


async def test_another_campaigns_risk_covers_nothing(office: Office) -> None:
    campaign, _ = await risky(office)
    code, till = await office.limited_code(3), await office.till()
    lease = (await leased(till))["risk", campaign.id]
    till.redeem(code, spends=[Spend(lease.lease, 1)], by="risk")
    await till.upload()
    assert await office.cases() == ["no_lease"]


async def test_risk_pays_no_money(office: Office) -> None:
    campaign = await office.campaign(
        policy=Policy.ALLOW_WITH_RISK, benefit=percent(1_000), budget_minor=1_000, risk_allowance=5
    )
    code, till = await office.code(campaign, max_uses=2), await office.till()
    lease = (await leased(till))["risk", campaign.id]
    till.redeem(code, spends=[Spend(lease.lease, 1)], by="risk", discount_minor=100)
    await till.upload()
    assert await office.cases() == ["no_lease"]
    assert (await office.limit(campaign.id, LimitKind.BUDGET))["exposure"] == 100


async def test_worst_case_exposure_is_what_is_booked_and_what_tills_still_hold(office: Office) -> None:
    campaign, code = await risky(office, 1, risk_allowance=10, risk_per_till=3)
    text = await office.value("SELECT code FROM codes WHERE id = $1", code)
    holder, other = await office.till("Bar"), await office.till("Terrace")
    await holder.lease(code)
    lease = (await leased(other))["risk", campaign.id]
    await leased(holder)
    assert await office.standing(text) == (0, 2, 2)
    other.redeem(code, spends=[Spend(lease.lease, 1)], by="risk")
    await other.upload()
    assert await office.standing(text) == (1, 3, 2)
    async with office.database.network_transaction(office.network) as connection:
        (found,) = await campaign_exposures(connection, office.network, campaign.id)
    assert (found.allowance, found.outstanding, found.taken, found.booked, found.worst_case) == (
        10,
        5,
        1,
        1,
        6,
    )


async def test_a_campaign_that_stops_taking_risk_asks_it_back(office: Office) -> None:
    campaign, _ = await risky(office)
    till = await office.till()
    lease = (await leased(till))["risk", campaign.id]
    safer = await office.campaign(policy=Policy.LEASED)
    async with office.database.network_transaction(office.network) as connection:
        await keep_limits(connection, office.network, safer)
        await keep_limits(
            connection, office.network, Campaign(id=campaign.id, kind=campaign.kind, name=campaign.name)
        )
    assert (await till.contact()).recall == (lease.lease,)
    till.close(lease.lease, spent=0)
    await till.upload()
    assert numbers(await office.limit(campaign.id, LimitKind.RISK)) == (0, 0, 0, 0, 0, 0)


# -- lost tills -----------------------------------------------------------------------------------------------------


async def test_a_revoked_tills_units_stay_out_until_its_journal_closes_them(office: Office) -> None:
    code = await office.limited_code(1)
    till = await office.till("Far", restaurant=await office.another_restaurant())
    lease = await till.lease(code)
    async with office.database.network_transaction(office.network) as connection:
        await revoke_till(connection, office.network, till.who.till, actor="test")
    assert numbers(await office.limit(code)) == (1, 0, 1, 0, 0, 0)
    till.close(lease, spent=0)
    await till.upload()
    assert numbers(await office.limit(code)) == (1, 1, 0, 0, 0, 0)


async def test_a_lost_tills_units_are_burnt_and_its_late_use_takes_one_of_them(office: Office) -> None:
    till = await office.till("Far", restaurant=await office.another_restaurant())
    code = await office.limited_code(2)
    lease = await till.lease(code, units=2)
    till.redeem(code, lease=lease)
    till.close(lease, spent=1)
    assert await lose(office, till) == 2
    assert numbers(await office.limit(code)) == (2, 0, 0, 0, 2, 0)
    assert await lose(office, till) == 0
    await till.upload()
    assert numbers(await office.limit(code)) == (2, 0, 0, 1, 1, 0)
    assert await office.cases() == ["lease_burnt"]


async def test_reissued_units_are_exposure_until_the_lost_journal_proves_them_unspent(office: Office) -> None:
    till = await office.till("Far", restaurant=await office.another_restaurant())
    code = await office.limited_code(2)
    other = await office.till("Near")
    lease = await till.lease(code, units=2)
    till.redeem(code, lease=lease)
    till.close(lease, spent=1)
    assert await lose(office, till, reissue=True) == 2
    assert numbers(await office.limit(code)) == (2, 2, 0, 0, 2, 2)
    for _ in range(2):
        other.redeem(code, lease=await other.lease(code))
    await other.upload()
    assert numbers(await office.limit(code)) == (2, 0, 0, 2, 2, 2)
    await till.upload()
    assert numbers(await office.limit(code)) == (2, 0, 0, 3, 0, 1)
    assert await office.cases() == ["lease_burnt"]
    assert await office.value("SELECT uses FROM codes WHERE id = $1", code) == 3


async def test_what_was_burnt_may_be_reissued_later(office: Office) -> None:
    till = await office.till("Far", restaurant=await office.another_restaurant())
    code = await office.limited_code(4)
    await till.lease(code, units=1)
    await lose(office, till)
    assert await lose(office, till, reissue=True) == 1
    limit = await office.limit(code)
    assert (limit["burnt"], limit["exposure"], limit["outstanding"]) == (1, 1, 0)
    assert await lose(office, till, reissue=True) == 0
    actions = [row["action"] for row in await office.fetch("SELECT action FROM audit ORDER BY id")]
    assert actions[-3:] == ["till.burn", "till.reissue", "till.reissue"]


async def test_an_earlier_life_is_given_up_without_the_till_that_works(office: Office) -> None:
    code = await office.limited_code(1)
    old = await office.till()
    await old.lease(code)
    new = await office.till()
    assert (await new.ask(code)).reason == "held_elsewhere"
    async with office.database.network_transaction(office.network) as connection:
        with pytest.raises(UserError, match="present life is 2"):
            await give_up(connection, office.network, new.who.till, by="Olga", incarnation=2)
        with pytest.raises(UserError, match="needs a name"):
            await give_up(connection, office.network, new.who.till, by=" ", incarnation=1)
        done = await give_up(connection, office.network, new.who.till, by="Olga", reissue=True, incarnation=1)
    assert (done.status, done.leases, done.units) == ("active", 1, 1)
    assert granted(await new.ask(code)).units == 1
    assert (await office.limit(code))["exposure"] == 1


# -- recall ---------------------------------------------------------------------------------------------------------


async def test_a_recall_ends_the_holders_long_poll_at_once(office: Office) -> None:
    code = await office.limited_code(1)
    holder, asker = await office.till("Bar"), await office.till("Terrace")
    lease = await holder.lease(code)
    page = await holder.feed(str(await office.value("SELECT feed_epoch FROM networks")), 0)
    assert not page.contact
    waiting = asyncio.create_task(holder.feed(page.epoch, page.number, wait_ms=MAX_WAIT_MS))
    assert (await asker.ask(code)).reason == "held_elsewhere"
    # Five seconds before it would end by itself.
    assert (await asyncio.wait_for(waiting, MAX_WAIT_MS / 1000 - 5)).contact
    assert (await holder.contact()).recall == (lease,)
    holder.close(lease, spent=0)
    await holder.upload()
    assert not (await holder.feed(page.epoch, page.number)).contact
    assert granted(await asker.ask(code)).units == 1


# -- limits -----------------------------------------------------------------------------------------------------------


async def test_a_lowered_limit_is_exposure_that_returning_units_take_back(office: Office) -> None:
    code = await office.limited_code(10)
    till = await office.till("Far", restaurant=await office.another_restaurant())
    held = (await office.limit(code))["outstanding"]
    lease = await till.lease(code, units=4)
    key = LimitKey(LimitKind.USES, code)
    out = held + 4
    for total, expected in ((1, (1, 0, out, 0, 0, out - 1)), (3, (3, 0, out, 0, 0, out - 3))):
        async with office.database.network_transaction(office.network) as connection:
            await set_total(connection, office.network, key, total)
        assert numbers(await office.limit(code)) == expected
    till.close(lease, spent=0)
    await till.upload()
    assert numbers(await office.limit(code))[0] == 3
    assert sum(numbers(await office.limit(code))[1:5]) == 3 + (await office.limit(code))["exposure"]
    async with office.database.network_transaction(office.network) as connection:
        with pytest.raises(ValueError, match="units"):
            await set_total(connection, office.network, key, -1)


async def test_two_registrations_of_one_guest_have_the_uses_of_one(office: Office) -> None:
    campaign = await office.campaign(max_uses_per_guest=2)
    code, till = await office.code(campaign), await office.till()
    ada, again = await office.guest("Ada"), await office.guest("Ada L.")
    for guest, uses in ((ada, 1), (again, 2)):
        lease = await till.lease(campaign.id, kind=LimitKind.GUEST_USES, guest=guest, units=uses)
        for _ in range(uses):
            till.redeem(code, lease=lease, guest_id=guest)
    await till.upload()
    async with office.database.network_transaction(office.network) as connection:
        assert await merge_guest_limits(connection, office.network, kept=ada, merged=again) == 1
    assert numbers(await office.limit(campaign.id, LimitKind.GUEST_USES, ada)) == (0, 0, 0, 1, 0, 1)
    assert (
        await till.ask(campaign.id, kind=LimitKind.GUEST_USES, guest=ada)
    ).reason == "already_used_by_guest"


async def test_a_guests_use_without_a_lease_is_counted_too(office: Office) -> None:
    campaign = await office.campaign(max_uses_per_guest=2)
    code, till, guest = await office.code(campaign), await office.till(), await office.guest()
    till.redeem(code, guest_id=guest, by="cache")
    await till.upload()
    assert await office.cases() == ["no_lease"]
    assert numbers(await office.limit(campaign.id, LimitKind.GUEST_USES, guest)) == (2, 2, 0, 1, 0, 1)


# -- campaigns that are edited ---------------------------------------------------------------------------------------


async def edited(office: Office, campaign: int, **changes: object) -> Campaign:
    async with office.database.network_transaction(office.network) as connection:
        return await edit_campaign(connection, office.network, campaign, changes)


async def test_a_lowered_budget_is_exposure_where_tills_hold_it_and_the_tills_are_told(
    office: Office,
) -> None:
    campaign = await office.campaign(budget_minor=1_000, benefit=percent(1_000))
    till = await office.till()
    replica = await replica_of(office, till)
    lease = await till.lease(campaign.id, kind=LimitKind.BUDGET, units=600)
    assert (await edited(office, campaign.id, budget_minor=100, name="Less")).budget_minor == 100
    limit = await office.limit(campaign.id, LimitKind.BUDGET)
    assert (limit["total"], limit["pool"], limit["outstanding"], limit["exposure"]) == (100, 0, 600, 500)
    await replica.catch_up()
    row = unpack(replica.living(Table.CAMPAIGN)[campaign.id], CampaignRow)
    assert (row.campaign.name, row.campaign.budget_minor) == ("Less", 100)
    await edited(office, campaign.id, budget_minor=2_000)
    limit = await office.limit(campaign.id, LimitKind.BUDGET)
    assert (limit["total"], limit["pool"], limit["exposure"]) == (2_000, 1_400, 0)
    till.close(lease, spent=0)
    await till.upload()
    assert (await office.limit(campaign.id, LimitKind.BUDGET))["pool"] == 2_000


async def test_an_edited_limit_of_each_guest_holds_for_those_who_came_before_too(office: Office) -> None:
    campaign = await office.campaign(max_uses_per_guest=2)
    code, till, other = await office.code(campaign), await office.till(), await office.till("Bar")
    came, holds, new = [await office.guest() for _ in range(3)]
    lease = await till.lease(campaign.id, kind=LimitKind.GUEST_USES, guest=came)
    till.redeem(code, lease=lease, guest_id=came)
    held = await till.lease(campaign.id, kind=LimitKind.GUEST_USES, guest=holds, units=2)
    await till.upload()
    await edited(office, campaign.id, max_uses_per_guest=1)
    assert numbers(await office.limit(campaign.id, LimitKind.GUEST_USES, came)) == (1, 0, 0, 1, 0, 0)
    assert numbers(await office.limit(campaign.id, LimitKind.GUEST_USES, holds)) == (1, 0, 2, 0, 0, 1)
    asked = await other.ask(campaign.id, kind=LimitKind.GUEST_USES, guest=came)
    assert asked.reason == "already_used_by_guest"
    assert held in (await till.contact()).recall
    till.close(held, spent=0)
    await till.upload()
    assert numbers(await office.limit(campaign.id, LimitKind.GUEST_USES, holds)) == (1, 1, 0, 0, 0, 0)
    await edited(office, campaign.id, max_uses_per_guest=3)
    assert numbers(await office.limit(campaign.id, LimitKind.GUEST_USES, came)) == (3, 2, 0, 1, 0, 0)
    assert granted(await other.ask(campaign.id, kind=LimitKind.GUEST_USES, guest=new, units=3)).units == 3


async def test_an_edit_that_takes_risk_away_asks_it_back(office: Office) -> None:
    campaign, _ = await risky(office)
    till = await office.till()
    lease = (await leased(till))["risk", campaign.id]
    assert (await edited(office, campaign.id, policy="online_only")).policy is Policy.ONLINE_ONLY
    assert (await till.contact()).recall == (lease.lease,)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": 7}, "campaign_field"),
        ({"kind": "VIP"}, "campaign_field"),
        ({"colour": "red"}, "campaign_field"),
        ({"policy": "sometimes"}, "campaign_field"),
        ({"budget_minor": "much"}, "campaign_field"),
        ({"budget_minor": -1}, "campaign_contradicts"),
        ({"starts_on": "2026-02-02", "ends_on": "2026-02-01"}, "campaign_contradicts"),
    ],
)
async def test_an_edit_that_does_not_fit_changes_nothing(
    office: Office, changes: dict[str, object], reason: str
) -> None:
    campaign = await office.campaign(budget_minor=1_000, benefit=percent(1_000))
    with pytest.raises(UserError) as refused:
        await edited(office, campaign.id, **changes)
    assert refused.value.reason == reason
    async with office.database.network_transaction(office.network) as connection:
        assert await campaign_with_id(connection, office.network, campaign.id) == campaign
    with pytest.raises(UserError) as refused:
        await edited(office, campaign.id + 1_000, name="Nobody's")
    assert refused.value.reason == "unknown_campaign"
