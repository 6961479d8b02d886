"""How the command line writes an instant."""

from datetime import UTC, datetime


def instant(at_ms: int) -> str:
    """Write milliseconds since the epoch as ISO 8601 in UTC: ``2026-11-21T14:02:00.123Z``."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
