"""Every error is a problem with a stable type, whatever went wrong."""

import logging

import httpx
import pytest
from litestar import Litestar

from sync.central.http.gate import Gate
from sync.central.http.problems import STATUS
from sync.protocol.problems import ProblemType
from sync.protocol.upload import MAX_BATCH_BYTES
from tests.builders.office import HEADERS, Office, attempt, new_office, problem_of, serving

pytestmark = pytest.mark.anyio


def test_every_problem_has_a_status() -> None:
    assert set(STATUS) == set(ProblemType)


@pytest.mark.parametrize(
    ("method", "path", "status", "problem"),
    [
        ("GET", "/nothing/here", 404, "not-found"),
        ("GET", "/sync/v1/nothing", 404, "not-found"),
        ("GET", "/sync/v1/snapshot/x/0", 404, "not-found"),
        ("DELETE", "/health", 405, "invalid"),
        ("PUT", "/sync/v1/journal", 405, "invalid"),
        ("GET", "/latest", 401, "unauthenticated"),
        ("GET", "/latest?key=x", 401, "unauthenticated"),
    ],
)
async def test_what_the_framework_refuses_is_a_problem_too(
    office: Office, method: str, path: str, status: int, problem: str
) -> None:
    response = await office.client.request(method, path)
    assert (response.status_code, problem_of(response)) == (status, problem)


@pytest.mark.parametrize("version", [None, "", "0", "2", "x", "-1", "1.0", "\u0661", "9" * 5_000])
async def test_another_version_of_the_protocol_is_unknown(office: Office, version: str | None) -> None:
    headers = {b"Content-Type": b"application/msgpack"}
    if version is not None:
        headers[b"Countersign-Protocol"] = version.encode()
    response = await office.client.post("/sync/v1/token", content=b"", headers=headers)
    assert (response.status_code, problem_of(response)) == (400, "version-unknown")


async def test_answers_name_the_version_they_speak(office: Office) -> None:
    till = await office.till()
    response = await till.post("/sync/v1/contact", till.report())
    assert response.headers["countersign-protocol"] == "1"
    assert response.headers["content-type"] == "application/msgpack"


BODIES = {
    "nothing": b"",
    "noise": b"\xc1\xff\x00 not a message",
    "json": b'{"code": "x"}',
    "array that claims to be endless": b"\xdd\xff\xff\xff\xff",
    "map that claims to be endless": b"\xdf\xff\xff\xff\xff",
    "text that claims to be endless": b"\xdb\xff\xff\xff\xff",
    "deep nesting": b"\x81\xa1x" + b"\x91" * 100_000 + b"\x01",
    "wrong types": b"\x81\xa4code\x05",
}


@pytest.mark.parametrize("name", list(BODIES))
@pytest.mark.parametrize("path", ["/sync/v1/enrol", "/sync/v1/token"])
async def test_a_body_that_is_no_message_is_invalid(office: Office, path: str, name: str) -> None:
    response = await office.client.post(path, content=BODIES[name], headers=HEADERS)
    assert (response.status_code, problem_of(response)) == (400, "invalid")


@pytest.mark.parametrize("path", ["journal", "leases", "contact"])
async def test_a_tills_noise_is_invalid_too(office: Office, path: str) -> None:
    till = await office.till()
    headers = {**HEADERS, "Authorization": f"Bearer {await till.signed_in()}"}
    for body in BODIES.values():
        response = await office.client.post(f"/sync/v1/{path}", content=body, headers=headers)
        assert problem_of(response) == "invalid"


async def test_bodies_beyond_their_limit_are_too_large(office: Office) -> None:
    till = await office.till()
    headers = {**HEADERS, "Authorization": f"Bearer {await till.signed_in()}"}
    for path, size in (("contact", 2 * 1024 * 1024), ("journal", 2 * MAX_BATCH_BYTES)):
        response = await office.client.post(f"/sync/v1/{path}", content=bytes(size), headers=headers)
        assert (response.status_code, problem_of(response)) == (413, "too-large")


async def test_compressed_bodies_are_refused(office: Office) -> None:
    headers = {**HEADERS, "Content-Encoding": "gzip"}
    response = await office.client.post("/sync/v1/enrol", content=b"\x1f\x8b", headers=headers)
    assert problem_of(response) == "invalid"


@pytest.mark.expects_log("unhandled error")
async def test_a_bug_is_logged_once_and_tells_nothing(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    till = await office.till()
    till.write(attempt())
    await till.signed_in()
    await office.execute("UPDATE incarnations SET public_key = 'short'")
    with caplog.at_level(logging.ERROR):
        response = await till.send()
    assert (response.status_code, problem_of(response)) == (500, "internal")
    assert "Traceback" not in response.text
    records = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(records) == 1
    assert (till.token or "") not in caplog.text
    await office.execute("UPDATE incarnations SET public_key = $1", till.key.public)
    assert (await till.upload()).applied == 1


@pytest.mark.expects_log("out of reach|adding up scans stopped early|sending letters stopped early")
async def test_without_a_free_connection_the_office_says_later(
    central_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.central.database.ACQUIRE_TIMEOUT_S", 0.05)
    async with serving(central_dsn, max_connections=1) as (app, client):
        office = await new_office(app, client)
        till = await office.till()
        till.write(attempt())
        await till.signed_in()
        async with office.database.network_transaction(office.network):
            response = await till.send()
        assert (response.status_code, problem_of(response)) == (503, "busy")
        assert response.headers["retry-after"]
        assert (await till.upload()).applied == 1


async def test_beyond_the_gates_limit_the_office_says_later(central_dsn: str) -> None:
    async with serving(central_dsn) as (app, client):
        gate = next(layer for layer in app.middleware if isinstance(layer, Gate))
        gate._limit = 0
        response = await client.get("/latest?key=x")
        assert (response.status_code, problem_of(response)) == (503, "busy")
        assert response.headers["retry-after"] == "1"
        assert (await client.get("/health")).status_code == 200


async def test_the_interface_describes_itself(central: tuple[Litestar, httpx.AsyncClient]) -> None:
    response = await central[1].get("/schema/openapi.json")
    assert response.status_code == 200
    paths = response.json()["paths"]
    assert {"/health", "/api/auth/login", "/sync/v1/journal", "/sync/v1/feed"} <= set(paths)
    body = paths["/sync/v1/journal"]["post"]["requestBody"]["content"]
    assert list(body) == ["application/msgpack"]


async def test_health_says_that_the_office_is_ready(central: tuple[Litestar, httpx.AsyncClient]) -> None:
    response = await central[1].get("/health")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert response.json()["version"]
