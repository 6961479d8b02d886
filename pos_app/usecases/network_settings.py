"""What the network's settings say to the words of a verdict."""

from collections.abc import Mapping
from dataclasses import replace

from sync.protocol.feed import SettingsRow
from sync.rules.verdict import Verdict

_ITEMS = "items"
"""The parameter of a verdict in which the rules list what an offer is for, as ``TEA, drinks``."""


def item_names(settings: SettingsRow | None) -> Mapping[str, str]:
    """Name the catalogue's items; nothing before the settings came."""
    return {product.item: product.name for product in settings.products} if settings else {}


def naming_items(verdict: Verdict, names: Mapping[str, str]) -> Verdict:
    """Let a verdict name what an offer is for as the catalogue does; what it does not know stays."""
    params = tuple(
        (name, ", ".join(names.get(one, one) for one in value.split(", ")) if name == _ITEMS else value)
        for name, value in verdict.params
    )
    return replace(verdict, params=params)
