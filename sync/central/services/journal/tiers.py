"""Tiers that the uses of a batch give, and those that go with uses that it undoes."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import asyncpg

from sync.central.services.cases import CaseKind
from sync.central.services.journal.item import Item, Scene
from sync.central.services.journal.originals import Original
from sync.central.services.journal.redemptions import Use
from sync.central.services.tiers.gifts import TierGift, give_tiers, take_tiers_back
from sync.rules.campaign import BenefitKind


async def book_tiers(
    connection: asyncpg.Connection,
    scene: Scene,
    items: Sequence[Item],
    uses: Mapping[UUID, Use],
    finished: Iterable[Original],
) -> None:
    """Give the guests of a batch the tiers that their uses give; a guest whom nobody knows is a case."""
    actor = f"till:{scene.till}"
    gifts = {}
    for item in items:
        use = uses.get(item.event_id)
        if use is None or use.payload.guest_id is None:
            continue
        benefit = use.offer.benefit
        if benefit.kind is BenefitKind.TIER_GRANT and benefit.tier:
            gifts[item.event_id] = (item, TierGift(use.payload.guest_id, benefit.tier, item.event_id))
    if gifts:
        wanted = [gift for _, gift in gifts.values()]
        for gift in await give_tiers(connection, scene.secrets, scene.network, wanted, actor=actor):
            gifts[gift.event][0].raise_case(CaseKind.GUEST_UNKNOWN, guest=gift.guest, tier=gift.tier)
    undone = [use.event for original in finished for use in original.uses if use.guest is not None]
    if undone:
        await take_tiers_back(connection, scene.secrets, scene.network, undone, actor=actor)
