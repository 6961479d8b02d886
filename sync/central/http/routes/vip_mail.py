"""`/api/vip/codes/send`, `/bulk_send`, recipients, and the batches in which letters go out (document 000)."""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from sync.central.http.central import Central
from sync.central.http.paging import Page, Paging, page_of
from sync.central.http.repeats import OnceKey, done_once
from sync.central.schema.mail import BatchStatus
from sync.central.schema.numbers import MAX_ID
from sync.central.services.login import Person
from sync.central.services.mail.queue import MailProgress, Queued, read_progress, steer
from sync.central.services.vip.sending import (
    BulkSend,
    Recipient,
    SendCodes,
    bulk_send,
    list_recipients,
    send_codes,
)

CodeId = Annotated[int | None, QueryParameter(ge=1, le=MAX_ID, description="Of this code alone.")]
BatchId = Annotated[int | None, QueryParameter(ge=1, le=MAX_ID, description="Of this batch alone.")]
ACCEPTED = 202


@post("/codes/send", status_code=ACCEPTED, summary="Send VIP codes by e-mail")
async def send(
    data: JSONBody[SendCodes],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    key: OnceKey = None,
) -> Queued:
    """Put letters into line: each address gets each code, and no address one code twice."""
    return await done_once(
        central,
        person,
        key,
        ("vip.send", data),
        lambda connection: send_codes(connection, central.secrets, person, data),
        Queued,
        status=ACCEPTED,
    )


@post("/codes/bulk_send", status_code=ACCEPTED, summary="Make VIP codes and send them by e-mail")
async def send_new(
    data: JSONBody[BulkSend],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    key: OnceKey = None,
) -> Queued:
    """Make a code for each address, and put the letters into line."""
    return await done_once(
        central,
        person,
        key,
        ("vip.bulk_send", data),
        lambda connection: bulk_send(connection, central.secrets, person, data),
        Queued,
        status=ACCEPTED,
    )


@get("/recipients", summary="List who got which VIP code")
async def recipients(
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    paging: NamedDependency[Paging],
    code_id: CodeId = None,
    batch_id: BatchId = None,
) -> Page[Recipient]:
    """Return recipients with what became of their letters, the newest first."""
    async with central.database.network_transaction(person.network) as connection:
        items, total = await list_recipients(
            connection,
            central.secrets,
            person.network,
            code_id=code_id,
            batch_id=batch_id,
            limit=paging.limit,
            offset=paging.offset,
        )
    return page_of(items, total, paging)


@get("/batches/{batch_id:int}", summary="Show how far a batch of letters is")
async def progress(
    batch_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> MailProgress:
    """Return how many letters wait, went out, or did not."""
    async with central.database.network_transaction(person.network) as connection:
        return await read_progress(connection, person.network, batch_id)


@post("/batches/{batch_id:int}/pause", status_code=200, summary="Pause a batch of letters")
async def pause(
    batch_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> MailProgress:
    """Send nothing more of it until it is told to go on."""
    async with central.database.network_transaction(person.network) as connection:
        return await steer(connection, person, batch_id, BatchStatus.PAUSED)


@post("/batches/{batch_id:int}/resume", status_code=200, summary="Let a batch of letters go on")
async def resume(
    batch_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> MailProgress:
    """Go on where it was paused."""
    async with central.database.network_transaction(person.network) as connection:
        return await steer(connection, person, batch_id, BatchStatus.RUNNING)


@post("/batches/{batch_id:int}/cancel", status_code=200, summary="Cancel a batch of letters")
async def cancel(
    batch_id: FromPath[int], central: NamedDependency[Central], person: NamedDependency[Person]
) -> MailProgress:
    """Send nothing more of it, ever; what went out stays on record."""
    async with central.database.network_transaction(person.network) as connection:
        return await steer(connection, person, batch_id, BatchStatus.CANCELLED)
