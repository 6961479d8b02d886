"""What a failed exchange means: each way of failing gets its type, its stable name and its sentence."""

import http
from urllib.parse import urlsplit

from sync.protocol.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType
from sync.protocol.version import PROTOCOL_VERSION
from sync.protocol.wire import WireError, read_canonical
from sync.till.office import InMaking, Mismatch, OfficeError, Refused, Unreachable

SCHEMES = ("http", "https")
TRIES_AGAIN = "The till goes on working and tries again by itself."
MAX_QUOTED = 200
"""How many characters of somebody else's text go into a sentence of ours."""

LEAST_RETRY_S, MOST_RETRY_S = 1, 30
"""Between these lies what central may name as the time to ask again."""

_OURS = "urn:countersign:"
_NOT_NOW = {ProblemType.BUSY, ProblemType.TOO_MANY, ProblemType.INTERNAL}
_GATEWAY = {
    http.HTTPStatus.BAD_GATEWAY,
    http.HTTPStatus.SERVICE_UNAVAILABLE,
    http.HTTPStatus.GATEWAY_TIMEOUT,
    http.HTTPStatus.TOO_MANY_REQUESTS,
}


def clean_url(text: str) -> str:
    """Return central's address without a trailing slash; raises ``Mismatch`` when it is none."""
    stripped = text.strip()
    try:
        parts = urlsplit(stripped)
        fits = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or parts.username is not None:
        raise Mismatch(
            "central_address",
            f"“{stripped[:MAX_QUOTED]}” is not the address of a central office.",
            "It looks like https://office.example.com or http://192.168.1.5:8000.",
        )
    return parts.geturl().rstrip("/")


def judge_refusal(status: int, media_type: str, body: bytes, location: str | None) -> OfficeError:
    """Turn an answer with a bad status into what it means for the till."""
    problem = _read_problem(media_type, body)
    if problem is not None:
        return _judge_problem(problem)
    if location is not None:
        return not_central(f"it sends the till on to {location[:MAX_QUOTED]}")
    if status in _GATEWAY:
        return Unreachable("busy", f"The central office is not available just now ({status}).", TRIES_AGAIN)
    return not_central(f"it answered {status} {media_type or 'without a content type'}")


def not_central(why: str) -> Mismatch:
    """Say that somebody else answered, or central in words that are not its own."""
    return Mismatch(
        "not_central",
        f"What answered is not the central office: {why}.",
        "Check the address, and whether the network asks for a sign-in first.",
    )


def check_version(spoken: str | None) -> None:
    """Raise ``Mismatch`` when the answer's header names another version of the protocol."""
    if spoken is not None and spoken.strip() != str(PROTOCOL_VERSION):
        raise other_version(f"version {spoken[:MAX_QUOTED]} of the till protocol")


def other_version(spoken: str) -> Mismatch:
    """Say that central and till are of different versions."""
    return Mismatch(
        "version",
        f"The central office speaks {spoken}, this till version {PROTOCOL_VERSION}.",
        "Update the older of the two; the till goes on selling meanwhile, and nothing is lost.",
    )


def _judge_problem(problem: Problem) -> OfficeError:
    if problem.type == ProblemType.VERSION_UNKNOWN:
        return other_version("another version of the till protocol")
    title = problem.title.rstrip(".")[:MAX_QUOTED]
    detail = problem.detail[:MAX_QUOTED]
    if problem.type == ProblemType.SNAPSHOT_IN_MAKING:
        return InMaking(
            "The central office is preparing its list of codes.",
            TRIES_AGAIN,
            retry_ms=_retry_ms(problem.retry_after_s),
            done=problem.done,
            whole=problem.whole,
        )
    if problem.type in _NOT_NOW or problem.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unreachable(
            "busy",
            f"The central office cannot do this just now: {title}.",
            detail or TRIES_AGAIN,
            retry_ms=_retry_ms(problem.retry_after_s),
        )
    return Refused(problem, f"The central office says no: {title}.", detail)


def _retry_ms(retry_after_s: int) -> int:
    return min(max(retry_after_s, LEAST_RETRY_S), MOST_RETRY_S) * 1000


def _read_problem(media_type: str, body: bytes) -> Problem | None:
    if media_type != PROBLEM_MEDIA_TYPE:
        return None
    try:
        problem = read_canonical(body, Problem)
    except WireError:
        return None
    return problem if problem.type.startswith(_OURS) else None
