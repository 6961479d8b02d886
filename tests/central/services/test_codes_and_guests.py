import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
import pytest

from sync.central.services.codes import (
    MAX_CODES_AT_ONCE,
    CodeStanding,
    NewCode,
    code_standing,
    create_codes,
    fit_code,
)
from sync.central.services.guest_seal import seal_of
from sync.central.services.guests import NewGuest, create_guest
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import CampaignRow, CardRow, CodeRow, GuestRow
from sync.rules.campaign import ActiveHours, Benefit, BenefitKind, Policy
from sync.rules.card_text import read_card_text
from sync.rules.code import Kind
from sync.rules.user_error import UserError
from tests.builders.central_world import SECRETS, OfficeWorld, in_office
from tests.builders.sealed_fields import fields_of


def run(dsn: str, work: Callable[[OfficeWorld], Awaitable[None]]) -> None:
    asyncio.run(in_office(dsn, work))


async def published(world: OfficeWorld, tab: str) -> list[bytes]:
    rows = await world.fetch("SELECT row FROM outbox WHERE tab = $1 ORDER BY id", tab)
    return [bytes(row["row"]) for row in rows]


def test_a_campaign_travels_as_it_was_made(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        made = await world.campaign(
            Kind.PROMO,
            Policy.ONLINE_ONLY,
            active_hours=(ActiveHours(start="06:00", end="09:00", weekdays=(0, 1)),),
            benefit=Benefit(kind=BenefitKind.PERCENT, percent_bp=1000, cap_minor=500),
            budget_minor=10_000,
        )
        (row,) = await published(world, "campaign")
        assert msgspec.msgpack.decode(row, type=CampaignRow).campaign == made
        (limit,) = await world.fetch("SELECT * FROM limits WHERE kind = 'budget'")
        assert (limit["subject"], limit["total"], limit["pool"]) == (made.id, 10_000, 10_000)

    run(central_dsn, work)


def test_a_limited_code_has_its_whole_limit_in_the_pool_and_an_unlimited_one_has_none(
    central_dsn: str,
) -> None:
    async def work(world: OfficeWorld) -> None:
        campaign = await world.campaign()
        (limited,) = await world.codes(campaign, "LIMITED-5", max_uses=5)
        (unlimited,) = await world.codes(campaign, "FOR-EVER")
        limits = await world.fetch("SELECT * FROM limits WHERE kind = 'uses'")
        assert [(row["subject"], row["total"], row["pool"], row["guest"]) for row in limits] == [
            (limited, 5, 5, 0)
        ]
        assert unlimited is not None

    run(central_dsn, work)


def test_a_code_travels_as_digests_only(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        campaign = await world.campaign()
        await world.codes(campaign, " Secret-Code 1 ")
        (row,) = await published(world, "code")
        assert b"ecret" not in row.replace(b" Secret-Code 1 ", b"")
        key = SECRETS.digest_key(world.network_id)
        assert msgspec.msgpack.decode(row, type=CodeRow).digests == (
            keyed_digest(key, Subject.CODE, "SECRETC0DE1"),
        )

    run(central_dsn, work)


@pytest.mark.parametrize("twin", ["save10", "SAVE-1O", " s a v e 1 0 ", "SAVEI0", "SАVE10"])
def test_codes_that_look_the_same_are_one_code(central_dsn: str, twin: str) -> None:
    async def work(world: OfficeWorld) -> None:
        campaign = await world.campaign()
        first, second = await world.codes(campaign, "SAVE10", twin)
        assert first is not None
        assert second is None
        assert await world.codes(campaign, twin) == [None]
        async with world.database.network_transaction(world.network_id) as connection:
            assert (await code_standing(connection, world.network_id, twin)).code_id == first

    run(central_dsn, work)


def test_two_networks_may_have_the_same_code(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        assert None not in await world.codes(await world.campaign(), "WELCOME")

    run(central_dsn, work)
    run(central_dsn, work)


def test_the_standing_of_a_code_tells_what_is_leased_and_what_is_exposed(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        (code_id,) = await world.codes(await world.campaign(), "STANDING", max_uses=10)
        await world.fetch(
            "UPDATE limits SET pool = 6, outstanding = 3, spent = 2, exposure = 1 WHERE kind = 'uses'"
        )
        await world.fetch("UPDATE codes SET uses = 2")
        async with world.database.network_transaction(world.network_id) as connection:
            standing = await code_standing(connection, world.network_id, "standing")
            with pytest.raises(UserError) as caught:
                await code_standing(connection, world.network_id, "nothing like it")
        assert code_id is not None
        assert standing == CodeStanding(code_id, 2, 10, 3, "active", exposure=1, at_risk=0)
        assert caught.value.reason == "unknown_code"

    run(central_dsn, work)


def test_more_codes_than_a_transaction_should_hold_are_a_bug_of_the_caller(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        campaign = await world.campaign()
        news = [
            NewCode(campaign_id=campaign.id, kind=campaign.kind, code=f"CODE-{n}")
            for n in range(MAX_CODES_AT_ONCE + 1)
        ]
        async with world.database.network_transaction(world.network_id) as connection:
            with pytest.raises(ValueError, match="at most"):
                await create_codes(connection, world.network_id, b"k" * 32, news)

    run(central_dsn, work)


@pytest.mark.parametrize("text", ["", "ab", "- -", "x" * 201, "lone \udc80 surrogate", "\x00\x01"])
def test_a_text_that_cannot_be_a_code_is_refused(text: str) -> None:
    with pytest.raises(UserError) as caught:
        fit_code(text, Kind.VOUCHER)
    assert caught.value.reason == "code_unfit"


@pytest.mark.parametrize("text", ["ab", "x" * 51])
def test_a_referral_code_has_three_to_fifty_characters(text: str) -> None:
    with pytest.raises(UserError, match="3 to 50") as caught:
        fit_code(text, Kind.REFERRAL)
    assert caught.value.reason == "code_unfit"
    assert fit_code("abc", Kind.REFERRAL) == "abc"
    assert fit_code("x" * 50, Kind.REFERRAL) == "x" * 50


def test_a_referral_code_that_leaves_it_open_lives_seven_days_and_counts_a_hundred_uses(
    central_dsn: str,
) -> None:
    async def work(world: OfficeWorld) -> None:
        campaign = await world.campaign(Kind.REFERRAL)
        await world.codes(campaign, "OPEN-1")
        await world.codes(campaign, "CHOSEN-1", max_uses=3)
        rows = await world.fetch("SELECT max_uses, expires_at - created_at AS life FROM codes ORDER BY id")
        assert [row["max_uses"] for row in rows] == [100, 3]
        assert all(abs(row["life"] - timedelta(days=7)) < timedelta(hours=1) for row in rows)
        pools = await world.fetch("SELECT pool FROM limits WHERE kind = 'uses' ORDER BY subject")
        assert [row["pool"] for row in pools] == [100, 3]
        first, _ = await published(world, "code")
        assert msgspec.msgpack.decode(first, type=CodeRow).code.expires_at_ms is not None

    run(central_dsn, work)


def test_a_guest_is_sealed_in_the_office_and_known_to_the_tills(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id) as connection:
            made = await create_guest(
                connection,
                world.network_id,
                SECRETS,
                NewGuest(
                    name="Maya Brandt",
                    phone="+44 (7700) 900-123",
                    email="maya@example.com",
                    tier="GOLD",
                    points=70,
                ),
            )
        (stored,) = await world.fetch("SELECT * FROM guests")
        everything = b"".join(value for value in stored.values() if isinstance(value, bytes))
        assert b"Maya" not in everything
        assert b"7700" not in everything
        seal = seal_of(stored, await fields_of(world.database, world.network_id))
        assert seal.open("guests.phone", stored["phone_cipher"]) == "+447700900123"
        (row,) = await published(world, "guest")
        guest = msgspec.msgpack.decode(row, type=GuestRow)
        assert (guest.name, guest.phone_last4, guest.guest.tier, guest.guest.points) == (
            "Maya Brandt",
            "0123",
            "GOLD",
            70,
        )
        cards = [msgspec.msgpack.decode(card, type=CardRow) for card in await published(world, "card")]
        key = SECRETS.digest_key(world.network_id)
        assert [(card.digest, card.digits, card.guest_id) for card in cards] == [
            (keyed_digest(key, Subject.CARD, made.card), False, made.guest_id)
        ]
        (kept,) = await world.fetch("SELECT id FROM cards")
        assert made.card.startswith("CSC1:")
        seen = read_card_text(made.card)
        assert seen is not None
        assert (seen.network, seen.card, seen.key) == (world.network_id, kept["id"], 1)

    run(central_dsn, work)


def test_a_guest_is_registered_once_by_phone(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async def register(phone: str) -> None:
            async with world.database.network_transaction(world.network_id) as connection:
                await create_guest(connection, world.network_id, SECRETS, NewGuest(name="Maya", phone=phone))

        await register("+44 7700 900 123")
        for phone, reason in (
            ("+447700900123", "phone_taken"),
            ("12", "phone_unfit"),
            ("no number", "phone_unfit"),
            ("+49 30 ABC 12345", "phone_unfit"),
        ):
            with pytest.raises(UserError) as caught:
                await register(phone)
            assert caught.value.reason == reason

    run(central_dsn, work)
