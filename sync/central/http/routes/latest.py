"""`GET /latest`: what the tills did last, as a page or as JSON."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from sync.central.http.central import Central
from sync.central.http.latest_page import render_latest
from sync.central.services.latest import Latest, read_latest

HTML = "text/html; charset=utf-8"

_HEADERS = {
    # The address holds the key: it goes into no cache, no log of another site, and no frame.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


@get("/latest", media_type=HTML, summary="The newest sales and redemptions of a network", tags=["operation"])
async def latest(
    request: Request[Any, Any, State],
    central: NamedDependency[Central],
    key: Annotated[str, QueryParameter(description="from `admin latest-link`; it expires")] = "",
    # "format" is what a person writes in an address.
    form: Annotated[str, QueryParameter(name="format", description="`json` for programs")] = "",
) -> Response[bytes]:
    """Show the newest fifty of each, newest first; JSON with ``Accept: application/json`` or ``format=json``."""
    claims = central.tokens.read_link(key)
    newest = await read_latest(central.database, claims.net)
    if form == "json" or _wants_json(request.headers.get("Accept", "")):
        return Response(_json(newest), media_type="application/json", headers=_HEADERS)
    return Response(render_latest(newest).encode(), media_type=HTML, headers=_HEADERS)


def _json(newest: Latest) -> bytes:
    return msgspec.json.encode(newest)


def _wants_json(accept: str) -> bool:
    return "application/json" in accept and "text/html" not in accept
