"""What one check of the doctor says."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """Fine, works but deserves attention, does not work."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: a sentence about it, and what to do unless it is fine."""

    check: str
    health: Health
    sentence: str
    advice: str = ""


def good(check: str, sentence: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(check=check, health=Health.GOOD, sentence=sentence)


def warning(check: str, sentence: str, advice: str) -> Finding:
    """Say that something works, but not as it could."""
    return Finding(check=check, health=Health.WARNING, sentence=sentence, advice=advice)


def bad(check: str, sentence: str, advice: str) -> Finding:
    """Say that something does not work."""
    return Finding(check=check, health=Health.BAD, sentence=sentence, advice=advice)
