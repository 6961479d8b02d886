"""A line to a mail server: with a password it must offer TLS; without one TLS is used where it is offered."""

import smtplib
import ssl
from urllib.parse import SplitResult, unquote, urlsplit

_SUBMISSION_PORT, _TLS_PORT = 587, 465
_WAYS_TO_SIGN_IN = ("PLAIN", "LOGIN", "CRAM-MD5")
"""Best first. A password only ever travels inside TLS here, so that CRAM-MD5 hides nothing more; and servers that keep
their passwords hashed offer it without being able to check it, while PLAIN inside TLS is for every server (RFC 4954)."""


def open_line(url: str, timeout_s: float, context: ssl.SSLContext | None = None) -> smtplib.SMTP:
    """Open a line to ``smtp://user:password@host:port`` or ``smtps://…``, and sign in; the caller closes it.

    Raises ``OSError`` or ``smtplib.SMTPException``; the line is closed then.
    """
    where, context = urlsplit(url), context or ssl.create_default_context()
    host = where.hostname or ""
    if where.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, where.port or _TLS_PORT, timeout=timeout_s, context=context
        )
    else:
        server = smtplib.SMTP(host, where.port or _SUBMISSION_PORT, timeout=timeout_s)
    try:
        _secure(server, where, context)
    except BaseException:
        server.close()
        raise
    return server


def _secure(server: smtplib.SMTP, where: SplitResult, context: ssl.SSLContext) -> None:
    """Turn to TLS and sign in."""
    server.ehlo()
    if where.scheme != "smtps" and server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    elif where.scheme != "smtps" and where.username:
        message = "a password is not sent to a mail server without TLS"
        raise smtplib.SMTPException(message)
    if where.username:
        _sign_in(server, unquote(where.username), unquote(where.password or ""))


def _sign_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """Sign in one way and no other: ``SMTP.login`` says a wrong password once for each way that the server offers.

    Raises ``smtplib.SMTPAuthenticationError`` for a wrong password, ``SMTPException`` where no way is offered.
    """
    if not (user + password).isascii():
        message = (
            "the user and the password for the mail server may only have letters, digits and signs of ASCII"
        )
        raise smtplib.SMTPException(message)
    offered = server.esmtp_features.get("auth", "").upper().split()
    way = next((way for way in _WAYS_TO_SIGN_IN if way in offered), None)
    if way is None:
        message = "the mail server offers no way to sign in that is known here"
        raise smtplib.SMTPException(message)
    server.user, server.password = user, password
    server.auth(way, getattr(server, f"auth_{way.lower().replace('-', '_')}"))
