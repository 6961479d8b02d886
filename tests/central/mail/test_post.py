"""Letters handed to a real mail server over TLS, by somebody who signs in, or not at all."""

import ssl
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from sync.central.mail.post import Fate, Outcome, SmtpPost
from tests.builders.mail_server import PASSWORD, USER, mail_server
from tests.builders.self_signed import certificate

pytestmark = pytest.mark.anyio


@pytest.fixture
def own(tmp_path: Path) -> ssl.SSLContext:
    """The server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    return context


@pytest.fixture
def trusting(own: ssl.SSLContext, tmp_path: Path) -> ssl.SSLContext:
    """A context of the office that trusts this one server."""
    assert own
    return ssl.create_default_context(cafile=str(tmp_path / "self-signed.pem"))


def letter(to: str = "ada@example.com") -> EmailMessage:
    made = EmailMessage()
    made["To"], made["Subject"] = to, "Your code"
    made.set_content("LUNCH-5")
    return made


async def sent(url: str, context: ssl.SSLContext | None, password: str | None = PASSWORD) -> Outcome:
    scheme, _, place = url.partition("://")
    who = "" if password is None else f"{quote(USER)}:{quote(password)}@"
    post = SmtpPost(url=f"{scheme}://{who}{place}", sender="office@example.com", context=context)
    return await post.send(letter())


@pytest.mark.expects_log("login_data is deprecated")
async def test_a_letter_goes_out_over_starttls_by_somebody_who_signs_in(
    own: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async with mail_server(tls_context=own, require_starttls=True, signs_in=True) as server:
        assert await sent(server.url, trusting) == Outcome(Fate.SENT)
        (taken,) = server.letters
    assert (taken["To"], taken["From"], taken.get_content().strip()) == (
        "ada@example.com",
        "office@example.com",
        "LUNCH-5",
    )


@pytest.mark.expects_log("login_data is deprecated|auth_require_tls == False")
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_letter_goes_out_over_tls_from_the_first_byte(
    own: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async with mail_server(tls=own, signs_in=True) as server:
        assert await sent(server.url.replace("smtp:", "smtps:"), trusting) == Outcome(Fate.SENT)
        assert len(server.letters) == 1


@pytest.mark.parametrize("without", [(), ("PLAIN",)], ids=["plain-offered", "login-alone-offered"])
async def test_a_wrong_password_is_said_once_and_sends_nothing(
    own: ssl.SSLContext, trusting: ssl.SSLContext, without: tuple[str, ...]
) -> None:
    async with mail_server(
        tls_context=own, require_starttls=True, signs_in=True, auth_exclude_mechanism=without
    ) as server:
        outcome = await sent(server.url, trusting, "another password")
        assert (outcome.fate, "SMTPAuthenticationError" in outcome.problem) == (Fate.LATER, True)
        assert "another password" not in outcome.problem
        assert server.signing_in == ["LOGIN" if without else "PLAIN"]
        assert (server.letters, server.asked) == ([], [])


async def test_whoever_does_not_sign_in_sends_nothing(own: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    async with mail_server(tls_context=own, require_starttls=True, signs_in=True) as server:
        assert (await sent(server.url, trusting, password=None)).fate in (Fate.LATER, Fate.REFUSED)
        assert (server.letters, server.asked, server.signing_in) == ([], [], [])


@pytest.mark.expects_log("login_data is deprecated")
async def test_a_letter_goes_out_through_a_server_that_only_asks_for_name_and_password_one_by_one(
    own: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async with mail_server(
        tls_context=own, require_starttls=True, signs_in=True, auth_exclude_mechanism=("PLAIN",)
    ) as server:
        assert await sent(server.url, trusting) == Outcome(Fate.SENT)
        assert server.signing_in == ["LOGIN"]


async def test_a_password_is_not_said_to_a_server_that_offers_no_known_way(
    own: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async with mail_server(
        tls_context=own, require_starttls=True, signs_in=True, auth_exclude_mechanism=("PLAIN", "LOGIN")
    ) as server:
        assert (await sent(server.url, trusting)).fate is Fate.LATER
        assert (server.letters, server.asked, server.signing_in) == ([], [], [])


async def test_a_password_that_no_mail_server_could_read_is_not_sent(
    own: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async with mail_server(tls_context=own, require_starttls=True, signs_in=True) as server:
        outcome = await sent(server.url, trusting, "пароль")
        assert outcome == Outcome(Fate.LATER, "the mail server could not be asked (SMTPException)")
        assert (server.signing_in, server.letters) == ([], [])


@pytest.mark.expects_log("SMTP session exception")
async def test_a_server_that_nobody_vouches_for_gets_neither_password_nor_letter(own: ssl.SSLContext) -> None:
    async with mail_server(tls_context=own, require_starttls=True, signs_in=True) as server:
        outcome = await sent(server.url, None)
        assert (outcome.fate, "SSLCertVerificationError" in outcome.problem) == (Fate.LATER, True)
        assert server.letters == []


async def test_a_password_is_not_sent_in_the_clear() -> None:
    async with mail_server() as server:
        outcome = await sent(server.url, None)
        assert outcome.fate is Fate.LATER
        assert (server.letters, server.asked) == ([], [])
        assert await sent(server.url, None, password=None) == Outcome(Fate.SENT)
