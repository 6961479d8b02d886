"""What is needed to say something at this place."""

from datetime import datetime, tzinfo

from msgspec import Struct

from sync.protocol.feed import SettingsRow
from sync.rules.money import format_amount
from sync.rules.wording.wall_clock import moment_text


class Speech(Struct, frozen=True, kw_only=True):
    """What is needed to say something here: the language, the place's time zone, the network's settings."""

    language: str
    zone: tzinfo
    currency: str
    settings: SettingsRow | None = None

    @property
    def exponent(self) -> int | None:
        """How many decimals the network's currency has; None for the usual number."""
        return self.settings.currency_exponent if self.settings else None

    def money(self, amount_minor: int) -> str:
        """Write an amount in the network's currency."""
        return format_amount(amount_minor, self.currency, self.language, self.exponent)

    def number(self, amount_minor: int) -> str:
        """Write an amount without its currency, for places where the currency is clear."""
        return self.money(amount_minor).rpartition("\u00a0")[0]

    def clock(self, at_ms: int) -> str:
        """Write a time of today as ``14:02``, of another day with its date."""
        when = datetime.fromtimestamp(at_ms / 1000, self.zone)
        if when.date() == datetime.now(self.zone).date():
            # Not by strftime, which looks its module up each time: a list of sales says thirty of these.
            return f"{when.hour:02}:{when.minute:02}"
        return moment_text(when, self.language)
