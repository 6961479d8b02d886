"""Campaigns as a batch of uses needs them: read once, and asked once a second instead of once a use.

A verdict about a campaign holds for all its codes as long as nothing that differs between uses is asked for: no
guest, no bill, no place. What differs between codes is decided beside it, in the statement that counts.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncpg

from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, read_campaign
from sync.central.services.redeeming.asking import NO_BASKET
from sync.central.services.redeeming.reading import NOWHERE
from sync.rules.campaign import Campaign
from sync.rules.code import Code
from sync.rules.evaluate import evaluate
from sync.rules.moment import Moment
from sync.rules.sale import Place
from sync.rules.verdict import Verdict

MAX_OFFERS = 10_000
"""How many campaigns one process keeps; the one that was asked for longest ago goes first."""
MAX_LATELY = 16
"""How many campaigns of one network a batch is compared with at once."""
_SECOND_MS = 1000
_ANYWHERE = Place(restaurant_id=NOWHERE, till_id=NOWHERE)


@dataclass(slots=True)
class Offer:
    """A campaign in one version. ``plain`` tells that its uses take no unit but the code's own."""

    campaign: Campaign
    version: int
    plain: bool
    _asked: dict[tuple[int, str], bool] = field(default_factory=dict)

    def holds(self, at_ms: int, zone: str) -> bool:
        """Whether a code in order would be accepted at this second, by nobody in particular."""
        moment = (at_ms // _SECOND_MS, zone)
        known = self._asked.get(moment)
        if known is None:
            sound = Code(id=0, campaign_id=self.campaign.id, kind=self.campaign.kind)
            known = self.judge(sound, at_ms, zone).accepted
            self._asked = {moment: known}
        return known

    def judge(self, code: Code, at_ms: int, zone: str) -> Verdict:
        """Ask the rules about one code, by nobody in particular."""
        return evaluate(code, self.campaign, None, NO_BASKET, Moment(at_ms=at_ms, zone=zone), _ANYWHERE)


class Offers:
    """The campaigns that this process has read."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: OrderedDict[tuple[int, int], Offer] = OrderedDict()
        self._lately: dict[int, tuple[str, dict[int, Offer]]] = {}

    def ready(self, network_id: int, at_ms: int) -> tuple[str, list[Offer]]:
        """Return a network's zone, and campaigns in demand of which a code in order would be accepted now.

        They are as they were read last: who goes by them compares zone and versions with the database's.
        """
        zone, lately = self._lately.get(network_id, ("", {}))
        return zone, [offer for offer in lately.values() if offer.plain and offer.holds(at_ms, zone)]

    async def at(
        self, connection: asyncpg.Connection, network_id: int, versions: Mapping[int, int], zone: str
    ) -> dict[int, Offer]:
        """Return campaigns in the versions that stand in the database now; what is not kept so is read."""
        found = {
            campaign: offer
            for campaign, version in versions.items()
            if (offer := self._kept.get((network_id, campaign))) is not None and offer.version == version
        }
        missing = versions.keys() - found.keys()
        if missing:
            rows = await connection.fetch(
                f"SELECT {CAMPAIGN_COLUMNS} FROM campaigns WHERE network_id = $1 AND id = ANY ($2::bigint[])",  # noqa: S608 - columns are ours
                network_id,
                list(missing),
            )
            for row in rows:
                found[row["id"]] = self._keep(network_id, Offer(*_read(row)))
        self._note(network_id, zone, found)
        return found

    def _note(self, network_id: int, zone: str, found: Mapping[int, Offer]) -> None:
        before, lately = self._lately.get(network_id, (zone, {}))
        if before != zone or len(lately.keys() | found.keys()) > MAX_LATELY:
            lately = {}
        self._lately[network_id] = (zone, {**lately, **dict(list(found.items())[:MAX_LATELY])})
        if len(self._lately) > MAX_OFFERS:
            self._lately.pop(next(iter(self._lately)))

    def _keep(self, network_id: int, offer: Offer) -> Offer:
        self._kept[(network_id, offer.campaign.id)] = offer
        if len(self._kept) > MAX_OFFERS:
            self._kept.popitem(last=False)
        return offer


def _read(row: asyncpg.Record) -> tuple[Campaign, int, bool]:
    campaign = read_campaign(row)
    plain = campaign.budget_minor is None and campaign.max_uses_per_day is None
    return campaign, row["version"], plain
