import asyncio
from collections import Counter

import msgspec
import pytest

from sync.central.demo.data import demo_campaigns, demo_guests
from sync.central.demo.fill import Filled, fill_demo
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, CODE_COLUMNS, code_row, read_campaign
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import SettingsRow
from sync.rules.campaign import Policy
from sync.rules.code import Kind
from sync.rules.normalise import exact, fold
from sync.rules.user_error import UserError
from tests.builders.central_world import SECRETS, OfficeWorld, in_office


def test_the_demo_is_whole_and_comes_once(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        filled = await fill_demo(world.database, SECRETS, world.network_id)
        assert (filled.codes, filled.guests, len(filled.tills)) == (1_000, 200, 3)
        assert len({till.restaurant_id for till in filled.tills}) == 2
        (counted,) = await world.fetch("SELECT count(*) AS codes FROM codes")
        assert counted["codes"] == 1_000
        (settings,) = await world.fetch(
            "SELECT row FROM outbox WHERE tab = 'settings' ORDER BY id DESC LIMIT 1"
        )
        assert msgspec.msgpack.decode(settings["row"], type=SettingsRow).referral_enabled
        tiers = await world.fetch("SELECT tier, count(*) FROM guests GROUP BY tier")
        assert {row["tier"] for row in tiers} == {"BRONZE", "SILVER", "GOLD", "PLATINUM", "VIP"}
        kinds = {
            read_campaign(row).kind for row in await world.fetch(f"SELECT {CAMPAIGN_COLUMNS} FROM campaigns")
        }
        assert kinds == set(Kind)
        (unbalanced,) = await world.fetch(
            """SELECT count(*) FROM codes c LEFT JOIN limits l ON l.kind = 'uses' AND l.subject = c.id
            WHERE c.max_uses IS DISTINCT FROM l.pool"""
        )
        assert unbalanced["count"] == 0
        await samples_are_found(world, filled)
        with pytest.raises(UserError) as caught:
            await fill_demo(world.database, SECRETS, world.network_id)
        assert caught.value.reason == "demo_there_already"
        (again,) = await world.fetch("SELECT count(*) AS codes FROM codes")
        assert again["codes"] == 1_000

    asyncio.run(in_office(central_dsn, work))


async def samples_are_found(world: OfficeWorld, filled: Filled) -> None:
    kinds = Counter(sample.kind for sample in filled.samples)
    assert {"VIP", "PROMO", "REFERRAL", "VOUCHER", "CARD", "DIGITS", "BADGE", "UNKNOWN"} == set(kinds)
    assert kinds["CARD"] == 5
    key = SECRETS.digest_key(world.network_id)
    codes = {
        digest
        for record in await world.fetch(f"SELECT {CODE_COLUMNS} FROM codes")
        for digest in code_row(record, key).digests
    }
    cards = {row["digest"] for row in await world.fetch("SELECT digest FROM cards")}
    badges = {row["badge_digest"] for row in await world.fetch("SELECT badge_digest FROM staff")}
    where = {
        "CARD": (Subject.CARD, cards),
        "DIGITS": (Subject.DIGITS, cards),
        "BADGE": (Subject.BADGE, badges),
    }
    for sample in filled.samples:
        subject, known = where.get(sample.kind, (Subject.CODE, codes))
        # The office sends a code's folded digest alone: the folded form is unique in a network.
        form = fold(sample.text) if subject is Subject.CODE else exact(sample.text)
        assert (keyed_digest(key, subject, form) in known) is (sample.kind != "UNKNOWN")
    expected = {
        sample.text: (sample.expected, sample.reason) for sample in filled.samples if sample.after is None
    }
    assert expected["HAPPY10"] == ("accept", "ok")
    assert expected["SUMMER2020"] == ("refuse", "ended")
    referral = [sample for sample in filled.samples if sample.kind == "REFERRAL"]
    assert [(sample.expected, sample.reason) for sample in referral] == [
        ("refuse", "needs_guest"),
        ("accept", "ok"),
    ]


def test_the_demo_shows_every_kind_and_policy() -> None:
    campaigns = demo_campaigns()
    assert {each.campaign.kind for each in campaigns} == set(Kind)
    assert {each.campaign.policy for each in campaigns} == set(Policy)
    assert sum(each.codes.count for each in campaigns) == 1_000
    assert sum(tier.count for tier in demo_guests().tiers) == 200
