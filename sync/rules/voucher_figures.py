"""How a voucher is seen, scanned, claimed and redeemed (document 003): its counters and what they say."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sync.rules.wallet import Claim, ClaimStatus, ScanSource, ScanType


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherCounters:
    """The three counters of a voucher; each only ever grows."""

    impressions: int = 0
    scans: int = 0
    claims: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scan of a voucher; ``guest_id`` is None for an anonymous one."""

    type: ScanType
    source: ScanSource
    guest_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherFigures:
    """What the document's analytics show of one voucher.

    ``unique_guests`` counts known guests among the scans. ``conversion`` is claims by scans, from 0 to 1
    (claims without a scan, through a link, make no more than 1). ``time_to_redeem_ms`` is the mean time
    from claim to redemption, None while nothing was redeemed.
    """

    total_scans: int
    unique_guests: int
    by_type: Mapping[ScanType, int]
    by_source: Mapping[ScanSource, int]
    conversion: float
    time_to_redeem_ms: int | None


def count_impression(counters: VoucherCounters) -> VoucherCounters:
    """Count that the voucher was shown to somebody."""
    return dataclasses.replace(counters, impressions=counters.impressions + 1)


def count_scan(counters: VoucherCounters) -> VoucherCounters:
    """Count a scan, the anonymous and the repeated too."""
    return dataclasses.replace(counters, scans=counters.scans + 1)


def count_claim(counters: VoucherCounters) -> VoucherCounters:
    """Count a claim that :func:`sync.rules.wallet.claim` took; one that it refused is none."""
    return dataclasses.replace(counters, claims=counters.claims + 1)


def figures(scans: Iterable[Scan], claims: Iterable[Claim]) -> VoucherFigures:
    """Add up the scans and claims of one voucher; every type and source is named, also with 0."""
    seen, taken = list(scans), list(claims)
    types, sources = Counter(scan.type for scan in seen), Counter(scan.source for scan in seen)
    waits = [
        one.redeemed_at_ms - one.claimed_at_ms
        for one in taken
        if one.status is ClaimStatus.REDEEMED and one.redeemed_at_ms is not None
    ]
    return VoucherFigures(
        total_scans=len(seen),
        unique_guests=len({scan.guest_id for scan in seen if scan.guest_id is not None}),
        by_type={kind: types[kind] for kind in ScanType},
        by_source={source: sources[source] for source in ScanSource},
        conversion=min(1.0, len(taken) / len(seen)) if seen else 0.0,
        time_to_redeem_ms=sum(waits) // len(waits) if waits else None,
    )
