"""Text messages by e-mail: many operators turn a mail to ``number@their.gateway`` into a message."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sync.central.sms.port import SEND_TIMEOUT_S, NotSentError

DIGITS = "{digits}"
_SUBMISSION_PORT, _TLS_PORT = 587, 465


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSms:
    """A mail server at ``url`` (``smtp://user:password@host:port``, ``smtps://…``); ``to`` holds ``{digits}``."""

    url: str
    sender: str
    to: str

    async def send(self, phone: str, text: str) -> None:
        """Hand one message over; raises :class:`NotSentError`."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, self.to.replace(DIGITS, phone.removeprefix("+"))
        mail.set_content(text)
        await asyncio.to_thread(self._send, mail)

    def _send(self, mail: EmailMessage) -> None:
        try:
            with self._connected() as server:
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            message = f"the mail server did not take a text message ({type(error).__name__})"
            raise NotSentError(message) from error

    def _connected(self) -> smtplib.SMTP:
        where = urlsplit(self.url)
        host, context = where.hostname or "", ssl.create_default_context()
        if where.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, where.port or _TLS_PORT, timeout=SEND_TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(host, where.port or _SUBMISSION_PORT, timeout=SEND_TIMEOUT_S)
        server.ehlo()
        if where.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif where.scheme != "smtps" and where.username:
            server.close()
            message = "a password is not sent to a mail server without TLS"
            raise smtplib.SMTPException(message)
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        return server
