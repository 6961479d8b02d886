"""`/api/v1/vouchers/…/scan`, `/impressions`, `/claim` and `/redeem` (document 003)."""

from typing import Annotated, Any

import asyncpg
import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, SkipValidation

from sync.central.http.callers import Known, address_of
from sync.central.http.central import Central
from sync.central.http.problems import STATUS
from sync.central.http.repeats import done_once
from sync.central.http.short_way import raise_failed
from sync.central.http.voucher_scanning import count_look, scan_unknown
from sync.central.services.idempotency import KEY_HEADER, fit_key
from sync.central.services.login import GuestCaller, Person
from sync.central.services.scanning.claims import Claimed, ClaimRequest, claim
from sync.central.services.scanning.ids import VoucherKey, read_id, unknown_voucher
from sync.central.services.scanning.scans import (
    Counted,
    Impressions,
    ScanAnswer,
    Scanner,
    ScanRequest,
    count_impressions,
    scan,
)
from sync.central.services.scanning.using import RedeemRequest, VoucherRedeemed, redeem_voucher
from sync.central.services.vip.using import NotUsed, not_used
from sync.protocol.problems import PROBLEM_MEDIA_TYPE, ProblemType
from sync.rules.reasons import Reason

AnyRequest = Request[Any, Any, State]
Guest = SkipValidation[NamedDependency[GuestCaller]]
"""The guest who asks, on routes that let in guests alone (the argument ``guest``)."""
Key = Annotated[str | None, HeaderParameter(name=KEY_HEADER, description="New for each operation.")]


async def provide_guest(request: AnyRequest) -> GuestCaller:
    """Give handlers the guest who asks."""
    guest: GuestCaller = request.auth
    return guest


@post("/{voucher_id:str}/scan", summary="Note a scan of a voucher", security=[{}, {"bearer": []}])
async def note_scan(
    request: AnyRequest,
    voucher_id: FromPath[str],
    data: JSONBody[ScanRequest],
    central: NamedDependency[Central],
    known: Known,
    key: Key = None,
) -> ScanAnswer:
    """Count a scan by a guest, by staff or by nobody known. Unknown callers do not learn why a voucher is none."""
    raise_failed(request)
    address = address_of(request)
    scanner = Scanner(caller=known, address=address, agent=request.headers.get("User-Agent"))
    if known is None:
        return await scan_unknown(central, voucher_id, scanner, data)
    with central.scan_times.timed():
        async with central.bounds.naming_a_code(known, address):
            voucher = read_id(central.secrets, voucher_id, known.network)
            return await _scan_once(central, voucher, scanner, known, fit_key(key), data)


async def _scan_once(
    central: Central,
    voucher: VoucherKey,
    scanner: Scanner,
    known: Person | GuestCaller,
    key: str | None,
    data: ScanRequest,
) -> ScanAnswer:
    """Store a scan of somebody known, once for each key."""

    def told(answer: ScanAnswer | None) -> ScanAnswer:
        if answer is None:
            raise unknown_voucher()
        return answer

    if key is None:
        return told(await central.scans.scan(voucher, scanner, data))

    async def work(connection: asyncpg.Connection) -> ScanAnswer:
        return told(await scan(connection, central.secrets, voucher, scanner, data))

    return await done_once(central, known, key, (f"scan:{voucher.code}", data), work, ScanAnswer)


@post("/{voucher_id:str}/impressions", summary="Count views of a voucher", security=[{}, {"bearer": []}])
async def note_impressions(
    request: AnyRequest,
    voucher_id: FromPath[str],
    data: JSONBody[Impressions],
    central: NamedDependency[Central],
    known: Known,
) -> Counted:
    """Count how often a voucher was shown."""
    address = address_of(request)
    async with central.bounds.naming_a_code(known, address):
        voucher = await count_look(central, voucher_id, known, address)
        async with central.database.network_transaction(voucher.network) as connection:
            counted = await count_impressions(connection, voucher, data, known=known is not None)
        if counted is None:
            raise unknown_voucher()
    return counted


@post("/{voucher_id:str}/claim", summary="Claim a voucher into the guest's wallet")
async def claim_voucher(
    voucher_id: FromPath[str],
    data: JSONBody[ClaimRequest],
    central: NamedDependency[Central],
    guest: Guest,
    key: Key = None,
) -> Claimed:
    """Put a voucher into the own wallet; once for ever."""
    async with central.bounds.naming_a_code(guest):
        voucher = read_id(central.secrets, voucher_id, guest.network)
        return await done_once(
            central,
            guest,
            key,
            (f"claim:{voucher.code}", data),
            lambda connection: claim(connection, central.secrets, guest, voucher),
            Claimed,
        )


@post(
    "/{voucher_id:str}/redeem",
    status_code=200,
    summary="Redeem a voucher for a guest",
    responses={
        200: ResponseSpec(VoucherRedeemed, description="It was used"),
        422: ResponseSpec(NotUsed, media_type=PROBLEM_MEDIA_TYPE, description="It was not used, and why"),
    },
)
async def redeem(
    voucher_id: FromPath[str],
    data: JSONBody[RedeemRequest],
    central: NamedDependency[Central],
    person: NamedDependency[Person],
    key: Key = None,
) -> Response[bytes]:
    """Use a voucher once; the same key gets the same answer again."""
    async with central.bounds.naming_a_code(person):
        voucher = read_id(central.secrets, voucher_id, person.network)
        done = await redeem_voucher(central.database, central.secrets, person, voucher, key, data)
        if not isinstance(done, VoucherRedeemed) and done.reason == Reason.UNKNOWN_CODE:
            raise unknown_voucher()
    if isinstance(done, VoucherRedeemed):
        return Response(msgspec.json.encode(done), media_type="application/json")
    status = STATUS[ProblemType.CODE_REFUSED]
    refused = not_used(done, kind=ProblemType.CODE_REFUSED, status=status)
    return Response(msgspec.json.encode(refused), status_code=status, media_type=PROBLEM_MEDIA_TYPE)
