"""Guests who register or sign in by their phone, without a counter and without a password."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.audit import record
from sync.central.services.children import fit_children, seal_children
from sync.central.services.guest_seal import locked_seal
from sync.central.services.guests import NewGuest, create_guest
from sync.central.services.loyalty.gains import redeem_with_gains
from sync.central.services.names import fit_name
from sync.central.services.people.phone_codes import MAX_GUESSES, Pending, take_code
from sync.central.services.redeeming.asking import Asked
from sync.central.services.referral.using import may_be_good, no_good_code
from sync.central.services.refusal import Refusal
from sync.central.services.sessions import Owner, open_session
from sync.central.services.staff import fit_email
from sync.central.services.tokens import Tokens
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.problems import ProblemType
from sync.rules.code import Kind
from sync.rules.phone import fit_phone
from sync.rules.user_error import UserError

MAX_CONSENTS = 20
MAX_CONSENT_CHARS = 200
MAX_CODE_CHARS = 100


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A guest is signed in; ``card`` is the text of a new guest's card, shown now and never again."""

    access_token: str
    expires_in: int
    refresh_token: str
    guest_id: int
    registered: bool
    card: str | None = None
    token_type: str = "Bearer"  # noqa: S105 - the kind of token, not a token


def fit_pending(pending: Pending) -> Pending:
    """Return what a guest said in the form in which it is kept; raises :class:`UserError` for what does not fit."""
    code = (pending.referral_code or "").strip()
    if len(code) > MAX_CODE_CHARS or len(pending.consent) > MAX_CONSENTS:
        raise UserError("registration_unfit", "That is too much for one registration.", "Send less.")
    if any(not 0 < len(each) <= MAX_CONSENT_CHARS for each in pending.consent):
        raise UserError("registration_unfit", "A consent has a name.", "Name what was agreed to.")
    return msgspec.structs.replace(
        pending,
        phone=fit_phone(pending.phone),
        name=None if pending.name is None else fit_name(pending.name),
        email=None if pending.email is None else fit_email(pending.email),
        referral_code=code or None,
        children=fit_children(pending.children),
    )


async def check_referral(database: Database, network_id: int, pending: Pending) -> None:
    """Refuse at once what could not be registered later: a code that is needed and missing, or not taken at all."""
    async with database.network_transaction(network_id) as connection:
        switches = await connection.fetchrow(
            "SELECT referral_enabled, referral_required FROM networks WHERE id = $1", network_id
        )
    if switches is None or pending.name is None:
        return
    if switches["referral_enabled"] and switches["referral_required"] and pending.referral_code is None:
        raise UserError(
            "referral_required",
            "A new guest needs a referral code here.",
            "Ask the guest who told you of us.",
        )
    if pending.referral_code is not None and not switches["referral_enabled"]:
        raise UserError("referral_disabled", "Referral codes are not taken now.", "Register without one.")


async def verify(
    database: Database, secrets: Secrets, tokens: Tokens, network_id: int, verification: UUID, code: str
) -> Verified:
    """Sign in whoever holds the phone; a new guest is made with a card, and their referral code is used.

    Raises :class:`Refusal` ``unauthenticated`` for a wrong code (the same as for none), ``not-found`` where nobody
    has the phone and nothing was said to register by, and ``code-refused`` for a referral code that is not good.
    """
    async with database.network_transaction(network_id) as connection:
        pending = await take_code(connection, secrets, network_id, verification, code)
        if pending is not None:
            return await _enter(connection, secrets, tokens, network_id, verification, pending)
    raise Refusal(
        ProblemType.UNAUTHENTICATED,
        "This code is not the one that was sent, or it is over.",
        f"A code is good for ten minutes and {MAX_GUESSES} tries; ask for another.",
    )


async def _enter(
    connection: asyncpg.Connection,
    secrets: Secrets,
    tokens: Tokens,
    network_id: int,
    verification: UUID,
    pending: Pending,
) -> Verified:
    guest, card = await _known(connection, secrets, network_id, pending.phone), None
    registered = guest is None
    if guest is None:
        guest, card = await _register(connection, secrets, network_id, verification, pending)
    opened = await open_session(connection, tokens, network_id, Owner(guest=guest))
    return Verified(
        access_token=opened.access_token,
        expires_in=opened.expires_in,
        refresh_token=opened.refresh_token,
        guest_id=guest,
        registered=registered,
        card=card,
    )


async def _known(connection: asyncpg.Connection, secrets: Secrets, network_id: int, phone: str) -> int | None:
    found: int | None = await connection.fetchval(
        "SELECT COALESCE(merged_into, id) FROM guests WHERE network_id = $1 AND phone_digest = $2",
        network_id,
        keyed_digest(secrets.digest_key(network_id), Subject.PHONE, phone),
    )
    return found


async def _register(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, verification: UUID, pending: Pending
) -> tuple[int, str]:
    if pending.name is None:
        raise Refusal(ProblemType.NOT_FOUND, "Nobody is registered with this phone.", "Register first.")
    new = NewGuest(
        name=pending.name,
        phone=pending.phone,
        email=pending.email,
        tier=await _first_tier(connection, network_id),
    )
    guest, card = await create_guest(connection, network_id, secrets, new)
    await connection.execute(
        "UPDATE guests SET children_cipher = $3, consent = $4 WHERE network_id = $1 AND id = $2",
        network_id,
        guest,
        seal_children(await locked_seal(connection, secrets, network_id, guest), pending.children),
        _consent(connection, pending),
    )
    await record(
        connection, network_id, actor=f"guest:{guest}", action="guest.register", subject=f"guest:{guest}"
    )
    if pending.referral_code is not None:
        await _refer(connection, secrets, network_id, verification, guest, pending.referral_code)
    return guest, card


async def _refer(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    verification: UUID,
    guest: int,
    code: str,
) -> None:
    """Use the referral code; a code that is given must be good, or nobody is made (document 001)."""
    if not await may_be_good(connection, network_id, code):
        raise no_good_code()
    asked = Asked(
        network=network_id,
        caller=f"guest:{guest}",
        operation=verification,
        code=code,
        kinds=frozenset({Kind.REFERRAL}),
        guest=guest,
    )
    answer = await redeem_with_gains(connection, secrets, asked)
    if not answer.accepted:
        raise no_good_code(answer.reason)
    if answer.code is not None:
        await connection.execute(
            "UPDATE guests SET referral_code_id = $3 WHERE network_id = $1 AND id = $2",
            network_id,
            guest,
            answer.code.id,
        )


def _consent(connection: asyncpg.Connection, pending: Pending) -> dict[str, Any]:
    return {"to": list(pending.consent), "text": "", "at_ms": clock_of(connection).now_ms(), "staff": None}


async def _first_tier(connection: asyncpg.Connection, network_id: int) -> str:
    tiers: list[dict[str, Any]] = await connection.fetchval(
        "SELECT tiers FROM networks WHERE id = $1", network_id
    )
    return str(min(tiers, key=lambda tier: tier["from_points"])["name"]) if tiers else "BRONZE"
