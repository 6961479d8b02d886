"""Text messages through real sockets: HTTP providers, a mail server, and what is read from the environment."""

import base64
from collections.abc import Iterator

import pytest

from sync.central.sms.choosing import choose_sms
from sync.central.sms.console import ConsoleSms
from sync.central.sms.gateway import Form, HttpSms
from sync.central.sms.mail import MailSms
from sync.central.sms.port import NotSentError
from sync.rules.user_error import UserError
from tests.builders.mail_server import REFUSED, mail_server
from tests.builders.sms_gateway import SmsGateway, sms_gateway

pytestmark = pytest.mark.anyio

PHONE, TEXT = "+4930123456", "123456 — ваш код"
NOWHERE = "http://127.0.0.1:1/"


@pytest.fixture
def gateway() -> Iterator[SmsGateway]:
    with sms_gateway() as running:
        yield running


async def test_a_json_provider_gets_number_sender_and_text(gateway: SmsGateway) -> None:
    await HttpSms(url=gateway.url, sender="Shop", token="secret").send(PHONE, TEXT)
    headers, fields = gateway.taken[0]
    assert fields == {"path": "/messages?v=1", "to": PHONE, "from": "Shop", "text": TEXT}
    assert headers["Authorization"] == "Bearer secret"


async def test_a_form_provider_gets_the_same_as_a_form(gateway: SmsGateway) -> None:
    sms = HttpSms(url=gateway.url, sender="Shop", form=Form.FORM, user="AC1", password="pass")
    await sms.send(PHONE, TEXT)
    headers, fields = gateway.taken[0]
    assert fields == {"path": "/messages?v=1", "To": PHONE, "From": "Shop", "Body": TEXT}
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"AC1:pass"


@pytest.mark.parametrize("status", [400, 401, 429, 503])
async def test_a_provider_that_refuses_is_an_error_without_phone_or_secret(
    gateway: SmsGateway, status: int
) -> None:
    gateway.status = status
    with pytest.raises(NotSentError) as caught:
        await HttpSms(url=gateway.url, sender="Shop", token="secret").send(PHONE, TEXT)
    assert str(status) in str(caught.value)
    assert not {"secret", PHONE, TEXT} & set(str(caught.value).split())


async def test_a_provider_out_of_reach_is_an_error() -> None:
    with pytest.raises(NotSentError):
        await HttpSms(url=NOWHERE, sender="Shop").send(PHONE, TEXT)
    with pytest.raises(NotSentError):
        await MailSms(url="smtp://127.0.0.1:1", sender="a@b.example", to="{digits}@sms.example").send(
            PHONE, TEXT
        )


async def test_a_mail_gateway_gets_a_letter_to_the_number() -> None:
    async with mail_server() as server:
        sms = MailSms(url=server.url, sender="shop@example.com", to="{digits}@sms.example.com")
        await sms.send(PHONE, TEXT)
    letter = server.letters[0]
    assert (letter["To"], letter["From"]) == ("4930123456@sms.example.com", "shop@example.com")
    assert letter.get_content().strip() == TEXT


async def test_a_mail_gateway_that_refuses_is_an_error_and_a_password_waits_for_tls() -> None:
    async with mail_server() as server:
        refused = MailSms(url=server.url, sender="shop@example.com", to=REFUSED + "{digits}.example.com")
        with pytest.raises(NotSentError):
            await refused.send(PHONE, TEXT)
        with_password = server.url.replace("smtp://", "smtp://user:secret@")
        open_line = MailSms(url=with_password, sender="shop@example.com", to="{digits}@sms.example.com")
        with pytest.raises(NotSentError) as caught:
            await open_line.send(PHONE, TEXT)
    assert "secret" not in str(caught.value)
    assert server.letters == []


async def test_the_console_prints_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    await ConsoleSms().send(PHONE, TEXT)
    assert TEXT in capsys.readouterr().err


def named(**rest: str) -> dict[str, str]:
    return {f"COUNTERSIGN_SMS{'_' if name else ''}{name}": value for name, value in rest.items()}


def test_the_environment_chooses_the_provider() -> None:
    assert choose_sms({}) is None
    assert isinstance(choose_sms({"COUNTERSIGN_SMS": "console"}), ConsoleSms)
    http = {"COUNTERSIGN_SMS": "HTTP"} | named(URL="https://sms.example/v1", FROM="Shop", TOKEN="t")
    assert choose_sms(http) == HttpSms(url="https://sms.example/v1", sender="Shop", token="t")
    smtp = {"COUNTERSIGN_SMS": "smtp"} | named(
        URL="smtps://mail.example", FROM="a@b.example", TO="{digits}@s.example"
    )
    assert choose_sms(smtp) == MailSms(
        url="smtps://mail.example", sender="a@b.example", to="{digits}@s.example"
    )


@pytest.mark.parametrize(
    "environment",
    [
        {"COUNTERSIGN_SMS": "pigeon"},
        {"COUNTERSIGN_SMS": "http"},
        {"COUNTERSIGN_SMS": "http"} | named(URL="ftp://x.example", FROM="Shop"),
        {"COUNTERSIGN_SMS": "http"} | named(URL="https://x.example"),
        {"COUNTERSIGN_SMS": "http"} | named(URL="https://x.example", FROM="Shop", FORM="xml"),
        {"COUNTERSIGN_SMS": "smtp"} | named(URL="smtp://x.example", FROM="a@b.example", TO="me@x.example"),
    ],
)
def test_a_provider_that_is_set_up_by_halves_is_said_in_a_sentence(environment: dict[str, str]) -> None:
    with pytest.raises(UserError) as caught:
        choose_sms(environment)
    assert caught.value.reason == "sms_unfit"
