"""Reading a campaign that a newer office may have written: it stops itself, and nothing else.

A newer campaign can hold what this program has no word for (another kind of benefit, say). Such a row is
read as far as its name and version go; the rules then answer ``update_needed`` for it, rather than
"not loaded yet", which would send the cashier waiting for what never comes.
"""

import msgspec

from sync.protocol.feed import CampaignRow
from sync.protocol.wire import WireError, unpack
from sync.rules.campaign import Campaign
from sync.rules.code import Kind
from sync.rules.version import RULES_VERSION


class _Outline(msgspec.Struct, frozen=True):
    """What every version of a campaign has."""

    id: int
    rules_version: int
    name: str = ""
    kind: str = ""


class _OutlineRow(msgspec.Struct, frozen=True):
    campaign: _Outline


def read_campaign_row(row: bytes) -> CampaignRow:
    """Decode the row of a campaign. Raises ``WireError`` for one of a known version that cannot be read."""
    try:
        return unpack(row, CampaignRow)
    except WireError:
        outline = unpack(row, _OutlineRow).campaign
        if outline.rules_version <= RULES_VERSION:
            raise
    # The kind decides nothing in a campaign that only ever says "update needed".
    kind = Kind(outline.kind) if outline.kind in list(Kind) else Kind.PROMO
    return CampaignRow(
        campaign=Campaign(id=outline.id, kind=kind, name=outline.name, rules_version=outline.rules_version)
    )
