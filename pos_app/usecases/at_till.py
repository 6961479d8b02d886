"""Where a counter stands: the till's names, its currency, the language that it speaks, what the office has set."""

from dataclasses import replace

from pos_app.usecases.desk import Desk
from sync.protocol.feed import Product, SettingsRow
from sync.rules.money import exponent_of


class AtTill:
    """What can be said of an open till whoever stands at it."""

    def __init__(self, desk: Desk) -> None:
        """Stand behind an open, enrolled till."""
        self._desk = desk

    @property
    def till_name(self) -> str:
        """The till's name, as the office gave it."""
        return self._desk.identity.till_name

    @property
    def restaurant_name(self) -> str:
        """The restaurant's name."""
        return self._desk.identity.restaurant_name

    @property
    def network_name(self) -> str:
        """The network's name."""
        return self._desk.identity.network_name

    @property
    def zone(self) -> str:
        """The restaurant's IANA zone: the one in which the screen shows instants."""
        return self._desk.identity.zone

    @property
    def currency(self) -> str:
        """The ISO code in which this till sells."""
        return self._desk.identity.currency

    @property
    def exponent(self) -> int:
        """How many decimals its amounts have."""
        return exponent_of(self.currency)

    def speak(self, language: str) -> None:
        """Say everything from now on in another language of the settings."""
        self._desk = replace(self._desk, language=language)

    def settings(self) -> SettingsRow | None:
        """Return the network's settings as the replica has them; None before the first snapshot."""
        return self._desk.settings()

    def products(self) -> tuple[Product, ...]:
        """Return the small catalogue that the office keeps for the tills."""
        settings = self._desk.settings()
        return settings.products if settings is not None else ()
