"""The analytics of one voucher (document 003): what is added up, and what waits to be, in one statement."""

import asyncpg
import msgspec

from sync.central.services.scanning.ids import unknown_voucher
from sync.central.services.scanning.scans import IMPRESSION
from sync.rules.wallet import ScanSource, ScanType

MAX_PLACES = 50
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400

_COUNTS = """
    SELECT type, source, sum(count)::bigint AS count FROM (
        SELECT type, source, count FROM voucher_days WHERE network_id = $1 AND code_id = $2
        UNION ALL SELECT type, source, count FROM scans_waiting WHERE network_id = $1 AND code_id = $2
    ) AS counted GROUP BY type, source
"""
_GUESTS = """
    SELECT (SELECT count(*) FROM voucher_guests WHERE network_id = $1 AND code_id = $2) + (
        SELECT count(DISTINCT w.guest_id) FROM scans_waiting w WHERE w.network_id = $1 AND w.code_id = $2
            AND w.guest_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM voucher_guests g
                WHERE g.network_id = $1 AND g.code_id = $2 AND g.guest_id = w.guest_id
            )
    )
"""
_PLACES = """
    SELECT place, sum(count)::bigint AS scans FROM (
        SELECT place, count FROM voucher_places WHERE network_id = $1 AND code_id = $2
        UNION ALL SELECT place, count FROM scans_waiting WHERE network_id = $1 AND code_id = $2 AND place <> ''
    ) AS counted GROUP BY place ORDER BY scans DESC, place LIMIT $3
"""
# A use that the wallet does not show yet is one all the same.
_CLAIMS = """
    SELECT count(*) AS claims, count(*) FILTER (WHERE at IS NOT NULL) AS redeemed,
        (avg(extract(epoch FROM at - claimed_at)) FILTER (WHERE at IS NOT NULL))::float8 AS to_redeem,
        (avg(extract(epoch FROM claimed_at - scanned_at)) FILTER (WHERE scanned_at IS NOT NULL))::float8 AS to_claim
    FROM (
        SELECT w.claimed_at, w.scanned_at, COALESCE(w.redeemed_at, u.at) AS at
        FROM wallet_claims w LEFT JOIN (
            SELECT guest_id, min(at) AS at FROM claims_used WHERE network_id = $1 AND code_id = $2 GROUP BY guest_id
        ) AS u ON u.guest_id = w.guest_id
        WHERE w.network_id = $1 AND w.code_id = $2
    ) AS claimed
"""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where scans came from: a town, or coordinates to a tenth of a degree."""

    place: str
    scans: int


class VoucherAnalytics(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What document 003 shows of a voucher, and what else is known of it.

    ``conversionRate`` is claims by scans, 0 to 1. Times are words ("3.5 days"), null while there is nothing to average.
    """

    total_scans: int
    unique_users: int
    scans_by_type: dict[ScanType, int]
    scans_by_source: dict[ScanSource, int]
    conversion_rate: float
    average_time_to_redeem: str | None
    impressions: int
    total_claims: int
    total_redemptions: int
    claim_to_redemption_rate: float
    average_time_to_claim: str | None
    places: list[Place]


async def read_analytics(connection: asyncpg.Connection, network_id: int, code_id: int) -> VoucherAnalytics:
    """Return the figures of a voucher; open the transaction ``repeatable_read``, so that all are of one moment.

    Raises :class:`Refusal` ``not-found``.
    """
    used = await connection.fetchval(
        "SELECT uses FROM codes WHERE network_id = $1 AND id = $2 AND kind = 'VOUCHER'", network_id, code_id
    )
    if used is None:
        raise unknown_voucher()
    counts = await connection.fetch(_COUNTS, network_id, code_id)
    claims = await connection.fetchrow(_CLAIMS, network_id, code_id)
    scans = [row for row in counts if row["type"] != IMPRESSION]
    total = sum(row["count"] for row in scans)
    return VoucherAnalytics(
        total_scans=total,
        unique_users=await connection.fetchval(_GUESTS, network_id, code_id),
        scans_by_type={
            kind: sum(row["count"] for row in scans if row["type"] == kind.value) for kind in ScanType
        },
        scans_by_source={
            source: sum(row["count"] for row in scans if row["source"] == source.value)
            for source in ScanSource
        },
        conversion_rate=rate(claims["claims"], total),
        average_time_to_redeem=in_words(claims["to_redeem"]),
        impressions=sum(row["count"] for row in counts if row["type"] == IMPRESSION),
        total_claims=claims["claims"],
        total_redemptions=used,
        claim_to_redemption_rate=rate(claims["redeemed"], claims["claims"]),
        average_time_to_claim=in_words(claims["to_claim"]),
        places=[Place(**row) for row in await connection.fetch(_PLACES, network_id, code_id, MAX_PLACES)],
    )


def rate(part: int, whole: int) -> float:
    """Return a share from 0 to 1, to four places; 0 of nothing."""
    return round(min(1.0, part / whole), 4) if whole else 0.0


def in_words(seconds: float | None) -> str | None:
    """Say a span of time as document 003 does: ``3.5 days``; below a day in hours, below an hour in minutes."""
    if seconds is None:
        return None
    # A till's clock may be behind the office's by a little.
    lasted = max(0.0, seconds)
    if lasted >= _DAY_S:
        return f"{lasted / _DAY_S:.1f} days"
    if lasted >= _HOUR_S:
        return f"{lasted / _HOUR_S:.1f} hours"
    return f"{lasted / _MINUTE_S:.1f} minutes"
