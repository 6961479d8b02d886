"""A guest's wallet of vouchers (document 003): claimed once, in the guest's own order, redeemed or expired."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.rules.reasons import Reason


class ClaimStatus(StrEnum):
    """The life of a claim; nothing leads out of the last two."""

    CLAIMED = "CLAIMED"
    REDEEMED = "REDEEMED"
    EXPIRED = "EXPIRED"


class ScanType(StrEnum):
    """Who scanned a voucher."""

    CUSTOMER = "CUSTOMER"
    BUSINESS = "BUSINESS"


class ScanSource(StrEnum):
    """How a scan came in, in the four words of document 003."""

    CAMERA = "CAMERA"
    GALLERY = "GALLERY"
    LINK = "LINK"
    SHARE = "SHARE"


_SOURCES = {"WEDGE": ScanSource.CAMERA, "SERIAL": ScanSource.CAMERA, "TYPED": ScanSource.LINK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One voucher in one wallet. ``order`` counts from 0; ``expires_at_ms`` is the voucher's own."""

    code_id: int
    guest_id: int
    claimed_at_ms: int
    order: int
    status: ClaimStatus = ClaimStatus.CLAIMED
    expires_at_ms: int | None = None
    redeemed_at_ms: int | None = None


Wallet = tuple[Claim, ...]


def document_source(source: str) -> ScanSource:
    """Say any of the till's sources in the document's four words: scanners are cameras, typing is a link."""
    return _SOURCES.get(source) or ScanSource(source)


def claim(
    wallet: Wallet, *, code_id: int, guest_id: int, at_ms: int, expires_at_ms: int | None = None
) -> Wallet | Reason:
    """Put a voucher into a wallet, behind the others: once per guest for ever, and not after its expiry."""
    if any(one.code_id == code_id for one in wallet):
        return Reason.ALREADY_CLAIMED
    if expires_at_ms is not None and at_ms >= expires_at_ms:
        return Reason.EXPIRED
    order = 1 + max((one.order for one in wallet), default=-1)
    new = Claim(
        code_id=code_id, guest_id=guest_id, claimed_at_ms=at_ms, order=order, expires_at_ms=expires_at_ms
    )
    return (*wallet, new)


def redeem(wallet: Wallet, code_id: int, at_ms: int) -> Wallet | Reason:
    """Mark a claimed voucher as redeemed; ``unknown_code``, ``used_up`` or ``expired`` say why not."""
    one = next((one for one in wallet if one.code_id == code_id), None)
    if one is None:
        return Reason.UNKNOWN_CODE
    if one.status is ClaimStatus.REDEEMED:
        return Reason.USED_UP
    if one.status is ClaimStatus.EXPIRED or _is_over(one, at_ms):
        return Reason.EXPIRED
    done = dataclasses.replace(one, status=ClaimStatus.REDEEMED, redeemed_at_ms=at_ms)
    return tuple(done if other is one else other for other in wallet)


def expire(wallet: Wallet, at_ms: int) -> Wallet:
    """Mark every claim whose voucher is over; what was redeemed stays redeemed."""
    return tuple(
        dataclasses.replace(one, status=ClaimStatus.EXPIRED)
        if one.status is ClaimStatus.CLAIMED and _is_over(one, at_ms)
        else one
        for one in wallet
    )


def reorder(wallet: Wallet, code_ids: Sequence[int]) -> Wallet:
    """Put the wallet into the guest's own order; vouchers not named keep theirs behind the named ones.

    Unknown and repeated identifiers count for nothing.
    """
    wanted = {code_id: rank for rank, code_id in reversed(list(enumerate(code_ids)))}
    sorted_claims = sorted(wallet, key=lambda one: (wanted.get(one.code_id, len(code_ids)), one.order))
    return tuple(dataclasses.replace(one, order=rank) for rank, one in enumerate(sorted_claims))


def _is_over(one: Claim, at_ms: int) -> bool:
    return one.expires_at_ms is not None and at_ms >= one.expires_at_ms
