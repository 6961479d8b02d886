"""`/api/audit`: who changed what."""

from datetime import datetime
from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from sync.central.http.central import Central
from sync.central.http.instants import fit_instant
from sync.central.http.paging import Page, Paging, page_of
from sync.central.services.audit_reading import AuditFilter, AuditView, list_audit
from sync.central.services.login import Person

MAX_WORD_CHARS = 200


@get("/", summary="Read the audit log")
async def list_all(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    actor: Annotated[
        str | None,
        QueryParameter(description="Who: staff:5, key:3, guest:7, system.", max_length=MAX_WORD_CHARS),
    ] = None,
    action: Annotated[
        str | None,
        QueryParameter(
            description="What: guest.erase, or guest.* for all of a kind.", max_length=MAX_WORD_CHARS
        ),
    ] = None,
    subject: Annotated[
        str | None, QueryParameter(description="Of what: code:12, till:3.", max_length=MAX_WORD_CHARS)
    ] = None,
    since: Annotated[datetime | None, QueryParameter(description="Not before this instant.")] = None,
    until: Annotated[datetime | None, QueryParameter(description="Before this instant.")] = None,
) -> Page[AuditView]:
    """Return what people and programs changed, the newest first. Entries hold nothing personal of guests."""
    wanted = AuditFilter(actor, action, subject, fit_instant(since), fit_instant(until))
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_audit(
            connection, person.network, wanted, limit=paging.limit, offset=paging.offset
        )
    return page_of(items, total, paging)


audit_routes = Router("/api/audit", route_handlers=[list_all], tags=["audit"], security=[{"bearer": []}])
