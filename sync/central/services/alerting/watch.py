"""Looking whether a network's figures are beyond its limits: a case is opened, and closed by itself when it is over."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.services.alerting.rules import (
    ATTEMPT_MINUTES,
    CONVERSION_DAYS,
    SCAN_MINUTES,
    Alert,
    AlertRules,
    Judged,
    Reading,
    judge,
    raised,
)
from sync.central.services.audit import record_by
from sync.central.services.cases import CaseKind, close_cases
from sync.central.services.login import Person
from sync.central.services.scanning.scans import IMPRESSION

OVER = "over"
"""The outcome of a case that closed by itself."""
_DAY = timedelta(days=1)

_SCANS = """
    SELECT count(*) FILTER (WHERE at > $3) AS now, count(*) FILTER (WHERE at <= $3) AS before
    FROM scans WHERE network_id = $1 AND at > $2 AND at <= $4
"""
_WEEK = """
    SELECT COALESCE(sum(count), 0)::bigint AS scans,
        (SELECT count(*) FROM wallet_claims WHERE network_id = $1 AND claimed_at > $2) AS claims
    FROM (
        SELECT count FROM voucher_days WHERE network_id = $1 AND type <> $3 AND day > ($2::timestamptz)::date
        UNION ALL
        SELECT count FROM scans_waiting WHERE network_id = $1 AND type <> $3 AND day > ($2::timestamptz)::date
    ) AS counted
"""
_ATTEMPTS = """
    SELECT (SELECT count(*) FROM redemptions WHERE network_id = $1 AND at > $2) AS used,
        (SELECT count(*) FROM attempts WHERE network_id = $1 AND at > $2) AS refused
"""
# A database that has hardly read anything yet has missed everything: that says nothing.
_CACHE = """
    SELECT CASE WHEN blks_hit + blks_read < 100000 THEN 1
        ELSE blks_hit::float8 / (blks_hit + blks_read) END
    FROM pg_stat_database WHERE datname = current_database()
"""


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as it stands: ``value`` beside its ``limit``, and the case while it is ``raised``."""

    alert: Alert
    raised: bool
    value: float
    limit: float
    since: datetime | None
    case_id: int | None


class AlertBoard(msgspec.Struct, frozen=True, kw_only=True):
    """All four, and the limits that hold."""

    alerts: list[AlertView]
    rules: AlertRules


async def look(connection: asyncpg.Connection, network_id: int) -> list[Judged]:
    """Measure a network in the caller's transaction, open the cases that are due, and close those that are over."""
    found = judge(await read(connection, network_id), await read_rules(connection, network_id))
    standing = await _standing(connection, network_id)
    for each in found:
        if raised(each, standing):
            await _raise(connection, network_id, each)
        elif each.alert in standing:
            await _end(connection, network_id, each)
    return found


async def read(connection: asyncpg.Connection, network_id: int) -> Reading:
    """Measure what the alerts are about."""
    began, now = time.perf_counter(), moment(clock_of(connection))
    span = timedelta(minutes=SCAN_MINUTES)
    scans = await connection.fetchrow(_SCANS, network_id, now - span - _DAY, now - span, now)
    week = await connection.fetchrow(_WEEK, network_id, now - timedelta(days=CONVERSION_DAYS), IMPRESSION)
    tried = await connection.fetchrow(_ATTEMPTS, network_id, now - timedelta(minutes=ATTEMPT_MINUTES))
    cache: float = await connection.fetchval(_CACHE)
    return Reading(
        scans=scans["now"],
        usual_scans=scans["before"] / (_DAY / span),
        week_scans=week["scans"],
        week_claims=week["claims"],
        attempts=tried["used"] + tried["refused"],
        refused=tried["refused"],
        database_ms=(time.perf_counter() - began) * 1000,
        cache_hits=cache,
    )


async def read_rules(connection: asyncpg.Connection, network_id: int) -> AlertRules:
    """Return a network's limits; those that it never set are the usual ones."""
    kept = await connection.fetchval("SELECT alert_rules FROM networks WHERE id = $1", network_id)
    return msgspec.convert(kept, AlertRules)


async def set_rules(connection: asyncpg.Connection, person: Person, rules: AlertRules) -> AlertBoard:
    """Set a network's limits, all of them, and look at once whether they hold."""
    await connection.execute(
        "UPDATE networks SET alert_rules = $2 WHERE id = $1", person.network, msgspec.to_builtins(rules)
    )
    await record_by(
        connection, person, "alerts.rules", f"network:{person.network}", msgspec.to_builtins(rules)
    )
    return await board(connection, person.network)


async def board(connection: asyncpg.Connection, network_id: int) -> AlertBoard:
    """Look, and return how all alerts stand."""
    found = await look(connection, network_id)
    standing = await _standing(connection, network_id)
    return AlertBoard(
        alerts=[
            AlertView(
                alert=each.alert,
                raised=each.alert in standing,
                value=each.value,
                limit=each.limit,
                since=standing[each.alert]["opened_at"] if each.alert in standing else None,
                case_id=standing[each.alert]["id"] if each.alert in standing else None,
            )
            for each in found
        ],
        rules=await read_rules(connection, network_id),
    )


async def _standing(connection: asyncpg.Connection, network_id: int) -> Mapping[str, Any]:
    rows = await connection.fetch(
        "SELECT id, kind, opened_at FROM cases WHERE network_id = $1 AND kind = ANY ($2) AND closed_at IS NULL",
        network_id,
        [alert.value for alert in Alert],
    )
    return {row["kind"]: row for row in rows}


async def _raise(connection: asyncpg.Connection, network_id: int, judged: Judged) -> None:
    """Open the case, or let the one that is open say how it stands now; other processes look too."""
    await connection.execute(
        """INSERT INTO cases AS c (network_id, kind, opened_at, detail) VALUES ($1, $2, $3, $4)
        ON CONFLICT (network_id, kind) WHERE closed_at IS NULL AND kind LIKE 'alert_%'
        DO UPDATE SET detail = EXCLUDED.detail WHERE c.detail <> EXCLUDED.detail""",
        network_id,
        judged.alert.value,
        moment(clock_of(connection)),
        {"value": _shown(judged.value), "limit": _shown(judged.limit)},
    )


async def _end(connection: asyncpg.Connection, network_id: int, judged: Judged) -> None:
    await close_cases(connection, network_id, CaseKind(judged.alert.value), outcome=OVER)


def _shown(number: float) -> float:
    """Round to what a person reads, so that a case is not written anew for a digit nobody sees."""
    return float(f"{number:.3g}")
