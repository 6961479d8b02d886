"""Somebody unknown learns nothing: unknown, over and used up look the same and make the database do the same."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sync.central.database import connected
from sync.central.http.central import make_central
from sync.central.services.scanning.ids import public_id
from sync.central.sms.gateway import HttpSms
from sync.rules.code import Kind
from tests.builders.bounded import begin_anew
from tests.builders.office import SECRETS, Office, office_on, serving
from tests.builders.sms_gateway import SmsGateway, sms_gateway
from tests.builders.statements import listening

pytestmark = pytest.mark.anyio

PHONE = "+4930{:07}"
BEFORE_ALL = "2020-01-01T00:00:00Z"
Ask = Callable[[], Awaitable[httpx.Response]]


@pytest.fixture(scope="module")
def gateway() -> Iterator[SmsGateway]:
    with sms_gateway() as running:
        yield running


@pytest.fixture(scope="module")
async def quiet(anyio_backend: str, central_dsn: str, gateway: SmsGateway) -> AsyncIterator[Office]:
    """An office whose requests have one connection for themselves, so that nothing else is heard on it."""
    async with serving(central_dsn) as (app, client), connected(central_dsn, max_connections=1) as own:
        app.state.central = make_central(own, SECRETS)
        app.state.central.sms = HttpSms(url=gateway.url, sender="Trattoria")
        begin_anew(app)
        office = await office_on(own, client, SECRETS)
        await office.execute("UPDATE networks SET voucher_scans = true, referral_enabled = true")
        yield office


async def heard(office: Office, ask: Ask) -> tuple[tuple[int, bytes], list[str]]:
    """Ask twice, so that everything is borrowed and prepared; listen to the second time."""
    await ask()
    async with listening(office.database) as ear:
        answer = await ask()
    return (answer.status_code, answer.content), ear.statements


async def all_alike(office: Office, asks: dict[str, Ask]) -> None:
    """Hold every way to the first one's."""
    (first, wanted), *others = [(name, await heard(office, ask)) for name, ask in asks.items()]
    assert wanted[1], "nothing was heard"
    for name, found in others:
        assert found == wanted, f"{name} differs from {first}"


async def vouchers(office: Office) -> dict[str, str]:
    """Ids of vouchers of which none is to be had."""
    campaign = await office.campaign(kind=Kind.VOUCHER)
    codes = {name: await office.code(campaign, max_uses=1) for name in ("used up", "archived", "expired")}
    await office.execute("UPDATE codes SET uses = 1 WHERE id = $1", codes["used up"])
    await office.execute("UPDATE codes SET status = 'archived' WHERE id = $1", codes["archived"])
    await office.execute(
        "UPDATE codes SET expires_at = now() - interval '1 day' WHERE id = $1", codes["expired"]
    )
    ids = {name: str(public_id(office.secrets, office.network, code)) for name, code in codes.items()}
    never = str(public_id(office.secrets, office.network, 10**12))
    nowhere = str(public_id(office.secrets, 10**12, 1))
    return {"made up": str(uuid4()), "never made": never, "of no network": nowhere, "no id": "rubbish", **ids}


@pytest.mark.parametrize(
    ("word", "body"), [("scan", {"scanSource": "CAMERA"}), ("impressions", {"count": 1})]
)
async def test_a_voucher_that_is_over_is_like_one_that_never_was(
    quiet: Office, word: str, body: dict[str, Any]
) -> None:
    def asking(voucher: str) -> Ask:
        return lambda: quiet.client.post(f"/api/v1/vouchers/{voucher}/{word}", json=body)

    await all_alike(quiet, {name: asking(voucher) for name, voucher in (await vouchers(quiet)).items()})


async def test_an_unknown_address_is_like_a_wrong_password(quiet: Office) -> None:
    def asking(email: str) -> Ask:
        body = {"email": email, "password": "a wrong one"}
        return lambda: quiet.client.post("/api/auth/login", json=body)

    await all_alike(quiet, {"wrong": asking(quiet.owner_email), "unknown": asking("nobody@example.com")})


async def test_a_code_that_was_never_sent_is_like_a_wrong_one(quiet: Office) -> None:
    sent = await quiet.client.post(
        "/api/auth/code", json={"network": quiet.network, "phone": PHONE.format(1)}
    )
    number = sent.json()["verification_id"]

    def asking(verification: str, network: int = quiet.network) -> Ask:
        body = {"network": network, "verification_id": verification, "code": "no"}
        return lambda: quiet.client.post("/api/auth/verify", json=body)

    await all_alike(
        quiet,
        {"wrong": asking(number), "never sent": asking(str(uuid4())), "no network": asking(number, 10**12)},
    )


async def test_asking_for_a_code_is_alike_for_phones_known_and_unknown(quiet: Office) -> None:
    await quiet.guest(phone=PHONE.format(2))
    phones = iter(range(100, 200))

    def asking(known: bool) -> Ask:
        async def ask() -> httpx.Response:
            # Each phone gets one code a minute: the known one's earlier code is taken away.
            await quiet.execute("DELETE FROM phone_verifications")
            phone = PHONE.format(2 if known else next(phones))
            body = {"network": quiet.network, "phone": phone}
            answer = await quiet.client.post("/api/auth/code", json=body)
            return httpx.Response(answer.status_code, content=str(sorted(answer.json())).encode())

        return ask

    await all_alike(quiet, {"known": asking(known=True), "unknown": asking(known=False)})


async def test_a_newcomers_referral_code_that_is_over_is_like_one_that_never_was(
    quiet: Office, gateway: SmsGateway
) -> None:
    campaign = await quiet.campaign(kind=Kind.REFERRAL)
    for text in ("USED-UP", "ARCHIVED", "EXPIRED"):
        await quiet.code(campaign, text=text, max_uses=1)
    await quiet.execute("UPDATE codes SET uses = 1 WHERE code = 'USED-UP'")
    await quiet.execute(
        "UPDATE limits SET pool = 0, spent = 1 WHERE subject = (SELECT id FROM codes WHERE code = 'USED-UP')"
    )
    await quiet.execute("UPDATE codes SET status = 'archived' WHERE code = 'ARCHIVED'")
    await quiet.execute("UPDATE codes SET expires_at = now() - interval '1 day' WHERE code = 'EXPIRED'")
    phones = iter(range(1000, 2000))

    def asking(text: str) -> Ask:
        async def ask() -> httpx.Response:
            body = {
                "network": quiet.network,
                "phone": PHONE.format(next(phones)),
                "name": "Ada",
                "referral_code": text,
            }
            sent = await quiet.client.post("/api/auth/register", json=body)
            proof = {
                "network": quiet.network,
                "verification_id": sent.json()["verification_id"],
                "code": gateway.last_code,
            }
            return await quiet.client.post("/api/auth/verify", json=proof)

        return ask

    await all_alike(quiet, {text: asking(text) for text in ("NEVER-WAS", "USED-UP", "ARCHIVED", "EXPIRED")})
