"""`/api/auth`: signing in."""

import hashlib
from typing import Any

from litestar import Request, Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from sync.central.http.callers import address_of
from sync.central.http.central import Central
from sync.central.services.login import LoggedIn, Login, Person, log_in
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

MAX_LOGIN_BYTES = 16 * 1024


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
    central.logins_by_address.check(address)
    central.logins_by_account.check(account)
    try:
        return await log_in(central.database, central.secrets, central.tokens, central.passwords, data)
    except Refusal as refusal:
        if refusal.problem is ProblemType.UNAUTHENTICATED:
            central.logins_by_address.failed(address)
            central.logins_by_account.failed(account)
        raise


@get("/me", summary="Who is signed in")
async def me(person: NamedDependency[Person]) -> Person:
    """Return the network, number and role of the person whose token this is."""
    return person


auth_routes = Router("/api/auth", route_handlers=[login, me], tags=["people"])
