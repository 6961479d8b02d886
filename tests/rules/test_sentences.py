"""Every sentence a person reads at saving or typing, word by word: a change of words is a decision."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sync.rules.campaign import Benefit, BenefitKind, Campaign, Stacking
from sync.rules.campaign_faults import campaign_faults, require_sound
from sync.rules.code import Kind
from sync.rules.code_form import CodeForm, form_faults, require_sound_form, text_faults
from sync.rules.digits import issue_digits
from sync.rules.ledger.book import EMPTY
from sync.rules.ledger.operations import burn
from sync.rules.stack_faults import stack_faults
from sync.rules.tier_faults import tier_faults
from sync.rules.tiers import Tier
from sync.rules.typed_amount import parse_amount
from sync.rules.user_error import UserError
from tests.builders.rules import a_campaign, fixed, free_item, hours, percent, points

FILE = Path(__file__).with_name("sentences.txt")
MULTIPLIER = BenefitKind.POINTS_MULTIPLIER
TIER_GRANT = BenefitKind.TIER_GRANT
LONG = "x" * 60


def campaigns() -> Iterator[Campaign]:
    yield a_campaign(name="", rules_version=0, zone="Mars/Olympus", starts_on="2026-02-30", ends_on="soon")
    yield a_campaign(
        starts_on="2026-01-02", ends_on="2026-01-01", currency="eur", min_basket_minor=-1, budget_minor=-1
    )
    yield a_campaign(active_hours=(hours("6:00", "24:00", 7), hours("06:00", "09:00", 1, 1)))
    yield a_campaign(active_hours=(hours("06:00", "09:00"),) * 22)
    yield from (
        a_campaign(benefit) for benefit in (percent(0), fixed(0), points(0), Benefit(kind=MULTIPLIER))
    )
    yield a_campaign(Benefit(kind=TIER_GRANT))
    yield a_campaign(Benefit(kind=TIER_GRANT, tier=LONG), tiers=(LONG,))
    yield a_campaign(Benefit(amount_minor=-1, cap_minor=-1))
    yield a_campaign(percent(1000, 0))
    yield a_campaign(percent(1000, 99), min_basket_minor=1_000)
    yield a_campaign(Benefit(kind=BenefitKind.FIXED, amount_minor=10, cap_minor=9), budget_minor=9)
    yield a_campaign(points(5), budget_minor=5)
    yield a_campaign(max_uses_per_guest=0, max_uses_per_day=0, max_uses_per_guest_per_day=10**10)
    yield a_campaign(
        max_uses_per_guest=2, max_uses_per_guest_per_day=3, first_purchase_only=True, kind=Kind.REFERRAL
    )
    yield a_campaign(restaurants=(1, 1), tills=tuple(range(1_001)), tiers=("GOLD", "GOLD"), vip_priority=True)
    yield a_campaign(
        free_item("tea"), items_included=("tea", "tea"), items_excluded=("tea", "tea"),
        categories_included=("b", "a", "a"), categories_excluded=("a", "b", "a"),
    )  # fmt: skip
    yield a_campaign(stack_group="a")
    yield a_campaign(stack_group=" ", stacking=Stacking.COMBINABLE)


FORMS = (
    CodeForm(alphabet="ABC"), CodeForm(alphabet="ABCDEFGH01OI"), CodeForm(alphabet="ABCDEFGHJKM", check=True),
    CodeForm(prefix="V 1"), CodeForm(length=2), CodeForm(length=51),
)  # fmt: skip
TIERS = (
    (), (Tier(name="A", percent_bp=-1, from_points=1), Tier(name="A", percent_bp=-2, from_points=1)),
    (Tier(name=" ", percent_bp=0, from_points=0),),
)  # fmt: skip
AMOUNTS = ("", "abc", "1,234", "1.234", "0.125", "-5", "1000000000.01")


def errors() -> Iterator[Callable[[], object]]:
    yield lambda: require_sound(a_campaign(fixed(0), name=""))
    yield lambda: require_sound_form(CodeForm(length=5), Kind.VIP, 1)
    yield lambda: require_sound_form(CodeForm(length=5), Kind.REFERRAL, 32**5)
    yield lambda: require_sound_form(CodeForm(length=2), Kind.VIP, 1)
    yield lambda: issue_digits(network=1, guest_id=1, now_ms=0, live=10**5, is_live=lambda _digits: False)
    yield lambda: burn(EMPTY, "b", 5, at_ms=0)
    for typed in AMOUNTS:
        yield lambda typed=typed: parse_amount(typed, "EUR")  # type: ignore[misc]  # mypy cannot infer lambda defaults


def sentences() -> Iterator[str]:
    for campaign in campaigns():
        yield from (f"{fault.field}: {fault.sentence}" for fault in campaign_faults(campaign))
    twins = [
        a_campaign(id=n, stack_group=group, stacking=Stacking.COMBINABLE)
        for n, group in enumerate((LONG, LONG.upper()))
    ]
    yield from (f"{fault.field}: {fault.sentence}" for fault in stack_faults(twins[0], twins))
    for form in FORMS:
        yield from (f"{fault.field}: {fault.sentence}" for fault in form_faults(form))
    for text in ("AB", " ABC", "A-_B"):
        yield from (f"{fault.field}: {fault.sentence}" for fault in text_faults(text))
    for tiers in TIERS:
        yield from (f"{fault.field}: {fault.sentence}" for fault in tier_faults(tiers))
    for work in errors():
        try:
            work()
        except UserError as refused:
            yield f"{refused.reason}: {refused.sentence} | {refused.advice}"
        else:
            yield "nothing was refused"


def test_the_sentences_are_the_agreed_ones() -> None:
    """After a change of words: ``python -m tests.rules.test_sentences``."""
    assert list(sentences()) == FILE.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    FILE.write_text("\n".join(sentences()) + "\n", encoding="utf-8")
