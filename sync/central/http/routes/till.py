"""`/sync/v1`: what makes a machine a till and keeps it one — enrolment, token, contact."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from litestar import Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import Body

from sync.central.http.callers import address_of
from sync.central.http.central import Central
from sync.central.services.certificates import readmit as readmit_till
from sync.central.services.contact import give_token, make_contact
from sync.central.services.enrolment import enrol as enrol_till
from sync.central.services.grants import LeaseFor
from sync.central.services.refusal import Refusal
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


@post("/enrol", status_code=200, media_type=MEDIA_TYPE, summary="Become a till by a one-time code")
async def enrol(
    request: Request[Any, Any, State],
    data: Annotated[EnrolRequest, Body(media_type=MEDIA_TYPE)],
    central: NamedDependency[Central],
) -> EnrolReply:
    """Answer who the till is; the same code with the same key gives the same answer again."""
    address = address_of(request)
    central.enrolments.check(address)
    try:
        return await enrol_till(central.database, central.secrets, data)
    except Refusal as refusal:
        # A code that was used or has expired was no guess.
        if refusal.problem is ProblemType.ENROLMENT_UNKNOWN:
            central.enrolments.failed(address)
        raise


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
    caller = f"{address_of(request)} {data.network} {data.till}"
    with _guarded(central, caller):
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
    with _guarded(central, f"{address_of(request)} {data.network} {data.till}"):
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
    with _guarded(central, address_of(request)):
        return await readmit_till(central.database, central.secrets, data)


@contextmanager
def _guarded(central: Central, caller: str) -> Iterator[None]:
    """Count proofs that do not fit, as for tokens."""
    central.token_requests.check(caller)
    try:
        yield
    except Refusal as refusal:
        if refusal.problem is ProblemType.UNAUTHENTICATED:
            central.token_requests.failed(caller)
        raise


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
