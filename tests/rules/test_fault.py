"""What is refused at saving is said in English and in Russian."""

import pytest

from sync.rules.campaign import Policy
from sync.rules.campaign_faults import MAX_POINTS, campaign_faults, require_sound
from sync.rules.fault import Faulty, fault, refuse
from tests.builders.rules import a_campaign, fixed, free_item, points


def test_a_free_item_with_neither_item_nor_cap_is_refused_by_field_and_reason() -> None:
    (found,) = campaign_faults(a_campaign(free_item()))
    assert found.field == "benefit.item"
    assert found.sentence == (
        "benefit.item must name the free item, or benefit.cap_minor the most it may cost."
    )
    assert campaign_faults(a_campaign(free_item("TEA"))) == []
    assert campaign_faults(a_campaign(free_item(None, 300))) == []
    assert [one.field for one in campaign_faults(a_campaign(free_item("")))] == ["benefit.item"]


def test_all_faults_are_said_together_and_again_in_another_language() -> None:
    with pytest.raises(Faulty) as caught:
        require_sound(a_campaign(fixed(0), name=""))
    refused = caught.value
    assert refused.reason == "campaign_contradicts"
    assert refused.sentence == (
        "name needs 1 to 200 characters. benefit.amount_minor must be above 0 for a fixed discount."
    )
    assert refused.advice == "Correct the named fields, then save again."
    russian = refused.in_language("ru_RU")
    assert russian.reason == refused.reason
    assert russian.faults == refused.faults
    assert russian.sentence == (
        "name должно содержать от 1 до 200 знаков. "
        "benefit.amount_minor должно быть больше 0 для скидки суммой."
    )
    assert russian.advice == "Исправьте названные поля и сохраните снова."


def test_a_problem_that_nobody_has_translated_is_said_in_english() -> None:
    new = fault("name", "is too {much}", much="loud")
    assert new.said("ru") == new.sentence == "name is too loud."
    with pytest.raises(Faulty, match="is too loud"):
        refuse("reason", [new], "de")
    refuse("reason", [], "ru")


def test_the_greatest_points_and_the_risk_of_a_campaign_have_their_bounds() -> None:
    assert campaign_faults(a_campaign(points(MAX_POINTS))) == []
    assert [one.field for one in campaign_faults(a_campaign(points(MAX_POINTS + 1)))] == ["benefit.points"]
    (found,) = campaign_faults(a_campaign(policy=Policy.ALLOW_WITH_RISK, risk_per_code=-1))
    assert found.sentence == "risk_per_code must be from 0 to 1000000000."
