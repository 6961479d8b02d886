"""`/api/loyalty/card-design`: how the network's loyalty cards look."""

from typing import Annotated

from litestar import Response, Router, get, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, QueryParameter

from sync.central.card_picture import card_svg
from sync.central.http.callers import Caller
from sync.central.http.central import Central
from sync.central.services.login import Person
from sync.central.services.loyalty.card_design import CardDesign, face_of, read_design, set_design

SVG = "image/svg+xml"
SPECIMEN = "SPECIMEN"
"""What the QR code of a card holds that is nobody's."""
MAX_BYTES = 32 * 1024
MAX_TIER_CHARS = 100

OfTier = Annotated[
    str, QueryParameter(max_length=MAX_TIER_CHARS, description="The tier whose card is shown.")
]


@get("/", summary="How cards look")
async def show(central: NamedDependency[Central], caller: Caller) -> CardDesign:
    """Return words and colours of the network's cards."""
    async with central.database.network_transaction(caller.network) as connection:
        return await read_design(connection, caller.network)


@put("/", summary="Let cards look otherwise", request_max_body_size=MAX_BYTES)
async def change(
    data: JSONBody[CardDesign], central: NamedDependency[Central], person: NamedDependency[Person]
) -> CardDesign:
    """Replace the design; what is left out is as usual. Cards that were printed stay as they are, and good."""
    async with central.database.network_transaction(person.network) as connection:
        return await set_design(connection, person, data)


@get(
    "/preview.svg",
    summary="Look at a card",
    media_type=SVG,
    responses={200: ResponseSpec(bytes, media_type=SVG, description="A card that is nobody's")},
)
async def preview(central: NamedDependency[Central], caller: Caller, *, tier: OfTier = "") -> Response[bytes]:
    """Draw a card as a guest of a tier would get it."""
    async with central.database.network_transaction(caller.network) as connection:
        face = await face_of(connection, caller.network, tier)
    return Response(card_svg(face, SPECIMEN).encode(), media_type=SVG, headers={"Cache-Control": "no-store"})


card_design_routes = Router(
    "/api/loyalty/card-design",
    route_handlers=[show, change, preview],
    tags=["loyalty"],
    security=[{"bearer": []}],
)
