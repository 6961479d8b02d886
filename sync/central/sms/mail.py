"""Text messages by e-mail: many operators turn a mail to ``number@their.gateway`` into a message."""

import asyncio
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage

from sync.central.mail.connecting import open_line
from sync.central.sms.port import SEND_TIMEOUT_S, NotSentError

DIGITS = "{digits}"


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
            with open_line(self.url, SEND_TIMEOUT_S) as server:
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            message = f"the mail server did not take a text message ({type(error).__name__})"
            raise NotSentError(message) from error
