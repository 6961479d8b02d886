"""What proves itself: keys with their rotation, cards, six digits, signed vouchers."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from sync.central.schema.words import KeyPurpose
from sync.central.services import network_keys
from sync.central.services.cards import give_digits, make_card
from sync.central.services.codes import code_standing
from sync.central.services.feed_rows import settings_row
from sync.central.services.guests import NewGuest, create_guest
from sync.central.services.vouchers import MadeVoucher, make_vouchers
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import CardRow, SettingsRow
from sync.protocol.keys import VerifyKey
from sync.protocol.sealed_keys import open_key
from sync.protocol.vouchers import check_voucher
from sync.rules.card_text import CardKeys, judge_card, read_card_text
from sync.rules.code import Kind
from sync.rules.digits import LIFE_MS, IssuedDigits
from sync.rules.moment import Moment
from sync.rules.reasons import Reason
from sync.rules.user_error import UserError
from sync.rules.voucher_text import SignedVoucher
from tests.builders.central_world import SECRETS, OfficeWorld, in_office

CARD, VOUCHER = KeyPurpose.CARD, KeyPurpose.VOUCHER


def run(dsn: str, work: Callable[[OfficeWorld], Awaitable[None]]) -> None:
    asyncio.run(in_office(dsn, work))


async def settings(world: OfficeWorld) -> SettingsRow:
    """Return the settings as the newest row of the feed has them, which is what a snapshot has too."""
    row, *_ = await world.fetch("SELECT row FROM outbox WHERE tab = 'settings' ORDER BY id DESC")
    published = msgspec.msgpack.decode(row["row"], type=SettingsRow)
    async with world.database.network_transaction(world.network_id) as connection:
        assert published == await settings_row(connection, world.network_id)
    return published


def voucher_keys(told: SettingsRow) -> dict[int, VerifyKey]:
    return {number: VerifyKey(public) for number, public in told.voucher_keys.items()}


def tills_card_keys(world: OfficeWorld, told: SettingsRow) -> CardKeys:
    """Open what a till is told, as a till does."""
    opened = {
        number: open_key(SECRETS.digest_key(world.network_id), number, sealed)
        for number, sealed in told.card_keys.items()
    }
    keys = {number: key for number, key in opened.items() if key is not None}
    assert len(keys) == len(opened)
    return CardKeys(network=world.network_id, current=max(keys), keys=keys)


async def a_guest(world: OfficeWorld, name: str = "Maya") -> tuple[int, str]:
    async with world.database.network_transaction(world.network_id) as connection:
        made = await create_guest(connection, world.network_id, SECRETS, NewGuest(name=name))
    return made.guest_id, made.card


async def digits_of(world: OfficeWorld, guest_id: int) -> IssuedDigits:
    async with world.database.network_transaction(world.network_id) as connection:
        return await give_digits(connection, world.network_id, SECRETS, guest_id)


async def vouchers(
    world: OfficeWorld, campaign_id: int, *, count: int = 1, max_uses: int = 1
) -> list[MadeVoucher]:
    async with world.database.network_transaction(world.network_id) as connection:
        return await make_vouchers(
            connection, SECRETS, world.network_id, campaign_id, count=count, max_uses=max_uses
        )


def test_a_new_network_has_a_key_of_each_sort_and_its_tills_are_told_no_secret_in_the_open(
    central_dsn: str,
) -> None:
    async def work(world: OfficeWorld) -> None:
        told = await settings(world)
        assert (set(told.voucher_keys), set(told.card_keys)) == ({1}, {1})
        assert told.voucher_keys[1] == SECRETS.voucher_key(world.network_id, 1).public
        secret = SECRETS.card_key(world.network_id, 1)
        (row,) = await world.fetch("SELECT row FROM outbox WHERE tab = 'settings' ORDER BY id DESC LIMIT 1")
        assert secret not in row["row"]
        assert tills_card_keys(world, told).keys == {1: secret}
        assert (
            SECRETS.voucher_key(world.network_id, 1).public != SECRETS.voucher_key(world.network_id, 2).public
        )

    run(central_dsn, work)


def test_after_a_rotation_the_old_key_reads_until_it_is_withdrawn_and_no_number_comes_back(
    central_dsn: str,
) -> None:
    async def work(world: OfficeWorld) -> None:
        guest_id, old_card = await a_guest(world)
        async with world.database.network_transaction(world.network_id) as connection:
            assert await network_keys.add_key(connection, SECRETS, world.network_id, CARD) == 2
            new_card = await make_card(connection, world.network_id, SECRETS, guest_id)
        keys = tills_card_keys(world, await settings(world))
        old, new = read_card_text(old_card), read_card_text(new_card)
        assert old is not None
        assert new is not None
        assert (old.key, new.key) == (1, 2)
        assert [judge_card(seen, keys, Moment(at_ms=0)) for seen in (old, new)] == [Reason.CARD_OK] * 2
        async with world.database.network_transaction(world.network_id) as connection:
            await network_keys.withdraw_key(connection, world.network_id, CARD, 1)
        keys = tills_card_keys(world, await settings(world))
        assert judge_card(old, keys, Moment(at_ms=0)) is Reason.CARD_INACTIVE
        assert judge_card(new, keys, Moment(at_ms=0)) is Reason.CARD_OK
        async with world.database.network_transaction(world.network_id) as connection:
            assert await network_keys.add_key(connection, SECRETS, world.network_id, CARD) == 3
        assert set((await settings(world)).card_keys) == {2, 3}
        assert set((await settings(world)).voucher_keys) == {1}

    run(central_dsn, work)


@pytest.mark.parametrize(("number", "reason"), [(1, "key_in_use"), (2, "unknown_key")])
def test_neither_the_current_key_nor_one_that_is_none_is_withdrawn(
    central_dsn: str, number: int, reason: str
) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as connection:
            with pytest.raises(UserError) as caught:
                await network_keys.withdraw_key(connection, world.network_id, VOUCHER, number)
        assert caught.value.reason == reason
        assert set((await settings(world)).voucher_keys) == {1}

    run(central_dsn, work)


def test_old_keys_are_not_collected_without_end(central_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_keys, "MAX_LIVE_KEYS", 2)

    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as connection:
            await network_keys.add_key(connection, SECRETS, world.network_id, VOUCHER)
            with pytest.raises(UserError, match="Withdraw the oldest"):
                await network_keys.add_key(connection, SECRETS, world.network_id, VOUCHER)

    run(central_dsn, work)


def test_signed_vouchers_are_codes_with_a_limit_whose_text_proves_itself(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        campaign = await world.campaign(Kind.VOUCHER)
        first, second = await vouchers(world, campaign.id, count=2, max_uses=3)
        keys = voucher_keys(await settings(world))
        assert check_voucher(first.text, world.network_id, keys) == SignedVoucher(
            network=world.network_id, campaign_id=campaign.id, code_id=first.code_id, key=1, max_uses=3
        )
        assert first.text != second.text
        rows = await world.fetch("SELECT id, code, max_uses FROM codes ORDER BY id")
        assert [tuple(row) for row in rows] == [(made.code_id, made.code, 3) for made in (first, second)]
        limits = await world.fetch("SELECT pool FROM limits WHERE kind = 'uses'")
        assert [row["pool"] for row in limits] == [3, 3]
        async with world.database.network_transaction(world.network_id) as connection:
            for text in (second.text, second.code.lower()):
                standing = await code_standing(connection, world.network_id, text)
                assert standing.code_id == second.code_id

    run(central_dsn, work)


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        (Kind.PROMO, {}, "not_for_kind"),
        (Kind.VOUCHER, {"count": 0}, "count_unfit"),
        (Kind.VOUCHER, {"count": 5_001}, "count_unfit"),
        (Kind.VOUCHER, {"max_uses": 0}, "count_unfit"),
        (None, {}, "unknown_campaign"),
    ],
)
def test_vouchers_are_made_for_voucher_campaigns_in_sensible_numbers(
    central_dsn: str, kind: Kind | None, fields: dict[str, int], reason: str
) -> None:
    async def work(world: OfficeWorld) -> None:
        campaign_id = 0 if kind is None else (await world.campaign(kind)).id
        with pytest.raises(UserError) as caught:
            await vouchers(world, campaign_id, **fields)
        assert caught.value.reason == reason
        assert not await world.fetch("SELECT 1 FROM codes")

    run(central_dsn, work)


def test_six_digits_are_one_guests_for_minutes_and_new_ones_take_their_place(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        guest_id, _ = await a_guest(world)
        first = await digits_of(world, guest_id)
        second = await digits_of(world, guest_id)
        assert second.expires_at_ms - second.issued_at_ms == LIFE_MS
        rows = await world.fetch("SELECT digest, active FROM cards WHERE digits")
        key = SECRETS.digest_key(world.network_id)
        assert [tuple(row) for row in rows] == [(keyed_digest(key, Subject.DIGITS, second.digits), True)]
        sent = await world.fetch("SELECT row FROM outbox WHERE tab = 'card' ORDER BY id DESC LIMIT 1")
        told = msgspec.msgpack.decode(sent[0]["row"], type=CardRow)
        assert (told.digits, told.guest_id) == (True, guest_id)
        assert (told.issued_at_ms, told.expires_at_ms) == (second.issued_at_ms, second.expires_at_ms)
        assert first.guest_id == guest_id

    run(central_dsn, work)


class Draws:
    """Randomness that brings the digits a test names, one after the other."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = list(numbers)

    def now_ms(self) -> int:
        return 1_800_000_000_000

    def random(self, size: int) -> bytes:
        return self.numbers.pop(0).to_bytes(size, "big")


def test_digits_that_live_are_drawn_again_and_ended_ones_change_hands(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        (one, _), (other, _) = await a_guest(world, "One"), await a_guest(world, "Other")
        async with world.database.network_transaction(world.network_id) as connection:
            connection._con.clock = Draws(123_456, 123_456, 654_321, 123_456)  # the pool hands out a proxy
            try:
                first = await give_digits(connection, world.network_id, SECRETS, one)
                second = await give_digits(connection, world.network_id, SECRETS, other)
                assert (first.digits, second.digits) == ("123456", "654321")
                await connection.execute("UPDATE cards SET expires_at = issued_at WHERE guest_id = $1", one)
                third = await give_digits(connection, world.network_id, SECRETS, other)
            finally:
                del connection._con.clock
        assert third.digits == "123456"
        rows = await world.fetch("SELECT guest_id, active, digest FROM cards WHERE digits ORDER BY id")
        digest = keyed_digest(SECRETS.digest_key(world.network_id), Subject.DIGITS, "123456")
        assert [(row["guest_id"], row["active"], row["digest"] == digest) for row in rows] == [
            (one, False, False),
            (other, True, True),
        ]

    run(central_dsn, work)


def test_digits_for_nobody_are_refused(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        with pytest.raises(UserError) as caught:
            await digits_of(world, 4711)
        assert caught.value.reason == "unknown_guest"

    run(central_dsn, work)
