"""Central judges redemptions again when they arrive: by what the till knew, and only a person is told."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
import pytest

from sync.central.services.campaigns import edit_campaign
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, campaign_row
from sync.central.services.networks import switch_referral
from sync.central.services.outbox import publish
from sync.central.services.personal.erasing import Ground, erase_guest
from sync.central.services.sequencer import stamp
from sync.protocol.feed import CampaignRow, Table
from sync.protocol.payloads import SaleLine, Void
from sync.rules.campaign import Benefit, BenefitKind, Campaign, CampaignStatus, Stacking
from sync.rules.code import Kind
from tests.builders.office import NOW_MS, Office, TillPen, new_event_id, redemption, sale

pytestmark = pytest.mark.anyio

DAY_MS = 24 * 3600 * 1000
FIVE_OFF = Benefit(kind=BenefitKind.FIXED, amount_minor=500)
BATCHES = [((1, 3),), ((1, 1), (2, 3)), ((1, 2), (3, 3))]
"""First and last event of each: three events come at once, or cut in two somewhere."""
Cursor = tuple[str, int]


async def cursor(office: Office) -> Cursor:
    """Return the cursor of a till that has everything that was published until now."""
    async with office.database.network_transaction(office.network) as connection:
        while await stamp(connection, office.network):
            pass
    [row] = await office.fetch("SELECT feed_epoch, feed_head FROM networks")
    return str(row["feed_epoch"]), row["feed_head"]


async def change(office: Office, campaign: Campaign) -> None:
    """Save a campaign as the office does when somebody edits it."""
    async with office.database.network_transaction(office.network) as connection:
        record = await connection.fetchrow(
            f"UPDATE campaigns SET rules = $2, status = $3 WHERE id = $1 RETURNING {CAMPAIGN_COLUMNS}",
            campaign.id,
            msgspec.to_builtins(campaign),
            campaign.status.value,
        )
        await publish(connection, office.network, Table.CAMPAIGN, campaign.id, campaign_row(record))


async def differences(office: Office) -> list[tuple[str, str]]:
    """Return what the till said and what the office says, of each case."""
    rows = await office.fetch("SELECT detail FROM cases WHERE kind = 'rule_difference' ORDER BY id")
    return [(row["detail"]["till_said"], row["detail"]["office_says"]) for row in rows]


async def judged(office: Office) -> list[str]:
    rows = await office.fetch("SELECT judged FROM redemptions ORDER BY at, event")
    return [row["judged"] for row in rows]


def use(till: TillPen, code: int, at: Cursor, *, after_ms: int = 0, **fields: Any) -> UUID:
    seq = len(till.events) + 1
    return till.write(redemption(code, **fields), cursor=at, trusted_ms=NOW_MS + after_ms + seq)


async def test_a_use_that_the_rules_allow_agrees_and_one_that_they_do_not_is_taken_with_a_case(
    office: Office,
) -> None:
    open_now = await office.code(await office.campaign(ends_on="2099-12-31", zone="UTC"))
    over = await office.code(await office.campaign(ends_on="2025-01-01", zone="UTC"))
    till = await office.till()
    at = await cursor(office)
    use(till, open_now, at)
    event = use(till, over, at)
    assert (await till.upload()).cases == 1
    assert await judged(office) == ["agrees", "differs"]
    assert await differences(office) == [("ok", "ended")]
    [case] = await office.fetch("SELECT event, detail FROM cases")
    assert case["event"] == event
    assert case["detail"]["params"] == {"ends": "2025-01-01"}
    assert await office.value("SELECT sum(uses) FROM codes") == 2


@pytest.mark.parametrize(
    ("rules", "office_says"),
    [
        ({"restaurants": (2**40,)}, "wrong_restaurant"),
        ({"needs_guest": True}, "needs_guest"),
        ({"min_basket_minor": 5_000}, "min_basket"),
        ({"currency": "USD", "min_basket_minor": 1}, "wrong_currency"),
        ({"status": CampaignStatus.PAUSED}, "campaign_paused"),
        ({"active_hours": (), "starts_on": "2099-01-01"}, "not_started"),
    ],
)
async def test_every_sort_of_rule_is_looked_at(
    office: Office, rules: dict[str, Any], office_says: str
) -> None:
    code = await office.code(await office.campaign(**rules))
    till = await office.till()
    use(till, code, await cursor(office), basket_minor=1_250, currency="EUR")
    await till.upload()
    assert await differences(office) == [("ok", office_says)]


async def test_what_was_given_is_compared_on_the_bill_that_came_with_it(office: Office) -> None:
    code = await office.code(await office.campaign(benefit=FIVE_OFF, items_included=("tea",)))
    till = await office.till()
    at = await cursor(office)
    lines = (SaleLine(amount_minor=900, item="soup"), SaleLine(amount_minor=300, item="tea"))
    for given in (300, 500):
        event = new_event_id()
        its = use(till, code, at, basket_minor=1_200, currency="EUR", discount_minor=given, sale=event)
        till.write(
            sale(lines=lines, total_minor=1_200, discount_minor=given, redemptions=(its,)), event=event
        )
    await till.upload()
    assert await judged(office) == ["agrees", "differs"]
    [case] = await office.fetch("SELECT detail FROM cases")
    assert case["detail"]["till_gave"] == {"discount_minor": "500", "points": "0"}
    assert case["detail"]["office_gives"] == {"discount_minor": "300", "points": "0"}


async def test_codes_of_one_bill_are_priced_together_and_must_be_allowed_to_stand_together(
    office: Office,
) -> None:
    half = Benefit(kind=BenefitKind.PERCENT, percent_bp=5_000)
    together = [
        await office.code(await office.campaign(benefit=benefit, stacking=Stacking.COMBINABLE))
        for benefit in (half, FIVE_OFF)
    ]
    alone = await office.code(await office.campaign(benefit=FIVE_OFF))
    till = await office.till()
    at = await cursor(office)

    def bill(*gives: tuple[int, int]) -> None:
        event, total = new_event_id(), sum(given for _, given in gives)
        its = tuple(
            use(till, code, at, basket_minor=1_250, currency="EUR", discount_minor=given, sale=event)
            for code, given in gives
        )
        till.write(sale(discount_minor=total, paid_minor=1_250 - total, redemptions=its), event=event)

    bill((together[0], 625), (together[1], 500))
    bill((together[0], 625), (alone, 500))
    await till.upload()
    assert await judged(office) == ["agrees", "agrees", "differs", "differs"]
    assert await differences(office) == [("ok", "not_combinable")] * 2


async def test_a_sale_that_arrives_in_another_batch_leaves_only_its_sum_to_judge(office: Office) -> None:
    sums = await office.code(await office.campaign(benefit=FIVE_OFF, min_basket_minor=2_000))
    items = await office.code(await office.campaign(benefit=FIVE_OFF, items_included=("tea",)))
    till = await office.till()
    at = await cursor(office)
    for code in (sums, items):
        use(till, code, at, basket_minor=1_250, currency="EUR", discount_minor=77, sale=new_event_id())
    await till.upload()
    assert await judged(office) == ["differs", "agrees"]
    assert await differences(office) == [("ok", "min_basket")]


async def test_a_change_that_the_till_did_not_know_is_no_difference(office: Office) -> None:
    campaign = await office.campaign(zone="UTC")
    code = await office.code(campaign)
    till = await office.till()
    before = await cursor(office)
    await change(office, replace(campaign, ends_on="2025-01-01"))
    after = await cursor(office)
    use(till, code, before)
    use(till, code, after)
    await till.upload()
    assert await judged(office) == ["agrees", "differs"]
    assert await differences(office) == [("ok", "ended")]


async def test_a_change_that_nobody_has_numbered_yet_is_one_that_no_till_knows(office: Office) -> None:
    campaign = await office.campaign(zone="UTC", ends_on="2025-01-01")
    code = await office.code(campaign)
    till = await office.till()
    known = await cursor(office)
    await change(office, replace(campaign, ends_on=None))
    use(till, code, known)
    await till.upload()
    assert await differences(office) == [("ok", "ended")]


async def test_what_the_till_knew_and_is_not_kept_is_not_judged_and_says_so(office: Office) -> None:
    campaign = await office.campaign(zone="UTC")
    code = await office.code(campaign)
    till = await office.till()
    known = await cursor(office)
    await change(office, replace(campaign, ends_on="2025-01-01"))
    newest = await cursor(office)
    await office.execute("DELETE FROM outbox WHERE number <= $1", known[1])
    use(till, code, known)
    await office.execute("DELETE FROM outbox")
    use(till, code, (known[0], known[1] - 1))
    use(till, code, ("another life", 5))
    use(till, code, newest, rules_version=2)
    await till.upload()
    assert await judged(office) == ["changed_since", "changed_since", "other_epoch", "other_rules"]
    assert await office.cases() == []


async def test_a_guest_is_judged_as_the_till_knew_them_or_believed(office: Office) -> None:
    code = await office.code(await office.campaign(tiers=("GOLD",)))
    gold, bronze = await office.guest(tier="GOLD"), await office.guest("Bob", tier="BRONZE")
    till = await office.till()
    at = await cursor(office)
    use(till, code, at, guest_id=gold)
    use(till, code, at, guest_id=bronze)
    await till.upload()
    assert await judged(office) == ["agrees", "differs"]
    assert await differences(office) == [("ok", "wrong_tier")]
    use(till, code, at, guest_id=2**40)
    await till.upload(3)
    assert (await judged(office))[-1] == "but_guest"


async def test_a_person_who_decided_what_the_till_asked_makes_no_difference(office: Office) -> None:
    code = await office.code(await office.campaign(ends_on="2025-01-01", zone="UTC"))
    till = await office.till()
    use(till, code, await cursor(office), outcome="ask", reason="ended")
    await till.upload()
    assert await judged(office) == ["agrees"]


@pytest.mark.parametrize("batches", BATCHES, ids=str)
async def test_a_referral_code_that_one_person_used_at_two_tills_is_a_case_but_not_after_a_void(
    office: Office, batches: tuple[tuple[int, int], ...]
) -> None:
    async with office.database.network_transaction(office.network) as connection:
        await switch_referral(connection, office.network, enabled=True)
    code = await office.code(await office.campaign(kind=Kind.REFERRAL))
    guest, other = await office.guest("Ada"), await office.guest("Bob")
    first, second = await office.till("First"), await office.till("Second")
    at = await cursor(office)
    event = use(first, code, at, guest_id=guest, code_kind="REFERRAL")
    first.write(Void(receipt=1, original=event, reason="mistake", guest_id=guest))
    use(first, code, at, guest_id=guest, code_kind="REFERRAL")
    for since, until in batches:
        await first.upload(since, until)
    assert await differences(office) == []
    use(second, code, at, guest_id=other, code_kind="REFERRAL")
    use(second, code, at, guest_id=guest, code_kind="REFERRAL")
    await second.upload()
    assert await differences(office) == [("ok", "already_used_by_guest")]


async def test_a_friends_code_that_ended_with_its_owners_erasure_is_not_judged_by_what_it_is_since(
    office: Office,
) -> None:
    async with office.database.network_transaction(office.network) as connection:
        await switch_referral(connection, office.network, enabled=True)
    owner, guest = await office.guest("Ada"), await office.guest("Bob")
    code = await office.code(await office.campaign(kind=Kind.REFERRAL), holder_guest_id=owner)
    till = await office.till()
    use(till, code, await cursor(office), guest_id=guest, code_kind="REFERRAL")
    async with office.database.network_transaction(office.network) as connection:
        await erase_guest(
            connection, office.secrets, office.network, owner, ground=Ground.ASKED, actor="staff:1"
        )
    await till.upload()
    assert await differences(office) == []
    assert await judged(office) == ["changed_since"]


async def test_referral_codes_at_a_till_that_had_not_heard_that_they_are_off_are_no_difference(
    office: Office,
) -> None:
    owner, guest = await office.guest("Olga"), await office.guest()
    code = await office.code(await office.campaign(kind=Kind.REFERRAL), holder_guest_id=owner)
    till = await office.till()
    before = await cursor(office)
    async with office.database.network_transaction(office.network) as connection:
        await switch_referral(connection, office.network, enabled=False)
    after = await cursor(office)
    other = await office.guest("Bob")
    use(till, code, before, guest_id=guest)
    use(till, code, after, guest_id=other)
    await till.upload()
    assert await differences(office) == [("ok", "referral_disabled")]


# -- limits by day --------------------------------------------------------------------------------------------


async def day_uses(office: Office) -> dict[tuple[int, str], int]:
    rows = await office.fetch("SELECT guest_id, day, uses FROM day_uses")
    return {(row["guest_id"], row["day"].isoformat()): row["uses"] for row in rows}


async def test_uses_of_several_tills_count_together_and_each_beyond_the_days_limit_is_a_case(
    office: Office,
) -> None:
    code = await office.code(await office.campaign(max_uses_per_day=2, zone="UTC"))
    first, second = await office.till("First"), await office.till("Second")
    at = await cursor(office)
    for till, uses in ((first, 1), (second, 3)):
        for _ in range(uses):
            use(till, code, at)
    use(second, code, at, after_ms=DAY_MS)
    await first.upload()
    assert await differences(office) == []
    await second.upload()
    assert await differences(office) == [("ok", "used_up_today")] * 2
    assert await day_uses(office) == {(0, "2025-10-09"): 4, (0, "2025-10-10"): 1}


async def test_a_limit_by_day_and_guest_counts_each_guest_for_themselves(office: Office) -> None:
    code = await office.code(await office.campaign(max_uses_per_guest_per_day=1, zone="UTC"))
    ada, bob = await office.guest("Ada"), await office.guest("Bob")
    till = await office.till()
    at = await cursor(office)
    for guest in (ada, bob, ada):
        use(till, code, at, guest_id=guest)
    await till.upload()
    assert await differences(office) == [("ok", "guest_limit_today")]
    assert await day_uses(office) == {(0, "2025-10-09"): 3, (ada, "2025-10-09"): 2, (bob, "2025-10-09"): 1}


@pytest.mark.parametrize("batches", BATCHES, ids=str)
@pytest.mark.parametrize("rules", [{"max_uses_per_day": 1}, {"max_uses_per_guest_per_day": 1}], ids=str)
async def test_what_a_cashier_undoes_and_makes_again_was_used_once_that_day(
    office: Office, rules: dict[str, int], batches: tuple[tuple[int, int], ...]
) -> None:
    """However it comes: in one piece after hours offline, or cut between any two events."""
    code = await office.code(await office.campaign(zone="UTC", **rules))
    guest = await office.guest("Ada")
    till = await office.till()
    at = await cursor(office)
    event = use(till, code, at, guest_id=guest)
    till.write(Void(receipt=1, original=event, reason="mistake"))
    use(till, code, at, guest_id=guest)
    for first, last in batches:
        await till.upload(first, last)
    assert await differences(office) == []
    assert await day_uses(office) == {(0, "2025-10-09"): 1, (guest, "2025-10-09"): 1}
    # What comes behind it is a second use all the same.
    use(till, code, at, guest_id=guest)
    await till.upload(4)
    assert len(await differences(office)) == 1


async def test_undoing_somebody_elses_use_leaves_room_to_nobody_twice(office: Office) -> None:
    code = await office.code(await office.campaign(max_uses_per_day=2, zone="UTC"))
    first, second = await office.till("First"), await office.till("Second")
    at = await cursor(office)
    event = use(first, code, at)
    use(first, code, at)
    await first.upload()
    second.write(Void(receipt=1, original=event, reason="mistake"))
    use(second, code, at)
    await second.upload()
    assert await differences(office) == []
    first.write(Void(receipt=1, original=event, reason="mistake"))
    use(first, code, at)
    await first.upload(3)
    assert await differences(office) == [("ok", "used_up_today")]


async def test_every_till_is_told_once_that_the_limit_of_this_very_day_is_reached(office: Office) -> None:
    campaign = await office.campaign(max_uses_per_day=2, zone="UTC")
    code = await office.code(campaign)
    till = await office.till()
    at = await cursor(office)
    now_ms = office.database.clock.now_ms()
    for _ in range(3):
        use(till, code, at, after_ms=now_ms - NOW_MS)
    use(till, code, at)
    use(till, code, at)
    await till.upload()
    rows = await office.fetch("SELECT row FROM outbox WHERE tab = 'campaign' ORDER BY id")
    told = [msgspec.msgpack.decode(row["row"], type=CampaignRow).campaign.used_up_on for row in rows]
    today = await office.value("SELECT used_up_on FROM campaigns WHERE id = $1", campaign.id)
    assert told == [None, today.isoformat()]


async def used_up_on(office: Office) -> str | None:
    """Return what the newest row of the one campaign tells the tills."""
    rows = await office.fetch("SELECT row FROM outbox WHERE tab = 'campaign' ORDER BY version DESC LIMIT 1")
    return msgspec.msgpack.decode(rows[0]["row"], type=CampaignRow).campaign.used_up_on


async def test_every_till_is_told_that_there_is_room_again_when_a_use_of_today_is_undone(
    office: Office,
) -> None:
    campaign = await office.campaign(max_uses_per_day=1, zone="UTC")
    code = await office.code(campaign)
    till = await office.till()
    at = await cursor(office)
    now_ms = office.database.clock.now_ms()
    event = use(till, code, at, after_ms=now_ms - NOW_MS)
    await till.upload()
    assert await used_up_on(office) is not None
    till.write(Void(receipt=1, original=event, reason="mistake"))
    await till.upload(2)
    assert await used_up_on(office) is None
    use(till, code, at, after_ms=now_ms - NOW_MS)
    await till.upload(3)
    assert await used_up_on(office) is not None
    assert await differences(office) == []


async def test_every_till_is_told_what_another_daily_limit_makes_of_the_uses_of_today(office: Office) -> None:
    campaign = await office.campaign(max_uses_per_day=2, zone="UTC")
    code = await office.code(campaign)
    till = await office.till()
    at = await cursor(office)
    now_ms = office.database.clock.now_ms()
    for _ in range(2):
        use(till, code, at, after_ms=now_ms - NOW_MS)
    await till.upload()
    said = [await used_up_on(office)]
    for most in (3, 2, None, 1):
        async with office.database.network_transaction(office.network) as connection:
            await edit_campaign(connection, office.network, campaign.id, {"max_uses_per_day": most})
        said.append(await used_up_on(office))
    today = said[0]
    assert today is not None
    assert said == [today, None, today, None, today]
