"""What a failed transport means: nothing of ``requests`` and ``urllib3`` goes further than here.

Both are loaded with the first exchange, on the thread that makes it: a till comes up without them.
"""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager

import requests
import urllib3

from sync.till.office import Mismatch, OfficeError, Unreachable
from sync.till.outcomes import TRIES_AGAIN, not_central


@contextmanager
def named_failures() -> Iterator[None]:
    """Raise each failure of the transport as the ``OfficeError`` that it means."""
    try:
        yield
    except requests.RequestException as error:
        raise name_failure(error) from error


def name_failure(error: requests.RequestException, *, sent: bool | None = None) -> OfficeError:
    """Give a failure of the transport its name; ``sent`` overrides whether it may have been heard."""
    heard = sent if sent is not None else not never_sent(error)
    if isinstance(error, requests.exceptions.SSLError):
        return Mismatch(
            "tls",
            "The connection to the central office is not secure: its certificate does not fit.",
            "Check this machine's date, the address, and whether a proxy stands between.",
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable(
            "proxy", "The proxy set on this machine does not let the till through.", TRIES_AGAIN, sent=heard
        )
    if isinstance(error, ValueError):  # requests' own name for every address that it cannot use
        return Mismatch("central_address", "The central office's address cannot be used.", "Check it.")
    if _is_babble(error):
        return not_central("what answered there is no web server")
    if isinstance(error, requests.Timeout):
        return Unreachable("slow", "The central office does not answer in time.", TRIES_AGAIN, sent=heard)
    return Unreachable("unreachable", "The central office cannot be reached.", TRIES_AGAIN, sent=heard)


def never_sent(error: requests.RequestException) -> bool:
    """Whether the connection was never made, so that central cannot have heard anything."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _is_babble(error: requests.RequestException) -> bool:
    """Whether something answered that does not speak HTTP (a hang-up or a broken line is no babble)."""
    cause = error.args[0] if error.args else None
    if not isinstance(error, requests.ConnectionError) or not isinstance(
        cause, urllib3.exceptions.ProtocolError
    ):
        return False
    return any(
        isinstance(part, http.client.HTTPException)
        and not isinstance(part, ConnectionError)
        and not _is_torn(part)
        for part in cause.args
    )


def _is_torn(error: http.client.HTTPException) -> bool:
    """Whether the line broke within the answer's very first words."""
    if not isinstance(error, http.client.BadStatusLine):
        return False
    line = str(error.args[0]).strip("'\"\r\n ")
    return line.startswith("HTTP/1.") or "HTTP/1.".startswith(line)
