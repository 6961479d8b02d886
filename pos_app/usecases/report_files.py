"""Where reports go that a person saves: a folder of the till's home, each file under a name that tells it."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.shift_results import ShiftReport

FOLDER = "reports"
_STRANGE = re.compile(r"[^\w-]+")


def report_name(report: ShiftReport) -> str:
    """Name a report's file, without what it is: ``Bar-Z-12-2026-11-21``."""
    kind = "Z" if report.closing else "X"
    return f"{_word(report.till_name)}-{kind}-{report.number}-{_day(report.at_ms, report.zone)}"


def list_name(what: str, till_name: str, at_ms: int, zone: str) -> str:
    """Name a list's file: ``Bar-sales-2026-11-21``."""
    return f"{_word(till_name)}-{what}-{_day(at_ms, zone)}"


def save_report(home: Path, name: str, content: bytes, language: str) -> Path:
    """Write a file, over an earlier one of the same name, and return where it is; ``UserError`` ``cannot_save``."""
    path = home / FOLDER / name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise spoken_error("cannot_save", language, why=error.strerror or str(error)) from error
    return path


def _word(text: str) -> str:
    return _STRANGE.sub("-", text).strip("-")[:60] or "till"


def _day(at_ms: int, zone: str) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)):%Y-%m-%d}"
