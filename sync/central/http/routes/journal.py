"""`POST /sync/v1/journal`: the upload of what tills have recorded."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency
from litestar.params import Body

from sync.central.http.central import Central
from sync.central.services.grants import LeaseFor
from sync.central.services.journal.intake import take_in
from sync.protocol.upload import MAX_BATCH_BYTES, Ack, Batch
from sync.protocol.wire import MEDIA_TYPE

ENVELOPE_BYTES = 256 * 1024
"""What signatures and MessagePack add to the events of a full batch, at most."""


@post(
    "/journal",
    status_code=200,
    media_type=MEDIA_TYPE,
    request_max_body_size=MAX_BATCH_BYTES + ENVELOPE_BYTES,
    summary="Hand over consecutive events",
)
async def journal(
    data: Annotated[Batch, Body(media_type=MEDIA_TYPE)],
    central: NamedDependency[Central],
    till: NamedDependency[LeaseFor],
) -> Ack:
    """Store and book a batch; the answer comes after COMMIT. Revoked and fenced tills may upload too."""
    async with central.uploads.turn():
        return await take_in(
            central.database, central.secrets, network=till.network, till=till.till, batch=data
        )
