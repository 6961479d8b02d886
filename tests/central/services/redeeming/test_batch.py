"""Uses decided together are answered as if each had come alone."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from sync.central.clock import SYSTEM_CLOCK, moment
from sync.central.services.campaigns import edit_campaign
from sync.central.services.redeeming.asking import Asked, Redeemed
from sync.central.services.redeeming.batch import decide
from sync.central.services.redeeming.gatherer import Gatherer
from sync.central.services.redeeming.looking import look_at
from sync.central.services.redeeming.offers import Offers
from sync.central.services.redeeming.raced import RacedError
from sync.central.services.redeeming.redeem import redeem_alone
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.campaign import Benefit, BenefitKind, Campaign, CampaignStatus
from sync.rules.code import Kind
from tests.builders.asking import asking, look
from tests.builders.office import Office
from tests.builders.patience import LONG_S

pytestmark = pytest.mark.anyio

TENTH = Benefit(kind=BenefitKind.PERCENT, percent_bp=1000)


async def decide_all(
    office: Office, batch: Sequence[Asked], offers: Offers | None = None
) -> list[Redeemed | None]:
    async with office.database.network_transaction(office.network) as connection:
        return await decide(connection, office.secrets, offers or Offers(), office.network, batch)


def gatherer(office: Office, at_once: int = 3) -> Gatherer:
    offers = Offers()

    async def together(
        connection: asyncpg.Connection, network: int, batch: Sequence[Asked]
    ) -> list[Redeemed | None]:
        return await decide(connection, office.secrets, offers, network, batch)

    return Gatherer(
        office.database, together, partial(redeem_alone, office.database, office.secrets), at_once=at_once
    )


async def codes_of_every_sort(office: Office) -> list[str]:
    """Make codes in every state that a code and its campaign can have, with and without a limit, used or not."""
    now = moment(SYSTEM_CLOCK)
    campaigns: list[Campaign] = [
        await office.campaign(kind=Kind.VIP),
        await office.campaign(kind=Kind.VIP, status=CampaignStatus.PAUSED),
        await office.campaign(kind=Kind.VIP, ends_on="2020-01-01"),
        await office.campaign(kind=Kind.VIP, needs_guest=True),
        await office.campaign(kind=Kind.VIP, restaurants=(office.restaurant,)),
    ]
    texts = []
    for number, (campaign, status, limit, days) in enumerate(
        product(campaigns, ("active", "inactive", "expired", "archived"), (None, 1, 2), (None, -1, 1))
    ):
        text = f"SORT-{number}"
        code = await office.code(
            campaign,
            text=text,
            max_uses=limit,
            expires_at=None if days is None else now + timedelta(days=days),
        )
        if limit == 1:
            await office.execute("UPDATE codes SET uses = 1 WHERE id = $1", code)
            await office.execute(
                "UPDATE limits SET pool = 0, spent = 1 WHERE kind = 'uses' AND subject = $1", code
            )
        await office.execute("UPDATE codes SET status = $2 WHERE id = $1", code, status)
        texts.append(text)
    return texts


async def test_codes_in_every_state_are_answered_as_the_rules_answer_them(office: Office) -> None:
    texts = [*await codes_of_every_sort(office), "NOBODYS"]
    expected = [await look(office, text) for text in texts]
    answers: list[Redeemed | None] = []
    for start in range(0, len(texts), 64):
        answers += await decide_all(office, [asking(office, text) for text in texts[start : start + 64]])
    assert [(a.reason, dict(a.params)) for a in answers if a] == [
        (a.reason, dict(a.params)) for a in expected
    ]
    assert len({answer.reason for answer in answers if answer}) >= 8
    used = await office.fetch(
        "SELECT id FROM codes WHERE uses = 1 AND max_uses IS DISTINCT FROM 1 ORDER BY id"
    )
    accepted = [answer.code.id for answer in expected if answer.accepted and answer.code]
    assert [row["id"] for row in used] == accepted
    assert await office.value("SELECT count(*) FROM attempts") == len(texts) - len(accepted)


async def test_looks_together_are_looks_alone(office: Office) -> None:
    texts = [*await codes_of_every_sort(office), "NOBODYS"]
    expected = [await look(office, text) for text in texts]
    async with office.database.network_transaction(office.network) as connection:
        answers = await look_at(
            connection, Offers(), office.network, [asking(office, text) for text in texts]
        )
    assert [(a.reason, a.params, a.code) for a in answers if a] == [
        (a.reason, a.params, a.code) for a in expected
    ]


async def test_uses_of_one_code_are_numbered_and_get_what_is_left(office: Office) -> None:
    code = await office.limited_code(3, text="THREE-1")
    other = await office.limited_code(9, text="NINE-1")
    answers = await decide_all(
        office,
        [asking(office, text) for text in ("THREE-1", "NINE-1", "THREE-1", "THREE-1", "THREE-1", "NINE-1")],
    )
    assert [a.code.uses for a in answers if a and a.accepted and a.code] == [1, 1, 2, 3, 2]
    assert answers[4] is not None
    assert answers[4].reason == "used_up"
    assert ((await office.limit(code))["spent"], (await office.limit(other))["spent"]) == (3, 2)
    assert await office.value("SELECT count(*) FROM outbox WHERE tab = 'code' AND subject = $1", code) == 2


async def test_a_campaign_that_was_paused_is_seen_at_once(office: Office) -> None:
    campaign = await office.campaign()
    await office.code(campaign, text="SEEN-1")
    offers = Offers()
    (first,) = await decide_all(office, [asking(office, "SEEN-1")], offers)
    async with office.database.network_transaction(office.network) as connection:
        await edit_campaign(connection, office.network, campaign.id, {"status": "paused"})
    (second,) = await decide_all(office, [asking(office, "SEEN-1")], offers)
    assert first is not None
    assert second is not None
    assert (first.reason, second.reason) == ("ok", "campaign_paused")


@pytest.mark.parametrize("rules", [{"budget_minor": 100, "benefit": TENTH}, {"max_uses_per_day": 5}])
async def test_what_takes_more_than_a_unit_of_its_code_is_left_to_the_general_way(
    office: Office, rules: dict[str, Any]
) -> None:
    await office.code(await office.campaign(**rules), text="MORE-1")
    assert await decide_all(office, [asking(office, "MORE-1")]) == [None]


async def test_a_unit_that_a_till_holds_is_left_to_the_general_way(office: Office) -> None:
    code = await office.limited_code(1, text="AWAY-1")
    till = await office.till("Till 9")
    await till.lease(code)
    assert await decide_all(office, [asking(office, "AWAY-1")]) == [None]
    answer = await gatherer(office).ask(asking(office, "AWAY-1"))
    assert answer.reason == "held_elsewhere"


async def test_an_operation_decided_elsewhere_at_the_same_moment_undoes_the_batch(office: Office) -> None:
    code = await office.limited_code(5, text="RACE-1")
    asked = asking(office, "RACE-1")
    async with office.database.network_transaction(office.network) as first:
        await decide(first, office.secrets, Offers(), office.network, [asked])
        racing = asyncio.create_task(decide_all(office, [asked, asking(office, "RACE-1")]))
        # It has looked, found nothing, and waits for the limit that the first one holds.
        async with asyncio.timeout(LONG_S):
            while not await first.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            ):
                pass
    with pytest.raises(RacedError):
        await racing
    assert (await office.limit(code))["spent"] == 1


async def test_a_thousand_callers_use_what_there_is_and_no_more(office: Office) -> None:
    codes = [await office.limited_code(50, text=f"CROWD-{number}") for number in range(4)]
    line = gatherer(office)
    answers = await asyncio.gather(*(line.ask(asking(office, f"CROWD-{n % 4}")) for n in range(400)))
    assert sum(answer.accepted for answer in answers) == 200
    assert {answer.reason for answer in answers} == {"ok", "used_up"}
    for code in codes:
        counts = sorted(a.code.uses for a in answers if a.accepted and a.code and a.code.id == code)
        assert counts == list(range(1, 51))
        assert (await office.limit(code))["spent"] == 50


async def test_the_same_operation_many_times_at_once_is_done_once(office: Office) -> None:
    code = await office.limited_code(50, text="SAME-1")
    asked = asking(office, "SAME-1")
    lines = [gatherer(office), gatherer(office)]
    answers = await asyncio.gather(*(lines[n % 2].ask(asked) for n in range(10)))
    assert {answer.code.uses for answer in answers if answer.code} == {1}
    assert (await office.limit(code))["spent"] == 1


async def test_another_request_under_a_key_is_refused_and_the_others_go_on(office: Office) -> None:
    await office.limited_code(50, text="KEYED-1")
    operation = uuid4()
    line = gatherer(office)
    await line.ask(asking(office, "KEYED-1", operation=operation))
    wrong = asking(office, "KEYED-1", operation=operation, order_id=4)
    first, second = await asyncio.gather(
        line.ask(wrong), line.ask(asking(office, "KEYED-1")), return_exceptions=True
    )
    assert isinstance(first, Refusal)
    assert first.problem is ProblemType.KEY_REUSED
    assert isinstance(second, Redeemed)
    assert second.accepted


async def test_an_error_of_the_database_reaches_everybody_who_waits(office: Office) -> None:
    async def broken(*_: object) -> list[Redeemed | None]:
        raise ConnectionResetError

    line = Gatherer(office.database, broken, partial(redeem_alone, office.database, office.secrets))
    answers = await asyncio.gather(
        *(line.ask(asking(office, "ANY-1")) for _ in range(3)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [ConnectionResetError] * 3
