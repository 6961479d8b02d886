"""Instants as a person reads them on the wall, in each language of the product."""

from datetime import datetime

from sync.rules.local_time import local_time


def moment_text(when: datetime, language: str) -> str:
    """Write a moment by the clock it carries: ``2026-11-21 14:02``, or ``21.11.2026 14:02`` in Russian."""
    return f"{when:%d.%m.%Y %H:%M}" if language == "ru" else f"{when:%Y-%m-%d %H:%M}"


def instant_text(at_ms: int, zone: str, language: str) -> str:
    """Write an instant in the time of an IANA zone; in UTC where the zone is not known."""
    try:
        when = local_time(at_ms, zone)
    except LookupError:
        when = local_time(at_ms, "UTC")
    return moment_text(when, language)
