"""What of a network is measured: the monitoring list of document 003, and how the database does meanwhile."""

import time
from collections.abc import Sequence

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.services.alerting.rules import Alert
from sync.central.services.metering.exposition import Family, Sample, histogram
from sync.central.services.scanning.scans import IMPRESSION

MAX_PLACES = 50
WALLET_SIZES = (1, 2, 5, 10, 20, 50)

_SCANS = """
    SELECT type, source, sum(count)::bigint AS count FROM (
        SELECT type, source, count FROM voucher_days WHERE network_id = $1
        UNION ALL SELECT type, source, count FROM scans_waiting WHERE network_id = $1
    ) AS counted GROUP BY type, source ORDER BY type, source
"""
_RECENT = """
    SELECT count(*) FILTER (WHERE at > $2::timestamptz - interval '1 minute') AS minute, count(*) AS hour
    FROM scans WHERE network_id = $1 AND at > $2::timestamptz - interval '1 hour' AND at <= $2
"""
_SCANNERS = """
    SELECT count(*) FROM (
        SELECT g.guest_id FROM day_guests g JOIN networks n ON n.id = $1
        WHERE g.network_id = $1 AND g.day = ($2::timestamptz AT TIME ZONE n.zone)::date
        UNION SELECT w.guest_id FROM scans_waiting w JOIN networks n ON n.id = $1
        WHERE w.network_id = $1 AND w.guest_id IS NOT NULL AND w.day = ($2::timestamptz AT TIME ZONE n.zone)::date
    ) AS scanners
"""
_PLACES = """
    SELECT place, sum(count)::bigint AS count FROM (
        SELECT place, count FROM voucher_places WHERE network_id = $1
        UNION ALL SELECT place, count FROM scans_waiting WHERE network_id = $1 AND place <> ''
    ) AS counted GROUP BY place ORDER BY count DESC, place LIMIT $2
"""
_CLAIMS = """
    SELECT status, count(*) AS count, count(scanned_at) AS scanned,
        COALESCE(sum(extract(epoch FROM claimed_at - scanned_at)), 0)::float8 AS waited
    FROM wallet_claims WHERE network_id = $1 GROUP BY status ORDER BY status
"""
_WALLETS = """
    SELECT size, count(*) AS count FROM (
        SELECT count(*) AS size FROM wallet_claims
        WHERE network_id = $1 AND status = 'CLAIMED' AND taken_out_at IS NULL GROUP BY guest_id
    ) AS wallets GROUP BY size
"""
_TRIED = """
    SELECT reason, count(*) AS count FROM (
        SELECT 'ok' AS reason FROM redemptions
        WHERE network_id = $1 AND at > $2::timestamptz - interval '1 hour'
        UNION ALL SELECT reason FROM attempts
        WHERE network_id = $1 AND at > $2::timestamptz - interval '1 hour'
    ) AS tried GROUP BY reason ORDER BY reason
"""
_ALERTS = "SELECT kind FROM cases WHERE network_id = $1 AND closed_at IS NULL AND kind LIKE 'alert\\_%'"
_CACHE = """
    SELECT COALESCE(blks_hit::float8 / NULLIF(blks_hit + blks_read, 0), 1)
    FROM pg_stat_database WHERE datname = current_database()
"""


async def measure(connection: asyncpg.Connection, network_id: int) -> Sequence[Family]:
    """Measure a network in the caller's transaction."""
    began, at = time.perf_counter(), moment(clock_of(connection))
    counted = await connection.fetch(_SCANS, network_id)
    recent = await connection.fetchrow(_RECENT, network_id, at)
    scanners = await connection.fetchval(_SCANNERS, network_id, at)
    places = await connection.fetch(_PLACES, network_id, MAX_PLACES)
    claims = await connection.fetch(_CLAIMS, network_id)
    wallets = await connection.fetch(_WALLETS, network_id)
    tried = await connection.fetch(_TRIED, network_id, at)
    cases = await connection.fetchval(
        "SELECT count(*) FROM cases WHERE network_id = $1 AND closed_at IS NULL", network_id
    )
    alerts = {row["kind"] for row in await connection.fetch(_ALERTS, network_id)}
    cache = await connection.fetchval(_CACHE)
    took = time.perf_counter() - began
    return [
        *_of_scans(counted, recent, scanners, places),
        *_of_claims(counted, claims, wallets),
        _family(
            "redemption_attempts_last_hour",
            "Uses (ok) and refusals of codes within the last hour, by reason.",
            [Sample(row["count"], {"reason": row["reason"]}) for row in tried],
        ),
        _family(
            "alert",
            "Whether an alert is raised (1) or not (0).",
            [Sample(alert.value in alerts, {"alert": alert.value}) for alert in Alert],
        ),
        _family("cases_open", "Cases that wait for a person.", [Sample(cases)]),
        _family("database_cache_hit_ratio", "Pages found in PostgreSQL's memory.", [Sample(cache)]),
        _family("database_query_seconds", "How long these figures took to read.", [Sample(took)]),
    ]


def _of_scans(
    counted: Sequence[asyncpg.Record],
    recent: asyncpg.Record,
    scanners: int,
    places: Sequence[asyncpg.Record],
) -> list[Family]:
    scans = [
        Sample(row["count"], {"type": row["type"], "source": row["source"]})
        for row in counted
        if row["type"] != IMPRESSION
    ]
    shown = sum(row["count"] for row in counted if row["type"] == IMPRESSION)
    return [
        _family("voucher_scans_total", "Scans of vouchers.", scans, "counter"),
        _family("voucher_impressions_total", "Times that vouchers were shown.", [Sample(shown)], "counter"),
        _family("voucher_scans_last_minute", "Scans within the last minute.", [Sample(recent["minute"])]),
        _family("voucher_scans_last_hour", "Scans within the last hour.", [Sample(recent["hour"])]),
        _family("voucher_scanners_today", "Different guests who have scanned today.", [Sample(scanners)]),
        _family(
            "voucher_scans_by_place_total",
            "Scans by place, the most frequent ones.",
            [Sample(row["count"], {"place": row["place"]}) for row in places],
            "counter",
        ),
    ]


def _of_claims(
    counted: Sequence[asyncpg.Record], claims: Sequence[asyncpg.Record], wallets: Sequence[asyncpg.Record]
) -> list[Family]:
    scans = sum(row["count"] for row in counted if row["type"] != IMPRESSION)
    claimed = sum(row["count"] for row in claims)
    redeemed = sum(row["count"] for row in claims if row["status"] == "REDEEMED")
    scanned = sum(row["scanned"] for row in claims)
    waited = sum(row["waited"] for row in claims)
    return [
        _family(
            "voucher_claims",
            "Claimed vouchers by what became of them.",
            [Sample(row["count"], {"status": row["status"]}) for row in claims],
        ),
        _family("voucher_scan_to_claim_ratio", "Claims by scans.", [Sample(_ratio(claimed, scans))]),
        _family("voucher_claim_to_redemption_ratio", "Redeemed claims.", [Sample(_ratio(redeemed, claimed))]),
        _family(
            "voucher_scan_to_claim_seconds",
            "Mean time from a guest's first scan to the claim.",
            [Sample(_ratio(waited, scanned))],
        ),
        histogram(
            "countersign_wallet_size",
            "Vouchers in wallets that hold any.",
            WALLET_SIZES,
            {row["size"]: row["count"] for row in wallets},
        ),
    ]


def _family(name: str, meaning: str, samples: Sequence[Sample], kind: str = "gauge") -> Family:
    return Family(f"countersign_{name}", kind, meaning, samples)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
