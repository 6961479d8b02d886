"""`POST /sync/v1/sales`: what another till has sold, and what of it can still be given back."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency
from litestar.params import Body

from sync.central.http.central import Central
from sync.central.services.grants import LeaseFor
from sync.central.services.sales_lookup import find_sales
from sync.protocol.sales import SaleRequest, SalesReply
from sync.protocol.wire import MEDIA_TYPE


@post("/sales", status_code=200, media_type=MEDIA_TYPE, summary="Look a sale of another till up")
async def sales(
    data: Annotated[SaleRequest, Body(media_type=MEDIA_TYPE)],
    central: NamedDependency[Central],
    till: NamedDependency[LeaseFor],
) -> SalesReply:
    """Answer with the sales of that event or receipt number; changes nothing."""
    return await find_sales(central.database, till, data)
