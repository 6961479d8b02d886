"""The one guard before every route: it lets in whom the table allows (:mod:`sync.central.http.allowed`)."""

from http import HTTPStatus
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler

from sync.central.http.allowed.audience import Audience
from sync.central.http.allowed.table import ACCESS
from sync.central.http.allowed.tills import SYNC_ROOT
from sync.central.http.callers import TillCaller
from sync.central.http.central import Central
from sync.central.http.short_way import FAILED
from sync.central.schema.numbers import MAX_ID
from sync.central.schema.words import Role
from sync.central.services.grants import LeaseFor
from sync.central.services.login import GuestCaller, Person, read_caller
from sync.central.services.people.api_keys import KEY_PREFIX, read_key
from sync.central.services.people.scopes import scope_of
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.protocol.version import OLDEST_UNDERSTOOD, PROTOCOL_HEADER, PROTOCOL_VERSION

FOR_EVER = (f"{SYNC_ROOT}/journal", f"{SYNC_ROOT}/token")
"""What tills of every older version may ask: to hand in what they recorded, and the token for it."""
UNCOUNTED = frozenset(
    {"/health", "/health/live", "/api/vip/use", "/api/vip/validate"}
    | {f"{SYNC_ROOT}/{word}" for word in ("enrol", "token", "renew", "readmit")}
)
"""Who watches over the office, tills, and what counts for itself (:mod:`sync.central.http.vip_answers`)."""
_BEARER = "Bearer "


async def admit(connection: ASGIConnection[Any, Any, Any, State], _: BaseRouteHandler) -> None:
    """Let a request in, noting who asks in ``scope["auth"]``; raises :class:`Refusal`."""
    method = str(connection.scope.get("method", ""))
    if method == "OPTIONS":
        return
    path = connection.scope["path_template"] or "/"
    _check_numbers(connection.scope.get("path_params", {}))
    if path.startswith(SYNC_ROOT):
        _check_version(connection.headers.get(PROTOCOL_HEADER), path)
    allowed = ACCESS.get((method, path))
    if allowed is None:
        raise HTTPException(status_code=HTTPStatus.FORBIDDEN)
    header = connection.headers.get("Authorization")
    central: Central = connection.app.state.central
    if allowed is Audience.ANYONE or (allowed is Audience.OPTIONAL and header is None):
        # What a short way hands on was counted there.
        if path not in UNCOUNTED and FAILED not in connection.scope:
            await central.bounds.let_in(None, central.proxies.client_of(connection.scope))
        connection.scope["auth"] = None
        return
    token = _bearer(header)
    if allowed is Audience.TILL:
        claims = central.tokens.read_till(token)
        till = LeaseFor(claims.net, claims.till, claims.inc)
        connection.scope["auth"] = TillCaller(till)
        return
    caller = await _read_caller(central, token)
    if isinstance(allowed, frozenset):
        _check_role(caller, allowed)
        _check_scope(caller, method, path)
    if path not in UNCOUNTED and FAILED not in connection.scope:
        await central.bounds.let_in(caller, "")
    connection.scope["auth"] = caller


async def _read_caller(central: Central, token: str) -> Person | GuestCaller:
    if token.startswith(KEY_PREFIX):
        return await read_key(central.database, token)
    return await read_caller(central.database, central.tokens.read_caller(token))


def _check_role(caller: Person | GuestCaller, allowed: frozenset[Role | Audience]) -> None:
    role = Audience.GUEST if isinstance(caller, GuestCaller) else caller.role
    if role not in allowed:
        raise Refusal(ProblemType.FORBIDDEN, "Your role does not allow this.", "Ask the owner.")


def _check_scope(caller: Person | GuestCaller, method: str, path: str) -> None:
    """Let a program's key open what its scopes name, and never more than the office may."""
    if isinstance(caller, GuestCaller) or caller.key is None:
        return
    scope = scope_of(method, path)
    if scope is None or scope not in caller.scopes:
        needed = "No key opens this." if scope is None else f"It takes the scope {scope}."
        raise Refusal(ProblemType.FORBIDDEN, "This key does not allow that.", needed)


def _check_numbers(places: dict[str, Any]) -> None:
    """Nothing stands under a number that no column holds, on whatever route it is asked for."""
    if any(isinstance(number, int) and abs(number) > MAX_ID for number in places.values()):
        raise Refusal(ProblemType.NOT_FOUND, "There is nothing under this number.", "Check it.")


def _bearer(header: str | None) -> str:
    if header is None or not header.startswith(_BEARER):
        raise Refusal(ProblemType.UNAUTHENTICATED, "A token is needed.", "Sign in and repeat the request.")
    return header.removeprefix(_BEARER)


def _check_version(spoken: str | None, path: str) -> None:
    """Journals of every older version are taken for ever; all else from the versions that are understood."""
    oldest = 1 if path in FOR_EVER else OLDEST_UNDERSTOOD
    if spoken not in {str(version) for version in range(oldest, PROTOCOL_VERSION + 1)}:
        raise Refusal(
            ProblemType.VERSION_UNKNOWN,
            f"This office speaks version {PROTOCOL_VERSION} of the till protocol.",
            f"Name it in the header {PROTOCOL_HEADER}; update the older of the two.",
        )
