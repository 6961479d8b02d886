"""Sending what waits: a part of a batch at a time, each letter at most once.

A letter is marked as being sent right before it is handed over, and as sent after. Whoever falls between the two leaves
one letter of which nobody knows; it is called unsure and never sent again. Whoever is asked to stop notes first what
became of the letter in hand. What the server did not take is tried again, later each time.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from email.message import EmailMessage

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.mail.letter import CodeLetter, compose
from sync.central.mail.post import Fate, Outcome, Post
from sync.central.schema.mail import LetterStatus
from sync.central.secrets import Secrets
from sync.central.services.field_keys import known_fields
from sync.central.services.mail.sealed import EMAIL_FIELD

MAX_TRIES = 6
FIRST_PAUSE_S = 60
"""After the first failure; each further pause is four times as long: a day after the sixth."""
LOST_AFTER_S = 900
"""A letter that has been in the sending for longer than this was being sent by a process that fell."""


class _Due(msgspec.Struct, frozen=True):
    """One letter to be handed over."""

    id: int
    batch: int
    tries: int
    mail: EmailMessage


async def send_due(database: Database, secrets: Secrets, post: Post, network: int) -> int:
    """Send one part of one batch of a network, whose turn it is; return how many letters were handed over.

    Several processes may do this at once: each takes other batches and other letters.
    """
    async with database.network_transaction(network) as connection:
        await _give_up_lost(connection, network)
        batch = await _take_turn(connection, network)
    if batch is None:
        return 0
    sent = 0
    while sent < batch["batch_size"] and await _to_its_end(
        _send_next(database, secrets, post, network, batch["id"])
    ):
        sent += 1
    async with database.network_transaction(network) as connection:
        await _finish(connection, network, batch["id"])
    return sent


async def _send_next(database: Database, secrets: Secrets, post: Post, network: int, batch: int) -> bool:
    """Send the next letter of a batch that is still to go on; False when there is none that is due."""
    async with database.network_transaction(network) as connection:
        letter = await _take_letter(connection, secrets, network, batch)
    if letter is None:
        return False
    outcome = await post.send(letter.mail)
    async with database.network_transaction(network) as connection:
        await _note(connection, network, letter, outcome)
    return True


async def _to_its_end(work: Coroutine[None, None, bool]) -> bool:
    """Do something that is not broken off: who is cancelled meanwhile ends after it."""
    task = asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    return task.result()


async def _take_turn(connection: asyncpg.Connection, network: int) -> asyncpg.Record | None:
    """Take the batch that has waited longest for its turn, and say when it has its next."""
    now = moment(clock_of(connection))
    return await connection.fetchrow(
        """UPDATE mail_batches b SET next_at = $2::timestamptz + make_interval(secs => b.delay_s)
        FROM (SELECT id FROM mail_batches
            WHERE network_id = $1 AND status = 'running' AND next_at <= $2
            ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) AS t
        WHERE b.network_id = $1 AND b.id = t.id RETURNING b.id, b.batch_size""",
        network,
        now,
    )


async def _take_letter(
    connection: asyncpg.Connection, secrets: Secrets, network: int, batch: int
) -> _Due | None:
    """Mark the next letter of a batch as being sent, and write it; None for a batch that was paused meanwhile."""
    row = await connection.fetchrow(
        """WITH due AS (
            SELECT id FROM code_recipients
            WHERE network_id = $1 AND batch_id = $2 AND status = 'waiting' AND next_at <= $3
                AND EXISTS (SELECT FROM mail_batches WHERE network_id = $1 AND id = $2 AND status = 'running')
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        ), taken AS (
            UPDATE code_recipients r SET status = 'sending', tries = r.tries + 1, updated_at = $3
            FROM due WHERE r.network_id = $1 AND r.id = due.id
            RETURNING r.id, r.tries, r.email_cipher, r.code_id
        )
        SELECT t.id, t.tries, t.email_cipher, c.code, c.name, c.max_uses, c.expires_at, n.name AS network,
            (c.expires_at AT TIME ZONE n.zone)::date AS until
        FROM taken t JOIN codes c ON c.network_id = $1 AND c.id = t.code_id JOIN networks n ON n.id = $1""",
        network,
        batch,
        moment(clock_of(connection)),
    )
    if row is None:
        return None
    seal = await known_fields(connection, secrets, network)
    letter = CodeLetter(
        to=seal.open(EMAIL_FIELD, row["email_cipher"]),
        network=row["network"],
        code=row["code"],
        name=row["name"],
        max_uses=row["max_uses"],
        until="" if row["until"] is None else row["until"].isoformat(),
    )
    return _Due(row["id"], batch, row["tries"], compose(letter))


async def _note(connection: asyncpg.Connection, network: int, letter: _Due, outcome: Outcome) -> None:
    """Note what became of a letter."""
    now = moment(clock_of(connection))
    status, next_at = _STATUS.get(outcome.fate, LetterStatus.FAILED), now
    if outcome.fate is Fate.LATER and letter.tries < MAX_TRIES:
        status = LetterStatus.WAITING
        next_at = now + timedelta(seconds=FIRST_PAUSE_S * 4 ** (letter.tries - 1))
    await connection.execute(
        """UPDATE code_recipients SET status = $3::text, problem = NULLIF($4, ''), next_at = $5, updated_at = $6::timestamptz,
            sent_at = CASE WHEN $3::text = 'sent' THEN $6::timestamptz END
        WHERE network_id = $1 AND id = $2 AND status = 'sending'""",
        network,
        letter.id,
        status.value,
        outcome.problem,
        next_at,
        now,
    )


_STATUS = {
    Fate.SENT: LetterStatus.SENT,
    Fate.REFUSED: LetterStatus.REFUSED,
    Fate.UNSURE: LetterStatus.UNSURE,
}


async def _finish(connection: asyncpg.Connection, network: int, batch: int) -> None:
    """Close a batch that has nothing left to send."""
    await connection.execute(
        """UPDATE mail_batches SET status = 'done' WHERE network_id = $1 AND id = $2 AND status = 'running'
            AND NOT EXISTS (SELECT 1 FROM code_recipients WHERE network_id = $1 AND batch_id = $2
                AND status IN ('waiting', 'sending'))""",
        network,
        batch,
    )


async def _give_up_lost(connection: asyncpg.Connection, network: int) -> None:
    lost = moment(clock_of(connection)) - timedelta(seconds=LOST_AFTER_S)
    await connection.execute(
        """UPDATE code_recipients SET status = 'unsure', updated_at = $3,
            problem = 'the office stopped while this letter was being sent'
        WHERE network_id = $1 AND status = 'sending' AND updated_at < $2""",
        network,
        lost,
        moment(clock_of(connection)),
    )
