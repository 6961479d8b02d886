"""An office that is asked to stop while shops knock: what it has taken it answers, and what it answered is stored."""

import asyncio
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from sync.central.database import connected
from sync.central.schema.words import Role
from sync.rules.code import Kind
from tests.builders.callers import member
from tests.builders.office import office_on
from tests.builders.patience import LONG_S
from tests.builders.served import served_central

pytestmark = pytest.mark.anyio

SHOPS, BEFORE_THE_END = 24, 200


async def test_every_use_that_was_decided_was_answered_and_every_answer_is_stored(
    central_dsn: str, tmp_path: Path
) -> None:
    answered: list[str] = []
    torn: list[str] = []
    enough = asyncio.Event()

    async def shop(url: str, headers: dict[str, str]) -> None:
        """Use codes until the office is gone; each answer must be whole."""
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=LONG_S) as client:
            while True:
                key = uuid4().hex
                try:
                    answer = await client.post(
                        "/api/vip/use", json={"code": "LAST-1"}, headers={"Idempotency-Key": key}
                    )
                except (
                    httpx.ConnectError,
                    httpx.RemoteProtocolError,
                    httpx.ReadError,
                    httpx.WriteError,
                ) as gone:
                    if "incomplete" in str(gone) or "without sending complete" in str(gone):
                        torn.append(str(gone))
                    return
                if answer.status_code == 503:
                    assert int(answer.headers["retry-after"]) >= 1
                    return
                assert answer.json()["success"] is True
                answered.append(key)
                if len(answered) == BEFORE_THE_END:
                    enough.set()

    with served_central(central_dsn, tmp_path) as served:
        async with connected(central_dsn, max_connections=2) as database:
            async with httpx.AsyncClient(base_url=served.url, timeout=LONG_S) as client:
                office = await office_on(database, client, served.secrets)
            await office.code(await office.campaign(kind=Kind.VIP), text="LAST-1", max_uses=10**9)
            headers = (await member(office, Role.CASHIER)).headers
            shops = [asyncio.create_task(shop(served.url, headers)) for _ in range(SHOPS)]
            await enough.wait()
            served.process.terminate()
            await asyncio.gather(*shops)
            status = await asyncio.to_thread(served.process.wait, LONG_S)
            stored = await office.value("SELECT count(*) FROM redemptions")
            await office.check_equation()
    assert status == 0
    assert torn == []
    assert len(answered) >= BEFORE_THE_END
    assert stored == len(answered)
