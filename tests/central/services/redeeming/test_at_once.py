"""The one statement for what is in perfect order gives what the general way gives, and touches nothing else."""

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import asyncpg
import pytest

from sync.central.services.campaigns import edit_campaign
from sync.central.services.redeeming.asking import Asked, Redeemed
from sync.central.services.redeeming.at_once import AT_ONCE, take_at_once
from sync.central.services.redeeming.batch import decide
from sync.central.services.redeeming.gatherer import Gatherer
from sync.central.services.redeeming.offers import MAX_LATELY, Offers
from sync.central.services.redeeming.raced import RacedError
from sync.central.services.redeeming.redeem import redeem_alone
from sync.central.services.redeeming.statements import LOOK
from sync.central.services.redeeming.use_desk import LANE_SETTINGS
from sync.rules.code import Kind
from tests.builders.asking import asking, use
from tests.builders.office import Office
from tests.builders.patience import LONG_S
from tests.central.services.redeeming.test_batch import codes_of_every_sort, decide_all

pytestmark = pytest.mark.anyio


async def knowing(office: Office, *texts: str) -> Offers:
    """Return the campaigns of these codes as a process knows them that has used each before."""
    offers = Offers()
    await decide_all(office, [asking(office, text) for text in texts], offers)
    return offers


async def take(office: Office, batch: Sequence[Asked], offers: Offers) -> list[Redeemed | None]:
    async with office.database.network_transaction(office.network) as connection:
        return await take_at_once(connection, office.secrets, offers, office.network, batch)


async def written(office: Office) -> list[Any]:
    """Return all that a use can write, as it stands."""
    return [
        [tuple(row) for row in await office.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]
        for table in ("codes", "limits", "redemptions", "attempts", "outbox")
    ]


async def test_what_it_grants_the_general_way_would_have_granted_and_it_touches_nothing_else(
    office: Office,
) -> None:
    texts = [*await codes_of_every_sort(office), "NOBODYS"]
    offers = await knowing(office, *texts)
    used = {row["code_id"] for row in await office.fetch("SELECT code_id FROM redemptions")}
    refused = await office.value("SELECT count(*) FROM attempts")
    answers = await take(office, [asking(office, text) for text in texts], offers)
    granted = {answer.code.id for answer in answers if answer and answer.code}
    gone = {row["id"] for row in await office.fetch("SELECT id FROM codes WHERE max_uses = 1")}
    # All that could be used before and has units left; where a unit was the last one, it is gone now.
    assert granted == used - gone
    assert granted
    assert all(answer.code.uses == 2 for answer in answers if answer and answer.code)
    assert await office.value("SELECT count(*) FROM redemptions") == len(used) + len(granted)
    assert await office.value("SELECT count(*) FROM attempts") == refused


async def test_uses_of_one_code_are_numbered_in_the_order_in_which_they_came(office: Office) -> None:
    code = await office.limited_code(9, text="NINE-1")
    other = await office.code(await office.campaign(), text="FREE-1")
    offers = await knowing(office, "NINE-1", "FREE-1")
    batch = [
        asking(office, text, order_id=n) for n, text in enumerate(("NINE-1", "FREE-1", "NINE-1", "FREE-1"))
    ]
    answers = await take(office, batch, offers)
    assert [(a.operation, a.code.uses) for a in answers if a and a.code] == [
        (batch[0].operation, 2), (batch[1].operation, 2), (batch[2].operation, 3), (batch[3].operation, 3),
    ]  # fmt: skip
    assert (await office.limit(code))["spent"] == 3
    stored = await office.fetch("SELECT event, code_id, order_id, request, uses_after FROM redemptions")
    assert {(r["event"], r["code_id"], r["order_id"], r["request"], r["uses_after"]) for r in stored} >= {
        (asked.operation, code if n % 2 == 0 else other, n, asked.request, 2 + n // 2)
        for n, asked in enumerate(batch)
    }


async def test_a_code_with_too_few_units_for_its_batch_is_left_alone_and_the_others_are_not(
    office: Office,
) -> None:
    short = await office.limited_code(4, text="FOUR-1")
    await office.limited_code(9, text="NINE-1")
    offers = await knowing(office, "FOUR-1", "NINE-1")
    answers = await take(office, [asking(office, text) for text in ["FOUR-1"] * 4 + ["NINE-1"]], offers)
    assert [answer is None for answer in answers] == [True] * 4 + [False]
    assert (await office.limit(short))["spent"] == 1


async def test_the_use_that_takes_the_last_unit_is_told_to_the_tills(office: Office) -> None:
    campaign = await office.campaign(auto_deactivate_on_max_uses=True, kind=Kind.PROMO)
    code = await office.code(campaign, text="TWICE-1", max_uses=2)
    offers = await knowing(office, "TWICE-1")
    (answer,) = await take(office, [asking(office, "TWICE-1")], offers)
    assert answer is not None
    assert answer.accepted
    row = (await office.fetch("SELECT status, uses, auto_deactivated_at FROM codes WHERE id = $1", code))[0]
    assert (row["status"], row["uses"]) == ("expired", 2)
    assert row["auto_deactivated_at"] is not None
    assert await office.value("SELECT count(*) FROM outbox WHERE tab = 'code' AND subject = $1", code) == 2


@pytest.mark.parametrize("text", ["AGAIN-1", "NOBODYS"])
async def test_an_operation_that_was_decided_before_is_left_alone(office: Office, text: str) -> None:
    campaign = await office.campaign()
    await office.code(campaign, text="AGAIN-1", max_uses=9)
    offers = await knowing(office, "AGAIN-1")
    asked = asking(office, text)
    await decide_all(office, [asked])
    if text == "NOBODYS":
        await office.code(campaign, text=text)
    before = await written(office)
    assert await take(office, [asked], offers) == [None]
    assert await written(office) == before


async def test_what_this_process_read_before_it_was_changed_decides_nothing(office: Office) -> None:
    campaign = await office.campaign()
    await office.code(campaign, text="SEEN-1")
    offers = await knowing(office, "SEEN-1")
    async with office.database.network_transaction(office.network) as connection:
        await edit_campaign(connection, office.network, campaign.id, {"status": "paused"})
    assert await take(office, [asking(office, "SEEN-1")], offers) == [None]


@pytest.mark.parametrize("change", ["issuing = false", "zone = 'Asia/Tokyo'"])
async def test_a_network_that_stands_otherwise_decides_nothing(office: Office, change: str) -> None:
    await office.limited_code(9, text="HERE-1")
    offers = await knowing(office, "HERE-1")
    await office.execute(f"UPDATE networks SET {change} WHERE id = $1", office.network)
    assert await take(office, [asking(office, "HERE-1")], offers) == [None]


async def test_a_code_of_another_kind_is_left_alone(office: Office) -> None:
    await office.code(await office.campaign(kind=Kind.PROMO), text="OTHER-1")
    offers = await knowing(office, "OTHER-1")
    kinds = frozenset({Kind.VIP, Kind.REFERRAL})
    assert await take(office, [asking(office, "OTHER-1", kinds=kinds)], offers) == [None]
    (answer,) = await take(office, [asking(office, "OTHER-1", kinds=kinds | {Kind.PROMO})], offers)
    assert answer is not None


async def test_an_operation_stored_elsewhere_at_the_same_moment_undoes_the_batch(office: Office) -> None:
    code = await office.limited_code(9, text="RACE-1")
    offers = await knowing(office, "RACE-1")
    asked = asking(office, "RACE-1")
    async with office.database.network_transaction(office.network) as first:
        await take_at_once(first, office.secrets, offers, office.network, [asked])
        racing = asyncio.create_task(take(office, [asked, asking(office, "RACE-1")], offers))
        async with asyncio.timeout(LONG_S):
            while not racing.done() and not await first.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            ):
                pass
    with pytest.raises(RacedError):
        await racing
    assert (await office.limit(code))["spent"] == 2


async def test_a_code_that_is_stopped_while_the_batch_waits_undoes_it(office: Office) -> None:
    code = await office.limited_code(9, text="STOP-1")
    offers = await knowing(office, "STOP-1")
    async with office.database.network_transaction(office.network) as first:
        await first.execute("SELECT 1 FROM limits WHERE subject = $1 FOR UPDATE", code)
        racing = asyncio.create_task(take(office, [asking(office, "STOP-1")], offers))
        async with asyncio.timeout(LONG_S):
            while not racing.done() and not await first.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            ):
                pass
        await first.execute("UPDATE codes SET status = 'inactive' WHERE id = $1", code)
    with pytest.raises(RacedError):
        await racing
    assert (await office.limit(code))["spent"] == 1


async def test_a_crowd_at_two_processes_uses_what_there_is_and_no_more(office: Office) -> None:
    codes = [await office.limited_code(50, text=f"CROWD-{number}") for number in range(4)]
    lines = [both_ways(office), both_ways(office)]
    answers = await asyncio.gather(
        *(lines[n // 4 % 2].ask(asking(office, f"CROWD-{n % 4}")) for n in range(400))
    )
    assert sum(answer.accepted for answer in answers) == 200
    assert {answer.reason for answer in answers} == {"ok", "used_up"}
    for code in codes:
        counts = sorted(a.code.uses for a in answers if a.accepted and a.code and a.code.id == code)
        assert counts == list(range(1, 51))
        assert (await office.limit(code))["spent"] == 50


async def test_more_campaigns_than_are_compared_at_once_are_all_used(office: Office) -> None:
    texts = [f"MANY-{number}" for number in range(MAX_LATELY + 3)]
    for text in texts:
        await office.code(await office.campaign(), text=text)
    line = both_ways(office)
    for count in (1, 2):
        answers = await asyncio.gather(*(line.ask(asking(office, text)) for text in texts))
        assert [answer.code.uses for answer in answers if answer.code] == [count] * len(texts)


def both_ways(office: Office) -> Gatherer:
    offers = Offers()

    async def first(
        connection: asyncpg.Connection, network: int, batch: Sequence[Asked]
    ) -> list[Redeemed | None]:
        return await take_at_once(connection, office.secrets, offers, network, batch)

    async def together(
        connection: asyncpg.Connection, network: int, batch: Sequence[Asked]
    ) -> list[Redeemed | None]:
        return await decide(connection, office.secrets, offers, network, batch)

    return Gatherer(
        office.database, together, partial(redeem_alone, office.database, office.secrets), first=first
    )


@pytest.mark.parametrize("statement", [AT_ONCE, LOOK])
async def test_operations_are_looked_for_by_the_primary_key_whatever_the_planner_knows(
    office: Office, statement: str
) -> None:
    """A plan may be made before the first attempt is stored, and be kept for millions of them."""
    await use(office, "NOBODYS")
    async with office.database.network_transaction(office.network) as connection:
        for name, value in LANE_SETTINGS.items():
            await connection.execute("SELECT set_config($1, $2, true)", name, value)
        await connection.execute(f"PREPARE looked_at AS {statement}")
        values = ", ".join(["NULL"] * len(set(re.findall(r"\$\d+", statement))))
        rows = await connection.fetch(f"EXPLAIN EXECUTE looked_at ({values})")
        await connection.execute("DEALLOCATE looked_at")
    plan = "\n".join(row[0] for row in rows)
    for table in ("attempts", "redemptions"):
        assert re.search(rf"using pk_{table} on {table}.*\n +Index Cond: .*event >= ", plan)
    assert "ix_attempts" not in plan
    assert "ix_redemptions" not in plan
    assert "Seq Scan" not in plan
