"""`/api/guest/{id}/children` and `/cards`: what belongs to one guest."""

from typing import Any

from litestar import Request, delete, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sync.central.http.callers import Caller
from sync.central.http.central import Central
from sync.central.http.own_guest import about_guest
from sync.central.http.short_way import let_in
from sync.central.services.loyalty.card_list import CardView, list_cards
from sync.central.services.loyalty.profile import (
    Children,
    GivenDigits,
    MadeCard,
    add_card,
    end_card,
    read_children,
    set_children,
    show_digits,
)

MAX_BYTES = 32 * 1024


@get("/{guest_id:int}/children", summary="A guest's children")
async def children(guest_id: FromPath[int], central: NamedDependency[Central], caller: Caller) -> Children:
    """Return the children's profiles."""
    async with about_guest(central, caller, guest_id) as (connection, number):
        return await read_children(connection, central.secrets, caller.network, number)


@put("/{guest_id:int}/children", summary="Replace a guest's children", request_max_body_size=MAX_BYTES)
async def replace_children(
    guest_id: FromPath[int], data: JSONBody[Children], central: NamedDependency[Central], caller: Caller
) -> Children:
    """Replace all of them; an empty list forgets them."""
    async with about_guest(central, caller, guest_id) as (connection, number):
        return await set_children(connection, central.secrets, caller, number, data)


@get("/{guest_id:int}/cards", summary="A guest's cards")
async def cards(
    request: Request[Any, Any, State],
    guest_id: FromPath[int],
    central: NamedDependency[Central],
    caller: Caller,
) -> list[CardView]:
    """Return the cards without their texts, the newest first."""
    let_in(request, central, caller)
    async with about_guest(central, caller, guest_id) as (connection, number):
        return await list_cards(connection, caller.network, number)


@post("/{guest_id:int}/cards", summary="Give a guest another card")
async def new_card(guest_id: FromPath[int], central: NamedDependency[Central], caller: Caller) -> MadeCard:
    """Make a card under the current key; its text is in this answer and nowhere else."""
    async with about_guest(central, caller, guest_id) as (connection, number):
        return await add_card(connection, central.secrets, caller, number)


@post("/{guest_id:int}/cards/digits", summary="Six digits for the guest")
async def digits(guest_id: FromPath[int], central: NamedDependency[Central], caller: Caller) -> GivenDigits:
    """Give six digits that are good for some minutes; earlier ones end."""
    async with about_guest(central, caller, guest_id) as (connection, number):
        return await show_digits(connection, central.secrets, caller, number)


@delete("/{guest_id:int}/cards/{card_id:int}", summary="End a card")
async def end(
    guest_id: FromPath[int], card_id: FromPath[int], central: NamedDependency[Central], caller: Caller
) -> None:
    """Let no till take this card any more."""
    async with about_guest(central, caller, guest_id) as (connection, number):
        await end_card(connection, caller, number, card_id)


card_handlers = [children, replace_children, cards, new_card, digits, end]
