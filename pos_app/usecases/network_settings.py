"""What the network's settings say to the rules and to the words of a verdict."""

from collections.abc import Mapping

from sync.protocol.feed import SettingsRow


def item_names(settings: SettingsRow | None) -> Mapping[str, str]:
    """Name the catalogue's items; nothing before the settings came."""
    return {product.item: product.name for product in settings.products} if settings else {}
