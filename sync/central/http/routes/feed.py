"""`GET /sync/v1/feed`: changes after a cursor, waiting for the first."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from sync.central.http.central import Central
from sync.central.schema.numbers import MAX_ID
from sync.central.services.comparison import compare
from sync.central.services.feed import follow
from sync.central.services.grants import LeaseFor
from sync.central.services.standing import require_good_standing
from sync.protocol.comparison import Comparison
from sync.protocol.feed import MAX_WAIT_MS, FeedPage
from sync.protocol.wire import MEDIA_TYPE


@get("/feed", media_type=MEDIA_TYPE, summary="Changes after a cursor")
async def feed(
    central: NamedDependency[Central],
    till: NamedDependency[LeaseFor],
    epoch: FromQuery[str],
    after: Annotated[int, QueryParameter(ge=0, le=MAX_ID)],
    wait_ms: Annotated[int, QueryParameter(ge=0, le=MAX_WAIT_MS)] = 0,
) -> FeedPage:
    """Answer at once when there are changes, else with the first one or after ``wait_ms``."""
    async with central.database.network_transaction(till.network) as connection:
        await require_good_standing(connection, till)
    return await follow(central.database, central.bell, till, epoch=epoch, after=after, wait_ms=wait_ms)


@get("/feed/sums", media_type=MEDIA_TYPE, summary="What a till's copy should add up to")
async def feed_sums(
    central: NamedDependency[Central],
    till: NamedDependency[LeaseFor],
    epoch: FromQuery[str],
    number: Annotated[int, QueryParameter(ge=0, le=MAX_ID)],
) -> Comparison:
    """Sum up, bucket by bucket, what a till at this place of the feed should have."""
    async with central.database.network_transaction(till.network, repeatable_read=True) as connection:
        await require_good_standing(connection, till)
        return await compare(connection, till.network, epoch=epoch, number=number)
