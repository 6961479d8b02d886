"""When the office is told: the limits themselves, without a database."""

from typing import Any

import pytest
from msgspec.structs import replace

from sync.central.services.alerting.rules import Alert, AlertRules, Reading, judge, raised

RULES = AlertRules()
CALM = Reading(
    scans=10,
    usual_scans=8.0,
    week_scans=1_000,
    week_claims=300,
    attempts=100,
    refused=5,
    database_ms=20,
    cache_hits=0.99,
)


def beyond(reading: Reading, standing: tuple[str, ...] = ()) -> set[Alert]:
    return {each.alert for each in judge(reading, RULES) if raised(each, standing)}


def test_a_calm_day_alerts_nobody() -> None:
    assert beyond(CALM) == set()


@pytest.mark.parametrize(
    ("fields", "alert"),
    [
        ({"scans": 101}, Alert.SCAN_RATE),
        ({"scans": 501, "usual_scans": 100}, Alert.SCAN_RATE),
        ({"week_claims": 19}, Alert.LOW_CONVERSION),
        ({"week_claims": 0}, Alert.LOW_CONVERSION),
        ({"refused": 51}, Alert.HIGH_FAILURES),
        ({"database_ms": 501}, Alert.SLOW_DATABASE),
        ({"cache_hits": 0.89}, Alert.SLOW_DATABASE),
    ],
)
def test_each_figure_beyond_its_limit_raises_its_own_alert(fields: dict[str, Any], alert: Alert) -> None:
    assert beyond(replace(CALM, **fields)) == {alert}


@pytest.mark.parametrize(
    "fields",
    [
        {"scans": 100},
        {"scans": 499, "usual_scans": 100},
        {"week_scans": 199, "week_claims": 0},
        {"week_claims": 20},
        {"attempts": 49, "refused": 49},
        {"refused": 50},
        {"cache_hits": 0.9},
    ],
)
def test_a_figure_at_its_limit_or_of_too_few_alerts_nobody(fields: dict[str, Any]) -> None:
    assert beyond(replace(CALM, **fields)) == set()


def test_an_alert_stands_until_its_figure_is_well_within_the_limit() -> None:
    near, well = replace(CALM, refused=45), replace(CALM, refused=40)
    assert beyond(near) == set()
    assert beyond(near, (Alert.HIGH_FAILURES,)) == {Alert.HIGH_FAILURES}
    assert beyond(well, (Alert.HIGH_FAILURES,)) == set()


def test_limits_at_their_ends_divide_by_nothing() -> None:
    strict = AlertRules(failures_most=0, conversion_least=1, cache_hits_least=1)
    told = {each.alert for each in judge(CALM, strict) if each.beyond > 1}
    assert told == {Alert.HIGH_FAILURES, Alert.LOW_CONVERSION, Alert.SLOW_DATABASE}
    lax = AlertRules(failures_most=1, conversion_least=0, cache_hits_least=0)
    worst = replace(CALM, refused=100, week_claims=0, cache_hits=0)
    assert [each.alert for each in judge(worst, lax) if each.beyond > 1] == []
