import pytest

from sync.rules.campaign import Benefit, BenefitKind
from sync.rules.gives import describe
from tests.builders.rules import a_campaign, fixed, free_item, percent, points


@pytest.mark.parametrize(
    ("benefit", "english", "russian"),
    [
        (percent(1000), "10 % off", "скидка 10 %"),
        (percent(1250), "12.5 % off", "скидка 12,5 %"),
        (percent(1205, 500), "12.05 % off, at most 5.00 EUR", "скидка 12,05 %, не более 5,00 EUR"),
        (fixed(500), "5.00 EUR off", "скидка 5,00 EUR"),
        (free_item("tea"), "tea for free", "tea бесплатно"),
        (free_item(cap_minor=300), "one item for free, at most 3.00 EUR", "одна позиция бесплатно, не более 3,00 EUR"),
        (points(50), "50 points", "баллы: 50"),
        (Benefit(kind=BenefitKind.POINTS_MULTIPLIER, multiplier_bp=25_000), "points ×2.5", "баллы ×2,5"),
        (Benefit(kind=BenefitKind.TIER_GRANT, tier="GOLD"), "tier GOLD", "уровень GOLD"),
        (Benefit(), "no discount", "без скидки"),
        (percent(1010), "10.1 % off", "скидка 10,1 %"),
        (Benefit(kind=BenefitKind.TIER_GRANT), "tier ", "уровень "),
        (Benefit(kind=BenefitKind.FIXED, amount_minor=500, cap_minor=1), "5.00 EUR off", "скидка 5,00 EUR"),
    ],
)  # fmt: skip
def test_what_an_offer_gives_in_words(benefit: Benefit, english: str, russian: str) -> None:
    campaign = a_campaign(benefit)
    assert describe(campaign).replace("\u00a0", " ") == english
    assert describe(campaign, "ru_RU").replace("\u00a0", " ") == russian
    assert describe(campaign, "de") == describe(campaign)


def test_a_free_item_is_called_as_the_catalogue_calls_it() -> None:
    campaign = a_campaign(free_item("ESPRESSO", 280))
    names = {"ESPRESSO": "Espresso", "TEA": "Tea"}
    assert describe(campaign, names=names).replace("\u00a0", " ") == "Espresso for free, at most 2.80 EUR"
    assert describe(campaign, "ru", names=names).startswith("Espresso бесплатно")
    assert describe(a_campaign(free_item("SOUP")), names=names) == "SOUP for free"
    assert describe(a_campaign(free_item()), names=names) == "one item for free"


def test_a_minimum_is_named() -> None:
    assert describe(a_campaign(percent(1000), min_basket_minor=1)).endswith("from 0.01\u00a0EUR")
    campaign = a_campaign(percent(1000), min_basket_minor=2_000)
    assert describe(campaign).replace("\u00a0", " ") == "10 % off, from 20.00 EUR"
    assert describe(campaign, "ru").replace("\u00a0", " ") == "скидка 10 %, от 20,00 EUR"
