"""Every error as problem details (RFC 9457), with one of the protocol's stable types."""

import logging
from http import HTTPStatus
from typing import Any

import asyncpg
import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from sync.central.database import OUT_OF_REACH
from sync.central.services.refusal import Refusal
from sync.protocol.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType
from sync.rules.user_error import UserError

BUSY_RETRY_S = 2
MAX_NAMED_FIELDS = 5

STATUS = {
    ProblemType.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    ProblemType.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ProblemType.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ProblemType.INVALID: HTTPStatus.BAD_REQUEST,
    ProblemType.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ProblemType.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    ProblemType.CONFLICT: HTTPStatus.CONFLICT,
    ProblemType.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    ProblemType.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
    ProblemType.ENROLMENT_UNKNOWN: HTTPStatus.NOT_FOUND,
    ProblemType.ENROLMENT_USED: HTTPStatus.CONFLICT,
    ProblemType.ENROLMENT_EXPIRED: HTTPStatus.GONE,
    ProblemType.TILL_REVOKED: HTTPStatus.FORBIDDEN,
    ProblemType.TILL_FENCED: HTTPStatus.FORBIDDEN,
    ProblemType.CURSOR_GONE: HTTPStatus.GONE,
    ProblemType.VERSION_UNKNOWN: HTTPStatus.BAD_REQUEST,
    ProblemType.BATCH_BROKEN: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemType.SNAPSHOT_GONE: HTTPStatus.GONE,
    ProblemType.SNAPSHOT_IN_MAKING: HTTPStatus.SERVICE_UNAVAILABLE,
    ProblemType.RENEWAL_NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    ProblemType.KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemType.CODE_REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""The HTTP status of each problem."""

_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: ProblemType.UNAUTHENTICATED,
    HTTPStatus.FORBIDDEN: ProblemType.FORBIDDEN,
    HTTPStatus.NOT_FOUND: ProblemType.NOT_FOUND,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ProblemType.TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS: ProblemType.TOO_MANY,
    HTTPStatus.CONFLICT: ProblemType.CONFLICT,
}

_ADVICE = {
    HTTPStatus.BAD_REQUEST: "The body is not JSON as this address reads it. Send what its description asks for.",
    HTTPStatus.FORBIDDEN: "Nothing at this address is open to anybody.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address. Check its spelling.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address is asked by another method.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than this address takes. Send less at once.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Send the body as application/json.",
}
"""What to do about what the framework itself refuses, where it does not name fields."""

UNKEPT = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
"""What the database says of a text with the character NUL, which is the only one that it cannot keep."""
_BODY = "data"

_log = logging.getLogger(__name__)

AnyRequest = Request[Any, Any, State]


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    """Write a problem; errors are JSON whatever the request was."""
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def _refusal(_request: AnyRequest, error: Refusal) -> Response[bytes]:
    status = STATUS[error.problem]
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    if error.problem is ProblemType.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    done, whole = error.progress
    problem = Problem(
        type=error.problem,
        title=error.title,
        status=status,
        detail=error.detail,
        retry_after_s=error.retry_after_s or 0,
        done=done,
        whole=whole,
        reason=error.reason,
    )
    return problem_response(problem, headers)


def _http(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Translate what the framework itself refuses: no route, wrong method, unreadable or oversized body."""
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _bug(request, error)
    status = HTTPStatus(error.status_code)
    problem = Problem(
        type=_BY_STATUS.get(status, ProblemType.INVALID),
        title=f"{status.phrase}.",
        status=status,
        detail=_named_fields(error) or _advice(status, error),
    )
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return problem_response(problem, headers)


def _named_fields(error: HTTPException) -> str:
    """Name what was wrong with which field; never what stood in it."""
    if not isinstance(error.extra, list):
        return ""
    fields = [item for item in error.extra if isinstance(item, dict)][:MAX_NAMED_FIELDS]
    return "; ".join(_named_field(item) for item in fields)


def _named_field(item: dict[str, Any]) -> str:
    """Name a field as whoever asks knows it: ``data`` is what handlers call the body."""
    key, message = str(item.get("key", _BODY)), str(item.get("message", "invalid"))
    if key != _BODY:
        return f"{key}: {message}"
    return "There is no body. Send JSON" if message == repr(_BODY) else f"body: {message}"


def _advice(status: HTTPStatus, error: HTTPException) -> str:
    allowed = (error.headers or {}).get("allow") if status == HTTPStatus.METHOD_NOT_ALLOWED else None
    advice = _ADVICE.get(status, "Check the request against the description of this address.")
    return f"{advice} It knows {allowed}." if allowed else advice


def _user_error(_request: AnyRequest, error: UserError) -> Response[bytes]:
    status = HTTPStatus.BAD_REQUEST
    return problem_response(
        Problem(type=ProblemType.INVALID, title=error.sentence, status=status, detail=error.advice)
    )


def _unkept(_request: AnyRequest, _error: Exception) -> Response[bytes]:
    """Refuse a text that nothing can be kept or found under; what it was sent for was undone as a whole."""
    return problem_response(
        Problem(
            type=ProblemType.INVALID,
            title="A text in this request has the character NUL.",
            status=HTTPStatus.BAD_REQUEST,
            detail="Nothing was done. Send the request again without that character.",
        )
    )


def _busy(request: AnyRequest, error: Exception) -> Response[bytes]:
    _log.warning("%s: the database is out of reach (%s)", _where(request), type(error).__name__)
    problem = Problem(
        type=ProblemType.BUSY,
        title="The office is too busy just now.",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        detail="Try again in a moment.",
    )
    return problem_response(problem, {"Retry-After": str(BUSY_RETRY_S)})


def _bug(request: AnyRequest, error: Exception) -> Response[bytes]:
    _log.error("%s: unhandled error", _where(request), exc_info=error)
    problem = Problem(
        type=ProblemType.INTERNAL,
        title="Something went wrong in the office's program.",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        detail="It has been noted. What was not acknowledged may be sent again.",
    )
    return problem_response(problem)


def _where(request: AnyRequest) -> str:
    """Name the route, never the address: its query may hold a key."""
    return f"{request.method} {request.scope.get('path_template') or 'unknown path'}"


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    Refusal: _refusal,
    HTTPException: _http,
    UserError: _user_error,
    **dict.fromkeys(OUT_OF_REACH, _busy),
    **dict.fromkeys(UNKEPT, _unkept),
    Exception: _bug,
}
