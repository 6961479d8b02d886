"""`/api/v1/vouchers/…/scan`, `/impressions`, `/claim` and `/redeem` (document 003)."""

from typing import Annotated, Any

import asyncpg
import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, SkipValidation

from sync.central.http.addresses import whose
from sync.central.http.callers import Known, address_of
from sync.central.http.central import Central
from sync.central.http.problems import STATUS
from sync.central.http.repeats import done_once
from sync.central.services.idempotency import KEY_HEADER, fit_key
from sync.central.services.login import GuestCaller, Person
from sync.central.services.refusal import Refusal
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
NO_VOUCHER = VoucherKey(0, 0)
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
    address = address_of(request)
    scanner = Scanner(caller=known, address=address, agent=request.headers.get("User-Agent"))
    async with central.bounds.naming_a_code(known, address):
        voucher = await _counted(central, voucher_id, known, address)
        answer = await _scan_once(central, voucher, scanner, fit_key(key), data)
        # Only behind the transaction, where somebody unknown has scanned what is over: that counts.
        if answer is None:
            raise unknown_voucher()
    return answer


async def _counted(
    central: Central, text: str, known: Person | GuestCaller | None, address: str
) -> VoucherKey:
    """Read which voucher is meant, and count that somebody looks at it whom nobody knows."""
    if known is not None:
        return read_id(central.secrets, text, known.network)
    rates = central.bounds.rates
    await central.bounds.take(rates.scans, whose(address))
    try:
        voucher = read_id(central.secrets, text, None)
    except Refusal:
        # The same way to the same answer as for a voucher that is over.
        voucher = NO_VOUCHER
    await central.bounds.take(rates.scans_of_code, f"{voucher.network} {voucher.code}")
    return voucher


async def _scan_once(
    central: Central,
    voucher: VoucherKey,
    scanner: Scanner,
    key: str | None,
    data: ScanRequest,
) -> ScanAnswer | None:
    """Store a scan; of somebody known once for each key."""
    if scanner.caller is None or key is None:
        return await central.scans.scan(voucher, scanner, data)

    async def work(connection: asyncpg.Connection) -> ScanAnswer:
        answer = await scan(connection, central.secrets, voucher, scanner, data)
        if answer is None:
            raise unknown_voucher()
        return answer

    return await done_once(central, scanner.caller, key, (f"scan:{voucher.code}", data), work, ScanAnswer)


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
        voucher = await _counted(central, voucher_id, known, address)
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
