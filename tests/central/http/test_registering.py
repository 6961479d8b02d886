"""Guests who register and sign in by a code that comes to their phone, through a real HTTP provider."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from sync.central.services.people.phone_codes import MAX_AN_HOUR, MAX_GUESSES, forget_codes
from sync.central.sms.gateway import HttpSms
from sync.rules.campaign import Policy
from sync.rules.code import Kind
from tests.builders.bounded import RATES, begin_anew
from tests.builders.callers import bearer
from tests.builders.office import Office, problem_of
from tests.builders.sms_gateway import SmsGateway, sms_gateway

pytestmark = pytest.mark.anyio

PHONE = "+49 30 1234567"


@pytest.fixture
def gateway(central: tuple[Litestar, httpx.AsyncClient]) -> Iterator[SmsGateway]:
    state = central[0].state.central
    with sms_gateway() as running:
        state.sms = HttpSms(url=running.url, sender="Trattoria")
        begin_anew(central[0])
        yield running
        state.sms = None


async def register(office: Office, **fields: Any) -> httpx.Response:
    body = {"network": office.network, "phone": PHONE, "name": "Ada", **fields}
    return await office.client.post("/api/auth/register", json=body)


async def ask_code(office: Office, phone: str = PHONE) -> httpx.Response:
    return await office.client.post("/api/auth/code", json={"network": office.network, "phone": phone})


async def verify(office: Office, sent: httpx.Response, code: str, **fields: Any) -> httpx.Response:
    body = {
        "network": office.network,
        "verification_id": sent.json()["verification_id"],
        "code": code,
        **fields,
    }
    return await office.client.post("/api/auth/verify", json=body)


async def later(office: Office) -> None:
    await office.execute("UPDATE phone_verifications SET sent_at = sent_at - interval '61 seconds'")


async def test_a_guest_registers_by_phone_and_is_signed_in_with_a_card(
    office: Office, gateway: SmsGateway
) -> None:
    sent = await register(office, email="ada@example.com", children=[{"name": "Bo", "born": "2019-05-31"}])
    assert sent.status_code == 202
    assert set(sent.json()) == {"verification_id", "expires_in", "retry_after"}
    assert await office.value("SELECT count(*) FROM guests") == 0
    assert "Trattoria" in gateway.last_text
    answer = (await verify(office, sent, gateway.last_code)).json()
    assert answer["registered"] is True
    assert answer["card"].startswith("CSC1:") or answer["card"]
    me = await office.client.get("/api/auth/me", headers=bearer(answer["access_token"]))
    assert me.json() == {"network": office.network, "guest": answer["guest_id"], "role": "guest"}
    row = (await office.fetch("SELECT tier, phone_last4, children_cipher IS NOT NULL AS kids FROM guests"))[0]
    assert tuple(row) == ("BRONZE", "4567", True)
    assert await office.value("SELECT count(*) FROM outbox WHERE tab = 'guest'") > 0


async def test_a_phone_that_is_known_gets_the_same_answer_and_signs_in(
    office: Office, gateway: SmsGateway
) -> None:
    known = await office.guest(phone=PHONE)
    sent = await register(office, name="Somebody else")
    assert sent.status_code == 202
    answer = (await verify(office, sent, gateway.last_code)).json()
    assert (answer["registered"], answer["guest_id"], answer["card"]) == (False, known, None)
    assert await office.value("SELECT count(*) FROM guests") == 1


async def test_a_code_signs_in_who_is_registered_and_tells_only_the_phones_holder_who_is_not(
    office: Office, gateway: SmsGateway
) -> None:
    sent = await ask_code(office)
    assert problem_of(await verify(office, sent, gateway.last_code)) == "not-found"
    known = await office.guest(phone=PHONE)
    await later(office)
    sent = await ask_code(office)
    assert (await verify(office, sent, gateway.last_code)).json()["guest_id"] == known


async def test_a_code_is_good_once_and_guesses_are_few(office: Office, gateway: SmsGateway) -> None:
    sent = await register(office)
    code = gateway.last_code
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    texts = set()
    for _ in range(MAX_GUESSES):
        answer = await verify(office, sent, wrong)
        assert problem_of(answer) == "unauthenticated"
        texts.add(answer.text)
    used_up = await verify(office, sent, code)
    assert problem_of(used_up) == "unauthenticated"
    assert texts == {used_up.text}
    await later(office)
    sent = await register(office)
    assert (await verify(office, sent, gateway.last_code)).status_code == 200
    assert problem_of(await verify(office, sent, gateway.last_code)) == "unauthenticated"


async def test_a_code_of_another_verification_or_network_or_of_yesterday_is_wrong(
    office: Office, gateway: SmsGateway
) -> None:
    sent = await register(office)
    code = gateway.last_code
    for fields in (
        {"verification_id": "00000000-0000-0000-0000-000000000000"},
        {"network": office.network - 1},
        {"network": -5},
    ):
        assert problem_of(await verify(office, sent, code, **fields)) == "unauthenticated"
    await office.execute("UPDATE phone_verifications SET expires_at = now() - interval '1 second'")
    assert problem_of(await verify(office, sent, code)) == "unauthenticated"


async def test_one_phone_gets_few_codes_however_many_ask_at_once(office: Office, gateway: SmsGateway) -> None:
    answers = await asyncio.gather(*(register(office) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [202, 429, 429, 429, 429]
    assert len(gateway.taken) == 1
    for _ in range(MAX_AN_HOUR - 1):
        await later(office)
        assert (await register(office)).status_code == 202
    await later(office)
    refused = await register(office)
    assert problem_of(refused) == "too-many-requests"
    assert int(refused.headers["retry-after"]) > 60


async def test_one_address_asks_for_few_messages(office: Office, gateway: SmsGateway) -> None:
    for number in range(RATES.messages.limit):
        assert (await ask_code(office, f"+4930000{number:04}")).status_code == 202
    assert problem_of(await ask_code(office, "+49309999999")) == "too-many-requests"
    assert len(gateway.taken) == RATES.messages.limit


async def test_a_provider_that_refuses_is_told_and_costs_no_wait(office: Office, gateway: SmsGateway) -> None:
    gateway.status = 500
    refused = await register(office)
    assert problem_of(refused) == "busy"
    assert int(refused.headers["retry-after"]) > 0
    gateway.status = 200
    assert (await register(office)).status_code == 202


async def test_without_a_provider_nobody_can_register_and_a_sentence_says_so(office: Office) -> None:
    answer = await register(office)
    assert problem_of(answer) == "busy"
    assert "COUNTERSIGN_SMS" in answer.json()["detail"]


@pytest.mark.parametrize(
    "fields",
    [
        {"phone": "nine"},
        {"phone": "+49 30 ABC 12345"},
        {"name": " "},
        {"email": "nobody"},
        {"children": [{"name": "Bo", "born": "31.5.2019"}]},
        {"children": [{"name": "Bo"}] * 11},
        {"consent": [""]},
        {"referral_code": "x" * 101},
        {"referral_code": "ABCDE"},
        {"language": "xx"},
        {"points": 5},
    ],
)
async def test_what_does_not_fit_sends_nothing(
    office: Office, gateway: SmsGateway, fields: dict[str, Any]
) -> None:
    assert problem_of(await register(office, **fields)) == "invalid"
    assert gateway.taken == []


async def test_a_network_that_is_not_there_is_not_found(office: Office, gateway: SmsGateway) -> None:
    for network in (office.network + 1_000_000, 0, 2**70):
        answer = await register(office, network=network)
        assert problem_of(answer) in ("not-found", "invalid")
    assert gateway.taken == []


async def referral(office: Office, text: str = "ABCDE") -> int:
    await office.execute("UPDATE networks SET referral_enabled = true")
    campaign = await office.campaign(kind=Kind.REFERRAL, policy=Policy.LEASED)
    return await office.code(campaign, text=text, max_uses=1)


async def test_a_referral_code_is_used_by_the_registration(office: Office, gateway: SmsGateway) -> None:
    code = await referral(office)
    sent = await register(office, referral_code=" abcde ")
    answer = await verify(office, sent, gateway.last_code)
    assert answer.status_code == 200
    assert await office.value("SELECT referral_code_id FROM guests") == code
    used = (await office.fetch("SELECT code_id, guest_id FROM redemptions"))[0]
    assert tuple(used) == (code, answer.json()["guest_id"])


async def test_a_referral_code_that_is_not_good_makes_nobody_and_may_be_left_out(
    office: Office, gateway: SmsGateway
) -> None:
    await referral(office)
    sent = await register(office, referral_code="ZZZZZ")
    assert problem_of(await verify(office, sent, gateway.last_code)) == "code-refused"
    assert await office.value("SELECT count(*) FROM guests") == 0
    await later(office)
    sent = await register(office)
    assert (await verify(office, sent, gateway.last_code)).status_code == 200


async def test_a_network_may_require_a_referral_code(office: Office, gateway: SmsGateway) -> None:
    await office.execute("UPDATE networks SET referral_enabled = true, referral_required = true")
    assert problem_of(await register(office)) == "invalid"
    assert gateway.taken == []


async def test_what_was_said_is_sealed_and_forgotten(office: Office, gateway: SmsGateway) -> None:
    await register(office, name="Rumpelstiltskin")
    row = await office.value("SELECT encode(sealed, 'escape') || code_digest::text FROM phone_verifications")
    assert "Rumpelstiltskin" not in row
    assert gateway.last_code not in row
    async with office.database.network_transaction(office.network) as connection:
        await forget_codes(connection, office.network)
    assert await office.value("SELECT count(*) FROM phone_verifications") == 1
    await office.execute("UPDATE phone_verifications SET sent_at = now() - interval '25 hours'")
    async with office.database.network_transaction(office.network) as connection:
        await forget_codes(connection, office.network)
    assert await office.value("SELECT count(*) FROM phone_verifications") == 0
