"""Instants in the query of a request, such as the beginning and the end of a list."""

from datetime import UTC, datetime

from sync.rules.user_error import UserError

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9000, 1, 1, tzinfo=UTC)


def fit_instant(instant: datetime | None) -> datetime | None:
    """Return an instant with its zone (without an offset it is UTC); raises :class:`UserError` ``instant_unfit``."""
    if instant is None:
        return None
    aware = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
    if not _FIRST <= aware < _LAST:
        raise UserError("instant_unfit", "This is no time at which anything happened.", "Give a day of ours.")
    return aware
