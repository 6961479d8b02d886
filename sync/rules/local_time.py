"""From an instant to the clock on the wall."""

import contextlib
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The calendar ends at the years 1 and 9999; two weeks' margin keeps every zone and neighbouring day inside.
_MARGIN = timedelta(days=16)
_EARLIEST_MS = (datetime.min.replace(tzinfo=UTC) + _MARGIN - _EPOCH) // timedelta(milliseconds=1)
_LATEST_MS = (datetime.max.replace(tzinfo=UTC) - _MARGIN - _EPOCH) // timedelta(milliseconds=1)

# What every operating system can turn into a date by itself, which is the fast way: until the year 3000.
_FAR_MS = 32_503_680_000_000


def local_time(instant_ms: int, zone: str) -> datetime:
    """Return an instant (milliseconds since 1970, UTC) as the wall shows it in an IANA zone.

    Whole seconds: what is less is cut off. Instants outside the calendar count as its first or last weeks.
    Raises ``LookupError`` for a zone that is not known.
    """
    if 0 <= instant_ms < _FAR_MS:
        return datetime.fromtimestamp(instant_ms // 1_000, load_zone(zone))
    within = min(max(instant_ms, _EARLIEST_MS), _LATEST_MS)
    return (_EPOCH + timedelta(seconds=within // 1_000)).astimezone(load_zone(zone))


def day_bounds(instant_ms: int, zone: str) -> tuple[int, int]:
    """Return the first instant of the calendar day in which an instant lies, and that of the next day.

    A day is as long as the zone makes it: 23 or 25 hours where the clocks change. Raises ``LookupError``.
    """
    midnight = local_time(instant_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return _instant(midnight), _instant(midnight + timedelta(days=1))


def _instant(wall: datetime) -> int:
    # Between two times of one zone Python would count the hands of the clock, not the hours that pass.
    return (wall.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)


@lru_cache(maxsize=512)
def load_zone(name: str) -> ZoneInfo:
    """Load an IANA zone by its name; raises ``LookupError`` when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        # ZoneInfo answers a name that is a folder, too long or not a path at all by three other errors.
        msg = f"no time zone is called {name[:60]!r}"
        raise LookupError(msg) from error


@lru_cache(maxsize=1024)
def parse_day(text: str) -> date:
    """Read a day as ``YYYY-MM-DD``; raises ``ValueError`` for anything else."""
    # fromisoformat alone would read more than this one form, and says its errors otherwise in every version.
    if _DAY.fullmatch(text) is not None:
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text)
    msg = f"{text[:12]!r} is not a day (YYYY-MM-DD)"
    raise ValueError(msg)
