"""`/sync/v1`: everything that tills ask for."""

from litestar import Router
from litestar.datastructures import ResponseHeader

from sync.central.http.messages import MAX_MESSAGE_BYTES, MessageRequest, MessageResponse
from sync.central.http.routes.feed import feed, feed_sums
from sync.central.http.routes.journal import journal
from sync.central.http.routes.leases import leases
from sync.central.http.routes.sales import sales
from sync.central.http.routes.snapshot import snapshot, snapshot_chunk
from sync.central.http.routes.till import contact, enrol, readmit, renew, token
from sync.protocol.version import PROTOCOL_HEADER, PROTOCOL_VERSION

sync_routes = Router(
    "/sync/v1",
    route_handlers=[
        enrol,
        token,
        renew,
        readmit,
        contact,
        snapshot,
        snapshot_chunk,
        feed,
        feed_sums,
        journal,
        leases,
        sales,
    ],
    request_class=MessageRequest,
    response_class=MessageResponse,
    request_max_body_size=MAX_MESSAGE_BYTES,
    response_headers=[ResponseHeader(name=PROTOCOL_HEADER, value=str(PROTOCOL_VERSION))],
    tags=["tills"],
)
