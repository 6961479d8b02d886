"""`GET /metrics`: a network's figures for Prometheus."""

from litestar import Response, get
from litestar.di import NamedDependency

from sync.central.http.central import Central
from sync.central.services.login import Person
from sync.central.services.metering.exposition import CONTENT_TYPE, exposition
from sync.central.services.metering.network_metrics import measure


@get(
    "/metrics",
    media_type=CONTENT_TYPE,
    summary="Measure the network",
    tags=["operation"],
    security=[{"bearer": []}],
)
async def metrics(central: NamedDependency[Central], person: NamedDependency[Person]) -> Response[str]:
    """Return what is measured of the caller's network, as Prometheus reads it."""
    async with central.database.network_transaction(person.network, repeatable_read=True) as connection:
        families = await measure(connection, person.network)
    return Response(exposition([*families, central.scan_times.family()]), media_type=CONTENT_TYPE)
