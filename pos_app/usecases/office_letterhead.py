"""What the office has printed on this restaurant's receipts; what this till's own settings say stands instead."""

from pos_app.receipts.content import Letterhead
from pos_app.receipts.words import say
from sync.protocol.feed import LetterheadRow, SettingsRow


def completed(own: Letterhead, settings: SettingsRow | None, restaurant: int, language: str) -> Letterhead:
    """Fill what a till's own letterhead leaves open by the office's for its restaurant."""
    row = None if settings is None else settings.letterheads.get(restaurant)
    if settings is None or row is None:
        return own
    return Letterhead(
        name=own.name or row.name,
        head=own.head or _head(row, language),
        foot=own.foot or ((row.thanks,) if row.thanks else ()),
        logo=own.logo if own.logo is not None else settings.logos.get(row.logo),
    )


def _head(row: LetterheadRow, language: str) -> tuple[str, ...]:
    return row.address + ((say("tax_id", language, number=row.tax_id),) if row.tax_id else ())
