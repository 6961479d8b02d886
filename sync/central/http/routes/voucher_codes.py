"""`/api/v1/vouchers`: the vouchers themselves, made, changed, printed and taken out of use (document 003)."""

from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.http.repeats import OnceKey, done_once
from sync.central.qr_codes import PIXELS, qr_png, qr_svg
from sync.central.schema.numbers import MAX_ID
from sync.central.services.login import Person
from sync.central.services.scanning.ids import read_id
from sync.central.services.scanning.voucher_desk import (
    NewVoucher,
    VoucherChange,
    change_voucher,
    delete_voucher,
    make_voucher,
    printed_text,
)
from sync.central.services.scanning.voucher_views import (
    VoucherFilter,
    VoucherView,
    list_vouchers,
    read_voucher,
)
from sync.rules.code import CodeStatus

MAX_PIXELS = 40
_PNG, _SVG = "image/png", "image/svg+xml"
_HEADERS = {"Cache-Control": "no-store"}
"""A picture of a code is as good as the code."""

Text = Annotated[
    str | None, QueryParameter(max_length=200, description="Only the voucher whose code is written so.")
]
OfCampaign = Annotated[
    int | None, QueryParameter(name="campaignId", ge=1, le=MAX_ID, description="Only vouchers of this one.")
]
Standing = Annotated[CodeStatus | None, QueryParameter(description="Only vouchers that are set so.")]
Signed = Annotated[
    bool, QueryParameter(description="Whether the code proves itself, also to a till offline.")
]
Size = Annotated[
    int, QueryParameter(ge=1, le=MAX_PIXELS, description="How many pixels a square of the code has a side.")
]


@get("/", summary="List vouchers, or find one by its code")
async def list_all(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    code: Text = None,
    campaign_id: OfCampaign = None,
    status: Standing = None,
) -> Page[VoucherView]:
    """Return the vouchers with their counters, the newest first."""
    wanted = VoucherFilter(text=code, campaign_id=campaign_id, status=status)
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_vouchers(
            connection, central.secrets, person.network, wanted, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


@post("/", summary="Make a voucher")
async def create(
    data: JSONBody[NewVoucher],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    idempotency_key: OnceKey = None,
) -> VoucherView:
    """Make a voucher; its code is drawn where none is named, and it is good for one use where nothing else is said."""
    return await done_once(
        central,
        person,
        idempotency_key,
        ("POST /api/v1/vouchers", data),
        lambda connection: make_voucher(connection, central.secrets, person, data),
        VoucherView,
    )


@get("/{voucher_id:str}", summary="Show a voucher")
async def show(
    voucher_id: FromPath[str], central: NamedDependency[Central], person: NamedDependency[Person]
) -> VoucherView:
    """Return one voucher, by its UUID or by the number of its code."""
    voucher = read_id(central.secrets, voucher_id, person.network)
    async with central.database.network_transaction(person.network) as connection:
        return await read_voucher(connection, central.secrets, person.network, voucher.code)


@patch("/{voucher_id:str}", summary="Change a voucher")
async def change_one(
    voucher_id: FromPath[str],
    data: JSONBody[VoucherChange],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
) -> VoucherView:
    """Change what is named; the tills hear of it by their feed."""
    voucher = read_id(central.secrets, voucher_id, person.network)
    async with central.database.network_transaction(person.network) as connection:
        return await change_voucher(connection, central.secrets, person, voucher.code, data)


@delete("/{voucher_id:str}", summary="Delete a voucher")
async def remove(
    voucher_id: FromPath[str], central: NamedDependency[Central], person: NamedDependency[Person]
) -> None:
    """Take a voucher out of use and out of the lists; its scans, claims and uses stay on record."""
    voucher = read_id(central.secrets, voucher_id, person.network)
    async with central.database.network_transaction(person.network) as connection:
        await delete_voucher(connection, central.secrets, person, voucher.code)


@get(
    "/{voucher_id:str}/qr.png",
    summary="Print a voucher (PNG)",
    media_type=_PNG,
    responses={200: ResponseSpec(bytes, media_type=_PNG, description="A QR code with its margin")},
)
async def picture_png(
    voucher_id: FromPath[str],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    *,
    signed: Signed = False,
    pixels: Size = PIXELS,
) -> Response[bytes]:
    """Draw a voucher's QR code."""
    text = await _text(central, person, voucher_id, signed=signed)
    return Response(qr_png(text, pixels), media_type=_PNG, headers=_HEADERS)


@get(
    "/{voucher_id:str}/qr.svg",
    summary="Print a voucher (SVG)",
    media_type=_SVG,
    responses={200: ResponseSpec(bytes, media_type=_SVG, description="A QR code with its margin")},
)
async def picture_svg(
    voucher_id: FromPath[str],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    *,
    signed: Signed = False,
) -> Response[bytes]:
    """Draw a voucher's QR code, as large as it is to be printed."""
    text = await _text(central, person, voucher_id, signed=signed)
    return Response(qr_svg(text), media_type=_SVG, headers=_HEADERS)


async def _text(central: Central, person: Person, voucher_id: str, *, signed: bool) -> str:
    voucher = read_id(central.secrets, voucher_id, person.network)
    async with central.database.network_transaction(person.network) as connection:
        return await printed_text(connection, central.secrets, person.network, voucher.code, signed=signed)
