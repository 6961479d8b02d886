"""The log of a whole day says who asked for what, and holds nothing that opens anything or names anybody."""

import json
import logging
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from sync.central.database import connected
from sync.central.logs import JsonLines, PlainLines
from sync.central.schema.words import Role
from sync.central.services.scanning.ids import public_id
from sync.rules.code import Kind
from tests.builders.callers import guest_signed_in, member
from tests.builders.office import PASSWORD, Office, attempt, office_on
from tests.builders.patience import LONG_S
from tests.builders.served import served_central

pytestmark = pytest.mark.anyio

PHONE, NAME, EMAIL = "+49301234599", "Wilhelmina Quartermaine", "wilhelmina@quartermaine.example"
CODE, WRONG, REFERRAL = "VIP-SECRET-77", "WRONG-SECRET-78", "RFSEC"


async def a_day(office: Office) -> list[str]:
    """Do what an office does, rightly and wrongly; return what must not stand in its log."""
    client = office.client
    owner = await client.post("/api/auth/login", json={"email": office.owner_email, "password": PASSWORD})
    token = owner.json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    for email, password in ((office.owner_email, "wrong-password-1"), (EMAIL, "wrong-password-2")):
        await client.post("/api/auth/login", json={"email": email, "password": password})
    key = (
        await client.post("/api/keys", json={"name": "Shop", "scopes": ["vip:use"]}, headers=headers)
    ).json()["key"]
    made = await client.post(
        "/api/guests", json={"name": NAME, "phone": PHONE, "email": EMAIL}, headers=headers
    )
    assert made.status_code == 201, made.text
    guest = await guest_signed_in(office, int(await office.value("SELECT max(id) FROM guests")))
    await office.code(await office.campaign(kind=Kind.VIP), text=CODE)
    for text in (CODE, WRONG):
        for path in ("use", "validate"):
            for _ in range(2):
                await client.post(f"/api/vip/{path}", json={"code": text}, headers=headers)
        await client.post("/api/vip/use", json={"code": text}, headers={"Authorization": f"Bearer {key}"})
    await client.get(f"/api/referral-codes?code={REFERRAL}", headers=headers)
    await client.get(f"/api/guests?phone={PHONE.replace('+', '%2B')}", headers=headers)
    await client.get(f"/{CODE}/no/such/route?code={CODE}", headers=headers)
    voucher = await office.code(await office.campaign(kind=Kind.VOUCHER), text="VOUCHER-SECRET-79")
    number = public_id(office.secrets, office.network, voucher)
    scan = {"scanSource": "CAMERA", "metadata": {"note": WRONG}}
    await client.post(f"/api/v1/vouchers/{number}/scan", json=scan)
    await client.post("/api/auth/refresh", json={"refresh_token": guest.refresh_token})
    await client.post("/api/vip/codes", content=f'{{"code": "{CODE}", '.encode(), headers=headers)
    await client.post("/api/auth/code", json={"network": office.network, "phone": PHONE})
    till = await office.till()
    till.enrolled()
    till.write(attempt())
    await till.upload()
    cashier = await member(office, Role.CASHIER)
    await client.get("/api/auth/me", headers=cashier.headers)
    secrets = [
        PASSWORD, "wrong-password", PHONE, PHONE[1:], PHONE[3:], NAME, "Quartermaine", EMAIL, office.owner_email,
        CODE, WRONG, REFERRAL, "VOUCHER-SECRET", str(number), token, token[-20:], key, guest.access_token,
        guest.refresh_token, till.token or "", cashier.headers["Authorization"], "Bearer", office.secrets.jwt_key.hex(),
    ]  # fmt: skip
    return [secret for secret in secrets if secret]


async def test_a_days_log_holds_no_secret_and_names_every_request(central_dsn: str, tmp_path: Path) -> None:
    with served_central(central_dsn, tmp_path) as served:
        async with (
            httpx.AsyncClient(base_url=served.url, timeout=LONG_S) as client,
            connected(central_dsn, max_connections=2) as database,
        ):
            office = await office_on(database, client, served.secrets)
            secrets = await a_day(office)
            answer = await client.get("/api/tiers")
    log = (tmp_path / "central.log").read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    assert [secret for secret in secrets if secret in log] == []
    requests = [line for line in lines if line["logger"] == "sync.central.http.noting"]
    assert all({"request", "caller", "status", "ms", "at"} <= line.keys() for line in requests)
    messages = {line["message"] for line in requests}
    assert {"POST /api/auth/login", "GET unknown path"} <= messages
    callers = {line["caller"].split(" ")[-1].split(":")[0] for line in requests}
    assert {"nobody", "staff", "key", "till"} <= callers
    found = [line for line in requests if line["request"] == answer.headers["x-request-id"]]
    assert [(line["message"], line["status"]) for line in found] == [("GET /api/tiers", 401)]
    shortly = [line for line in lines if "by the short way" in line["message"]]
    assert {(line["message"], line["status"]) for line in shortly} >= {
        ("POST /api/vip/use by the short way", 200),
        ("POST /api/v1/vouchers/{voucher_id}/scan by the short way", 201),
    }


async def test_what_a_database_says_of_a_row_is_not_in_the_log(office: Office) -> None:
    campaign = await office.campaign(kind=Kind.VIP)
    await office.code(campaign, text="TAKEN-SECRET-1")
    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        await office.execute("INSERT INTO codes SELECT (c).* FROM codes c WHERE code = 'TAKEN-SECRET-1'")
    for form in (JsonLines(), PlainLines()):
        line = form.format(record_of(caught.value))
        assert "TAKEN" not in line
        assert "SECRET" not in line
        assert "23505" in line


@pytest.mark.parametrize(
    "words",
    ["invalid literal for int(): 'VIP-77'", 'bad "VIP-77"', "no code VIP-77 here", "phone +493012345", "a@b.example",
     "Key (folded)=(VIP77)", "token eyJhbGciOiJIUzI1NiIsInR5cCI6"],
)  # fmt: skip
def test_an_errors_words_lose_what_they_quote(words: str) -> None:
    line = JsonLines().format(record_of(ValueError(words)))
    for secret in ("VIP", "77", "3012345", "b.example", "eyJ"):
        assert secret not in json.loads(line)["error"]["words"]
    assert json.loads(line)["error"]["type"] == "builtins.ValueError"


def record_of(error: Exception) -> logging.LogRecord:
    told = (type(error), error, error.__traceback__)
    return logging.LogRecord("test", logging.ERROR, __file__, 1, "it failed", (), told)


def test_every_line_is_one_object_whatever_it_holds() -> None:
    record = logging.LogRecord("test", logging.INFO, __file__, 1, "two\nlines %s", (object(),), None)
    record.extra_thing = {1, 2}
    text = JsonLines().format(record)
    assert "\n" not in text
    told: dict[str, Any] = json.loads(text)
    assert told["level"] == "INFO"
