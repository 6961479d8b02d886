"""`/api/auth`: signing in, going on, signing out."""

import hashlib
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sync.central.http.addresses import whose
from sync.central.http.allowed.audience import Audience
from sync.central.http.bounds import WRONG_PROOF
from sync.central.http.callers import Caller, address_of
from sync.central.http.central import Central
from sync.central.http.routes.registering import ask_code, register, verify
from sync.central.services.login import GuestCaller, Login, Person, log_in
from sync.central.services.people.own_password import PasswordChange, change_password
from sync.central.services.refusal import Refusal
from sync.central.services.sessions import (
    LoggedIn,
    Owner,
    SessionView,
    end_session,
    list_sessions,
)
from sync.central.services.sessions import refresh as refresh_session
from sync.protocol.problems import ProblemType

MAX_LOGIN_BYTES = 16 * 1024
BEARER = [{"bearer": list[str]()}]


class RefreshRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which sign-in is to go on."""

    refresh_token: str


class Me(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is signed in: somebody who works here, or a guest."""

    network: int
    role: str
    staff: int | None = None
    guest: int | None = None


def owner_of(caller: Person | GuestCaller) -> Owner:
    """Return whose sign-ins are the caller's."""
    return Owner(guest=caller.guest) if isinstance(caller, GuestCaller) else Owner(staff=caller.staff)


@post(
    "/login",
    status_code=200,
    request_max_body_size=MAX_LOGIN_BYTES,
    summary="Sign in by e-mail address and password",
)
async def login(
    request: Request[Any, Any, State], data: JSONBody[Login], central: NamedDependency[Central]
) -> LoggedIn:
    """Give a token that lives seven days."""
    address = address_of(request)
    # The account is counted under a digest: what somebody typed is kept nowhere.
    account = hashlib.sha256(data.email.strip().casefold().encode("utf-8", "surrogatepass")).hexdigest()
    rates = central.bounds.rates
    tries = ((rates.wrong_logins, whose(address)), (rates.wrong_logins_account, account))
    async with central.bounds.guess(tries, WRONG_PROOF, address=address):
        return await log_in(central.database, central.secrets, central.tokens, central.passwords, data)


@post(
    "/refresh",
    status_code=200,
    request_max_body_size=MAX_LOGIN_BYTES,
    summary="Go on with a sign-in by its refresh token",
)
async def refresh(
    request: Request[Any, Any, State], data: JSONBody[RefreshRequest], central: NamedDependency[Central]
) -> LoggedIn:
    """Give the next pair of tokens. A refresh token is good once: one that is shown again ends its sign-in."""
    address = address_of(request)
    tries = ((central.bounds.rates.wrong_tokens, whose(address)),)
    async with central.bounds.proof(tries, WRONG_PROOF, address=address):
        return await refresh_session(central.database, central.tokens, data.refresh_token)


@get("/me", summary="Who is signed in", security=BEARER)
async def me(caller: Caller) -> Me:
    """Return the network, number and role of whoever's token this is."""
    if isinstance(caller, GuestCaller):
        return Me(network=caller.network, guest=caller.guest, role=Audience.GUEST.value)
    return Me(network=caller.network, staff=caller.staff, role=caller.role.value)


@post("/logout", status_code=204, summary="Sign out", security=BEARER)
async def logout(central: NamedDependency[Central], caller: Caller) -> None:
    """End this sign-in: none of its tokens is good any more."""
    async with central.database.network_transaction(caller.network) as connection:
        if caller.session is not None:
            await end_session(connection, caller.network, caller.session, why="signed_out")


@get("/sessions", summary="Where one is signed in", security=BEARER)
async def sessions(central: NamedDependency[Central], caller: Caller) -> list[SessionView]:
    """Return the open sign-ins of whoever asks, the newest first."""
    async with central.database.network_transaction(caller.network) as connection:
        return await list_sessions(connection, caller.network, owner_of(caller), caller.session)


@delete("/sessions/{session_id:uuid}", summary="End one of one's own sign-ins", security=BEARER)
async def end_one(
    session_id: FromPath[UUID],
    central: NamedDependency[Central],
    caller: Caller,
) -> None:
    """End a sign-in of whoever asks; another's is not there."""
    async with central.database.network_transaction(caller.network) as connection:
        own = await list_sessions(connection, caller.network, owner_of(caller), caller.session)
        if session_id not in {session.id for session in own}:
            raise Refusal(ProblemType.NOT_FOUND, "There is no such sign-in.", "Look at the list.")
        await end_session(connection, caller.network, session_id, why="ended")


@post(
    "/password",
    status_code=204,
    request_max_body_size=MAX_LOGIN_BYTES,
    summary="Change one's own password",
    security=BEARER,
)
async def password(
    request: Request[Any, Any, State],
    data: JSONBody[PasswordChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> None:
    """Change the password of whoever asks and knows the present one; their other sign-ins end."""
    address = address_of(request)
    rates = central.bounds.rates
    # Whoever found a till signed in must not find the password out there: wrong ones count as at signing in.
    account = f"staff:{person.network}:{person.staff}"
    tries = ((rates.wrong_logins, whose(address)), (rates.wrong_logins_account, account))
    try:
        async with central.bounds.guess(tries, WRONG_PROOF, address=address, network=person.network):
            await change_password(central.database, central.passwords, person, data)
    except Refusal as refusal:
        if refusal.problem is not ProblemType.UNAUTHENTICATED:
            raise
        # The caller is known: it is not their token that is wrong.
        raise Refusal(ProblemType.FORBIDDEN, refusal.title, refusal.detail) from refusal


auth_routes = Router(
    "/api/auth",
    route_handlers=[login, register, ask_code, verify, refresh, me, logout, sessions, end_one, password],
    tags=["people"],
)
