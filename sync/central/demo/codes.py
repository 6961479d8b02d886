"""The campaigns of the demo and their codes."""

from datetime import datetime, timedelta

import asyncpg

from sync.central.clock import clock_of
from sync.central.demo.data import DemoCampaign, DemoCodes
from sync.central.demo.samples import MadeGuest
from sync.central.services.campaigns import create_campaign
from sync.central.services.codes import NewCode, create_codes
from sync.rules.campaign import Campaign
from sync.rules.code_form import default_form
from sync.rules.generate import make_codes
from sync.rules.user_error import UserError


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
            texts = self._texts(wanted, campaign, len(made))
            news = [
                self._code(wanted, campaign, place, text) for place, text in enumerate(texts, start=len(made))
            ]
            ids = await create_codes(self._connection, self._network_id, self._digest_key, news)
            if not made and None in ids[: len(wanted.first)]:
                raise UserError(
                    "demo_code_taken",
                    "A code of the demo exists in this network already.",
                    "Fill a new network.",
                )
            made += [(code_id, new) for code_id, new in zip(ids, news, strict=True) if code_id is not None]
        return made

    def _texts(self, wanted: DemoCodes, campaign: Campaign, done: int) -> list[str]:
        """Return the texts that are still to be made: the written ones, then as many drawn as are missing."""
        written = list(wanted.first[done:])
        missing = wanted.count - done - len(written)
        if missing <= 0:
            return written
        drawn = make_codes(
            default_form(campaign.kind, wanted.prefix),
            missing,
            kind=campaign.kind,
            living=wanted.count - missing,
            draw=clock_of(self._connection).random,
        )
        return [*written, *drawn.codes]

    def _code(self, wanted: DemoCodes, campaign: Campaign, place: int, text: str) -> NewCode:
        written = place < len(wanted.first)
        guest = self._guests[place % len(self._guests)].created.guest_id if wanted.held_by_guests else None
        return NewCode(
            campaign_id=campaign.id,
            kind=campaign.kind,
            code=text,
            name=wanted.name,
            max_uses=None if written and wanted.first_unlimited else wanted.max_uses,
            expires_at=self._now + timedelta(days=wanted.days) if wanted.days else None,
            group_id=wanted.group_id,
            holder_guest_id=guest,
            beneficiary_id=guest,
            home_restaurant_id=self._homes[place % len(self._homes)] if wanted.at_home else None,
        )
