"""One HTTP exchange with central: bounded in time and size, and every way to fail given its name.

Nothing of ``requests`` goes further than here: callers get bytes or an :class:`~sync.till.office.OfficeError`.
It is loaded with the first exchange, on the thread that makes it: it takes as long as half the till.
Every request may be repeated (central answers a repetition alike), so a connection that breaks before the
answer began is tried once more at once: central may have closed an idle one at that very moment.
"""

import http
import ipaddress
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from sync.protocol.version import PROTOCOL_HEADER, PROTOCOL_VERSION
from sync.protocol.wire import MEDIA_TYPE
from sync.till.clock import Clock
from sync.till.http_lines import OpenLines
from sync.till.office import Unreachable
from sync.till.outcomes import TRIES_AGAIN, check_version, clean_url, judge_refusal, not_central

if TYPE_CHECKING:
    import requests

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 20.0
"""How long to wait for the next bytes of an answer."""
EXCHANGE_LIMIT_MS = 120_000
"""How long one answer may take altogether, however steadily it trickles."""
MAX_ANSWER_BYTES = 32 * 1024 * 1024
PIECE_BYTES = 64 * 1024
"""How much is read at a time; of an answer that says no, only the first piece is read at all."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: ``limit`` bounds the answer's body in bytes, ``read_s`` the wait for its next bytes.

    ``any_version``: also a central that speaks a newer protocol is asked, for it takes journals of every older one.
    """

    method: str
    path: str
    body: bytes | None = None
    token: str | None = None
    headers: Mapping[str, str] = {}
    params: Mapping[str, str] = {}
    limit: int = MAX_ANSWER_BYTES
    any_version: bool = False
    connect_s: float = CONNECT_TIMEOUT_S
    read_s: float = READ_TIMEOUT_S


class Exchange:
    """Requests to one central, with one keep-alive session for each thread."""

    def __init__(self, central_url: str, clock: Clock) -> None:
        """Take central's address; raises ``Mismatch`` for what is no http(s) address."""
        self.central_url = clean_url(central_url)
        self._clock = clock
        self._loopback = _is_loopback(urlsplit(self.central_url).hostname or "")
        self._sessions: dict[int, requests.Session] = {}
        self._lock = threading.Lock()
        self._lines = OpenLines()

    def close(self) -> None:
        """Close all kept connections."""
        with self._lock:
            sessions = list(self._sessions.values())
            self._sessions.clear()
        for session in sessions:
            session.close()

    def break_off(self) -> None:
        """End every exchange that is under way, from any thread; there will be no further ones."""
        self._lines.break_off()

    def send(self, ask: Ask) -> bytes:
        """Return the body of a good MessagePack answer."""
        with self._answer(ask) as answer:
            body = bytearray()
            for piece in self._pieces(answer, ask.limit):
                body += piece
            _require_whole_head(answer, body)
            media_type = _media_type(answer)
            if media_type != MEDIA_TYPE:
                raise not_central(f"it sent {media_type or 'no content type'}")
            return bytes(body)

    def fetch(self, ask: Ask, into: bytearray) -> None:
        """Append a binary answer to ``into`` as it arrives, asking only for what ``into`` lacks.

        A server that ignores the range sends all from the beginning; ``into`` then starts anew.
        """
        headers = dict(ask.headers)
        if into:
            headers["Range"] = f"bytes={len(into)}-"
        with self._answer(msgspec.structs.replace(ask, headers=headers)) as answer:
            if answer.status_code != http.HTTPStatus.PARTIAL_CONTENT:
                into.clear()
            if _media_type(answer).startswith("text/"):
                raise not_central(f"it sent {_media_type(answer)}")
            before = len(into)
            for piece in self._pieces(answer, ask.limit - before):
                into += piece
            _require_whole_head(answer, into[before:])

    @contextmanager
    def _answer(self, ask: Ask) -> Iterator["requests.Response"]:
        """Open the answer's head; a bad status becomes its OfficeError."""
        from sync.till.http_failures import named_failures

        with named_failures():
            answer = self._open(ask)
        with answer:
            if not answer.ok or answer.is_redirect:
                body = next(self._pieces(answer, MAX_ANSWER_BYTES), b"")
                _require_whole_head(answer, body)
                raise judge_refusal(
                    answer.status_code, _media_type(answer), body, answer.headers.get("Location")
                )
            if not ask.any_version:
                check_version(answer.headers.get(PROTOCOL_HEADER))
            yield answer

    def _open(self, ask: Ask) -> "requests.Response":
        import requests

        from sync.till.http_failures import name_failure, never_sent

        try:
            return self._request(ask)
        except requests.ConnectionError as error:
            if isinstance(error, requests.Timeout | requests.exceptions.SSLError) or never_sent(error):
                raise
        try:
            return self._request(ask)
        except requests.RequestException as error:
            # The first attempt may have been heard, whatever became of the second.
            raise name_failure(error, sent=True) from error

    def _request(self, ask: Ask) -> "requests.Response":
        from sync.till.http_session import Bearer

        headers = {
            PROTOCOL_HEADER: str(PROTOCOL_VERSION),
            "Accept": f"{MEDIA_TYPE}, application/problem+json, application/octet-stream",
            # Bodies are compact or compressed already, and a limit on size must mean what arrives.
            "Accept-Encoding": "identity",
            "Content-Type": MEDIA_TYPE,
            **ask.headers,
        }
        return self._session().request(
            ask.method,
            self.central_url + ask.path,
            params=ask.params,
            data=ask.body,
            headers=headers,
            auth=Bearer(ask.token),
            timeout=(ask.connect_s, ask.read_s),
            stream=True,
            allow_redirects=False,
        )

    def _pieces(self, answer: "requests.Response", limit: int) -> Iterator[bytes]:
        """Yield the body within its limits of size and time."""
        from sync.till.http_failures import named_failures

        end_ms = self._clock.boottime_ms() + EXCHANGE_LIMIT_MS
        left = limit
        pieces = answer.iter_content(PIECE_BYTES)
        while True:
            with named_failures():
                piece = next(pieces, b"")
            if not piece:
                return
            left -= len(piece)
            if left < 0:
                raise not_central(f"its answer is larger than {limit} bytes")
            if self._clock.boottime_ms() > end_ms:
                raise Unreachable("slow", "The central office answers too slowly.", TRIES_AGAIN)
            yield piece

    def _session(self) -> "requests.Session":
        from sync.till.http_session import open_session

        thread = threading.get_ident()
        with self._lock:
            session = self._sessions.get(thread)
            if session is None:
                session = self._sessions[thread] = open_session(self._lines, loopback=self._loopback)
            return session


def _require_whole_head(answer: "requests.Response", body: bytes | bytearray) -> None:
    """Raise ``Unreachable`` when the line broke within the answer's head.

    Python's HTTP client takes the end of the stream for the end of the head; what is left then says neither how
    long its body is nor where it leads, and has none.
    """
    told = answer.headers.get("Content-Length", "").strip().isdigit()
    if not body and not told and not {"Transfer-Encoding", "Location"} & {*map(str.title, answer.headers)}:
        raise Unreachable("unreachable", "The central office cannot be reached.", TRIES_AGAIN)


def _media_type(answer: "requests.Response") -> str:
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
