"""A line to a mail server: with a password it must offer TLS; without one TLS is used where it is offered."""

import smtplib
import ssl
from urllib.parse import SplitResult, unquote, urlsplit

_SUBMISSION_PORT, _TLS_PORT = 587, 465


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
        server.login(unquote(where.username), unquote(where.password or ""))
