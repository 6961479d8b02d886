"""Letters waiting to be sent: put into line, looked at, paused and cancelled. One address gets one code once."""

import math
from datetime import datetime
from typing import Annotated

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.schema.mail import BatchStatus
from sync.central.schema.numbers import MAX_ID
from sync.central.secrets import Secrets
from sync.central.services.audit import record, record_by
from sync.central.services.field_keys import current_fields
from sync.central.services.login import Person
from sync.central.services.mail.sealed import EMAIL_FIELD
from sync.central.services.refusal import Refusal
from sync.central.services.staff import fit_email
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError

MAX_ADDRESSES = 10_000
MAX_LETTERS = 50_000
"""Letters of one request: every address gets every code that is named."""
USUAL_BATCH = 50
USUAL_DELAY_S = 5
MAX_BATCH = 1_000
MAX_DELAY_S = 3_600

BatchSize = Annotated[int, msgspec.Meta(ge=1, le=MAX_BATCH)]
DelayS = Annotated[int, msgspec.Meta(ge=0, le=MAX_DELAY_S)]
Addresses = Annotated[list[str], msgspec.Meta(min_length=1, max_length=MAX_ADDRESSES)]


class BadAddress(msgspec.Struct, frozen=True):
    """An address that cannot be written to; the others get their letters."""

    email: str
    problem: str


class Queued(msgspec.Struct, frozen=True, kw_only=True):
    """What was put into line; ``skipped`` letters had been sent, or stood in line, before."""

    success: bool
    total_recipients: int
    batch_count: int
    message: str
    batch_id: int
    skipped: int
    invalid: list[BadAddress]


class MailProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a batch is, letter by letter."""

    id: int
    status: BatchStatus
    batch_size: int
    delay_s: int
    total: int
    waiting: int
    sent: int
    refused: int
    failed: int
    unsure: int
    cancelled: int
    created_at: datetime


class Pairs(msgspec.Struct, frozen=True):
    """Who is to get which code: two columns of one length."""

    addresses: list[str]
    codes: list[int]


def sort_addresses(listed: list[str]) -> tuple[list[str], list[BadAddress]]:
    """Return the addresses that can be written to, each once, and all others with what is wrong (``MAX_ADDRESSES`` at most)."""
    good: dict[str, str] = {}
    bad: list[BadAddress] = []
    for email in listed:
        try:
            fitting = fit_email(email)
        except UserError as error:
            bad.append(BadAddress(email[:254], error.sentence))
        else:
            good.setdefault(fitting.casefold(), fitting)
    if not good:
        raise UserError(
            "no_addresses",
            f"None of the {len(listed)} addresses is an e-mail address.",
            "Write each as name@example.com.",
        )
    return list(good.values()), bad


async def enqueue(
    connection: asyncpg.Connection,
    secrets: Secrets,
    person: Person,
    pairs: Pairs,
    *,
    batch_size: int,
    delay_s: int,
) -> tuple[int, int]:
    """Put letters into line in the caller's transaction; return the batch's number and how many letters are new."""
    if len(pairs.addresses) > MAX_LETTERS:
        raise UserError(
            "too_many_letters",
            f"These would be {len(pairs.addresses)} letters; at most {MAX_LETTERS} are sent by one request.",
            "Send them in parts.",
        )
    now = moment(clock_of(connection))
    network = person.network
    batch: int = await connection.fetchval(
        """INSERT INTO mail_batches (network_id, batch_size, delay_s, next_at, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $4) RETURNING id""",
        network,
        batch_size,
        delay_s,
        now,
        person.staff,
    )
    seal, key = await current_fields(connection, secrets, network), secrets.digest_key(network)
    made: int = await connection.fetchval(
        """WITH made AS (
            INSERT INTO code_recipients (network_id, code_id, batch_id, email_cipher, email_digest, next_at,
                created_at, updated_at)
            SELECT $1, g.code, $2, g.cipher, g.digest, $6, $6, $6
            FROM unnest($3::bigint[], $4::bytea[], $5::bytea[]) AS g (code, cipher, digest)
            ON CONFLICT (network_id, code_id, email_digest) DO NOTHING RETURNING 1
        ) SELECT count(*) FROM made""",
        network,
        batch,
        pairs.codes,
        [seal.seal(EMAIL_FIELD, email) for email in pairs.addresses],
        [keyed_digest(key, Subject.EMAIL, email.casefold()) for email in pairs.addresses],
        now,
    )
    if not made:
        await connection.execute(
            "UPDATE mail_batches SET status = 'done' WHERE network_id = $1 AND id = $2", network, batch
        )
    await record(
        connection,
        network,
        actor=person.actor,
        action="mail.queue",
        subject=f"mail_batch:{batch}",
        detail={"letters": made, "skipped": len(pairs.addresses) - made},
    )
    return batch, made


def batches_of(letters: int, batch_size: int) -> int:
    """Return in how many parts so many letters go out."""
    return math.ceil(letters / batch_size)


async def read_progress(connection: asyncpg.Connection, network: int, batch: int) -> MailProgress:
    """Return how far a batch is; raises :class:`Refusal` ``not-found``."""
    row = await connection.fetchrow(
        """SELECT b.id, b.status, b.batch_size, b.delay_s, b.created_at, count(r.id) AS total,
            count(*) FILTER (WHERE r.status IN ('waiting', 'sending')) AS waiting,
            count(*) FILTER (WHERE r.status = 'sent') AS sent,
            count(*) FILTER (WHERE r.status = 'refused') AS refused,
            count(*) FILTER (WHERE r.status = 'failed') AS failed,
            count(*) FILTER (WHERE r.status = 'unsure') AS unsure,
            count(*) FILTER (WHERE r.status = 'cancelled') AS cancelled
        FROM mail_batches b LEFT JOIN code_recipients r ON r.network_id = $1 AND r.batch_id = b.id
        WHERE b.network_id = $1 AND b.id = $2 GROUP BY b.network_id, b.id""",
        network,
        max(0, min(batch, MAX_ID)),
    )
    if row is None:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no batch of letters {batch}.", "Check the number.")
    return MailProgress(**{**row, "status": BatchStatus(row["status"])})


async def steer(connection: asyncpg.Connection, person: Person, batch: int, to: BatchStatus) -> MailProgress:
    """Pause a batch, let it go on, or cancel what has not been sent; raises :class:`Refusal`.

    A letter that is being handed over at this moment is still sent.
    """
    now = await read_progress(connection, person.network, batch)
    if now.status in (BatchStatus.DONE, BatchStatus.CANCELLED) and now.status is not to:
        raise Refusal(ProblemType.CONFLICT, f"This batch is {now.status} already.", "Send another.")
    await connection.execute(
        "UPDATE mail_batches SET status = $3 WHERE network_id = $1 AND id = $2",
        person.network,
        batch,
        to.value,
    )
    if to is BatchStatus.CANCELLED:
        await connection.execute(
            """UPDATE code_recipients SET status = 'cancelled', updated_at = $3
            WHERE network_id = $1 AND batch_id = $2 AND status = 'waiting'""",
            person.network,
            batch,
            moment(clock_of(connection)),
        )
    await record_by(connection, person, f"mail.{to.value}", f"mail_batch:{batch}")
    return await read_progress(connection, person.network, batch)
