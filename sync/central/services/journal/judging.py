"""Judging redemptions again when they arrive: the same rules, with what the till knew (DESIGN 3).

The fact is taken whatever the rules say. Where they would not have accepted it, or would have given something
else, a case is opened. A difference that comes only from a change that had not reached the till is none: the
till is judged by the version that it had, and where that is not kept, it is not judged, and the redemption
says so.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import asyncpg

from sync.central.schema.words import Judged
from sync.central.services.journal.day_uses import UsesBefore
from sync.central.services.journal.hearing import Hearing, decide, price_bills
from sync.central.services.journal.item import Item, Scene
from sync.central.services.journal.known_then import Office, Then, Versions, read_versions
from sync.central.services.journal.redemptions import Use
from sync.central.services.journal.undone_uses import Undone
from sync.protocol.campaign_row import read_campaign_row
from sync.protocol.feed import CodeRow, GuestRow, Table
from sync.protocol.payloads import Redemption, Sale, SaleLine
from sync.protocol.wire import WireError, unpack
from sync.rules.campaign import BenefitKind, Campaign
from sync.rules.code import Code, Kind
from sync.rules.evaluate import evaluate
from sync.rules.known import NOTHING_KNOWN, Known
from sync.rules.moment import Moment
from sync.rules.sale import Basket, Guest, Line, Place
from sync.rules.steady import is_sound, is_steady
from sync.rules.version import RULES_VERSION
from sync.rules.worth import worth

_NO_USES = UsesBefore()


@dataclass(slots=True, kw_only=True)
class Court:
    """Everything that judging a batch takes, read beforehand; :meth:`judge` only calculates."""

    scene: Scene
    office: Office
    undone: Undone
    asked: Sequence[tuple[Item, Use]] = ()
    judged: dict[UUID, Judged] = field(default_factory=dict)
    versions: Versions = field(default_factory=lambda: Versions(0, {}))
    guests: Mapping[int, Guest] = field(default_factory=dict)
    sales: Mapping[UUID, Sale] = field(default_factory=dict)
    referred: Counter[tuple[int, int]] = field(default_factory=Counter)
    lines: dict[SaleLine, Line] = field(default_factory=dict)
    place: Place = field(init=False)
    steady: dict[int, bool] = field(default_factory=dict)
    """Campaigns of which a sound code is accepted without a guest whenever, and whatever is on the bill."""

    def __post_init__(self) -> None:
        """Say once where it all happened."""
        self.place = Place(restaurant_id=self.scene.restaurant, till_id=self.scene.till)

    def judge(self, before: Mapping[UUID, UsesBefore]) -> dict[UUID, Judged]:
        """Judge every redemption, raise its case, and return what each is to say of itself."""
        hearings = []
        for item, use in self.asked:
            if not before and self._agrees(item, use):
                self.judged[item.event_id] = Judged.AGREES
            else:
                hearings.append(self._hear(item, use, before.get(item.event_id, _NO_USES)))
        price_bills(hearings)
        for hearing in hearings:
            self.judged[hearing.item.event_id] = decide(hearing)
        return self.judged

    def _agrees(self, item: Item, use: Use) -> bool:
        """Whether the rules agree without being heard: nobody's only code on a bill that came with it, steady, up to date.

        Whatever is not so plain, a difference above all, is for :meth:`_hear`.
        """
        payload = use.payload
        sale = self.sales.get(payload.sale) if payload.sale else None
        if (
            payload.guest_id is not None
            or sale is None
            or len(sale.redemptions) != 1
            or not self.versions.as_now(_cursor(item))
        ):
            return False
        offer = use.offer
        steady = self.steady.get(offer.id)
        if steady is None:
            steady = self.steady[offer.id] = is_steady(offer, self.place)
        if not (steady and is_sound(use.code, offer)):
            return False
        gives = worth(
            offer, [self._line(sold) for sold in sale.lines], [sold.amount_minor for sold in sale.lines]
        )
        return gives.discount_minor == payload.discount_minor and gives.points == payload.points

    def _hear(self, item: Item, use: Use, before: UsesBefore) -> Hearing:
        payload = use.payload
        cursor = _cursor(item)
        code, offer = self._code(use, cursor), self._offer(use, cursor)
        if code is None or offer is None or code.campaign_id != offer.id:
            return Hearing(item, payload)
        guest, sure = self._guest(payload.guest_id, offer, cursor)
        sale = self.sales.get(payload.sale) if payload.sale else None
        basket, whole = self._basket(payload, offer, sale)
        envelope = item.link.envelope
        verdict = evaluate(
            code,
            offer,
            guest,
            basket,
            Moment(at_ms=envelope.trusted_ms, uncertainty_ms=envelope.uncertainty_ms, zone=self.office.zone),
            self.place,
            known=self._known(item, use, before, cursor),
        )
        codes = len(sale.redemptions) if sale else 1
        return Hearing(item, payload, code, offer, basket, verdict, whole=whole, sure=sure, codes=codes)

    def _code(self, use: Use, cursor: int) -> Code | None:
        """Return the code as the till knew it, without its count: that is a limit's, and held by leases."""
        found = self.versions.at(Table.CODE, use.code.id, cursor)
        if found is Then.AS_NOW:
            return use.code
        if isinstance(found, Then):
            return None
        try:
            return replace(unpack(found, CodeRow).code, uses=0)
        except WireError:
            return None

    def _offer(self, use: Use, cursor: int) -> Campaign | None:
        found = self.versions.at(Table.CAMPAIGN, use.offer.id, cursor)
        if found is Then.AS_NOW:
            return use.offer
        if isinstance(found, Then):
            return None
        try:
            return read_campaign_row(found).campaign
        except WireError:
            return None

    def _guest(self, guest_id: int | None, offer: Campaign, cursor: int) -> tuple[Guest | None, bool]:
        """Return the guest as the till knew them; of one that nobody can tell, everything is believed."""
        if guest_id is None:
            return None, True
        found = self.versions.at(Table.GUEST, guest_id, cursor)
        if found is Then.AS_NOW and guest_id in self.guests:
            return self.guests[guest_id], True
        if not isinstance(found, Then):
            try:
                return unpack(found, GuestRow).guest, True
            except WireError:
                pass
        return Guest(id=guest_id, tier=offer.tiers[0] if offer.tiers else ""), False

    def _basket(self, payload: Redemption, offer: Campaign, sale: Sale | None) -> tuple[Basket, bool]:
        """Return the bill as far as it came, and whether that is the whole of it."""
        if sale is not None:
            return Basket(currency=sale.currency, lines=tuple(map(self._line, sale.lines))), True
        alone = payload.sale is None
        if payload.basket_minor is None or not (alone or _minds_only_the_sum(offer)):
            return Basket(currency=offer.currency, known=False), alone
        currency = payload.currency or offer.currency
        return Basket(currency=currency, lines=(Line(amount_minor=payload.basket_minor),)), alone

    def _line(self, sold: SaleLine) -> Line:
        """Return a line as the rules read it, made once for all bills with the same one."""
        line = self.lines.get(sold)
        if line is None:
            line = self.lines[sold] = Line(
                amount_minor=sold.amount_minor,
                item=sold.item,
                category=sold.category,
                quantity=sold.quantity,
                tax_group=sold.tax_group,
            )
        return line

    def _known(self, item: Item, use: Use, before: UsesBefore, cursor: int) -> Known:
        if use.code.kind is not Kind.REFERRAL:
            if before is _NO_USES:
                return NOTHING_KNOWN
            return Known(campaign_uses_today=before.campaign, guest_uses_today=before.guest)
        by_guest = 0
        if use.payload.guest_id is not None:
            key = (use.code.id, use.payload.guest_id)
            by_guest, self.referred[key] = self.referred[key], self.referred[key] + 1
            by_guest -= sum((one.code, one.guest) == key for one in self.undone.before(item.event_id))
        followed = self.versions.at(Table.SETTINGS, self.scene.network, cursor) is Then.AS_NOW
        return Known(
            code_uses_by_guest=by_guest,
            campaign_uses_today=before.campaign,
            guest_uses_today=before.guest,
            referral_enabled=self.office.referral_enabled or not followed,
        )


async def open_court(
    connection: asyncpg.Connection,
    scene: Scene,
    office: Office,
    *,
    items: Sequence[Item],
    batch: Sequence[Item],
    uses: Mapping[UUID, Use],
    undone: Undone,
) -> Court:
    """Read what judging takes, before anything of this batch is told to the tills.

    ``batch`` are all events that came together: a redemption may be booked apart from its sale.
    """
    judged: dict[UUID, Judged] = {}
    asked: list[tuple[Item, Use]] = []
    for item in items:
        use = uses.get(item.event_id)
        if use is None or type(item.payload) is not Redemption:
            continue
        if item.link.envelope.cursor[0] != office.epoch:
            judged[item.event_id] = Judged.OTHER_EPOCH
        elif use.payload.rules_version != RULES_VERSION:
            judged[item.event_id] = Judged.OTHER_RULES
        else:
            asked.append((item, use))
    if not asked:
        return Court(scene=scene, office=office, judged=judged, undone=undone)
    guests = {use.payload.guest_id for _, use in asked if use.payload.guest_id is not None}
    referrals = {use.code.id for _, use in asked if use.code.kind is Kind.REFERRAL}
    subjects = {
        Table.CODE: {use.code.id for _, use in asked},
        Table.CAMPAIGN: {use.offer.id for _, use in asked},
        Table.GUEST: guests,
        Table.SETTINGS: {scene.network} if referrals else set(),
    }
    since = min(_cursor(item) for item, _ in asked)
    return Court(
        scene=scene,
        office=office,
        asked=asked,
        judged=judged,
        undone=undone,
        versions=await read_versions(connection, scene.network, office, subjects, since),
        guests=await _guests(connection, scene.network, guests),
        sales={item.event_id: item.payload for item in batch if type(item.payload) is Sale},
        referred=await count_referred(connection, scene.network, referrals, guests),
    )


async def _guests(connection: asyncpg.Connection, network_id: int, ids: set[int]) -> dict[int, Guest]:
    if not ids:
        return {}
    rows = await connection.fetch(
        """SELECT id, tier, points, purchases, blocked FROM guests
        WHERE network_id = $1 AND id = ANY ($2::bigint[])""",
        network_id,
        list(ids),
    )
    return {row["id"]: Guest(**row) for row in rows}


async def count_referred(
    connection: asyncpg.Connection, network_id: int, codes: set[int], guests: set[int]
) -> Counter[tuple[int, int]]:
    """Count how often each of these guests has used each of these referral codes; what is undone does not count."""
    if not codes or not guests:
        return Counter()
    rows = await connection.fetch(
        """SELECT r.code_id, r.guest_id, count(*) AS uses FROM redemptions r
        WHERE r.network_id = $1 AND r.code_id = ANY ($2::bigint[]) AND r.guest_id = ANY ($3::bigint[])
            AND NOT EXISTS (SELECT 1 FROM refund_totals t
                WHERE t.network_id = $1 AND t.done AND t.original IN (r.event, r.sale))
        GROUP BY r.code_id, r.guest_id""",
        network_id,
        list(codes),
        list(guests),
    )
    return Counter({(row["code_id"], row["guest_id"]): row["uses"] for row in rows})


def _cursor(item: Item) -> int:
    """Return how far the till had followed the feed; a number that no feed has counts as the nearest."""
    return min(max(item.link.envelope.cursor[1], 0), 2**62)


def _minds_only_the_sum(offer: Campaign) -> bool:
    return offer.benefit.kind is not BenefitKind.FREE_ITEM and not (
        offer.items_included or offer.items_excluded or offer.categories_included or offer.categories_excluded
    )
