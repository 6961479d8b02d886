"""A mail server of this machine that takes, refuses, delays and drops as a test says."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

REFUSED, LATER, DROPPED, DROPPED_BEFORE = "refused@", "later@", "dropped@", "dropped.before@"
"""Beginnings of addresses with which something goes wrong."""
USER, PASSWORD = "office", "a password of the mail server"


class MailServer:
    """What the server got, and how often it was asked."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.asked: list[str] = []
        self.signing_in: list[str] = []
        """The way that was used at each attempt to sign in."""
        self.url = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it so
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        del session, options
        self.asked.append(address)
        if address.startswith(REFUSED):
            return "550 nobody of that name here"
        if address.startswith(LATER):
            return "451 come back later"
        if address.startswith(DROPPED_BEFORE):
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        del session
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(BytesParser(_class=EmailMessage, policy=default).parsebytes(content))
        if envelope.rcpt_tos[0].startswith(DROPPED):
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 taken"

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        self.signing_in.append(mechanism)
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        # Not handled: the server itself has still to answer, or whoever says a wrong password waits in vain.
        return AuthResult(success=right, handled=False)


@asynccontextmanager
async def mail_server(
    *, tls: ssl.SSLContext | None = None, signs_in: bool = False, **options: Any
) -> AsyncIterator[MailServer]:
    """Run a mail server in this event loop until the block ends.

    It speaks TLS from the first byte with ``tls``, or turns to it with aiosmtpd's ``tls_context``; ``signs_in`` lets
    nobody send who has not said ``USER`` and ``PASSWORD``.
    """
    heard = MailServer()
    if signs_in:
        options |= {
            "authenticator": heard.authenticate,
            "auth_required": True,
            "auth_require_tls": tls is None,
        }

    def session() -> SMTP:
        return SMTP(heard, hostname="mail.test", loop=asyncio.get_running_loop(), **options)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0, ssl=tls)
    heard.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield heard
    finally:
        server.close()
        await server.wait_closed()
