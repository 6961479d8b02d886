"""Sign-ins: one session each, gone on with by a refresh token that is good once, ended at any moment.

Whoever shows a refresh token that was used before has copied it, or its owner's was copied: the whole session
ends. A token may be shown once more within ``REPLAY_S`` by a client whose answer was lost; both then hold the
same next token, and whichever of two uses it second is found out.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.services.audit import record
from sync.central.services.refusal import Refusal
from sync.central.services.shut_out import tell_shut_out
from sync.central.services.tokens import REFRESH_TOKEN_S, STAFF_TOKEN_S, Tokens
from sync.protocol.ids import uuid7
from sync.protocol.problems import ProblemType

REPLAY_S = 30
MAX_SESSIONS = 20
"""Sign-ins of one person that are open at once; the one that was quiet longest ends first."""
KEPT = timedelta(days=90)
"""How long an ended session can still be looked at."""


class LoggedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A token for the API, its life in seconds, and the token that brings the next one."""

    access_token: str
    expires_in: int
    refresh_token: str
    token_type: str = "Bearer"  # noqa: S105 - the kind of token, not a token


class Owner(NamedTuple):
    """Whose session it is: exactly one of the two is set."""

    staff: int | None = None
    guest: int | None = None


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in that is open; ``current`` is the one of this very request."""

    id: UUID
    created_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    current: bool


async def open_session(
    connection: asyncpg.Connection, tokens: Tokens, network_id: int, owner: Owner
) -> LoggedIn:
    """Sign somebody in, in the caller's transaction."""
    clock = clock_of(connection)
    now = moment(clock)
    session = uuid7(clock.now_ms(), clock.random(10))
    await connection.execute(
        """INSERT INTO sessions (network_id, id, staff_id, guest_id, created_at, refreshed_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $5, $6)""",
        network_id,
        session,
        owner.staff,
        owner.guest,
        now,
        now + timedelta(seconds=REFRESH_TOKEN_S),
    )
    await connection.execute(
        """UPDATE sessions SET revoked_at = $4, revoked_why = 'too_many' WHERE network_id = $1 AND id IN (
            SELECT id FROM sessions WHERE network_id = $1 AND revoked_at IS NULL AND expires_at > $4
                AND staff_id IS NOT DISTINCT FROM $2 AND guest_id IS NOT DISTINCT FROM $3
            ORDER BY refreshed_at DESC, id DESC OFFSET $5)""",
        network_id,
        owner.staff,
        owner.guest,
        now,
        MAX_SESSIONS,
    )
    return _tokens_of(tokens, network_id, session, owner, 0)


async def refresh(database: Database, tokens: Tokens, refresh_token: str) -> LoggedIn:
    """Turn a refresh token into the next pair of tokens.

    Raises :class:`Refusal` ``unauthenticated`` for a session that is over; one whose used token is shown again
    ends here.
    """
    claims = tokens.read_refresh(refresh_token)
    async with database.network_transaction(claims.net) as connection:
        row = await connection.fetchrow(
            """SELECT s.staff_id, s.guest_id, s.generation, s.refreshed_at FROM sessions s
            WHERE s.network_id = $1 AND s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3
                AND (s.guest_id IS NOT NULL OR EXISTS (
                    SELECT FROM staff p WHERE p.network_id = $1 AND p.id = s.staff_id AND p.active))
            FOR UPDATE OF s""",
            claims.net,
            claims.sid,
            moment(database.clock),
        )
        owner = Owner() if row is None else Owner(row["staff_id"], row["guest_id"])
        if row is not None and claims.gen == row["generation"]:
            await _turn_over(connection, claims.net, claims.sid)
            return _tokens_of(tokens, claims.net, claims.sid, owner, claims.gen + 1)
        if row is not None and _is_replay(connection, claims.gen, row):
            return _tokens_of(tokens, claims.net, claims.sid, owner, row["generation"])
        if row is not None:
            await end_session(connection, claims.net, claims.sid, why="used_again")
            await record(
                connection,
                claims.net,
                actor="system",
                action="session.used_again",
                subject=f"staff:{owner.staff}" if owner.guest is None else f"guest:{owner.guest}",
                detail={"session": str(claims.sid)},
            )
    raise Refusal(ProblemType.UNAUTHENTICATED, "This sign-in is over.", "Sign in again.")


async def end_session(connection: asyncpg.Connection, network_id: int, session: UUID, *, why: str) -> bool:
    """End one session: from now on none of its tokens is good; False where none of that id is open."""
    ended = await connection.fetchval(
        """UPDATE sessions SET revoked_at = $3, revoked_why = $4
        WHERE network_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING true""",
        network_id,
        session,
        moment(clock_of(connection)),
        why,
    )
    if ended is not None:
        await tell_shut_out(connection, network_id)
    return ended is not None


async def end_all(
    connection: asyncpg.Connection, network_id: int, owner: Owner, *, why: str, but: UUID | None = None
) -> int:
    """End all sessions of somebody, ``but`` one; return how many that were."""
    ended = await connection.fetch(
        """UPDATE sessions SET revoked_at = $4, revoked_why = $5
        WHERE network_id = $1 AND staff_id IS NOT DISTINCT FROM $2 AND guest_id IS NOT DISTINCT FROM $3
            AND revoked_at IS NULL AND id IS DISTINCT FROM $6 RETURNING id""",
        network_id,
        owner.staff,
        owner.guest,
        moment(clock_of(connection)),
        why,
        but,
    )
    if ended:
        await tell_shut_out(connection, network_id)
    return len(ended)


async def list_sessions(
    connection: asyncpg.Connection, network_id: int, owner: Owner, current: UUID | None
) -> list[SessionView]:
    """Return the open sessions of somebody, the newest first; there are at most ``MAX_SESSIONS``."""
    rows = await connection.fetch(
        """SELECT id, created_at, refreshed_at, expires_at FROM sessions
        WHERE network_id = $1 AND staff_id IS NOT DISTINCT FROM $2 AND guest_id IS NOT DISTINCT FROM $3
            AND revoked_at IS NULL AND expires_at > $4 ORDER BY created_at DESC, id DESC""",
        network_id,
        owner.staff,
        owner.guest,
        moment(clock_of(connection)),
    )
    return [SessionView(**row, current=row["id"] == current) for row in rows]


async def forget_sessions(connection: asyncpg.Connection, network_id: int) -> None:
    """Delete what ended long ago (housekeeping)."""
    await connection.execute(
        "DELETE FROM sessions WHERE network_id = $1 AND COALESCE(revoked_at, expires_at) < $2",
        network_id,
        moment(clock_of(connection)) - KEPT,
    )


def _is_replay(connection: asyncpg.Connection, generation: int, row: asyncpg.Record) -> bool:
    quiet = moment(clock_of(connection)) - row["refreshed_at"]
    return bool(generation == row["generation"] - 1 and quiet <= timedelta(seconds=REPLAY_S))


async def _turn_over(connection: asyncpg.Connection, network_id: int, session: UUID) -> None:
    now = moment(clock_of(connection))
    await connection.execute(
        """UPDATE sessions SET generation = generation + 1, refreshed_at = $3, expires_at = $4
        WHERE network_id = $1 AND id = $2""",
        network_id,
        session,
        now,
        now + timedelta(seconds=REFRESH_TOKEN_S),
    )


def _tokens_of(tokens: Tokens, network_id: int, session: UUID, owner: Owner, generation: int) -> LoggedIn:
    if owner.guest is not None:
        access = tokens.for_guest(network=network_id, guest=owner.guest, session=session)
    else:
        access = tokens.for_staff(network=network_id, staff=owner.staff or 0, session=session)
    return LoggedIn(
        access_token=access,
        expires_in=STAFF_TOKEN_S,
        refresh_token=tokens.for_refresh(network=network_id, session=session, generation=generation),
    )
