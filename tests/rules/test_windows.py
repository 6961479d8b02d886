"""Windows, against an oracle that walks through the minutes with its own arithmetic."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.local_time import day_bounds, load_zone, local_time, parse_day
from sync.rules.moment import Moment
from sync.rules.windows import Answer, judge_dates, judge_expiry, judge_hours, minute_of_day, next_opening
from tests.builders.rules import hours, on
from tests.rules.windows_oracle import MINUTE, ZONES, is_open, random_windows

MORNING = (hours("06:00", "09:00"),)
IST = "Asia/Kolkata"


@pytest.mark.parametrize(
    ("wall", "answer"),
    [
        ("05:59:00", Answer.CLOSED), ("05:59:59", Answer.CLOSED), ("06:00:00", Answer.OPEN),
        ("08:59:59", Answer.OPEN), ("09:00:00", Answer.OPEN), ("09:00:59", Answer.OPEN),
        ("09:01:00", Answer.CLOSED), ("23:00:00", Answer.CLOSED),
    ],
)  # fmt: skip
def test_hours_are_inclusive_to_the_minute(wall: str, answer: Answer) -> None:
    assert judge_hours(MORNING, IST, on(f"2024-12-11T{wall}", IST)) is answer


def test_the_same_instant_is_judged_by_the_campaigns_zone() -> None:
    instant = on("2024-12-11T00:30:00", "UTC")
    assert judge_hours(MORNING, IST, instant) is Answer.OPEN
    assert judge_hours(MORNING, "UTC", instant) is Answer.CLOSED


@pytest.mark.parametrize(
    ("wall", "answer"),
    [
        ("2026-03-06T21:59", Answer.CLOSED), ("2026-03-06T22:00", Answer.OPEN), ("2026-03-07T02:00", Answer.OPEN),
        ("2026-03-07T02:01", Answer.CLOSED), ("2026-03-07T22:30", Answer.CLOSED), ("2026-03-06T01:00", Answer.CLOSED),
    ],
)  # fmt: skip
def test_an_overnight_window_belongs_to_the_day_on_which_it_starts(wall: str, answer: Answer) -> None:
    friday_night = (hours("22:00", "02:00", 4),)
    assert judge_hours(friday_night, "Europe/Berlin", on(wall, "Europe/Berlin")) is answer


def test_a_window_of_one_minute_and_of_the_whole_day() -> None:
    assert judge_hours((hours("12:00", "12:00"),), "UTC", on("2026-01-01T12:00:59")) is Answer.OPEN
    assert judge_hours((hours("12:00", "12:00"),), "UTC", on("2026-01-01T12:01:00")) is Answer.CLOSED
    assert judge_hours((hours("00:00", "23:59"),), "UTC", on("2026-01-01T23:59:59")) is Answer.OPEN


def test_an_hour_that_comes_twice_is_good_twice_and_one_that_never_comes_is_not_missed() -> None:
    window = (hours("02:10", "02:20"),)
    berlin = ZoneInfo("Europe/Berlin")
    for fold in (0, 1):
        back = datetime(2026, 10, 25, 2, 15, fold=fold, tzinfo=berlin)
        at_ms = round(back.timestamp() * 1000)
        assert judge_hours(window, "Europe/Berlin", Moment(at_ms=at_ms)) is Answer.OPEN
    start = datetime(2026, 3, 28, 23, tzinfo=UTC)
    seen = {
        judge_hours(window, "Europe/Berlin", Moment(at_ms=round((start + n * MINUTE).timestamp()) * 1000))
        for n in range(24 * 60)
    }
    assert seen == {Answer.CLOSED}


@pytest.mark.parametrize("zone", ZONES)
def test_windows_agree_with_every_minute_around_clock_changes_and_with_a_sample_of_two_years(
    zone: str,
) -> None:
    chance = Random(zone)
    windows = random_windows(chance)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    minutes = [start + chance.randrange(2 * 365 * 24 * 60) * MINUTE for _ in range(3_000)]
    for change in _clock_changes(zone, start):
        minutes += [change + n * MINUTE for n in range(-200, 200)]
    for at in minutes:
        expected = Answer.OPEN if is_open(windows, zone, at) else Answer.CLOSED
        at_ms = round(at.timestamp()) * 1000 + chance.randrange(60_000)
        assert judge_hours(windows, zone, Moment(at_ms=at_ms)) is expected, (at, windows)


def _clock_changes(zone: str, start: datetime) -> list[datetime]:
    offsets = [(start + timedelta(hours=n)) for n in range(2 * 365 * 24)]
    tz = ZoneInfo(zone)
    return [
        later
        for earlier, later in pairwise(offsets)
        if earlier.astimezone(tz).utcoffset() != later.astimezone(tz).utcoffset()
    ]


@given(
    st.integers(0, 24 * 60 - 1), st.integers(0, 24 * 60 - 1), st.integers(0, 3 * 24 * 60 * 60_000),
    st.integers(0, 3 * 60 * 60_000),
)  # fmt: skip
def test_a_vague_moment_is_certain_only_when_every_minute_within_it_agrees(
    start: int, end: int, offset_ms: int, vague_ms: int
) -> None:
    window = (hours(f"{start // 60:02d}:{start % 60:02d}", f"{end // 60:02d}:{end % 60:02d}"),)
    at_ms = round(datetime(2026, 10, 24, tzinfo=UTC).timestamp()) * 1000 + offset_ms
    steps = [*range(at_ms - vague_ms, at_ms + vague_ms, 60_000), at_ms + vague_ms]
    seen = {judge_hours(window, "Europe/Berlin", Moment(at_ms=step)) for step in steps}
    answer = judge_hours(window, "Europe/Berlin", Moment(at_ms=at_ms, uncertainty_ms=vague_ms))
    assert answer is (seen.pop() if len(seen) == 1 else Answer.DOUBT)


@pytest.mark.parametrize(
    ("wall", "vague_ms", "answer"),
    [
        ("09:00:59.900", 99, Answer.OPEN), ("09:00:59.900", 100, Answer.DOUBT), ("09:01:00.100", 100, Answer.CLOSED),
        ("09:01:00.100", 101, Answer.DOUBT), ("05:59:59.900", 99, Answer.CLOSED), ("05:59:59.900", 100, Answer.DOUBT),
    ],
)  # fmt: skip
def test_a_moment_just_beside_an_edge_is_in_doubt(wall: str, vague_ms: int, answer: Answer) -> None:
    assert judge_hours(MORNING, "UTC", on(f"2026-01-01T{wall}", uncertainty_ms=vague_ms)) is answer


def test_minutes_of_the_day() -> None:
    assert [minute_of_day(text) for text in ("00:00", "00:59", "06:05", "23:59")] == [0, 59, 365, 1_439]


def test_a_moment_vaguer_than_a_day_says_nothing_about_hours() -> None:
    vague = Moment(at_ms=0, uncertainty_ms=13 * 3_600_000)
    assert judge_hours((hours("00:00", "23:59"),), "UTC", vague) is Answer.DOUBT
    within = Moment(at_ms=0, uncertainty_ms=12 * 3_600_000)
    assert judge_hours((hours("00:00", "23:59"),), "UTC", within) is Answer.OPEN


@pytest.mark.parametrize(
    ("wall", "answer"),
    [
        ("2026-02-28T23:59:59", Answer.BEFORE), ("2026-03-01T00:00:00", Answer.OPEN),
        ("2026-03-31T23:59:59", Answer.OPEN), ("2026-04-01T00:00:00", Answer.AFTER),
    ],
)  # fmt: skip
@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York", "UTC"])
def test_both_days_are_inclusive_in_the_campaigns_zone(zone: str, wall: str, answer: Answer) -> None:
    assert judge_dates(date(2026, 3, 1), date(2026, 3, 31), zone, on(wall, zone)) is answer


def test_dates_near_an_edge_of_a_vague_moment_are_in_doubt() -> None:
    vague = on("2026-03-01T00:00:00", uncertainty_ms=1_000)
    assert judge_dates(date(2026, 3, 1), None, "UTC", vague) is Answer.DOUBT
    assert judge_dates(None, date(2026, 3, 1), "UTC", vague) is Answer.OPEN
    assert judge_dates(None, date(2026, 2, 28), "UTC", vague) is Answer.DOUBT
    assert judge_dates(None, date(2026, 2, 27), "UTC", vague) is Answer.AFTER


@pytest.mark.parametrize(
    ("at_ms", "vague_ms", "answer"),
    [
        (999, 0, Answer.OPEN), (1000, 0, Answer.AFTER), (990, 9, Answer.OPEN), (990, 10, Answer.DOUBT),
        (1010, 10, Answer.AFTER), (1010, 11, Answer.DOUBT), (990, -9, Answer.OPEN),
    ],
)  # fmt: skip
def test_a_code_is_over_at_its_instant_of_expiry(at_ms: int, vague_ms: int, answer: Answer) -> None:
    assert judge_expiry(1000, Moment(at_ms=at_ms, uncertainty_ms=vague_ms)) is answer


def test_what_has_no_window_is_open_even_when_the_clock_cannot_be_trusted() -> None:
    lost = Moment(at_ms=0, doubtful=True)
    assert judge_expiry(None, lost) is Answer.OPEN
    assert judge_dates(None, None, "UTC", lost) is Answer.OPEN
    assert judge_hours((), "UTC", lost) is Answer.OPEN


def test_a_clock_that_cannot_be_trusted_leaves_every_window_in_doubt() -> None:
    lost = Moment(at_ms=0, doubtful=True)
    assert judge_expiry(10**15, lost) is Answer.DOUBT
    assert judge_dates(date(2000, 1, 1), None, "UTC", lost) is Answer.DOUBT
    assert judge_hours(MORNING, "UTC", lost) is Answer.DOUBT


@pytest.mark.parametrize(
    ("wall", "opens"),
    [
        ("2026-03-02T05:00", "2026-03-02T06:00"), ("2026-03-02T06:00", "2026-03-04T06:00"),
        ("2026-03-04T09:01", "2026-03-09T06:00"), ("2026-03-08T23:59", "2026-03-09T06:00"),
    ],
)  # fmt: skip
def test_the_next_opening_is_the_next_start_of_a_window(wall: str, opens: str) -> None:
    monday_and_wednesday = (hours("06:00", "09:00", 0, 2),)
    found = next_opening(monday_and_wednesday, "UTC", on(wall))
    assert found == datetime.fromisoformat(opens)


def test_the_next_opening_may_be_a_whole_week_ahead() -> None:
    monday = (hours("06:35", "09:00", 0),)
    assert next_opening(monday, "UTC", on("2026-03-02T06:35")) == datetime.fromisoformat("2026-03-09T06:35")


def test_windows_that_never_open_have_no_next_opening() -> None:
    assert next_opening((hours("06:00", "09:00", 7),), "UTC", on("2026-03-02T05:00")) is None


@pytest.mark.parametrize("text", ["24:00", "6:00", "06:60", "06:00:00", "", "٠٦:٠٠", "06-00", "x" * 99])
def test_only_hh_mm_is_a_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match="not a time of day"):
        minute_of_day(text)


@pytest.mark.parametrize("text", ["2026-2-1", "20260201", "2026-02-30", "", "2026-W05", "٢٠٢٦-٠١-٠١"])
def test_only_yyyy_mm_dd_is_a_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a day \(YYYY-MM-DD\)"):
        parse_day(text)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "Europe", "x" * 5000, "\0", "../etc/passwd", "\ud800"])
def test_a_zone_that_does_not_exist_is_said(name: str) -> None:
    with pytest.raises(LookupError, match="no time zone"):
        load_zone(name)


@pytest.mark.parametrize("at_ms", [10**30, -(10**30), 253402300800000, -62135596800001])
@pytest.mark.parametrize("zone", ZONES)
def test_instants_beyond_the_calendar_have_a_time_on_the_wall(at_ms: int, zone: str) -> None:
    assert local_time(at_ms, zone).tzinfo is not None
    assert next_opening(MORNING, zone, Moment(at_ms=at_ms)) is not None


@pytest.mark.parametrize(
    ("text", "zone", "hours_long"),
    [
        ("2026-03-28T23:59:59", "Europe/Berlin", 24),
        ("2026-03-29T12:00:00", "Europe/Berlin", 23),
        ("2026-10-25T02:30:00", "Europe/Berlin", 25),
        ("2026-10-26T00:00:00", "Europe/Berlin", 24),
        ("2026-01-01T00:00:00", "Asia/Kolkata", 24),
        ("2026-04-05T01:00:00", "Australia/Lord_Howe", 24.5),
    ],
)
def test_a_calendar_day_is_as_long_as_its_zone_makes_it(text: str, zone: str, hours_long: float) -> None:
    moment = on(text, zone)
    first, next_first = day_bounds(moment.at_ms, zone)
    assert first <= moment.at_ms < next_first
    assert next_first - first == hours_long * 3_600_000
    assert f"{local_time(first, zone):%Y-%m-%dT%H:%M:%S}" == f"{text[:10]}T00:00:00"
    assert local_time(next_first - 1, zone).date().isoformat() == text[:10]
    assert day_bounds(next_first, zone)[0] == next_first
