"""`POST /sync/v1/leases`: units on the spot."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency
from litestar.params import Body

from sync.central.http.central import Central
from sync.central.services.grants import LeaseFor
from sync.central.services.leases import grant_on_the_spot
from sync.protocol.leases import LeaseReply, LeaseRequest
from sync.protocol.wire import MEDIA_TYPE


@post("/leases", status_code=200, media_type=MEDIA_TYPE, summary="Ask for units of a limit")
async def leases(
    data: Annotated[LeaseRequest, Body(media_type=MEDIA_TYPE)],
    central: NamedDependency[Central],
    till: NamedDependency[LeaseFor],
) -> LeaseReply:
    """Grant units or say why not; asking again under the same operation gives the same grant."""
    return await grant_on_the_spot(central.database, central.secrets.signing_key, till, data)
