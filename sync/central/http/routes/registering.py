"""`/api/auth/register`, `/code`, `/verify`: guests, who prove themselves by their phone."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from sync.central.http.addresses import whose
from sync.central.http.callers import address_of
from sync.central.http.central import Central
from sync.central.schema.numbers import MAX_ID
from sync.central.services.people.phone_codes import CodeSent, Pending, send_code
from sync.central.services.people.registering import Verified, check_referral, fit_pending
from sync.central.services.people.registering import verify as verify_phone
from sync.protocol.guest_data import Child
from sync.protocol.problems import ProblemType

MAX_REGISTRATION_BYTES = 32 * 1024
WRONG_GUESSES = frozenset({ProblemType.UNAUTHENTICATED, ProblemType.CODE_REFUSED})
"""A wrong code of a text message, and a referral code that is none: both can be guessed here."""


class Registration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a new guest says. ``consent`` names what they agreed to."""

    network: int
    phone: str
    name: str
    email: str | None = None
    referral_code: str | None = None
    children: tuple[Child, ...] = ()
    consent: tuple[str, ...] = ()
    language: Literal["en", "ru"] = "en"


class CodeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A guest who is registered wants to sign in."""

    network: int
    phone: str
    language: Literal["en", "ru"] = "en"


class Verification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that came by text message."""

    network: int
    verification_id: UUID
    code: str


@post(
    "/register",
    status_code=202,
    request_max_body_size=MAX_REGISTRATION_BYTES,
    summary="Register as a guest: a code comes by text message",
)
async def register(
    request: Request[Any, Any, State], data: JSONBody[Registration], central: NamedDependency[Central]
) -> CodeSent:
    """Send a code to the phone; `verify` makes the guest. The answer is the same whether the phone is known or not."""
    pending = fit_pending(
        Pending(
            phone=data.phone,
            name=data.name,
            email=data.email,
            referral_code=data.referral_code,
            children=data.children,
            consent=data.consent,
        )
    )
    network = _number(data.network)
    await check_referral(central.database, network, pending)
    return await _send(request, central, network, pending, data.language)


@post(
    "/code",
    status_code=202,
    request_max_body_size=MAX_REGISTRATION_BYTES,
    summary="Sign in as a guest: a code comes by text message",
)
async def ask_code(
    request: Request[Any, Any, State], data: JSONBody[CodeRequest], central: NamedDependency[Central]
) -> CodeSent:
    """Send a code to the phone, known or not; `verify` tells whoever holds the phone."""
    pending = fit_pending(Pending(phone=data.phone))
    return await _send(request, central, _number(data.network), pending, data.language)


@post(
    "/verify",
    status_code=200,
    request_max_body_size=MAX_REGISTRATION_BYTES,
    summary="Prove the phone by the code that came",
)
async def verify(
    request: Request[Any, Any, State], data: JSONBody[Verification], central: NamedDependency[Central]
) -> Verified:
    """Sign the guest in, who is made now where they are new."""
    address = address_of(request)
    network, rates = _number(data.network), central.bounds.rates
    tries = ((rates.wrong_digits, whose(address)), (rates.wrong_digits_hour, whose(address)))
    async with central.bounds.guess(tries, WRONG_GUESSES, address=address, network=network):
        return await verify_phone(
            central.database, central.secrets, central.tokens, network, data.verification_id, data.code
        )


async def _send(
    request: Request[Any, Any, State], central: Central, network: int, pending: Pending, language: str
) -> CodeSent:
    # Every message costs money.
    await central.bounds.take(central.bounds.rates.messages, whose(address_of(request)))
    return await send_code(central.database, central.secrets, central.sms, network, pending, language)


def _number(network: int) -> int:
    """Return a network's number; one that no column holds is no network's."""
    return network if 0 < network <= MAX_ID else 0
