"""Signing in by e-mail and password."""

import asyncio

import msgspec

from sync.central.database import Database
from sync.central.passwords import verify_password
from sync.central.schema.words import Role
from sync.central.secrets import Secrets
from sync.central.services.refusal import Refusal, busy
from sync.central.services.staff import login_digest
from sync.central.services.tokens import STAFF_TOKEN_S, StaffClaims, Tokens
from sync.protocol.problems import ProblemType

MAX_EMAIL_CHARS = 254
MAX_CHECKS_AT_ONCE = 4
"""Each check takes 64 MiB and tens of milliseconds of a processor."""
MAX_CHECKS_WAITING = 50


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants to sign in."""

    email: str
    password: str


class LoggedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A token for the API and its life in seconds."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the kind of token, not a token


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is signed in, as of this request."""

    network: int
    staff: int
    role: Role

    @property
    def actor(self) -> str:
        """How the audit log names this person."""
        return f"staff:{self.staff}"


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
    network, staff, hashed = await _find(database, secrets, login.email)
    right = await desk.is_right(hashed, login.password)
    if not right:
        raise Refusal(
            ProblemType.UNAUTHENTICATED, "E-mail address or password is wrong.", "Check both and try again."
        )
    return LoggedIn(access_token=tokens.for_staff(network=network, staff=staff), expires_in=STAFF_TOKEN_S)


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


async def read_person(database: Database, claims: StaffClaims) -> Person:
    """Return who a token is about, with the role of this very moment; raises :class:`Refusal`."""
    async with database.network_transaction(claims.net) as connection:
        role = await connection.fetchval(
            "SELECT role FROM staff WHERE network_id = $1 AND id = $2 AND active", claims.net, claims.staff
        )
    if role is None:
        raise Refusal(ProblemType.UNAUTHENTICATED, "This account is closed.", "Ask the owner.")
    return Person(network=claims.net, staff=claims.staff, role=Role(role))
