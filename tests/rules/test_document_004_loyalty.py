"""The document on the loyalty platform: tiers, the two models, points, cards."""

import pytest

from sync.rules.card_text import CardKeys, judge_card, read_card_text, write_card
from sync.rules.digits import DIGITS, issue_digits
from sync.rules.ledger.book import EMPTY
from sync.rules.ledger.operations import adjust, apply, burn, earn, expire
from sync.rules.moment import Moment
from sync.rules.price import price
from sync.rules.reasons import Reason
from sync.rules.rewards import Reward, judge_reward
from sync.rules.standing import Cause, after_purchase, join
from sync.rules.tiers import DEFAULT_TIERS, Model, Tier
from tests.builders.rules import NOON, a_basket, a_guest


def test_five_tiers_from_5_to_25_percent_in_their_order() -> None:
    assert [(tier.name, tier.percent_bp) for tier in DEFAULT_TIERS] == [
        ("BRONZE", 500), ("SILVER", 1000), ("GOLD", 1500), ("PLATINUM", 2000), ("VIP", 2500),
    ]  # fmt: skip
    starts = [tier.from_points for tier in DEFAULT_TIERS]
    assert starts == sorted(set(starts))
    assert starts[0] == 0


@pytest.mark.parametrize("tier", DEFAULT_TIERS)
def test_discount_is_the_default_model_and_points_the_other(tier: Tier) -> None:
    guest = a_guest(tier=tier.name)
    off = price(a_basket(10_000), guest=guest)
    assert (off.discount_minor, off.points) == (tier.percent_bp, 0)
    earned = price(a_basket(10_000), guest=guest, model=Model.POINTS)
    assert (earned.discount_minor, earned.points) == (0, tier.percent_bp // 100)


def test_sale_redemption_and_manual_operations() -> None:
    book = apply(earn(EMPTY, "sale", 100, at_ms=0, expires_at_ms=50), "applied", of="sale", at_ms=1)
    book = burn(book, "redemption", 30, at_ms=2)
    book = adjust(book, "manual", 5, at_ms=3, note="apology")
    assert book.balance == 75
    assert expire(book, "expiry", at_ms=50).balance == 5


def test_tier_upgrades_are_recorded() -> None:
    standing = after_purchase(join(0, DEFAULT_TIERS, 0), 1_000, DEFAULT_TIERS, 1)
    assert standing.history[-1].cause is Cause.UPGRADE


def test_a_reward_of_the_catalogue() -> None:
    verdict = judge_reward(Reward(id=1, name="Mug", points=100), a_guest(points=99), Moment(at_ms=NOON))
    assert dict(verdict.params) == {"needed": "100", "balance": "99"}


def test_cards_are_qr_codes_with_hmac_sha256_and_six_digits() -> None:
    keys = CardKeys(network=1, current=1, keys={1: bytes(32)})
    seen = read_card_text(write_card(keys, 5))
    assert seen is not None
    assert judge_card(seen, keys, Moment(at_ms=NOON)) is Reason.CARD_OK
    issued = issue_digits(network=1, guest_id=5, now_ms=0, live=0, is_live=lambda _digits: False)
    assert len(issued.digits) == DIGITS == 6
