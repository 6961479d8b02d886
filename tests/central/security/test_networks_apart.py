"""Two networks under load in one process: what one asks for never touches the other (row-level security)."""

import asyncio
from collections import Counter
from random import Random
from typing import Any

import httpx
import pytest
from litestar import Litestar

from sync.central.http.short_ways import ShortWays
from sync.central.schema.words import Role
from sync.central.services.scanning.ids import public_id
from sync.rules.code import Kind
from tests.builders.bounded import begin_anew, rates_with
from tests.builders.callers import member
from tests.builders.office import Office, new_office

pytestmark = pytest.mark.anyio

CODES, USES, ROUNDS = 12, 5, 240


async def furnish(office: Office, prefix: str) -> list[str]:
    """Make VIP codes that read alike in both networks but for their prefix, and two that read quite the same."""
    campaign = await office.campaign(kind=Kind.VIP)
    texts = [f"{prefix}-{number:03}" for number in range(CODES)] + ["SHARED-1", "SHARED-2"]
    for text in texts:
        await office.code(campaign, text=text, max_uses=USES)
    return texts


async def test_under_load_no_use_crosses_from_one_network_to_the_other(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    other = await new_office(*central)
    begin_anew(central[0], rates_with(wrong_codes=10_000, wrong_codes_hour=10_000))
    offices = {"A": office, "B": other}
    texts = {name: await furnish(each, name) for name, each in offices.items()}
    headers = {name: (await member(each, Role.CASHIER)).headers for name, each in offices.items()}
    everything = texts["A"] + texts["B"]
    random, counted = Random(5), {"A": Counter[str](), "B": Counter[str]()}
    app: Any = ShortWays(central[0])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://central") as shops:

        async def use(name: str, text: str, way: str) -> None:
            answer = await shops.post(f"/api/vip/{way}", json={"code": text}, headers=headers[name])
            body = answer.json()
            own = text in texts[name]
            if way == "use" and answer.status_code == 200:
                assert own, f"{name} used {text}"
                counted[name][text] += 1
            else:
                # Another network's code is no code at all, however often it is asked for.
                assert own or body.get("reason") == "unknown_code", (name, text, body)

        asks = [
            use(name, random.choice(everything), random.choice(("use", "use", "validate")))
            for _ in range(ROUNDS)
            for name in offices
        ]
        await asyncio.gather(*asks)
    for name, each in offices.items():
        stored = await each.fetch(
            """SELECT c.code, count(*) AS uses FROM redemptions r JOIN codes c ON c.id = r.code_id
            GROUP BY c.code"""
        )
        assert {row["code"]: row["uses"] for row in stored} == counted[name]
        assert all(uses <= USES for uses in counted[name].values())
        assert sum(counted[name].values()) > CODES
    await other.check_equation()


async def test_vouchers_of_another_network_cannot_be_redeemed_by_number_or_id_under_load(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    other = await new_office(*central)
    begin_anew(central[0], rates_with(wrong_codes=10_000, wrong_codes_hour=10_000))
    theirs = [await other.code(await other.campaign(kind=Kind.VOUCHER), max_uses=50) for _ in range(4)]
    cashier = (await member(office, Role.CASHIER)).headers
    their_cashier = (await member(other, Role.CASHIER)).headers

    async def redeem(headers: dict[str, str], name: str) -> int:
        path = f"/api/v1/vouchers/{name}/redeem"
        return (await office.client.post(path, json={}, headers=headers)).status_code

    names = [str(code) for code in theirs]
    names += [str(public_id(other.secrets, other.network, code)) for code in theirs]
    mine = [redeem(cashier, name) for name in names for _ in range(4)]
    yours = [redeem(their_cashier, name) for name in names for _ in range(4)]
    answers = await asyncio.gather(*mine, *yours)
    assert set(answers[: len(mine)]) == {404}
    assert set(answers[len(mine) :]) == {200}
    assert await office.value("SELECT count(*) FROM redemptions") == 0
    assert await other.value("SELECT count(*) FROM redemptions") == len(yours)
    await other.check_equation()
