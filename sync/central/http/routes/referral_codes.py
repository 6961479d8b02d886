"""`/api/referral-codes`: codes by which guests bring guests (document 001)."""

from typing import Annotated

import msgspec
from litestar import Router, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.http.repeats import OnceKey, done_once, operation_of
from sync.central.services.login import Person
from sync.central.services.referral.desk import (
    NewReferral,
    ReferralChange,
    change_referral,
    delete_referral,
    draw_text,
    make_referral,
    toggle_referral,
)
from sync.central.services.referral.figures import (
    SystemStats,
    Usage,
    UsageStats,
    UsedBy,
    list_usage,
    system_stats,
    usage_stats,
    used_by,
)
from sync.central.services.referral.switches import ConfigChange, ReferralConfig, read_config, set_config
from sync.central.services.referral.using import UseRequest, UseView, use_referral
from sync.central.services.referral.views import ReferralView, list_referrals, list_valid, read_referral

_ROOT = "/api/referral-codes"


class DrawnCode(msgspec.Struct, frozen=True, kw_only=True):
    """A text that is no code yet."""

    code: str


@get("/", summary="List referral codes, or find one by its text")
async def list_all(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    code: Annotated[
        str | None, QueryParameter(description="Only the code that is written so, whatever its case.")
    ] = None,
) -> Page[ReferralView]:
    """Return the referral codes, the newest first."""
    if code is not None:
        await central.bounds.may_name_codes(person)
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_referrals(
            connection, central.secrets, person.network, text=code, limit=paging.limit, offset=paging.offset
        )
    if code is not None and not total:
        await central.bounds.wrong_code(person)
    return page_of(items, total, paging)


@post("/", summary="Make a referral code")
async def create(
    data: JSONBody[NewReferral],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    idempotency_key: OnceKey = None,
) -> ReferralView:
    """Make a code; what is left out is drawn or as usual: five characters, seven days, a hundred uses."""
    return await done_once(
        central,
        person,
        idempotency_key,
        (f"POST {_ROOT}", data),
        lambda connection: make_referral(connection, central.secrets, person, data),
        ReferralView,
    )


@post("/generate", status_code=200, summary="Draw the text of a new code")
async def generate(central: NamedDependency[Central], person: NamedDependency[Person]) -> DrawnCode:
    """Return five characters without 0, O, I and 1 that are no code yet; nothing is made."""
    async with central.database.network_transaction(person.network) as connection:
        return DrawnCode(code=await draw_text(connection, person.network))


@post("/use", status_code=200, summary="Use a referral code for a guest")
async def use(
    data: JSONBody[UseRequest],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    idempotency_key: OnceKey = None,
) -> UseView:
    """Count a use; each guest may use a code once."""
    operation = operation_of(central, person, idempotency_key)
    async with central.bounds.naming_a_code(person):
        return await use_referral(central.database, central.secrets, person, data, operation)


@get("/valid", summary="List the codes that can be used now")
async def valid(
    central: NamedDependency[Central], person: NamedDependency[Person], paging: NamedDependency[Paging]
) -> Page[ReferralView]:
    """Return codes that are switched on, not expired and not used up."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_valid(
            connection, central.secrets, person.network, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@get("/config", summary="Whether referral codes are on, and needed to register")
async def config(central: NamedDependency[Central], person: NamedDependency[Person]) -> ReferralConfig:
    """Return how the two switches stand."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_config(connection, person.network)


@put("/config", summary="Turn the switches")
async def configure(
    data: JSONBody[ConfigChange], central: NamedDependency[Central], person: NamedDependency[Person]
) -> ReferralConfig:
    """Turn referral codes on or off, and whether a new guest needs one; the tills follow."""
    async with central.database.network_transaction(person.network) as connection:
        return await set_config(connection, person, data)


@get("/system-stats", summary="Figures of all referral codes")
async def stats_of_all(central: NamedDependency[Central], person: NamedDependency[Person]) -> SystemStats:
    """Return how many codes there are, are on, were used, and how often."""
    async with central.database.network_transaction(person.network) as connection:
        return await system_stats(connection, person.network)


@get("/{code_id:int}", summary="Show a referral code")
async def show(
    code_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> ReferralView:
    """Return one code."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_referral(connection, central.secrets, person.network, code_id)


@patch("/{code_id:int}", summary="Change a referral code")
async def change(
    code_id: FromPath[int],
    data: JSONBody[ReferralChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> ReferralView:
    """Change what is named; the tills hear of it by their feed."""
    async with central.database.network_transaction(person.network) as connection:
        return await change_referral(connection, central.secrets, person, code_id, data)


@delete("/{code_id:int}", summary="Delete a referral code")
async def remove(
    code_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> None:
    """Take a code out of use and out of the lists; who used it stays on record."""
    async with central.database.network_transaction(person.network) as connection:
        await delete_referral(connection, central.secrets, person, code_id)


@post("/{code_id:int}/toggle", status_code=200, summary="Switch a referral code on or off")
async def toggle(
    code_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> ReferralView:
    """Switch a code that is on off, and one that is off on."""
    async with central.database.network_transaction(person.network) as connection:
        return await toggle_referral(connection, central.secrets, person, code_id)


@get("/{code_id:int}/stats", summary="Figures of a referral code")
async def stats(
    code_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> UsageStats:
    """Return how often and by how many guests a code was used."""
    async with central.database.network_transaction(person.network) as connection:
        return await usage_stats(connection, person.network, code_id)


@get("/{code_id:int}/usage", summary="List the uses of a referral code")
async def usage(
    code_id: FromPath[int],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
) -> Page[Usage]:
    """Return who used a code when, the newest use first."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_usage(
            connection, person.network, code_id, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@get("/{code_id:int}/used-by/{user_id:int}", summary="Whether a guest used a referral code")
async def was_used_by(
    code_id: FromPath[int],
    user_id: FromPath[int],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> UsedBy:
    """Say whether, and when first, a guest used a code."""
    async with central.database.network_transaction(person.network) as connection:
        return await used_by(connection, person.network, code_id, user_id)


referral_routes = Router(
    _ROOT,
    route_handlers=[
        list_all,
        create,
        generate,
        use,
        valid,
        config,
        configure,
        stats_of_all,
        show,
        change,
        remove,
        toggle,
        stats,
        usage,
        was_used_by,
    ],
    tags=["referral codes"],
    security=[{"bearer": []}],
)
