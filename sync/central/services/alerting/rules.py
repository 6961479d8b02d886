"""The four alerts of document 003: what is looked at, and beyond which limits the office is told.

An alert that is raised stays until its value is well within the limit again, so that it does not come and go.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated

import msgspec

from sync.central.services.cases import CaseKind

SCAN_MINUTES = 5
"""Scans of so many minutes are compared with as many usual ones of the day before."""
CONVERSION_DAYS = 7
ATTEMPT_MINUTES = 60
CALM = 0.8
"""An alert ends below this part of its limit (or, where too little alerts, beyond the limit divided by it)."""

_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=10**9)]


class Alert(StrEnum):
    """What the office is told of; the cases have the same names."""

    SCAN_RATE = CaseKind.ALERT_SCAN_RATE.value
    LOW_CONVERSION = CaseKind.ALERT_LOW_CONVERSION.value
    HIGH_FAILURES = CaseKind.ALERT_HIGH_FAILURES.value
    SLOW_DATABASE = CaseKind.ALERT_SLOW_DATABASE.value


class AlertRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of a network. What counts too little to say anything (``…_from``) alerts nobody.

    ``scans_times_usual``: scans of five minutes by the mean of the day before. ``conversion_least``: claims by scans
    of seven days. ``failures_most``: refused attempts by all of an hour. ``database_ms_most``: how long reading these
    figures takes; ``cache_hits_least``: pages that PostgreSQL found in memory.
    """

    scans_times_usual: Annotated[float, msgspec.Meta(ge=1, le=10**6)] = 5.0
    scans_from: _Count = 100
    conversion_least: _Share = 0.02
    conversion_from: _Count = 200
    failures_most: _Share = 0.5
    failures_from: _Count = 50
    database_ms_most: Annotated[float, msgspec.Meta(gt=0, le=60_000)] = 500.0
    cache_hits_least: _Share = 0.9


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. ``scans`` are of the last minutes, ``usual_scans`` the mean of as many of the day before."""

    scans: int
    usual_scans: float
    week_scans: int
    week_claims: int
    attempts: int
    refused: int
    database_ms: float
    cache_hits: float


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One alert: how far its value is beyond the limit (1 is just at it), and both as they are shown."""

    alert: Alert
    value: float
    limit: float
    beyond: float


def judge(reading: Reading, rules: AlertRules) -> list[Judged]:
    """Compare a reading with the limits, alert by alert."""
    usual = max(reading.usual_scans * rules.scans_times_usual, rules.scans_from)
    conversion = _share(reading.week_claims, reading.week_scans)
    failures = _share(reading.refused, reading.attempts)
    missed, most_missed = 1 - reading.cache_hits, 1 - rules.cache_hits_least
    slow = _beyond(reading.database_ms, rules.database_ms_most)
    return [
        Judged(alert=Alert.SCAN_RATE, value=reading.scans, limit=usual, beyond=_beyond(reading.scans, usual)),
        Judged(
            alert=Alert.LOW_CONVERSION,
            value=conversion,
            limit=rules.conversion_least,
            beyond=_beyond(rules.conversion_least, conversion)
            if reading.week_scans >= rules.conversion_from
            else 0.0,
        ),
        Judged(
            alert=Alert.HIGH_FAILURES,
            value=failures,
            limit=rules.failures_most,
            beyond=_beyond(failures, rules.failures_most) if reading.attempts >= rules.failures_from else 0.0,
        ),
        Judged(
            alert=Alert.SLOW_DATABASE,
            value=reading.database_ms,
            limit=rules.database_ms_most,
            beyond=max(slow, _beyond(missed, most_missed)),
        ),
    ]


def raised(judged: Judged, standing: Collection[str]) -> bool:
    """Whether an alert is to stand: beyond its limit, or standing already and not well within it."""
    return judged.beyond > 1 or (judged.alert in standing and judged.beyond > CALM)


def _beyond(value: float, limit: float) -> float:
    """Return how many times its limit a value is; nothing is beyond a limit that is infinitely far."""
    if value <= 0:
        return 0.0
    return value / limit if limit > 0 else float("inf")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
