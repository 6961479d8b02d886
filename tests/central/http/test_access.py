"""Every route for every kind of caller, held to a table that was written by hand; and nothing of another network."""

import re
from typing import Any

import httpx
import pytest
from litestar import Litestar

from sync.central.http.allowed.table import ACCESS
from sync.central.schema.tables import TENANT_TABLES
from sync.central.schema.words import Role
from sync.central.services.people.scopes import scope_of
from tests.builders.belongings import ids_of
from tests.builders.callers import bearer, guest_token, key_headers, member, owner_headers
from tests.builders.expected_access import EXPECTED
from tests.builders.office import Office, new_office

pytestmark = pytest.mark.anyio

LETTERS = {
    "c": Role.CASHIER,
    "m": Role.SHIFT_MANAGER,
    "i": Role.IT,
    "o": Role.OFFICE,
    "w": Role.OWNER,
    "p": Role.PLATFORM_OWNER,
}
EVERYBODY = [*LETTERS, "g", "t", "nobody"]
SHUT = (401, 403)
UUIDS = ("session_id", "shift_id")
NOBODYS = "999999999"
NOTHING = "00000000-0000-0000-0000-000000000000"
PROTOCOL = {"Countersign-Protocol": "1"}
ENDS_ITSELF = "POST /api/auth/logout"
OWN_PROOF = frozenset({"GET /latest", "POST /api/auth/refresh", "POST /api/auth/verify"})
"""Open routes that answer "not you" themselves: what they are sent is the proof."""


def filled(path: str) -> str:
    """Put something that does not exist into a path's places."""
    return re.sub(r"\{(\w+)\}", lambda place: NOTHING if place[1] in UUIDS else NOBODYS, path)


def routes_of(app: Litestar) -> set[str]:
    return {
        f"{method} {route.path_format}"
        for route in app.routes
        for method in getattr(route, "methods", ())
        if method not in ("OPTIONS", "HEAD")
    }


async def headers_of(office: Office) -> dict[str, dict[str, str]]:
    """A request's headers for every kind of caller."""
    headers = {letter: (await member(office, role)).headers for letter, role in LETTERS.items()}
    headers["g"] = bearer(await guest_token(office))
    headers["t"] = bearer(await (await office.till()).signed_in())
    headers["nobody"] = {}
    return headers


async def knock(office: Office, route: str, headers: dict[str, str], path: str = "") -> httpx.Response:
    method, template = route.split(" ")
    body: dict[str, Any] = {} if method in ("GET", "DELETE") else {"json": {}}
    return await office.client.request(method, path or filled(template), headers=PROTOCOL | headers, **body)


async def test_every_route_stands_in_both_tables_and_nothing_else_does(
    central: tuple[Litestar, httpx.AsyncClient],
) -> None:
    routes = routes_of(central[0])
    assert routes == {f"{method} {path}" for method, path in ACCESS}
    assert routes - set(EXPECTED) == set(), "think about who may use these, and write it down"
    assert set(EXPECTED) - routes == set(), "these are gone"


async def test_each_route_lets_in_whom_the_expected_table_names_and_nobody_else(office: Office) -> None:
    headers = await headers_of(office)
    wrong = []
    for route, letters in EXPECTED.items():
        for who in EVERYBODY:
            if route == ENDS_ITSELF:
                headers = await headers_of_again(office, headers, who)
            status = (await knock(office, route, headers[who])).status_code
            if letters == "*":
                fine = route in OWN_PROOF or status != 403
            else:
                fine = (status not in SHUT) == (who in letters)
            if not fine or status >= 500:
                wrong.append((route, who, status))
            if route == ENDS_ITSELF:
                headers = await headers_of_again(office, headers, who)
    assert wrong == []


async def headers_of_again(
    office: Office, headers: dict[str, dict[str, str]], who: str
) -> dict[str, dict[str, str]]:
    """Sign somebody in anew: what they ask next ends their sign-in, or has ended it."""
    if who in LETTERS:
        email = f"{who}-{len(headers)}-{await office.value('SELECT count(*) FROM staff')}"
        return headers | {who: (await member(office, LETTERS[who], email)).headers}
    return headers | {"g": bearer(await guest_token(office))} if who == "g" else headers


async def test_a_key_opens_exactly_the_routes_of_its_scope_that_the_office_may_use(office: Office) -> None:
    wrong = []
    for scope in sorted({scope for route in EXPECTED if (scope := scope_of(*route.split(" ")))}):
        headers = await key_headers(office, scope)
        for route, letters in EXPECTED.items():
            if letters == "*":
                continue
            status = (await knock(office, route, headers)).status_code
            opens = scope_of(*route.split(" ")) == scope and "o" in letters
            if (status not in SHUT) != opens:
                wrong.append((scope, route, status))
    assert wrong == []


async def everything_of(office: Office) -> dict[str, str]:
    """A digest of every row of a network."""
    return {
        table.__tablename__: await office.value(
            f"SELECT md5(COALESCE(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table.__tablename__} t"
        )
        for table in TENANT_TABLES
    }


async def test_what_belongs_to_another_network_is_not_there_and_stays_as_it_is(
    office: Office, central: tuple[Litestar, httpx.AsyncClient]
) -> None:
    other = await new_office(*central)
    ids = await ids_of(other)
    before = await everything_of(other)
    owner = await owner_headers(office)
    wrong, places = [], set()
    for route, letters in EXPECTED.items():
        template = route.split(" ")[1]
        names = re.findall(r"\{(\w+)\}", template)
        if letters == "*" or "w" not in letters or not names:
            continue
        path = template
        for name in names:
            places.add(name)
            path = path.replace(f"{{{name}}}", ids.get(name, "1"))
        status = (await knock(office, route, owner, path)).status_code
        # Without a body that fits, a change is refused before anything is looked for.
        if status != 404 and not (status == 400 and route.startswith(("POST", "PATCH", "PUT"))):
            wrong.append((route, status))
    assert wrong == []
    assert await everything_of(other) == before
    assert places >= {"restaurant_id", "key_id", "session_id"}
