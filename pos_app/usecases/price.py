"""What a bill comes to with everything that was scanned, before it is confirmed."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.known import known_of, own_uses_of
from pos_app.usecases.network_settings import item_names, naming_items
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import CodeSeen, Given, GuestSeen, LookUp, Priced
from sync.protocol.feed import SettingsRow
from sync.protocol.payloads import SaleLine
from sync.rules import price as rules
from sync.rules.campaign import Campaign
from sync.rules.combine import Applied, conflict
from sync.rules.evaluate import evaluate
from sync.rules.explain import explain
from sync.rules.gives import describe
from sync.rules.money import format_amount
from sync.rules.sale import Basket, Guest, Line
from sync.rules.tiers import DEFAULT_TIERS, Model, Tier
from sync.rules.verdict import Outcome, Verdict
from sync.till.journal.use_book import OwnUses


class Fresh(Struct, frozen=True):
    """The replica's newest word on what was scanned a moment ago."""

    settings: SettingsRow | None
    campaigns: dict[int, Campaign | None]
    guest: Guest | None
    own: dict[int, OwnUses]
    """This till's own uses, by the code that they matter for."""


def price(desk: Desk, lines: Sequence[Line], look_ups: Sequence[LookUp]) -> Priced:
    """Judge every code again for this basket and price what stands. Nothing is written or claimed.

    Raises ``UserError`` ``two_guests`` when cards of two guests were scanned.
    """
    fresh = refreshed(desk, look_ups)
    basket = desk.basket(lines)
    applied: list[Applied] = []
    standing: dict[int, tuple[LookUp, Verdict]] = {}
    left_out: list[Given] = []
    for look in look_ups:
        if isinstance(look.subject, GuestSeen):
            continue
        verdict = judge_on_bill(desk, look, basket, fresh, applied)
        if stands(look, verdict) and isinstance(look.subject, CodeSeen):
            code, campaign = look.subject.code, fresh.campaigns[look.subject.code.campaign_id]
            if campaign is not None:
                applied.append(Applied(code, campaign))
                standing[code.id] = (look, verdict)
        else:
            sentence = explain(verdict.reason, verdict.params, desk.language).sentence
            left_out.append(Given(look_up=look, verdict=verdict, message=sentence))
    settings = fresh.settings
    bill = rules.price(basket, applied, fresh.guest, tiers_of(settings), model_of(settings))
    campaigns = {one.code.id: one.campaign for one in applied}
    names = item_names(settings)
    given = [
        _given(desk, part, standing[part.code_id], campaigns[part.code_id], names) for part in bill.gives
    ]
    return Priced(
        currency=bill.currency,
        lines=tuple(_sale_line(line) for line in bill.lines),
        total_minor=bill.total_minor,
        discount_minor=bill.discount_minor,
        tier_discount_minor=bill.tier_discount_minor,
        paid_minor=bill.paid_minor,
        points_earned=bill.points,
        given=tuple(given),
        left_out=tuple(left_out),
        guest=fresh.guest,
        vip=bill.vip,
        priority=bill.priority,
    )


def the_guest(look_ups: Sequence[LookUp], language: str) -> Guest | None:
    """Return the guest whose card was scanned; two different guests on one bill are a mistake."""
    guests = {look.guest.id: look.guest for look in look_ups if look.guest is not None and look.accepted}
    if len(guests) > 1:
        raise spoken_error("two_guests", language)
    return next(iter(guests.values()), None)


def refreshed(desk: Desk, look_ups: Sequence[LookUp]) -> Fresh:
    """Ask the replica once more: minutes may have passed since the scan."""
    known = the_guest(look_ups, desk.language)
    codes = [look.code for look in look_ups if look.code is not None]

    def read() -> Fresh:
        cache = desk.till.cache
        row = cache.guest(known.id) if known is not None else None
        guest = row.guest if row is not None else known
        campaigns = {code.campaign_id: cache.campaign(code.campaign_id) for code in codes}
        moment = desk.till.time.now()
        own = {
            code.id: own_uses_of(desk.till, code, campaigns[code.campaign_id], guest, moment)
            for code in codes
        }
        return Fresh(cache.settings(), campaigns, guest, own)

    return desk.files.call(read)


def judge_on_bill(
    desk: Desk, look: LookUp, basket: Basket, fresh: Fresh, applied: Sequence[Applied]
) -> Verdict:
    """Judge one look-up for the basket and beside the codes that already stand on it."""
    if not isinstance(look.subject, CodeSeen):
        return look.verdict
    code = look.subject.code
    campaign = fresh.campaigns[code.campaign_id]
    moment = desk.till.time.now()
    known = known_of(fresh.settings, fresh.own[code.id], beside=applied, campaign=code.campaign_id)
    judged = evaluate(code, campaign, fresh.guest, basket, moment, desk.place, known=known)
    verdict = naming_items(judged, item_names(fresh.settings))
    if not stands(look, verdict) or campaign is None:
        return verdict
    clash = conflict(applied, Applied(code, campaign))
    if clash is None:
        return verdict
    params = (("other", clash.other.name),) if clash.other is not None and clash.other.name else ()
    return Verdict(outcome=Outcome.REFUSE, reason=clash.reason, params=params)


def stands(look: LookUp, verdict: Verdict) -> bool:
    """Whether a code stands on the bill: by the rules of now, or because a manager has allowed what they ask."""
    return verdict.accepted or look.allows(verdict)


def _given(
    desk: Desk,
    part: rules.Gives,
    stands: tuple[LookUp, Verdict],
    campaign: Campaign,
    names: Mapping[str, str],
) -> Given:
    look, verdict = stands
    own = Verdict(
        outcome=verdict.outcome,
        reason=verdict.reason,
        params=verdict.params,
        discount_minor=part.discount_minor,
        discount_by_line=part.discount_by_line,
        points=part.points,
        tier=part.tier,
    )
    text = describe(campaign, desk.language, names=names)
    if part.discount_minor:
        text += f": {format_amount(-part.discount_minor, desk.identity.currency, desk.language)}"
    return Given(look_up=look, verdict=own, message=text)


def _sale_line(line: rules.PricedLine) -> SaleLine:
    return SaleLine(
        amount_minor=line.line.amount_minor,
        discount_minor=line.discount_minor,
        item=line.line.item,
        category=line.line.category,
        quantity=line.line.quantity,
        tax_group=line.line.tax_group,
    )


def tiers_of(settings: SettingsRow | None) -> Sequence[Tier]:
    """Return the network's tiers, those of document 004 while it has none."""
    if settings is None or not settings.tiers:
        return DEFAULT_TIERS
    return [
        Tier(name=row.name, percent_bp=row.percent_bp, from_points=row.from_points) for row in settings.tiers
    ]


def model_of(settings: SettingsRow | None) -> str:
    """Return how the network rewards its guests."""
    return settings.model if settings is not None else Model.DISCOUNT
