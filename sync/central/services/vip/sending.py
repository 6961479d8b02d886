"""VIP codes sent by e-mail, existing ones and new ones (document 000)."""

from datetime import datetime
from typing import Annotated

import asyncpg
import msgspec

from sync.central.schema.mail import LetterStatus
from sync.central.secrets import Secrets
from sync.central.services.codes import MAX_CODES_AT_ONCE
from sync.central.services.field_keys import known_fields
from sync.central.services.login import Person
from sync.central.services.mail.queue import (
    USUAL_BATCH,
    USUAL_DELAY_S,
    Addresses,
    BadAddress,
    BatchSize,
    DelayS,
    Pairs,
    Queued,
    batches_of,
    enqueue,
    sort_addresses,
)
from sync.central.services.mail.sealed import EMAIL_FIELD
from sync.central.services.paged_rows import paged_rows
from sync.central.services.refusal import Refusal
from sync.central.services.vip.codes import Id, IndividualCodes, make_individual, read_codes
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError

MAX_CODES = 100


class SendCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each address gets each of these codes, in a letter of its own."""

    email_list: Addresses
    code_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=MAX_CODES)]
    batch_size: BatchSize = USUAL_BATCH
    delay_s: DelayS = USUAL_DELAY_S


class BulkSend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each address gets a new code of its own."""

    email_list: Addresses
    name: str
    prefix: str = ""
    max_uses: int | None = None
    batch_size: BatchSize = USUAL_BATCH
    delay_s: DelayS = USUAL_DELAY_S


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``vip_code_recipients``, and what became of its letter."""

    id: int
    vip_access_code_id: int
    email: str
    status: LetterStatus
    problem: str | None
    batch_id: int
    sent_at: datetime | None
    created_at: datetime
    updated_at: datetime


async def send_codes(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, asked: SendCodes
) -> Queued:
    """Put codes that exist into line; raises :class:`Refusal` ``not-found`` for a code that is not the network's."""
    good, bad = sort_addresses(asked.email_list)
    wanted = sorted(set(asked.code_ids))
    found = await read_codes(connection, person.network, wanted)
    missing = sorted(set(wanted) - {code.id for code in found})
    if missing:
        raise Refusal(
            ProblemType.NOT_FOUND, f"There is no code {missing[0]} here.", "Check the numbers in code_ids."
        )
    useless = [code.id for code in found if not code.is_active]
    if useless:
        raise UserError(
            "code_not_active",
            f"Nobody could use the code {useless[0]}: it is switched off, archived or used up.",
            "Leave it out, or switch it on first.",
        )
    pairs = Pairs([email for email in good for _ in wanted], [code for _ in good for code in wanted])
    return await _queue(connection, secrets, person, pairs, asked, bad, "VIP codes queued for sending")


async def bulk_send(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, asked: BulkSend
) -> Queued:
    """Make a code for each address and put them into line; raises :class:`UserError` for what does not fit."""
    good, bad = sort_addresses(asked.email_list)
    if len(good) > MAX_CODES_AT_ONCE:
        raise UserError(
            "too_many_addresses",
            f"These are {len(good)} addresses; at most {MAX_CODES_AT_ONCE} get new codes by one request.",
            "Send them in parts.",
        )
    new = IndividualCodes(count=len(good), name=asked.name, prefix=asked.prefix, max_uses=asked.max_uses)
    codes = await make_individual(connection, secrets, person, new)
    pairs = Pairs(good, [code.id for code in codes])
    return await _queue(
        connection, secrets, person, pairs, asked, bad, "VIP codes generated and queued for sending"
    )


async def list_recipients(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network: int,
    *,
    code_id: int | None,
    batch_id: int | None,
    limit: int,
    offset: int,
) -> tuple[list[Recipient], int]:
    """Return some recipients, the newest first, and the number of all."""
    rows, total = await paged_rows(
        connection,
        """id, code_id AS vip_access_code_id, email_cipher, status, problem, batch_id, sent_at, created_at,
            updated_at""",
        """FROM code_recipients WHERE network_id = $1 AND ($2::bigint IS NULL OR code_id = $2)
            AND ($3::bigint IS NULL OR batch_id = $3)""",
        network,
        code_id,
        batch_id,
        order="id DESC",
        limit=limit,
        offset=offset,
    )
    seal = await known_fields(connection, secrets, network)
    listed = []
    for row in rows:
        fields = dict(row)
        sealed = fields.pop("email_cipher")
        # Whoever was erased has no address any more.
        email = seal.open(EMAIL_FIELD, sealed) if sealed else ""
        listed.append(Recipient(**{**fields, "email": email, "status": LetterStatus(row["status"])}))
    return listed, total


async def _queue(
    connection: asyncpg.Connection,
    secrets: Secrets,
    person: Person,
    pairs: Pairs,
    asked: SendCodes | BulkSend,
    bad: list[BadAddress],
    message: str,
) -> Queued:
    batch, made = await enqueue(
        connection, secrets, person, pairs, batch_size=asked.batch_size, delay_s=asked.delay_s
    )
    return Queued(
        success=True,
        total_recipients=len(set(pairs.addresses)),
        batch_count=batches_of(made, asked.batch_size),
        message=message,
        batch_id=batch,
        skipped=len(pairs.addresses) - made,
        invalid=bad,
    )
