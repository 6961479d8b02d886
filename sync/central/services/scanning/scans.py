"""Scans of vouchers: by guests, by staff and by nobody known (document 003). All are counted, the repeated too.

A scan is only added, never counted up in a row that others need: a thousand people may scan one poster at once.
What it adds to the figures waits beside it for the job that adds up (:mod:`.adding_up`).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import Clock, clock_of, moment
from sync.central.secrets import Secrets
from sync.central.services.journal.columns import numbers, texts, uuids
from sync.central.services.login import GuestCaller, Person
from sync.central.services.redeeming.redeem import new_operation
from sync.central.services.refusal import Refusal
from sync.central.services.scanning.ids import VoucherKey, public_id, unknown_voucher
from sync.central.services.scanning.told import Location, fit_agent, fit_location, fit_object, place_of
from sync.protocol.problems import ProblemType
from sync.rules.code import CodeStatus
from sync.rules.user_error import UserError
from sync.rules.wallet import ClaimStatus, ScanSource, ScanType

IMPRESSION = "IMPRESSION"
"""The type under which the times that a voucher was shown are added up."""
MAX_IMPRESSIONS = 1000

_OPEN = """c.status = 'active' AND (c.expires_at IS NULL OR c.expires_at > $2)
    AND (c.max_uses IS NULL OR c.uses < c.max_uses)"""
_EVENED_OUT = """evened_out AS MATERIALIZED (
        SELECT pg_logical_emit_message(true, 'countersign', '')
        WHERE NOT EXISTS (SELECT FROM voucher WHERE allowed)
    )"""
"""Where nothing is stored, COMMIT waits for the disk too: the time tells nobody which vouchers there are."""
_SCAN = f"""
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest($3::text::bigint[], $4::text::uuid[], $5::text::bigint[], $6::text::bigint[],
            $7::text::text[], $8::text::text[], $9::text::jsonb[], $10::text::jsonb[], $11::text::text[],
            $12::text::text[], $13::text::jsonb[], $14::text::text[]) WITH ORDINALITY
            AS a (code_id, scan, guest, staff, type, source, device, location, address, agent, metadata, place, turn)
    ), voucher AS MATERIALIZED (
        SELECT a.*, c.id, c.name, c.description, c.status, c.expires_at, {_OPEN} AS open,
            n.voucher_scans AS allowed, ($2 AT TIME ZONE n.zone)::date AS day
        FROM asked a JOIN networks n ON n.id = $1
        JOIN codes c ON c.network_id = $1 AND c.id = a.code_id AND c.kind = 'VOUCHER'
    ), stored AS (
        INSERT INTO scans (network_id, at, id, code_id, guest_id, staff_id, type, source, device, location,
            address, agent, metadata, personal)
        SELECT $1, $2, scan, id, guest, staff, type, source, device, location, address, agent, metadata, true
        FROM voucher WHERE allowed
    ), waiting AS (
        INSERT INTO scans_waiting (network_id, code_id, day, type, source, guest_id, place, count)
        SELECT $1, id, day, type, source, guest, place, count(*) FROM voucher WHERE allowed
        GROUP BY 2, 3, 4, 5, 6, 7
    ), {_EVENED_OUT}
    SELECT v.id, v.name, v.description, v.status, v.expires_at, v.open, v.allowed, w.status AS claim
    FROM (SELECT count(*) FROM evened_out) e CROSS JOIN asked a LEFT JOIN voucher v ON v.turn = a.turn
    LEFT JOIN wallet_claims w ON w.network_id = $1 AND w.guest_id = a.guest AND w.code_id = v.id ORDER BY a.turn
"""  # noqa: S608 - the condition is ours
_SHOWN = f"""
    WITH voucher AS MATERIALIZED (
        SELECT c.id, {_OPEN} AS open, n.voucher_scans AS allowed, ($2 AT TIME ZONE n.zone)::date AS day
        FROM codes c JOIN networks n ON n.id = $1
        WHERE c.network_id = $1 AND c.id = $3 AND c.kind = 'VOUCHER'
    ), waiting AS (
        INSERT INTO scans_waiting (network_id, code_id, day, type, source, place, count)
        SELECT $1, id, day, $4, '', '', $5 FROM voucher WHERE allowed
    ), {_EVENED_OUT}
    SELECT v.* FROM (SELECT count(*) FROM evened_out) e LEFT JOIN voucher v ON true
"""  # noqa: S608 - the condition is ours


def _objects(values: Iterable[dict[str, Any] | None]) -> str:
    return texts([None if value is None else msgspec.json.encode(value).decode() for value in values])


_COLUMNS: tuple[Callable[[Any], str], ...] = (
    numbers,
    numbers,
    texts,
    texts,
    _objects,
    _objects,
    texts,
    texts,
    _objects,
    texts,
)
"""How the columns that :class:`Scan` has as ``told`` travel: guest, staff, type, source, device, location, address,
agent, metadata, place."""


class ScanRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A scan as it is told. ``scanType`` says itself who scans, unless staff scan for a guest."""

    scan_source: ScanSource
    scan_type: ScanType | None = None
    device_info: dict[str, Any] = {}
    location: Location | None = None
    metadata: dict[str, Any] = {}


class Impressions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a voucher was shown since the caller said so last."""

    count: int = 1


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many were counted."""

    success: bool
    count: int


class ScannedVoucher(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A voucher as whoever scans it may see it."""

    id: UUID
    name: str
    description: str
    status: CodeStatus
    expires_at: datetime | None


class ScanAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The answer to a scan. ``claimable`` is whether this guest may claim it now."""

    success: bool
    scan_id: UUID
    scan_type: ScanType
    voucher: ScannedVoucher
    already_claimed: bool
    claim_status: ClaimStatus | None
    claimable: bool


class Scanner(msgspec.Struct, frozen=True, kw_only=True):
    """Who scans, from which address, with which program."""

    caller: Person | GuestCaller | None
    address: str
    agent: str | None = None

    @property
    def guest(self) -> int | None:
        """The guest, where one is known."""
        return self.caller.guest if isinstance(self.caller, GuestCaller) else None

    @property
    def staff(self) -> int | None:
        """The person who works here, where it is one."""
        return self.caller.staff if isinstance(self.caller, Person) else None


class Scan(NamedTuple):
    """A scan that was found fit to be stored; ``told`` are its columns as they are kept."""

    id: UUID
    voucher: VoucherKey
    scanner: Scanner
    kind: ScanType
    told: tuple[object, ...]


def read_scan(clock: Clock, voucher: VoucherKey, scanner: Scanner, request: ScanRequest) -> Scan:
    """Make a scan of what was told; raises :class:`UserError` for what does not fit."""
    kind = _type_of(scanner, request)
    return Scan(
        new_operation(clock),
        voucher,
        scanner,
        kind,
        (
            scanner.guest,
            scanner.staff,
            kind.value,
            request.scan_source.value,
            fit_object(request.device_info, "deviceInfo"),
            fit_location(request.location),
            scanner.address,
            fit_agent(scanner.agent),
            fit_object(request.metadata, "metadata"),
            place_of(request.location),
        ),
    )


async def store_scans(
    connection: asyncpg.Connection, network_id: int, scans: Sequence[Scan]
) -> list[asyncpg.Record]:
    """Store scans of one network in the caller's transaction; return what :func:`answer_to` reads, in their order."""
    told = list(zip(*(each.told for each in scans), strict=True))
    rows: list[asyncpg.Record] = await connection.fetch(
        _SCAN,
        network_id,
        moment(clock_of(connection)),
        numbers([each.voucher.code for each in scans]),
        uuids([each.id for each in scans]),
        *(write(column) for write, column in zip(_COLUMNS, told, strict=True)),
    )
    return rows


def answer_to(secrets: Secrets, scan: Scan, row: asyncpg.Record) -> ScanAnswer | None:
    """Answer a scan that is stored; None where somebody unknown gets the answer "no such voucher".

    That is one that is over, whose scan counts, and one that never was. Raises :class:`Refusal` ``not-found``, and
    ``forbidden`` while scans are switched off.
    """
    if scan.scanner.caller is None and not (row["allowed"] and row["open"]):
        return None
    if row["id"] is None:
        raise unknown_voucher()
    if not row["allowed"]:
        raise switched_off()
    claim = None if row["claim"] is None else ClaimStatus(row["claim"])
    return ScanAnswer(
        success=True,
        scan_id=scan.id,
        scan_type=scan.kind,
        voucher=ScannedVoucher(
            id=public_id(secrets, scan.voucher.network, row["id"]),
            name=row["name"],
            description=row["description"],
            status=CodeStatus(row["status"]),
            expires_at=row["expires_at"],
        ),
        already_claimed=claim is not None,
        claim_status=claim,
        claimable=row["open"] and claim is None and scan.scanner.staff is None,
    )


async def scan(
    connection: asyncpg.Connection,
    secrets: Secrets,
    voucher: VoucherKey,
    scanner: Scanner,
    request: ScanRequest,
) -> ScanAnswer | None:
    """Store one scan in the caller's transaction, and answer it as :func:`answer_to` does.

    Raises :class:`UserError` for what does not fit.
    """
    one = read_scan(clock_of(connection), voucher, scanner, request)
    (row,) = await store_scans(connection, voucher.network, [one])
    return answer_to(secrets, one, row)


async def count_impressions(
    connection: asyncpg.Connection, voucher: VoucherKey, shown: Impressions, *, known: bool
) -> Counted | None:
    """Count in the caller's transaction how often a voucher was shown; raises as :func:`scan` does.

    None where a caller who is not ``known`` gets the answer "no such voucher".
    """
    if not 1 <= shown.count <= MAX_IMPRESSIONS:
        raise UserError(
            "impressions_unfit",
            f"1 to {MAX_IMPRESSIONS} impressions are counted at once.",
            "Send more of them later.",
        )
    row = await connection.fetchrow(
        _SHOWN, voucher.network, moment(clock_of(connection)), voucher.code, IMPRESSION, shown.count
    )
    if not known and not (row["allowed"] and row["open"]):
        return None
    if row["id"] is None or not row["allowed"]:
        raise unknown_voucher()
    return Counted(success=True, count=shown.count)


def switched_off() -> Refusal:
    """Refuse scans and claims while the network has them off; redeeming goes on."""
    return Refusal(
        ProblemType.FORBIDDEN,
        "Scanning and claiming vouchers is switched off.",
        "The office can switch it on; vouchers can be redeemed all the same.",
    )


def _type_of(scanner: Scanner, request: ScanRequest) -> ScanType:
    own = ScanType.CUSTOMER if scanner.staff is None else ScanType.BUSINESS
    if request.scan_type is ScanType.BUSINESS and own is ScanType.CUSTOMER:
        raise UserError(
            "scan_type_unfit", "Only staff scan as BUSINESS.", "Leave scanType out, or send CUSTOMER."
        )
    return request.scan_type or own
