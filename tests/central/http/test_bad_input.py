"""What nobody should send is answered with what to do about it, does nothing, and is no error in the log."""

import asyncio
import gzip
import json
from typing import Any

import httpx
import pytest
from litestar import Litestar

from sync.central.http import bodies
from sync.central.http.short_ways import ShortWays
from sync.rules.code import Kind
from tests.builders.callers import owner_headers
from tests.builders.office import Office, problem_of

pytestmark = pytest.mark.anyio

NUL = "\x00"
USE, VALIDATE, CODES = "/api/vip/use", "/api/vip/validate", "/api/vip/codes/individual"


async def answered(
    office: Office,
    method: str,
    path: str,
    content: bytes = b"",
    status: int = 400,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Send something as the owner and return the problem that is the answer."""
    sent = {"Content-Type": "application/json", **(await owner_headers(office)), **(headers or {})}
    answer = await office.client.request(method, path, content=content, headers=sent)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["detail"].strip("'"), said
    return said


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "There is no body. Send JSON"),
        (b"hello", "The body is not JSON"),
        (b"null", "body: Expected `object`, got `null`"),
        (b"[]", "body: Expected `object`, got `array`"),
        (b'{"code":"\xff\xfe"}', "The body is not JSON"),
        (b'{"code":"\\ud800"}', "The body is not JSON"),
        (b'{"code":"A\x00B"}', "The body is not JSON"),
        (b"\xef\xbb\xbf{}", "The body is not JSON"),
        ('{"code":"X"}'.encode("utf-16"), "The body is not JSON"),
        (b"[" * 8_000, "Send it flatter"),
        (b'{"code":' + b"[" * 3_000 + b"]" * 3_000 + b"}", "Send it flatter"),
        (b'{"code":5}', "code: Expected `str`, got `int`"),
        (b'{"code":null}', "code: Expected `str`, got `null`"),
        (b'{"code":"X","discount":1}', "body: Object contains unknown field `discount`"),
        (b"{}", "body: Object missing required field `code`"),
        (b'{"code":"X","order_id":1e400}', "The body is not JSON"),
        (b'{"code":"X","order_id":NaN}', "The body is not JSON"),
        (b'{"code":"X","order_id":' + b"9" * 5_000 + b"}", "The body is not JSON"),
        (b'{"code":"X","order_id":1.5}', "order_id: Expected `int"),
        (b'{"code":"X","order_id":-1}', "order_id: Expected `int` >= 0"),
        (b'{"code":"X","order_id":9223372036854775808}', "order_id: Expected `int` <= 9223372036854775807"),
    ],
)
@pytest.mark.parametrize("way", ["short", "long"])
async def test_a_body_that_does_not_fit_is_said_to_be_so_by_the_short_way_and_the_long(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, way: str, content: bytes, detail: str
) -> None:
    headers = {"Content-Type": "application/json", **(await owner_headers(office))}
    app: Any = ShortWays(central[0]) if way == "short" else central[0]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://central") as shop:
        # Whoever was let in a moment ago is taken by the short way.
        assert (await shop.post(VALIDATE, json={"code": "X"}, headers=headers)).status_code == 200
        assert (await shop.post(USE, json={"code": "X"}, headers=headers)).status_code == 422
        answer = await shop.post(USE, content=content, headers=headers)
    assert (answer.status_code, problem_of(answer)) == (400, "invalid")
    assert detail in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (gzip.compress(b'{"code":"X"}', mtime=0), {"Content-Encoding": "gzip"}),
        (b"code=X", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}),
        (b"\x81\xa4code\xa1X", {"Content-Type": "application/msgpack"}),
        (b"<code>X</code>", {"Content-Type": "application/xml"}),
    ],
)
async def test_a_body_in_another_form_is_told_which_one_is_taken(
    office: Office, content: bytes, headers: dict[str, str]
) -> None:
    said = await answered(office, "POST", VALIDATE, content, headers=headers)
    assert "JSON" in said["detail"]


@pytest.mark.parametrize("key", ["k" * 10_000, "", "  ", "a\tb"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (USE, {"code": "X"}),
        (CODES, {"count": 1, "name": "x"}),
        ("/api/campaigns", {"kind": "VIP", "name": "x"}),
    ],
)
async def test_an_idempotency_key_that_does_not_fit_is_refused_and_nothing_is_done(
    office: Office, path: str, body: dict[str, Any], key: str
) -> None:
    said = await answered(office, "POST", path, json.dumps(body).encode(), headers={"Idempotency-Key": key})
    assert said["title"] == "The header Idempotency-Key does not fit."
    assert await office.value("SELECT count(*) FROM codes") == 0
    assert await office.value("SELECT count(*) FROM campaigns") == 0


@pytest.mark.parametrize(
    "path",
    [
        "/api/vip/codes?search=%00",
        "/api/guests?tier=%00",
        "/api/audit?actor=%00",
        "/api/audit?action=a%00b",
    ],
)
async def test_a_text_that_nothing_can_be_kept_under_is_no_bug(office: Office, path: str) -> None:
    said = await answered(office, "GET", path)
    assert "NUL" in said["title"]


@pytest.mark.parametrize(
    ("method", "path", "field", "good"),
    [
        ("POST", CODES, "name", {"count": 1}),
        ("POST", "/api/guests", "name", {}),
        ("POST", "/api/restaurants", "name", {}),
        ("POST", "/api/staff", "name", {"role": "cashier"}),
        ("POST", "/api/keys", "name", {"scopes": ["vip:use"]}),
        ("POST", "/api/rewards", "name", {"points": 5}),
        ("POST", "/api/rewards", "item", {"name": "x", "points": 5}),
        ("POST", "/api/campaigns", "name", {"kind": "VIP"}),
        ("POST", "/api/referral-codes", "description", {}),
        ("POST", "/api/admin/promo-codes", "name", {}),
        ("POST", "/api/v1/vouchers", "name", {}),
    ],
)
async def test_a_nul_in_what_is_to_be_kept_is_refused_and_nothing_is_made(
    office: Office, method: str, path: str, field: str, good: dict[str, Any]
) -> None:
    counts = "SELECT " + " + ".join(
        f"(SELECT count(*) FROM {table})"
        for table in ("codes", "guests", "restaurants", "staff", "api_keys", "rewards", "campaigns", "audit")
    )
    before = await office.value(counts)
    await answered(office, method, path, json.dumps({**good, field: f"a{NUL}b"}).encode())
    assert await office.value(counts) == before


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/tills", {"name": "t", "restaurant_id": 2**63}, 404),
        ("POST", "/api/tills", {"name": "t", "restaurant_id": -1}, 404),
        ("POST", "/api/codes/bulk", {"kind": "VIP", "count": 5, "name": "x", "restaurant_id": 2**63}, 404),
        ("POST", "/api/codes/sheet.pdf", {"ids": [2**63]}, 400),
        (
            "POST",
            "/api/keys",
            {"name": "x", "scopes": ["vip:use"], "expires_at": "9999-12-31T23:59:59-14:00"},
            400,
        ),
        ("POST", "/api/rewards", {"name": "x", "points": 5, "tiers": ["NO-SUCH"]}, 400),
        ("POST", "/api/restaurants", {"name": "x", "timezone": "Mars/Phobos"}, 400),
        ("POST", "/api/restaurants", {"name": "x", "timezone": "../../etc/passwd"}, 400),
        ("GET", "/api/vip/codes/9999999999999999999999", None, 404),
        ("GET", "/api/restaurants/{restaurant}/analytics?start=0001-01-01&end=0001-01-02", None, 400),
        ("GET", "/api/restaurants/{restaurant}/analytics?end=0001-01-02", None, 400),
        ("GET", "/api/restaurants/{restaurant}/analytics?end=9999-12-31", None, 400),
        ("GET", "/api/restaurants/{restaurant}/analytics?start=0000-01-01", None, 400),
        ("GET", "/api/restaurants/{restaurant}/analytics?start=10000-01-01", None, 400),
        ("GET", "/api/guests?bought_since=0000-01-01T00:00:00Z", None, 400),
        ("GET", "/api/guests?bought_since=0001-01-01T00:00:00%2B14:00", None, 400),
        ("GET", "/api/shifts?until=9999-12-31T23:59:59-14:00", None, 400),
        ("GET", "/api/audit?since=10000-01-01T00:00:00Z", None, 400),
        ("GET", "/api/vip/codes?page=99999999999999999999", None, 400),
        ("GET", "/api/vip/codes?page=x", None, 400),
    ],
)
async def test_numbers_days_and_zones_that_there_are_not_are_refused_in_words(
    office: Office, method: str, path: str, body: Any, status: int
) -> None:
    content = b"" if body is None else json.dumps(body).encode()
    await answered(office, method, path.format(restaurant=office.restaurant), content, status)


@pytest.mark.parametrize(
    "amount", ["1e999999", "-1e999999", "NaN", "Infinity", "1e-999999", "-0.01", "1" * 500]
)
async def test_an_amount_that_is_none_books_nothing(office: Office, amount: str) -> None:
    path = f"/api/guest/{await office.guest()}/transaction"
    sale = {"type": "SALE", "amount": amount, "restaurant_id": office.restaurant}
    await answered(office, "POST", path, json.dumps(sale).encode())
    assert await office.value("SELECT count(*) FROM guest_transactions") == 0


async def test_another_method_is_told_which_ones_there_are(office: Office) -> None:
    answer = await office.client.delete("/api/vip/codes")
    assert (answer.status_code, problem_of(answer)) == (405, "invalid")
    for method in ("GET", "POST"):
        assert method in answer.headers["allow"]
        assert method in answer.json()["detail"]


async def test_the_last_of_two_fields_of_one_name_counts_as_everywhere_in_json(office: Office) -> None:
    await office.code(await office.campaign(kind=Kind.VIP), text="SECOND")
    headers = {"Content-Type": "application/json", **(await owner_headers(office))}
    body = b'{"code":"FIRST","code":"SECOND"}'
    answer = await office.client.post(VALIDATE, content=body, headers=headers)
    assert answer.json()["code"]["code"] == "SECOND"


class Line:
    """A connection that brings these messages and then nothing more, told over the application's own interface."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self._messages = list(messages)
        self.answer: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if not self._messages:
            await asyncio.Event().wait()
        return self._messages.pop(0)

    async def send(self, message: dict[str, Any]) -> None:
        self.answer.append(message)

    async def ask(self, app: Any, path: str, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("central", 80),
        }
        await app(scope, self.receive, self.send)
        body = b"".join(message.get("body", b"") for message in self.answer)
        return self.answer[0]["status"], json.loads(body)


PART = {"type": "http.request", "body": b'{"code":', "more_body": True}


@pytest.mark.parametrize("path", [USE, "/api/campaigns", "/api/auth/login", "/sync/v1/enrol"])
@pytest.mark.parametrize("way", ["short", "long"])
async def test_a_body_that_breaks_off_does_nothing_and_is_no_bug(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, way: str, path: str
) -> None:
    app: Any = ShortWays(central[0]) if way == "short" else central[0]
    status, said = await Line(PART, {"type": "http.disconnect"}).ask(app, path, await _headers(office))
    assert (status, said["title"]) == (400, "The body broke off before its end.")


@pytest.mark.parametrize("path", [USE, "/api/campaigns", "/api/auth/login", "/sync/v1/enrol"])
async def test_a_body_that_does_not_come_is_not_waited_for_for_ever(
    central: tuple[Litestar, httpx.AsyncClient],
    office: Office,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(central[0].state.central, "body_s", 0.0)
    monkeypatch.setattr(bodies, "SLOWEST_BYTES_S", 2**40)
    status, said = await Line(PART).ask(central[0], path, await _headers(office))
    assert (status, said["title"]) == (400, "The body did not come in time.")


async def _headers(office: Office) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Content-Length": "500",
        "Countersign-Protocol": "1",
        **(await owner_headers(office)),
    }
