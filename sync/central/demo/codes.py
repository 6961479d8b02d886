"""The campaigns of the demo and their codes."""

from datetime import datetime, timedelta

import asyncpg

from sync.central.demo.data import DemoCampaign, DemoCodes
from sync.central.demo.samples import MadeGuest
from sync.central.services.campaigns import create_campaign
from sync.central.services.codes import NewCode, create_codes, random_code
from sync.rules.campaign import Campaign
from sync.rules.user_error import UserError

DRAWN_CHARS = 8


async def make_campaign(
    connection: asyncpg.Connection, network_id: int, each: DemoCampaign, currency: str
) -> Campaign:
    """Make one campaign of the demo."""
    rules = each.campaign
    campaign = Campaign(
        id=0,
        kind=rules.kind,
        name=rules.name,
        policy=rules.policy,
        starts_on=rules.starts_on,
        ends_on=rules.ends_on,
        active_hours=rules.active_hours,
        currency=currency,
        benefit=rules.benefit,
        min_basket_minor=rules.min_basket_minor,
        vip_priority=rules.vip_priority,
    )
    return await create_campaign(connection, network_id, campaign)


class CodeMaker:
    """Makes the codes of the demo for its restaurants and guests."""

    def __init__(
        self,
        connection: asyncpg.Connection,
        network_id: int,
        digest_key: bytes,
        *,
        homes: list[int],
        guests: list[MadeGuest],
        now: datetime,
    ) -> None:
        """Take the caller's transaction, and whom and what the codes may belong to."""
        self._connection = connection
        self._network_id = network_id
        self._digest_key = digest_key
        self._homes = homes
        self._guests = guests
        self._now = now

    async def make(self, wanted: DemoCodes, campaign: Campaign) -> list[tuple[int, NewCode]]:
        """Make exactly the number wanted; a drawn text that exists already is drawn again."""
        made: list[tuple[int, NewCode]] = []
        while len(made) < wanted.count:
            news = [self._code(wanted, campaign, place) for place in range(len(made), wanted.count)]
            ids = await create_codes(self._connection, self._network_id, self._digest_key, news)
            if not made and None in ids[: len(wanted.first)]:
                raise UserError(
                    "demo_code_taken",
                    "A code of the demo exists in this network already.",
                    "Fill a new network.",
                )
            made += [(code_id, new) for code_id, new in zip(ids, news, strict=True) if code_id is not None]
        return made

    def _code(self, wanted: DemoCodes, campaign: Campaign, place: int) -> NewCode:
        written = place < len(wanted.first)
        guest = self._guests[place % len(self._guests)].created.guest_id if wanted.held_by_guests else None
        return NewCode(
            campaign_id=campaign.id,
            kind=campaign.kind,
            code=wanted.first[place] if written else random_code(wanted.prefix, DRAWN_CHARS),
            name=wanted.name,
            max_uses=None if written and wanted.first_unlimited else wanted.max_uses,
            expires_at=self._now + timedelta(days=wanted.days) if wanted.days else None,
            group_id=wanted.group_id,
            holder_guest_id=guest,
            beneficiary_id=guest,
            home_restaurant_id=self._homes[place % len(self._homes)] if wanted.at_home else None,
        )
