"""When a window is open, by comparing what the wall shows as text: slow, plain, and its own arithmetic."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sync.rules.campaign import ActiveHours
from tests.builders.rules import hours

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns",
    "Pacific/Chatham", "Africa/Casablanca",
)  # fmt: skip
MINUTE = timedelta(minutes=1)


def is_open(windows: tuple[ActiveHours, ...], zone: str, at: datetime) -> bool:
    """Whether a window that started today or yesterday is still on."""
    wall = at.astimezone(ZoneInfo(zone))
    now = f"{wall:%H:%M}"
    today = wall.isoweekday() - 1
    yesterday = (today + 6) % 7
    for window in windows:
        days = window.weekdays or tuple(range(7))
        overnight = window.end < window.start
        if not overnight and today in days and window.start <= now <= window.end:
            return True
        if overnight and today in days and now >= window.start:
            return True
        if overnight and yesterday in days and now <= window.end:
            return True
    return False


def random_windows(chance: Random) -> tuple[ActiveHours, ...]:
    """Two windows on days of their own, one in two crossing midnight."""
    return tuple(
        hours(
            f"{chance.randrange(24):02d}:{chance.randrange(60):02d}",
            f"{chance.randrange(24):02d}:{chance.randrange(60):02d}",
            *chance.sample(range(7), chance.randrange(8)),
        )
        for _ in range(2)
    )
