"""`/sync/v1`: what makes a machine a till and keeps it one — enrolment, token, contact."""

from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any

from litestar import Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import Body

from sync.central.http.addresses import whose
from sync.central.http.bounds import WRONG_PROOF
from sync.central.http.callers import address_of
from sync.central.http.central import Central
from sync.central.services.certificates import readmit as readmit_till
from sync.central.services.contact import give_token, make_contact
from sync.central.services.enrolment import enrol as enrol_till
from sync.central.services.grants import LeaseFor
from sync.central.services.renewal import renew as renew_till
from sync.protocol.contact import Contact, ContactReply
from sync.protocol.enrolment import (
    EnrolReply,
    EnrolRequest,
    ReadmitReply,
    ReadmitRequest,
    RenewRequest,
    TokenReply,
    TokenRequest,
)
from sync.protocol.problems import ProblemType
from sync.protocol.wire import MEDIA_TYPE

WRONG_CODE = frozenset({ProblemType.ENROLMENT_UNKNOWN})


@post("/enrol", status_code=200, media_type=MEDIA_TYPE, summary="Become a till by a one-time code")
async def enrol(
    request: Request[Any, Any, State],
    data: Annotated[EnrolRequest, Body(media_type=MEDIA_TYPE)],
    central: NamedDependency[Central],
) -> EnrolReply:
    """Answer who the till is; the same code with the same key gives the same answer again."""
    address = address_of(request)
    # A code that was used or has expired was no guess.
    tries = ((central.bounds.rates.wrong_enrolments, whose(address)),)
    async with central.bounds.proof(tries, WRONG_CODE, address=address):
        return await enrol_till(central.database, central.secrets, data)


@post(
    "/token",
    status_code=200,
    media_type=MEDIA_TYPE,
    summary="Prove to be a till, for a token of fifteen minutes",
)
async def token(
    request: Request[Any, Any, State],
    data: Annotated[TokenRequest, Body(media_type=MEDIA_TYPE)],
    central: NamedDependency[Central],
) -> TokenReply:
    """Give a token; a revoked or fenced till gets one that opens nothing but the upload of its journal."""
    # By till and address: behind one shop's address a broken till must not lock out its neighbours.
    async with _guarded(request, central, f" {data.network} {data.till}"):
        return await give_token(central.database, central.tokens, data)


@post(
    "/renew",
    status_code=200,
    media_type=MEDIA_TYPE,
    summary="Begin a new life of a till on the same machine",
)
async def renew(
    request: Request[Any, Any, State],
    data: Annotated[RenewRequest, Body(media_type=MEDIA_TYPE)],
    central: NamedDependency[Central],
) -> EnrolReply:
    """Answer who the till is in its new life; the same question gives the same answer."""
    async with _guarded(request, central, f" {data.network} {data.till}"):
        return await renew_till(central.database, central.secrets, data)


@post(
    "/readmit",
    status_code=200,
    media_type=MEDIA_TYPE,
    summary="Take back a till that a restored office does not know",
)
async def readmit(
    request: Request[Any, Any, State],
    data: Annotated[ReadmitRequest, Body(media_type=MEDIA_TYPE)],
    central: NamedDependency[Central],
) -> ReadmitReply:
    """Know a till again by the certificate of its enrolment."""
    async with _guarded(request, central):
        return await readmit_till(central.database, central.secrets, data)


def _guarded(
    request: Request[Any, Any, State], central: Central, till: str = ""
) -> AbstractAsyncContextManager[None]:
    """Count proofs that do not fit."""
    address = address_of(request)
    tries = ((central.bounds.rates.wrong_tokens, whose(address) + till),)
    return central.bounds.proof(tries, WRONG_PROOF, address=address)


@post(
    "/contact",
    status_code=200,
    media_type=MEDIA_TYPE,
    summary="Say how the till is, hear what it should know",
)
async def contact(
    data: Annotated[Contact, Body(media_type=MEDIA_TYPE)],
    central: NamedDependency[Central],
    till: NamedDependency[LeaseFor],
) -> ContactReply:
    """List the till's open leases again, and those that are asked back."""
    return await make_contact(central.database, central.secrets, till, data)
