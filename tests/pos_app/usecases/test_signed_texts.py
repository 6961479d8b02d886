"""Vouchers and cards that prove themselves, and six digits that a person types."""

from pathlib import Path

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.results import CodeSeen, GuestSeen
from pos_app.usecases.source import By, Source
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import CardRow, Change, Table
from sync.protocol.keys import SigningKey
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Attempt, Redemption
from sync.protocol.sealed_keys import seal_key
from sync.protocol.vouchers import sign_voucher
from sync.protocol.wire import pack
from sync.rules.attempts import FREE_ATTEMPTS
from sync.rules.campaign import Campaign
from sync.rules.card_text import STEP_MS, CardKeys, write_card, write_renewed_card
from sync.rules.code import Code, CodeStatus, Kind
from sync.rules.reasons import Reason
from sync.rules.sale import Line
from sync.rules.voucher_text import SignedVoucher
from tests.builders.desk import (
    DIGEST_KEY,
    NETWORK,
    HandClock,
    World,
    a_counter,
    lend,
    the_till,
    written,
)
from tests.builders.rules import NOON, a_campaign, a_guest, fixed

SIGNING = {1: SigningKey(b"1" * 32), 2: SigningKey(b"2" * 32)}
CARD_SECRETS = {1: b"x" * 32, 2: b"y" * 32}
LINES = (Line(amount_minor=1000),)


def settings(world: World, *, vouchers: tuple[int, ...] = (1,), cards: tuple[int, ...] = (1,)) -> None:
    world.settings(
        voucher_keys={number: SIGNING[number].public for number in vouchers},
        card_keys={number: seal_key(DIGEST_KEY, number, CARD_SECRETS[number]) for number in cards},
    )


def a_voucher(campaign: Campaign, code_id: int = 900, *, key: int = 1, **fields: int) -> str:
    fields.setdefault("network", NETWORK)
    return sign_voucher(
        SignedVoucher(campaign_id=campaign.id, code_id=code_id, key=key, **fields), SIGNING[key]
    )


def keys_of(*numbers: int) -> CardKeys:
    return CardKeys(
        network=NETWORK, current=max(numbers), keys={number: CARD_SECRETS[number] for number in numbers}
    )


# -- vouchers -------------------------------------------------------------------------------------------------


def gifts(world: World) -> Campaign:
    return world.campaign(a_campaign(fixed(500), kind=Kind.VOUCHER))


def test_a_genuine_voucher_is_used_by_the_offices_word_before_the_feed_has_brought_it(tmp_path: Path) -> None:
    world = World()
    settings(world)
    text = a_voucher(gifts(world))
    world.pools[LimitKind.USES, 900, 0] = 1
    counter = a_counter(tmp_path, world)
    look = counter.look_up(text, Source.CAMERA, lines=LINES)
    assert (look.accepted, look.by, look.verdict.discount_minor) == (True, By.ONLINE, 500)
    counter.sell(LINES, [look])
    redemption = next(one for one in written(counter) if isinstance(one, Redemption))
    assert (redemption.code_id, redemption.code_kind) == (900, "VOUCHER")
    again = counter.look_up(text, Source.CAMERA, lines=LINES)
    assert again.reason == Reason.USED_UP


@pytest.mark.parametrize(("language", "said"), [("en", "genuine (key 1)"), ("ru", "подлинный (ключ 1)")])
def test_offline_a_genuine_voucher_without_a_unit_is_refused_as_genuine(
    tmp_path: Path, language: str, said: str
) -> None:
    world = World()
    settings(world)
    text = a_voucher(gifts(world))
    counter = a_counter(tmp_path, world, offline=True, language=language)
    look = counter.look_up(text, Source.CAMERA, lines=LINES)
    assert look.reason == Reason.NEEDS_OFFICE
    assert said in look.message
    attempt = written(counter)[-1]
    assert isinstance(attempt, Attempt)
    assert (attempt.code_id, attempt.reason) == (900, "needs_office")
    assert text not in repr(attempt)


def test_offline_a_genuine_voucher_spends_a_unit_that_was_leased_to_this_till(tmp_path: Path) -> None:
    world = World()
    settings(world)
    campaign = gifts(world)
    world.pools[LimitKind.USES, 900, 0] = 1
    counter = a_counter(tmp_path, world, offline=True)
    lend(counter, world, Code(id=900, campaign_id=campaign.id, kind=campaign.kind, max_uses=1), 1)
    looks = [counter.look_up(a_voucher(campaign), Source.CAMERA, lines=LINES)]
    assert (looks[0].accepted, looks[0].by) == (True, By.LEASE)
    assert counter.sell(LINES, looks).discount_minor == 500
    assert counter.look_up(a_voucher(campaign), Source.CAMERA).reason == Reason.NEEDS_OFFICE


def test_what_the_feed_has_brought_of_a_voucher_outweighs_what_it_says_itself(tmp_path: Path) -> None:
    world = World()
    settings(world)
    campaign = gifts(world)
    world.code("GIFT-1", campaign, id=900, max_uses=1, status=CodeStatus.INACTIVE)
    world.changes.append(Change(Table.CODE, 901, 2, None))
    counter = a_counter(tmp_path, world)
    look = counter.look_up(a_voucher(campaign), Source.CAMERA)
    assert (look.reason, look.code is not None) == (Reason.INACTIVE, True)
    assert counter.look_up(a_voucher(campaign, 901), Source.CAMERA).reason == Reason.ARCHIVED


def test_a_voucher_of_an_offer_that_has_not_come_yet_waits_for_it(tmp_path: Path) -> None:
    world = World()
    settings(world)
    counter = a_counter(tmp_path, world)
    look = counter.look_up(a_voucher(a_campaign(id=55)), Source.CAMERA)
    assert (look.reason, isinstance(look.subject, CodeSeen)) == (Reason.NOT_LOADED, True)


def test_a_voucher_ends_by_its_own_date_and_is_no_other_networks_nor_anybodys_forgery(
    tmp_path: Path,
) -> None:
    world = World()
    settings(world, vouchers=(2,))
    campaign = gifts(world)
    clock = HandClock()
    counter = a_counter(tmp_path, world, clock=clock)
    the_till(counter).time.anchor(clock.at_ms, 0)

    def reason_of(text: str) -> str:
        return counter.look_up(text, Source.CAMERA).reason

    assert reason_of(a_voucher(campaign, key=2, expires_at_ms=NOON - 1)) == Reason.EXPIRED
    assert reason_of(a_voucher(campaign, key=2, network=NETWORK + 1)) == Reason.OTHER_NETWORK
    assert reason_of(a_voucher(campaign, key=1)) == Reason.ARCHIVED
    newer = sign_voucher(
        SignedVoucher(network=NETWORK, campaign_id=campaign.id, code_id=900, key=3), SIGNING[1]
    )
    assert reason_of(newer) == Reason.NOT_LOADED
    forged = sign_voucher(
        SignedVoucher(network=NETWORK, campaign_id=campaign.id, code_id=900, key=2), SIGNING[1]
    )
    assert reason_of(forged) == Reason.FORGED_CODE


def test_before_the_keys_have_come_a_voucher_is_not_loaded_and_not_called_forged(tmp_path: Path) -> None:
    counter = a_counter(tmp_path, World(), load=False)
    assert counter.look_up(a_voucher(a_campaign()), Source.CAMERA).reason == Reason.NOT_LOADED


# -- cards ----------------------------------------------------------------------------------------------------


def a_card_world(*, cards: tuple[int, ...] = (1, 2), active: bool = True) -> World:
    world = World()
    settings(world, cards=cards)
    world.guest(write_card(keys_of(1), 5), a_guest(id=5), active=active)
    return world


def test_a_printed_card_is_judged_by_its_key_and_reads_until_the_key_is_withdrawn(tmp_path: Path) -> None:
    text = write_card(keys_of(1), 5)
    counter = a_counter(tmp_path / "a", a_card_world())
    look = counter.look_up(text, Source.CAMERA)
    assert (look.reason, isinstance(look.subject, GuestSeen)) == (Reason.CARD_OK, True)
    forged = text[:-1] + ("A" if text[-1] != "A" else "B")
    assert counter.look_up(forged, Source.CAMERA).reason in (Reason.FORGED_CODE, Reason.UNKNOWN_CODE)
    other = CardKeys(network=NETWORK, current=1, keys={1: b"z" * 32})
    assert counter.look_up(write_card(other, 5), Source.CAMERA).reason == Reason.FORGED_CODE
    elsewhere = CardKeys(network=NETWORK + 1, current=1, keys={1: CARD_SECRETS[1]})
    assert counter.look_up(write_card(elsewhere, 5), Source.CAMERA).reason == Reason.OTHER_NETWORK
    withdrawn = a_counter(tmp_path / "b", a_card_world(cards=(2,)))
    assert withdrawn.look_up(text, Source.CAMERA).reason == Reason.CARD_INACTIVE


def test_a_phone_shows_another_text_each_half_minute_and_a_screenshot_dies(tmp_path: Path) -> None:
    clock = HandClock()
    counter = a_counter(tmp_path, a_card_world(), clock=clock)
    the_till(counter).time.anchor(clock.at_ms, 0)
    key = keys_of(2).card_key(2, 5)
    assert key is not None
    shot = write_renewed_card(network=NETWORK, card=5, key=2, card_key=key, at_ms=clock.at_ms)
    look = counter.look_up(shot, Source.CAMERA)
    assert (look.reason, look.guest is not None) == (Reason.CARD_OK, True)
    clock.at_ms += 10 * STEP_MS
    assert counter.look_up(shot, Source.CAMERA).reason == Reason.CARD_STALE
    fresh = write_renewed_card(network=NETWORK, card=5, key=2, card_key=key, at_ms=clock.at_ms)
    assert counter.look_up(fresh, Source.CAMERA).accepted


def test_a_genuine_card_that_the_feed_has_not_brought_or_that_is_blocked(tmp_path: Path) -> None:
    counter = a_counter(tmp_path / "a", a_card_world())
    assert counter.look_up(write_card(keys_of(2), 6), Source.CAMERA).reason == Reason.NOT_LOADED
    blocked = a_counter(tmp_path / "b", a_card_world(active=False))
    assert blocked.look_up(write_card(keys_of(1), 5), Source.CAMERA).reason == Reason.CARD_INACTIVE


# -- six digits -----------------------------------------------------------------------------------------------


def a_digits_counter(folder: Path, clock: HandClock) -> Counter:
    """A till that knows guest 5 by ``123456`` for ten minutes from now, and by ``777777`` for good."""
    world = a_card_world()
    for number, (digits, ends) in enumerate((("123456", NOON + 600_000), ("777777", None))):
        card = CardRow(
            id=50 + number,
            guest_id=5,
            digest=keyed_digest(DIGEST_KEY, Subject.DIGITS, digits),
            digits=True,
            issued_at_ms=None if ends is None else NOON,
            expires_at_ms=ends,
        )
        world.changes.append(Change(Table.CARD, card.id, 1, pack(card)))
    counter = a_counter(folder, world, clock=clock)
    the_till(counter).time.anchor(clock.at_ms, 0)
    return counter


def test_six_digits_are_good_for_their_minutes_however_they_are_written(tmp_path: Path) -> None:
    clock = HandClock(at_ms=NOON)
    counter = a_digits_counter(tmp_path, clock)
    assert counter.look_up("123-456", Source.TYPED).accepted
    clock.at_ms += 600_000 + 60_000
    assert counter.look_up("123 456", Source.TYPED).reason == Reason.DIGITS_STALE
    assert counter.look_up("777777", Source.TYPED).accepted


def test_wrong_digits_cost_growing_waits_that_survive_a_restart_and_scans_are_not_touched(
    tmp_path: Path,
) -> None:
    clock = HandClock(at_ms=NOON)
    counter = a_digits_counter(tmp_path, clock)
    for number in range(FREE_ATTEMPTS):
        assert counter.look_up(f"00000{number}", Source.TYPED).reason == Reason.UNKNOWN_CODE
    waiting = counter.look_up("123456", Source.TYPED)
    assert (waiting.reason, waiting.verdict.params) == (Reason.TOO_MANY_ATTEMPTS, (("wait", "30"),))
    assert "30" in waiting.message
    assert counter.look_up(write_card(keys_of(1), 5), Source.CAMERA).accepted
    assert counter.look_up("123456", Source.SERIAL).accepted
    the_till(counter).close()
    counter = a_digits_counter(tmp_path, clock)
    assert counter.look_up("123456", Source.TYPED).reason == Reason.TOO_MANY_ATTEMPTS
    clock.at_ms += 30_000
    assert counter.look_up("000009", Source.TYPED).reason == Reason.UNKNOWN_CODE
    clock.at_ms += 30_000
    assert counter.look_up("123456", Source.TYPED).reason == Reason.TOO_MANY_ATTEMPTS
    clock.at_ms += 30_000
    assert counter.look_up("123456", Source.TYPED).accepted
    assert counter.look_up("000009", Source.TYPED).reason == Reason.UNKNOWN_CODE
    assert counter.look_up("123456", Source.TYPED).accepted


def test_a_code_of_six_digits_is_no_guess_at_a_card(tmp_path: Path) -> None:
    clock = HandClock(at_ms=NOON)
    world = a_card_world()
    world.code("424242", world.campaign(a_campaign()))
    counter = a_counter(tmp_path, world, clock=clock)
    for _ in range(FREE_ATTEMPTS + 1):
        counter.look_up("000000", Source.TYPED)
    assert counter.look_up("424242", Source.TYPED).accepted
