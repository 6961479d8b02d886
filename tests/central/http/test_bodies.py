"""Bodies that come late, in part or never: nobody holds a place in the office by them, over a real socket."""

import asyncio
import json
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from sync.central.database import connected
from sync.central.http.bodies import BODY_S, MAX_BODY_S, choose_body_s
from sync.central.http.patience import Patience
from sync.rules.user_error import UserError
from tests.builders.callers import owner_headers
from tests.builders.office import office_on
from tests.builders.patience import LONG_S
from tests.builders.served import served_central

pytestmark = pytest.mark.anyio

CODE = b'{"code":"NO-SUCH-CODE"}'
SCAN = f"/api/v1/vouchers/{uuid4()}/scan"


async def _said(url: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    """Announce the whole of a body, send this much of it, and return what is answered."""
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    head = {
        "Host": at.netloc,
        "Content-Type": "application/json",
        "Content-Length": str(len(CODE)),
        **headers,
    }
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
    writer.write("\r\n".join(lines).encode() + body)
    await writer.drain()
    async with asyncio.timeout(LONG_S):
        answered = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in answered.lower().splitlines()
            if line.startswith(b"content-length:")
        )
        problem = json.loads(await reader.readexactly(length))
    writer.close()
    await writer.wait_closed()
    return int(answered.split()[1]), problem["title"]


async def test_neither_a_silent_body_nor_half_of_one_is_waited_for_for_ever(
    central_dsn: str, tmp_path: Path
) -> None:
    with served_central(central_dsn, tmp_path, settings={"COUNTERSIGN_BODY_S": "1"}) as served:
        async with (
            httpx.AsyncClient(base_url=served.url, timeout=LONG_S) as client,
            connected(central_dsn, max_connections=2) as database,
        ):
            office = await office_on(database, client, served.secrets)
            headers = await owner_headers(office)
            # The first that is whole lets the caller in to the short way.
            whole = await client.post("/api/vip/validate", content=CODE, headers=headers)
            assert whole.status_code == 200
            answers = await asyncio.gather(
                *(
                    _said(served.url, path, known, CODE[:sent])
                    for sent in (0, len(CODE) // 2)
                    for path, known in [
                        ("/api/vip/validate", headers),
                        ("/api/vip/use", headers),
                        ("/api/codes/bulk", headers),
                        (SCAN, {}),
                    ]
                )
            )
            assert set(answers) == {(400, "The body did not come in time.")}
            # The worker goes on, and has forgotten those who waited.
            whole = await client.post("/api/vip/validate", content=CODE, headers=headers)
            assert whole.status_code == 200


async def test_what_comes_in_time_is_returned_and_who_waits_too_long_is_told() -> None:
    patience = Patience()
    coming: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    one = asyncio.create_task(patience.wait(coming, LONG_S))
    other = asyncio.create_task(patience.wait(never, 0.0))
    with pytest.raises(TimeoutError):
        await other
    assert not one.done()
    coming.set_result("body")
    assert await one == "body"


async def test_who_is_called_off_while_waiting_is_called_off() -> None:
    patience = Patience()
    never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(patience.wait(never, LONG_S))
    await asyncio.wait({waiting}, timeout=0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_how_long_a_body_may_take_is_set_by_the_environment_or_refused_in_words() -> None:
    assert choose_body_s({}) == BODY_S
    assert choose_body_s({"COUNTERSIGN_BODY_S": " 45 "}) == 45
    for text in ("0", "-1", "1.5", "soon", str(MAX_BODY_S + 1), "9" * 5_000):
        with pytest.raises(UserError, match="COUNTERSIGN_BODY_S"):
            choose_body_s({"COUNTERSIGN_BODY_S": text})
