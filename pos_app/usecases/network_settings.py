"""What the network's settings say to the rules and to the words of a verdict."""

from collections.abc import Mapping

from sync.protocol.feed import SettingsRow
from sync.rules.known import NOTHING_KNOWN, Known


def known_of(settings: SettingsRow | None) -> Known:
    """Tell the rules the network's switches; nothing before the settings came."""
    return Known(referral_enabled=settings.referral_enabled) if settings else NOTHING_KNOWN


def item_names(settings: SettingsRow | None) -> Mapping[str, str]:
    """Name the catalogue's items; nothing before the settings came."""
    return {product.item: product.name for product in settings.products} if settings else {}
