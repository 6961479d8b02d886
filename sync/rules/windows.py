"""When a code is good: dates, daily hours and an instant of expiry, judged by a moment that may be vague.

Windows are read as the clock on the wall reads them, in the campaign's IANA zone. Both dates are inclusive;
hours are inclusive to the minute (06:00–09:00 is good from 06:00:00 to 09:00:59). When clocks go back, an
hour that comes twice is good twice; when they go forward, a minute that does not come is never good.
A moment is a span of ``at_ms ± uncertainty_ms``: only an answer that holds for the whole span is certain.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

from sync.rules.campaign import ActiveHours
from sync.rules.local_time import MINUTE_MS, local_time
from sync.rules.moment import Moment

MAX_CERTAIN_SPAN_MS = 24 * 60 * MINUTE_MS
"""A vaguer moment says nothing about hours of the day."""

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_WEEK_DAYS = 7


class Answer(Enum):
    """Whether it is good at a moment."""

    OPEN = "open"
    BEFORE = "before"
    AFTER = "after"
    CLOSED = "closed"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class _Daily:
    """One window in minutes of the day; ``days`` are the weekdays on which it starts."""

    start: int
    end: int
    days: frozenset[int]

    def holds(self, at: datetime) -> bool:
        minute = at.hour * 60 + at.minute
        if self.start <= self.end:
            return at.weekday() in self.days and self.start <= minute <= self.end
        if minute >= self.start:
            return at.weekday() in self.days
        return minute <= self.end and (at.weekday() - 1) % _WEEK_DAYS in self.days


def judge_expiry(expires_at_ms: int | None, moment: Moment) -> Answer:
    """Whether an instant of expiry still lies ahead; at the instant itself it is over (document 000)."""
    if expires_at_ms is None:
        return Answer.OPEN
    if moment.doubtful:
        return Answer.DOUBT
    first, last = _span(moment)
    if last < expires_at_ms:
        return Answer.OPEN
    return Answer.AFTER if first >= expires_at_ms else Answer.DOUBT


def judge_dates(starts_on: date | None, ends_on: date | None, zone: str, moment: Moment) -> Answer:
    """Whether today, in the zone, lies between two dates (both inclusive).

    Raises ``LookupError`` for a zone that is not known.
    """
    if starts_on is None and ends_on is None:
        return Answer.OPEN
    if moment.doubtful:
        return Answer.DOUBT

    first, last = _span(moment)
    answer = _on(local_time(first, zone).date(), starts_on, ends_on)
    if first == last or _on(local_time(last, zone).date(), starts_on, ends_on) is answer:
        return answer
    return Answer.DOUBT


def _on(today: date, starts_on: date | None, ends_on: date | None) -> Answer:
    if starts_on is not None and today < starts_on:
        return Answer.BEFORE
    return Answer.AFTER if ends_on is not None and today > ends_on else Answer.OPEN


def judge_hours(hours: Sequence[ActiveHours], zone: str, moment: Moment) -> Answer:
    """Whether one of the daily windows is open, in the zone; no windows at all are always open.

    Raises ``LookupError`` for a zone that is not known and ``ValueError`` for a time that is not ``HH:MM``.
    """
    if not hours:
        return Answer.OPEN
    windows = _daily(tuple(hours))
    if moment.doubtful:
        return Answer.DOUBT
    first, last = _span(moment)
    if last - first > MAX_CERTAIN_SPAN_MS:
        return Answer.DOUBT

    def is_open(instant_ms: int) -> bool:
        at = local_time(instant_ms, zone)
        return any(window.holds(at) for window in windows)

    opened = is_open(first)
    if first != last and not _stays(is_open, opened, first, last):
        return Answer.DOUBT
    return Answer.OPEN if opened else Answer.CLOSED


def next_opening(hours: Sequence[ActiveHours], zone: str, moment: Moment) -> datetime | None:
    """Return the next time on the wall at which a window begins, within a week; None if there is none."""
    now = local_time(moment.at_ms, zone).replace(tzinfo=None)
    starts = [
        datetime(day.year, day.month, day.day, window.start // 60, window.start % 60)  # noqa: DTZ001 - the time on the wall, shown to a person
        for ahead in range(_WEEK_DAYS + 1)
        for day in ((now + timedelta(days=ahead)).date(),)
        for window in _daily(tuple(hours))
        if day.weekday() in window.days
    ]
    return min((start for start in starts if start > now), default=None)


def minute_of_day(text: str) -> int:
    """Read ``HH:MM`` as minutes since midnight; raises ``ValueError`` for anything else."""
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        msg = f"{text[:10]!r} is not a time of day (HH:MM)"
        raise ValueError(msg)
    return int(clock.group(1)) * 60 + int(clock.group(2))


def _span(moment: Moment) -> tuple[int, int]:
    vague = abs(moment.uncertainty_ms)
    return moment.at_ms - vague, moment.at_ms + vague


def _stays(is_open: Callable[[int], bool], opened: bool, first: int, last: int) -> bool:  # noqa: FBT001 - the state that is to stay
    """Whether nothing changes between two instants; a window can only change where a minute begins.

    At most 1,440 steps, and only for a moment that vague; a clock that was set today has one or two.
    """
    minute = first - first % MINUTE_MS + MINUTE_MS
    while minute <= last:
        if is_open(minute) is not opened:
            return False
        minute += MINUTE_MS
    return True


@lru_cache(maxsize=1024)
def _daily(hours: tuple[ActiveHours, ...]) -> tuple[_Daily, ...]:
    return tuple(
        _Daily(
            minute_of_day(one.start),
            minute_of_day(one.end),
            frozenset(one.weekdays or range(_WEEK_DAYS)),
        )
        for one in hours
    )
