"""`/api/codes/…/sheet.pdf`: codes on sheets to print and cut up."""

import asyncio
from typing import Annotated

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from sync.central.http.central import Central
from sync.central.services.login import Person
from sync.central.services.making.sheets import SheetOrder, chosen_codes, codes_of_order
from sync.central.sheets import Printed, sheet_pdf

PDF = "application/pdf"
MAX_PART = 100_000
_RESPONSES = {200: ResponseSpec(bytes, media_type=PDF, description="Pages of A4")}

Part = Annotated[
    int, QueryParameter(ge=1, le=MAX_PART, description="Which 240 codes of the order, from 1 on.")
]
Columns = Annotated[int, QueryParameter(ge=2, le=6, description="How many codes stand side by side.")]
Signed = Annotated[bool, QueryParameter(description="Whether vouchers prove themselves to a till.")]


@get(
    "/bulk/{order_id:int}/sheet.pdf",
    summary="Print the codes of an order",
    media_type=PDF,
    responses=_RESPONSES,
)
async def print_order(
    order_id: FromPath[int],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    *,
    part: Part = 1,
    columns: Columns = 4,
    signed: Signed = False,
) -> Response[bytes]:
    """Draw one part of an order's codes on sheets."""
    async with central.database.network_transaction(person.network) as connection:
        codes = await codes_of_order(
            connection, central.secrets, person.network, order_id, part, signed=signed
        )
    return await _drawn(f"codes-{order_id}-{part}", codes, columns)


@post("/sheet.pdf", status_code=200, summary="Print some codes", media_type=PDF, responses=_RESPONSES)
async def print_chosen(
    data: JSONBody[SheetOrder], central: NamedDependency[Central], person: NamedDependency[Person]
) -> Response[bytes]:
    """Draw the codes with these numbers on sheets."""
    async with central.database.network_transaction(person.network) as connection:
        codes = await chosen_codes(connection, central.secrets, person.network, data)
    return await _drawn("codes", codes, data.columns)


async def _drawn(name: str, codes: list[Printed], columns: int) -> Response[bytes]:
    return Response(
        await asyncio.to_thread(sheet_pdf, name, codes, columns),
        media_type=PDF,
        headers={"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


code_sheet_routes = Router(
    "/api/codes", route_handlers=[print_order, print_chosen], tags=["codes"], security=[{"bearer": []}]
)
