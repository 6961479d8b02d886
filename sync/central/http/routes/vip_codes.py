"""`/api/vip/codes`: making, listing and changing VIP codes, and what became of them (document 000)."""

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.http.repeats import OnceKey, done_once
from sync.central.services.login import Person
from sync.central.services.vip.codes import (
    CodeFilter,
    GroupCode,
    IndividualCodes,
    NewCodes,
    VipCode,
    VipCodeChange,
    archive_code,
    change_code,
    list_codes,
    make_codes,
    make_group,
    make_individual,
    read_code,
)
from sync.central.services.vip.usage import MAX_DAYS, VipAnalytics, VipUse, list_uses, read_analytics

Search = Annotated[str | None, QueryParameter(max_length=200, description="Part of a name or a code.")]
Group = Annotated[str | None, QueryParameter(max_length=100, description="Codes of this group.")]
Days = Annotated[int, QueryParameter(ge=1, le=MAX_DAYS, description="How many days back.")]


@get("/codes", summary="List VIP codes")
async def list_all(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    search: Search = None,
    group_id: Group = None,
    *,
    is_active: FromQuery[bool | None] = None,
    archived: FromQuery[bool | None] = None,
) -> Page[VipCode]:
    """Return the network's VIP codes, the newest first."""
    wanted = CodeFilter(search=search, group_id=group_id, is_active=is_active, archived=archived)
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_codes(
            connection, person.network, wanted, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@post("/codes", summary="Make VIP codes, or one of a given text")
async def create(
    data: JSONBody[NewCodes],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    key: OnceKey = None,
) -> list[VipCode]:
    """Make codes; the same key makes them once."""
    return await done_once(
        central,
        person,
        key,
        ("vip.codes", data),
        lambda connection: make_codes(connection, central.secrets, person, data),
        list[VipCode],
    )


@post("/codes/individual", summary="Make individual VIP codes")
async def create_individual(
    data: JSONBody[IndividualCodes],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    key: OnceKey = None,
) -> list[VipCode]:
    """Make so many codes, each of its own."""
    return await done_once(
        central,
        person,
        key,
        ("vip.individual", data),
        lambda connection: make_individual(connection, central.secrets, person, data),
        list[VipCode],
    )


@post("/codes/group", summary="Make a VIP code for a group")
async def create_group(
    data: JSONBody[GroupCode],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    key: OnceKey = None,
) -> VipCode:
    """Make one code that many people use."""
    return await done_once(
        central,
        person,
        key,
        ("vip.group", data),
        lambda connection: make_group(connection, central.secrets, person, data),
        VipCode,
    )


@get("/codes/{code_id:int}", summary="Show a VIP code")
async def show(
    code_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> VipCode:
    """Return one code, an archived one too."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_code(connection, person.network, code_id)


@patch("/codes/{code_id:int}", summary="Change a VIP code")
async def change(
    code_id: FromPath[int],
    data: JSONBody[VipCodeChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> VipCode:
    """Change what is named; the tills hear of it by their feed."""
    async with central.database.network_transaction(person.network) as connection:
        return await change_code(connection, central.secrets, person, code_id, data)


@delete("/codes/{code_id:int}", summary="Archive a VIP code")
async def archive(
    code_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> None:
    """Take a code out of use for good; its uses stay on record."""
    async with central.database.network_transaction(person.network) as connection:
        await archive_code(connection, central.secrets, person, code_id)


@get("/codes/{code_id:int}/usage", summary="List the uses of a VIP code")
async def usage(
    code_id: FromPath[int],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
) -> Page[VipUse]:
    """Return the uses of one code with their orders, the newest first."""
    async with central.database.network_transaction(person.network) as connection:
        await read_code(connection, person.network, code_id)
        items, total = await list_uses(
            connection, person.network, code_id, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@get("/analytics", summary="Figures of all VIP codes")
async def analytics(
    central: NamedDependency[Central], person: NamedDependency[Person], days: Days = 30
) -> VipAnalytics:
    """Add up codes, uses and e-mails; the uses of the last ``days`` day by day."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_analytics(connection, person.network, days)
