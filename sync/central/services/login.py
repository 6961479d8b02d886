"""Signing in by e-mail and password, and who a token is about."""

import asyncio
from uuid import UUID

import msgspec

from sync.central.database import Database
from sync.central.passwords import verify_password
from sync.central.schema.words import Role
from sync.central.secrets import Secrets
from sync.central.services.refusal import Refusal, busy
from sync.central.services.sessions import LoggedIn, Owner, open_session
from sync.central.services.staff import login_digest
from sync.central.services.tokens import GuestClaims, StaffClaims, Tokens
from sync.protocol.problems import ProblemType

MAX_EMAIL_CHARS = 254
MAX_CHECKS_AT_ONCE = 4
"""Each check takes 64 MiB and tens of milliseconds of a processor."""
MAX_CHECKS_WAITING = 50


class Login(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who wants to sign in."""

    email: str
    password: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who works for a network, as of this request; or a program that acts by a ``key`` within ``scopes``.

    Of a program ``staff`` is who made its key, and ``session`` is None.
    """

    network: int
    staff: int
    role: Role
    session: UUID | None = None
    key: int | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def actor(self) -> str:
        """How the audit log names this person or program."""
        return f"staff:{self.staff}" if self.key is None else f"key:{self.key}"


class GuestCaller(msgspec.Struct, frozen=True, kw_only=True):
    """A guest who has proved their phone, as of this request."""

    network: int
    guest: int
    session: UUID

    @property
    def actor(self) -> str:
        """How the audit log names this guest."""
        return f"guest:{self.guest}"


class PasswordDesk:
    """Checks passwords, few at once: a flood of guesses must not take the memory and processors of a server."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._seats = asyncio.Semaphore(MAX_CHECKS_AT_ONCE)
        self._waiting = 0

    async def is_right(self, hashed: str | None, password: str) -> bool:
        """Check a password in a thread; without a hash it takes as long and is wrong."""
        if self._waiting >= MAX_CHECKS_WAITING:
            raise busy("Too many people are signing in at this moment.")
        self._waiting += 1
        try:
            async with self._seats:
                return await verify_password(hashed, password)
        finally:
            self._waiting -= 1


async def log_in(
    database: Database, secrets: Secrets, tokens: Tokens, desk: PasswordDesk, login: Login
) -> LoggedIn:
    """Give a token for an e-mail address and its password.

    Raises :class:`Refusal` ``unauthenticated``, the same and after the same time for an unknown address.
    """
    network, staff = await prove(database, secrets, desk, login)
    async with database.network_transaction(network) as connection:
        return await open_session(connection, tokens, network, Owner(staff=staff))


async def prove(database: Database, secrets: Secrets, desk: PasswordDesk, login: Login) -> tuple[int, int]:
    """Return the network and number of whoever has this address and password; raises as :func:`log_in`."""
    network, staff, hashed = await _find(database, secrets, login.email)
    if not await desk.is_right(hashed, login.password):
        raise Refusal(
            ProblemType.UNAUTHENTICATED, "E-mail address or password is wrong.", "Check both and try again."
        )
    return network, staff


async def _find(database: Database, secrets: Secrets, email: str) -> tuple[int, int, str | None]:
    digest = login_digest(secrets, email[:MAX_EMAIL_CHARS])
    async with database.directory_transaction() as connection:
        found = await connection.fetchrow(
            "SELECT network_id, staff_id FROM logins WHERE email_digest = $1", digest
        )
    # Somebody unknown costs the same look-up, in a network that does not exist.
    network, staff = (0, 0) if found is None else (found["network_id"], found["staff_id"])
    async with database.network_transaction(network) as connection:
        hashed = await connection.fetchval(
            "SELECT password_hash FROM staff WHERE network_id = $1 AND id = $2 AND active", network, staff
        )
    return network, staff, hashed


async def read_caller(database: Database, claims: StaffClaims | GuestClaims) -> Person | GuestCaller:
    """Return who a token is about, as things are at this very moment; raises :class:`Refusal`.

    Whoever left, and whose sign-in was ended, is out at once.
    """
    if isinstance(claims, GuestClaims):
        return await _read_guest(database, claims)
    return await _read_person(database, claims)


async def _read_person(database: Database, claims: StaffClaims) -> Person:
    async with database.network_transaction(claims.net) as connection:
        role = await connection.fetchval(
            """SELECT p.role FROM staff p JOIN sessions s ON s.network_id = $1 AND s.staff_id = p.id
            WHERE p.network_id = $1 AND p.id = $2 AND p.active AND s.id = $3 AND s.revoked_at IS NULL""",
            claims.net,
            claims.staff,
            claims.sid,
        )
    if role is None:
        raise _over()
    return Person(network=claims.net, staff=claims.staff, role=Role(role), session=claims.sid)


async def _read_guest(database: Database, claims: GuestClaims) -> GuestCaller:
    async with database.network_transaction(claims.net) as connection:
        guest = await connection.fetchval(
            # Who turned out to be another guest is that one from now on.
            """SELECT COALESCE(g.merged_into, g.id) FROM guests g
            JOIN sessions s ON s.network_id = $1 AND s.guest_id = g.id
            WHERE g.network_id = $1 AND g.id = $2 AND s.id = $3 AND s.revoked_at IS NULL""",
            claims.net,
            claims.guest,
            claims.sid,
        )
    if guest is None:
        raise _over()
    return GuestCaller(network=claims.net, guest=guest, session=claims.sid)


def _over() -> Refusal:
    return Refusal(
        ProblemType.UNAUTHENTICATED, "This sign-in is over, or the account is closed.", "Sign in again."
    )
