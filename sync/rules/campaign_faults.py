"""A campaign that contradicts itself is refused when it is saved, with a sentence that names the field."""

from collections.abc import Callable, Sequence

from sync.rules.campaign import ActiveHours, BenefitKind, Campaign, Policy, Stacking
from sync.rules.code import Kind
from sync.rules.fault import Fault, quoted, refuse
from sync.rules.fault import fault as _fault
from sync.rules.local_time import load_zone, parse_day
from sync.rules.money import FULL_BP, MAX_AMOUNT_MINOR, plain_amount
from sync.rules.tiers import DEFAULT_TIERS
from sync.rules.version import RULES_VERSION
from sync.rules.windows import minute_of_day

MAX_NAME_CHARS = 200
MAX_WINDOWS = 21
MAX_LIST = 1_000
MAX_MULTIPLIER_BP = 100 * FULL_BP
MAX_POINTS = 1_000_000_000
MAX_USES = 1_000_000_000

SHIPPED_TIERS = tuple(tier.name for tier in DEFAULT_TIERS)

_CURRENCY_CHARS = 3
_WEEK_DAYS = 7


def campaign_faults(campaign: Campaign, tier_names: Sequence[str] = SHIPPED_TIERS) -> list[Fault]:
    """List everything that contradicts itself, in the order of the form; empty for a sound campaign."""
    faults: list[Fault] = []
    for check in _CHECKS:
        faults += check(campaign)
    return faults + _tiers(campaign, tier_names)


def require_sound(campaign: Campaign, tier_names: Sequence[str] = SHIPPED_TIERS) -> None:
    """Raise :class:`sync.rules.user_error.UserError` (``campaign_contradicts``) unless it is sound."""
    refuse("campaign_contradicts", campaign_faults(campaign, tier_names))


def _name(campaign: Campaign) -> list[Fault]:
    if not campaign.name.strip() or len(campaign.name) > MAX_NAME_CHARS:
        return [_fault("name", "needs {least} to {most} characters", least=1, most=MAX_NAME_CHARS)]
    return []


def _version(campaign: Campaign) -> list[Fault]:
    if not 1 <= campaign.rules_version <= RULES_VERSION:
        return [
            _fault(
                "rules_version", "must be between 1 and {most}, which this program knows", most=RULES_VERSION
            )
        ]
    return []


def _zone_and_dates(campaign: Campaign) -> list[Fault]:
    faults: list[Fault] = []
    if campaign.zone is not None:
        try:
            load_zone(campaign.zone)
        except LookupError:
            faults.append(_fault("zone", "is not a time zone: {given}", given=quoted(campaign.zone)))
    days = {}
    for field, text in (("starts_on", campaign.starts_on), ("ends_on", campaign.ends_on)):
        if text is not None:
            try:
                days[field] = parse_day(text)
            except ValueError:
                faults.append(_fault(field, "is not a day (YYYY-MM-DD): {given}", given=quoted(text)))
    if len(days) == len(("starts_on", "ends_on")) and days["ends_on"] < days["starts_on"]:
        faults.append(
            _fault(
                "ends_on",
                "({ends}) lies before starts_on ({starts})",
                ends=campaign.ends_on,
                starts=campaign.starts_on,
            )
        )
    return faults


def _hours(campaign: Campaign) -> list[Fault]:
    if len(campaign.active_hours) > MAX_WINDOWS:
        return [_fault("active_hours", "may hold at most {most} windows", most=MAX_WINDOWS)]
    return [fault for window in campaign.active_hours for fault in window_faults(window)]


def window_faults(window: ActiveHours) -> list[Fault]:
    """List what is wrong with one daily window, also with one that waits to be switched on."""
    faults: list[Fault] = []
    minutes: list[int] = []
    for field, text in (("active_hours.start", window.start), ("active_hours.end", window.end)):
        try:
            minutes.append(minute_of_day(text))
        except ValueError:
            faults.append(_fault(field, "is not a time (HH:MM): {given}", given=quoted(text)))
    if not faults and len(set(minutes)) == 1:
        # It would be good for that one minute, where whoever wrote it meant the whole day, or mistyped.
        faults.append(
            _fault(
                "active_hours.end",
                "is the start itself ({start}): name another time, or no hours at all for the whole day",
                start=window.start,
            )
        )
    if any(not 0 <= day < _WEEK_DAYS for day in window.weekdays):
        faults.append(_fault("active_hours.weekdays", "holds days from 0 (Monday) to 6 (Sunday) only"))
    if len(set(window.weekdays)) != len(window.weekdays):
        faults.append(_fault("active_hours.weekdays", "names a day twice"))
    return faults


def _money(campaign: Campaign) -> list[Fault]:
    currency, benefit = campaign.currency, campaign.benefit
    faults: list[Fault] = []
    if len(currency) != _CURRENCY_CHARS or not (
        currency.isascii() and currency.isalpha() and currency.isupper()
    ):
        faults.append(_fault("currency", "is a code of three capital letters, for example EUR"))
    amounts = (
        ("min_basket_minor", campaign.min_basket_minor),
        ("budget_minor", campaign.budget_minor),
        ("benefit.amount_minor", benefit.amount_minor),
        ("benefit.cap_minor", benefit.cap_minor),
    )
    for field, amount in amounts:
        if amount is not None and not 0 <= amount <= MAX_AMOUNT_MINOR:
            most = plain_amount(MAX_AMOUNT_MINOR, currency[:8])
            faults.append(_fault(field, "must be from {least} to {most}", least=0, most=most))
    return faults


def _benefit(campaign: Campaign) -> list[Fault]:
    benefit = campaign.benefit
    if benefit.kind is BenefitKind.PERCENT and not 0 < benefit.percent_bp <= FULL_BP:
        return [_fault("benefit.percent_bp", "must be above 0 and at most 10000 (100 %)")]
    if benefit.kind is BenefitKind.FIXED and benefit.amount_minor <= 0:
        return [_fault("benefit.amount_minor", "must be above 0 for a fixed discount")]
    if benefit.kind is BenefitKind.POINTS and not 0 < benefit.points <= MAX_POINTS:
        return [_fault("benefit.points", "must be from {least} to {most}", least=1, most=MAX_POINTS)]
    if (
        benefit.kind is BenefitKind.POINTS_MULTIPLIER
        and not FULL_BP < benefit.multiplier_bp <= MAX_MULTIPLIER_BP
    ):
        return [_fault("benefit.multiplier_bp", "must be above 10000 (once) and at most a hundredfold")]
    if benefit.kind is BenefitKind.TIER_GRANT and not benefit.tier:
        return [_fault("benefit.tier", "must name the tier that is given")]
    return []


def _free_item(campaign: Campaign) -> list[Fault]:
    """Find a free item that nothing names or bounds: whatever stood on a bill would be given away."""
    benefit = campaign.benefit
    if benefit.kind is BenefitKind.FREE_ITEM and not benefit.item and benefit.cap_minor is None:
        return [_fault("benefit.item", "must name the free item, or benefit.cap_minor the most it may cost")]
    return []


def _cap(campaign: Campaign) -> list[Fault]:
    """Find a cap that leaves nothing to give, or less than the smallest allowed bill is promised."""
    benefit, cap = campaign.benefit, campaign.benefit.cap_minor
    if cap is None:
        return []
    faults: list[Fault] = []
    if cap == 0:
        faults.append(_fault("benefit.cap_minor", "is 0, so that the offer would never give anything"))
    if benefit.kind is BenefitKind.FIXED and cap < benefit.amount_minor:
        faults.append(_fault("benefit.cap_minor", "lies below benefit.amount_minor"))
    if (
        benefit.kind is BenefitKind.PERCENT
        and 0 < campaign.min_basket_minor * benefit.percent_bp // FULL_BP > cap > 0
    ):
        least = campaign.min_basket_minor * benefit.percent_bp // FULL_BP
        faults.append(
            _fault(
                "benefit.cap_minor",
                "({cap}) lies below what the smallest allowed bill gives ({least})",
                cap=plain_amount(cap, campaign.currency),
                least=plain_amount(least, campaign.currency),
            )
        )
    return faults


def _budget(campaign: Campaign) -> list[Fault]:
    budget, benefit = campaign.budget_minor, campaign.benefit
    if budget is None:
        return []
    if benefit.kind not in (BenefitKind.PERCENT, BenefitKind.FIXED, BenefitKind.FREE_ITEM):
        return [_fault("budget_minor", "limits money, but this offer takes no money off")]
    if benefit.kind is BenefitKind.FIXED and budget < benefit.amount_minor:
        return [_fault("budget_minor", "does not suffice for a single use (benefit.amount_minor)")]
    return []


def _limits(campaign: Campaign) -> list[Fault]:
    faults = [
        _fault(field, "must be from {least} to {most}, or empty for no limit", least=1, most=MAX_USES)
        for field, limit in (
            ("max_uses_per_guest", campaign.max_uses_per_guest),
            ("max_uses_per_day", campaign.max_uses_per_day),
            ("max_uses_per_guest_per_day", campaign.max_uses_per_guest_per_day),
        )
        if limit is not None and not 1 <= limit <= MAX_USES
    ]
    per_guest, daily = campaign.max_uses_per_guest, campaign.max_uses_per_guest_per_day
    if per_guest is not None and daily is not None and daily > per_guest:
        faults.append(_fault("max_uses_per_guest_per_day", "is above max_uses_per_guest"))
    if campaign.first_purchase_only and per_guest is not None and per_guest > 1:
        faults.append(_fault("max_uses_per_guest", "is above 1, but a guest has only one first purchase"))
    return faults + _risk(campaign)


def _risk(campaign: Campaign) -> list[Fault]:
    if campaign.policy is not Policy.ALLOW_WITH_RISK:
        return []
    faults = [
        _fault(field, "must be from {least} to {most}", least=0, most=MAX_USES)
        for field, units in (
            ("risk_allowance", campaign.risk_allowance),
            ("risk_per_till", campaign.risk_per_till),
            ("risk_per_code", campaign.risk_per_code),
        )
        if not 0 <= units <= MAX_USES
    ]
    if campaign.risk_per_till > campaign.risk_allowance:
        faults.append(_fault("risk_per_till", "is above risk_allowance"))
    return faults


def _lists(campaign: Campaign) -> list[Fault]:
    faults: list[Fault] = []
    lists: tuple[tuple[str, Sequence[object]], ...] = (
        ("restaurants", campaign.restaurants),
        ("tills", campaign.tills),
        ("tiers", campaign.tiers),
        ("items_included", campaign.items_included),
        ("items_excluded", campaign.items_excluded),
        ("categories_included", campaign.categories_included),
        ("categories_excluded", campaign.categories_excluded),
    )
    for field, entries in lists:
        if len(entries) > MAX_LIST:
            faults.append(_fault(field, "may hold at most {most} entries", most=MAX_LIST))
        if len(set(entries)) != len(entries):
            faults.append(_fault(field, "names something twice"))
    for kind in ("items", "categories"):
        both = set(getattr(campaign, f"{kind}_included")) & set(getattr(campaign, f"{kind}_excluded"))
        if both:
            included, twice = f"{kind}_included", min(both)
            faults.append(
                _fault(
                    f"{kind}_excluded",
                    "leaves out what {included} names: {twice}",
                    included=included,
                    twice=twice,
                )
            )
    item = campaign.benefit.item
    if campaign.benefit.kind is BenefitKind.FREE_ITEM and item in campaign.items_excluded:
        faults.append(_fault("items_excluded", "leaves out the free item {item}", item=item))
    return faults


def _stacking(campaign: Campaign) -> list[Fault]:
    """Find a group on an exclusive offer, which would say the opposite of it."""
    if campaign.stack_group is None:
        return []
    if campaign.stacking is Stacking.EXCLUSIVE:
        return [_fault("stack_group", "is named, but the offer is exclusive and stands with no other")]
    if not campaign.stack_group.strip():
        return [_fault("stack_group", "must have a name, or be empty for no group")]
    return []


def _kind(campaign: Campaign) -> list[Fault]:
    faults: list[Fault] = []
    if campaign.vip_priority and campaign.kind is not Kind.VIP:
        faults.append(_fault("vip_priority", "is only for VIP codes"))
    if campaign.kind is Kind.REFERRAL and campaign.max_uses_per_guest not in (None, 1):
        faults.append(_fault("max_uses_per_guest", "must be 1 or empty: a referral counts once per person"))
    return faults


def _tiers(campaign: Campaign, tier_names: Sequence[str]) -> list[Fault]:
    faults = [
        _fault("tiers", "names {tier}, which this network does not have", tier=quoted(tier))
        for tier in campaign.tiers
        if tier not in tier_names
    ]
    given = campaign.benefit.tier
    if campaign.benefit.kind is BenefitKind.TIER_GRANT and given and given not in tier_names:
        faults.append(
            _fault("benefit.tier", "names {tier}, which this network does not have", tier=quoted(given))
        )
    return faults


_CHECKS: tuple[Callable[[Campaign], list[Fault]], ...] = (
    _name,
    _version,
    _zone_and_dates,
    _hours,
    _money,
    _benefit,
    _free_item,
    _cap,
    _budget,
    _limits,
    _lists,
    _stacking,
    _kind,
)
