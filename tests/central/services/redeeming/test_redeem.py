"""Uses without a till: judged by the rules, counted once, taken from the limits that tills lease from."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar

from sync.central.clock import SYSTEM_CLOCK, moment
from sync.central.services.campaigns import edit_campaign
from sync.central.services.refusal import Refusal
from sync.protocol.leases import LimitKind
from sync.protocol.problems import ProblemType
from sync.rules.campaign import Benefit, BenefitKind, CampaignStatus
from sync.rules.code import Kind
from sync.rules.reasons import Reason
from tests.builders.asking import asking, bill, look, use, use_again
from tests.builders.office import Office, new_office

pytestmark = pytest.mark.anyio

TENTH = Benefit(kind=BenefitKind.PERCENT, percent_bp=1000)


async def test_a_use_takes_a_unit_and_is_stored_with_what_was_answered(office: Office) -> None:
    code = await office.limited_code(3, text="SUMMER-24")
    answer = await use(office, " summer 24 ", order_id=77, staff=5)
    assert (answer.reason, answer.replayed) == ("ok", False)
    assert answer.code is not None
    assert (answer.code.id, answer.code.code, answer.code.uses, answer.code.max_uses) == (
        code,
        "SUMMER-24",
        1,
        3,
    )
    assert await office.limit(code) == {
        "total": 3, "pool": 2, "outstanding": 0, "spent": 1, "burnt": 0, "exposure": 0,
    }  # fmt: skip
    (row,) = await office.fetch("SELECT * FROM redemptions")
    assert (row["event"], row["order_id"], row["staff_id"], row["by"]) == (answer.operation, 77, 5, "online")
    assert (row["till_id"], row["restaurant_id"], row["uses_after"]) == (None, None, 1)


async def test_the_same_operation_is_done_once_and_answered_the_same(office: Office) -> None:
    code = await office.limited_code(3, text="ONCE-1")
    asked = asking(office, "ONCE-1", order_id=1)
    first = await use_again(office, asked)
    await use(office, "ONCE-1")
    again = await use_again(office, asked)
    assert again.replayed
    assert again.code == first.code
    assert (await office.limit(code))["spent"] == 2


async def test_what_was_refused_stays_refused_under_its_operation(office: Office) -> None:
    campaign = await office.campaign(status=CampaignStatus.PAUSED)
    await office.code(campaign, text="LATER-1")
    asked = asking(office, "LATER-1")
    assert (await use_again(office, asked)).reason == Reason.CAMPAIGN_PAUSED
    async with office.database.network_transaction(office.network) as connection:
        await edit_campaign(connection, office.network, campaign.id, {"status": "active"})
    again = await use_again(office, asked)
    assert (again.reason, again.replayed) == (Reason.CAMPAIGN_PAUSED, True)
    assert (await use(office, "LATER-1")).accepted


async def test_another_request_under_the_same_operation_is_a_mistake(office: Office) -> None:
    await office.limited_code(3, text="FIRST-1")
    operation = uuid4()
    await use(office, "FIRST-1", operation=operation)
    with pytest.raises(Refusal) as refused:
        await use(office, "FIRST-1", operation=operation, order_id=2)
    assert refused.value.problem is ProblemType.KEY_REUSED
    assert await office.value("SELECT count(*) FROM redemptions") == 1


async def test_an_unknown_code_is_an_attempt_without_its_text(office: Office) -> None:
    assert (await use(office, "NO-SUCH-CODE")).reason == Reason.UNKNOWN_CODE
    (row,) = await office.fetch("SELECT * FROM attempts")
    assert (row["reason"], row["code_id"], row["till_id"]) == ("unknown_code", None, None)
    assert b"NO" not in row["digest"]


async def test_a_code_of_another_kind_is_unknown_to_a_caller_of_one_kind(office: Office) -> None:
    await office.code(await office.campaign(kind=Kind.PROMO), text="PROMO-1")
    assert (await use(office, "PROMO-1", kinds=frozenset({Kind.VIP}))).reason == Reason.UNKNOWN_CODE


async def test_the_last_use_is_told_to_the_tills_and_the_next_is_refused(office: Office) -> None:
    code = await office.limited_code(1, text="LAST-1")
    outbox = "SELECT count(*) FROM outbox WHERE tab = 'code' AND subject = $1"
    before = await office.value(outbox, code)
    assert (await use(office, "LAST-1")).accepted
    assert await office.value(outbox, code) == before + 1
    assert (await use(office, "LAST-1")).reason == Reason.USED_UP
    assert await office.value("SELECT uses FROM codes WHERE id = $1", code) == 1


async def test_many_callers_on_one_limit_use_it_up_and_no_further(office: Office) -> None:
    code = await office.limited_code(5, text="HOT-1")
    answers = await asyncio.gather(*(use(office, "HOT-1") for _ in range(20)))
    assert sorted(answer.code.uses for answer in answers if answer.accepted and answer.code) == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert {answer.reason for answer in answers} == {"ok", "used_up"}
    assert (await office.limit(code))["spent"] == 5


async def test_one_operation_sent_many_times_at_once_is_done_once(office: Office) -> None:
    code = await office.limited_code(9, text="TWICE-1")
    asked = asking(office, "TWICE-1")
    answers = await asyncio.gather(*(use_again(office, asked) for _ in range(8)))
    assert {answer.code.uses for answer in answers if answer.code} == {1}
    assert sum(not answer.replayed for answer in answers) == 1
    assert (await office.limit(code))["spent"] == 1


async def test_a_unit_that_a_till_holds_is_refused_with_its_place_and_asked_back(office: Office) -> None:
    code = await office.limited_code(1, text="HELD-1")
    till = await office.till("Till 1")
    lease = await till.lease(code)
    looked = await look(office, "HELD-1")
    assert (looked.reason, looked.params) == (Reason.HELD_ELSEWHERE, {"where": "Old Town, Till 1"})
    refused = await use(office, "HELD-1")
    assert refused.reason == Reason.HELD_ELSEWHERE
    assert await office.value("SELECT recall FROM leases WHERE id = $1", lease) is True
    till.close(lease, spent=0)
    await till.upload()
    assert (await use(office, "HELD-1")).accepted


async def test_a_guest_has_their_own_uses_of_a_campaign(office: Office) -> None:
    campaign = await office.campaign(max_uses_per_guest=2)
    await office.code(campaign, text="MINE-1")
    guest = await office.guest()
    assert (await use(office, "MINE-1")).reason == Reason.NEEDS_GUEST
    answers = await asyncio.gather(*(use(office, "MINE-1", guest=guest) for _ in range(5)))
    assert sorted(answer.reason for answer in answers) == ["already_used_by_guest"] * 3 + ["ok"] * 2
    limit = await office.limit(campaign.id, LimitKind.GUEST_USES, guest)
    assert (limit["pool"], limit["spent"]) == (0, 2)


async def test_a_budget_pays_discounts_as_long_as_it_lasts(office: Office) -> None:
    campaign = await office.campaign(benefit=TENTH, budget_minor=250)
    await office.code(campaign, text="TENTH-1")
    first = await use(office, "TENTH-1", basket=bill(2000))
    assert (first.reason, first.discount_minor) == ("ok", 200)
    second = await use(office, "TENTH-1", basket=bill(2000))
    assert (second.reason, second.params) == (Reason.BUDGET_SPENT, {"left": "0.50 EUR"})
    assert (await office.limit(campaign.id, LimitKind.BUDGET))["spent"] == 200


async def test_a_limit_by_day_holds_for_callers_at_once_and_is_told_to_tills(office: Office) -> None:
    campaign = await office.campaign(max_uses_per_day=3)
    await office.code(campaign, text="DAILY-1")
    answers = await asyncio.gather(*(use(office, "DAILY-1") for _ in range(8)))
    assert sorted(answer.reason for answer in answers) == ["ok"] * 3 + ["used_up_today"] * 5
    assert await office.value("SELECT used_up_on FROM campaigns WHERE id = $1", campaign.id) is not None
    assert await office.value("SELECT uses FROM day_uses WHERE guest_id = 0") == 3


async def test_a_referral_code_counts_once_for_each_person_even_at_the_same_moment(office: Office) -> None:
    owner, guest = await office.guest("Owner"), await office.guest("Friend")
    campaign = await office.campaign(kind=Kind.REFERRAL)
    await office.code(campaign, text="FRIEND1", holder_guest_id=owner)
    await office.execute("UPDATE networks SET referral_enabled = true")
    answers = await asyncio.gather(*(use(office, "FRIEND1", guest=guest) for _ in range(4)))
    assert sorted(answer.reason for answer in answers) == ["already_used_by_guest"] * 3 + ["ok"]
    assert (await use(office, "FRIEND1", guest=owner)).reason == Reason.OWN_CODE


async def test_a_restored_office_gives_no_units_until_tills_have_listed_theirs(office: Office) -> None:
    await office.limited_code(3, text="WAIT-1")
    await office.execute("UPDATE networks SET issuing = false")
    assert (await use(office, "WAIT-1")).reason == Reason.NEEDS_OFFICE
    await office.execute("UPDATE networks SET issuing = true")
    assert (await use(office, "WAIT-1")).accepted


async def test_looking_uses_nothing(office: Office) -> None:
    code = await office.limited_code(1, text="LOOK-1")
    for _ in range(2):
        assert (await look(office, "LOOK-1")).accepted
    assert (await office.limit(code))["spent"] == 0
    assert await office.value("SELECT count(*) FROM attempts") == 0


async def test_archiving_a_code_and_using_it_at_once_end_in_one_order(office: Office) -> None:
    code = await office.code(await office.campaign(), text="ARCHIVE-1")

    async def archive() -> None:
        await office.execute(
            "UPDATE codes SET status = 'archived', version = version + 1 WHERE id = $1", code
        )

    answers = await asyncio.gather(archive(), *(use(office, "ARCHIVE-1") for _ in range(6)))
    used = sum(answer.accepted for answer in answers[1:] if answer is not None)
    assert await office.value("SELECT uses FROM codes WHERE id = $1", code) == used
    assert (await use(office, "ARCHIVE-1")).reason == Reason.ARCHIVED


async def test_another_networks_code_is_unknown(
    office: Office, central: tuple[Litestar, httpx.AsyncClient]
) -> None:
    other = await new_office(*central)
    await other.limited_code(3, text="THEIRS-1")
    assert (await use(office, "THEIRS-1")).reason == Reason.UNKNOWN_CODE


async def test_an_expired_code_is_refused_with_its_time(office: Office) -> None:
    past = moment(SYSTEM_CLOCK) - timedelta(hours=1)
    await office.code(await office.campaign(), text="OLD-1", expires_at=past)
    answer = await use(office, "OLD-1")
    assert answer.reason == Reason.EXPIRED
    assert "expired" in answer.params
    assert isinstance(answer.operation, UUID)
    assert answer.said().sentence
