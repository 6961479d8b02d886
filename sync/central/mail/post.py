"""Handing letters to a mail server, and telling apart what became of each."""

import asyncio
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from enum import Enum
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from sync.central.mail.connecting import open_line
from sync.rules.user_error import UserError

MAIL_VARIABLE = "COUNTERSIGN_MAIL"
"""``smtp://user:password@host:port`` or ``smtps://…``; ``COUNTERSIGN_MAIL_FROM`` is the sender's address."""
SEND_TIMEOUT_S = 30.0
_REFUSED_FROM, _PERMANENT = 400, 500


class Fate(Enum):
    """What became of one letter."""

    SENT = "sent"
    REFUSED = "refused"
    """The server will not take it for this address, whenever it is asked."""
    LATER = "later"
    """Not now: the server is away or busy. Nothing was handed over."""
    UNSURE = "unsure"
    """The line broke after the letter was handed over and before the server had said what it did with it."""


class Outcome(NamedTuple):
    """What became of one letter, and what the server said (no address in it)."""

    fate: Fate
    problem: str = ""


class Post(Protocol):
    """A way to send letters."""

    async def send(self, letter: EmailMessage) -> Outcome:
        """Hand one letter over; its addresses stand in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpPost:
    """A mail server. With a password it must offer TLS; without one TLS is used where it is offered."""

    url: str
    sender: str
    context: ssl.SSLContext | None = None

    async def send(self, letter: EmailMessage) -> Outcome:
        """Hand one letter over on a connection of its own."""
        return await asyncio.to_thread(self._send, letter)

    def _send(self, letter: EmailMessage) -> Outcome:
        for name, value in (
            ("From", self.sender),
            ("Date", formatdate()),
            ("Message-ID", make_msgid(domain=self.sender.rpartition("@")[2])),
        ):
            del letter[name]
            letter[name] = value
        try:
            server = open_line(self.url, SEND_TIMEOUT_S, self.context)
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(Fate.LATER, _named(error))
        try:
            return _hand_over(server, letter, self.sender)
        finally:
            server.close()


def choose_post(environment: Mapping[str, str]) -> Post | None:
    """Return the mail server that is set up, None for none; raises :class:`UserError` ``mail_unfit``."""
    url = environment.get(MAIL_VARIABLE, "").strip()
    sender = environment.get(f"{MAIL_VARIABLE}_FROM", "").strip()
    if not url:
        return None
    if urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname or "@" not in sender:
        raise UserError(
            "mail_unfit",
            f"{MAIL_VARIABLE} or {MAIL_VARIABLE}_FROM is missing or does not fit.",
            "Write smtp://user:password@host:port, and the sender as name@example.com.",
        )
    return SmtpPost(url=url, sender=sender)


def _hand_over(server: smtplib.SMTP, letter: EmailMessage, sender: str) -> Outcome:
    """Walk through the exchange by hand: only so it is known how far it came when the line breaks."""
    try:
        for code, _ in (server.mail(sender), server.rcpt(str(letter["To"]))):
            if code >= _REFUSED_FROM:
                return _answered(code)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Fate.LATER, _named(error))
    try:
        code, _ = server.data(letter.as_bytes(policy=SMTP))
    except smtplib.SMTPDataError as error:
        # It was asked whether it would take the letter, and said no: nothing was handed over.
        return _answered(error.smtp_code)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Fate.UNSURE, _named(error))
    return _answered(code)


def _answered(code: int) -> Outcome:
    """Read a server's answer. Its words are left out: they may repeat the address, which is kept sealed."""
    if code < _REFUSED_FROM:
        return Outcome(Fate.SENT)
    return Outcome(Fate.REFUSED if code >= _PERMANENT else Fate.LATER, f"the mail server answered {code}")


def _named(error: Exception) -> str:
    return f"the mail server could not be asked ({type(error).__name__})"
