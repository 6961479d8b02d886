"""`GET /sync/v1/snapshot`: the manifest, and its chunks by range."""

import re
from http import HTTPStatus
from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, PathParameter

from sync.central.http.central import Central
from sync.central.schema.numbers import MAX_ID
from sync.central.services.grants import LeaseFor
from sync.central.services.snapshots import read_chunk
from sync.central.services.standing import require_good_standing
from sync.protocol.feed import SignedManifest
from sync.protocol.wire import MEDIA_TYPE

CHUNK_MEDIA_TYPE = "application/zstd"
MAX_CHUNK = 2**31 - 1
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")


@get("/snapshot", media_type=MEDIA_TYPE, summary="What the newest snapshot consists of")
async def snapshot(central: NamedDependency[Central], till: NamedDependency[LeaseFor]) -> SignedManifest:
    """Return the signed manifest; 503 with Retry-After and progress while the first is made."""
    async with central.database.network_transaction(till.network) as connection:
        await require_good_standing(connection, till)
    return await central.snapshots.newest(till.network)


@get("/snapshot/{snapshot:int}/{chunk:int}", media_type=CHUNK_MEDIA_TYPE, summary="One chunk of a snapshot")
async def snapshot_chunk(
    central: NamedDependency[Central],
    till: NamedDependency[LeaseFor],
    snapshot: Annotated[int, PathParameter(ge=0, le=MAX_ID)],
    chunk: Annotated[int, PathParameter(ge=0, le=MAX_CHUNK)],
    wanted: Annotated[str, HeaderParameter(name="Range", required=False)] = "",
) -> Response[bytes]:
    """Return zstd of MessagePack, as the manifest names its kind; one byte range is honoured."""
    start, end = _range(wanted)
    async with central.database.network_transaction(till.network) as connection:
        await require_good_standing(connection, till)
    found = await read_chunk(central.database, till.network, snapshot, chunk, start=start, end=end)
    headers = {"Accept-Ranges": "bytes", "ETag": f'"{found.sha256.hex()}"', "Cache-Control": "private"}
    status = HTTPStatus.OK
    if wanted and _RANGE.fullmatch(wanted):
        if not found.body:
            status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
            headers["Content-Range"] = f"bytes */{found.size}"
        else:
            status = HTTPStatus.PARTIAL_CONTENT
            last = start + len(found.body) - 1
            headers["Content-Range"] = f"bytes {start}-{last}/{found.size}"
    return Response(found.body, status_code=status, media_type=CHUNK_MEDIA_TYPE, headers=headers)


def _range(wanted: str) -> tuple[int, int | None]:
    """Read a range as start and exclusive end; what is no single range from the front means all."""
    found = _RANGE.fullmatch(wanted)
    if found is None:
        return 0, None
    return int(found[1]), None if found[2] is None else int(found[2]) + 1
