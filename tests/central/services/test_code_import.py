import asyncio
import io

import pytest

from sync.central.services import code_import
from sync.central.services.code_file import BadLine, read_code_file
from sync.central.services.code_import import Imported, import_codes
from sync.rules.campaign import Policy
from sync.rules.code import Kind
from tests.builders.central_world import OfficeWorld, in_office


async def take(world: OfficeWorld, content: str) -> tuple[Imported, list[BadLine]]:
    heard: list[BadLine] = []
    file = read_code_file(io.BufferedReader(io.BytesIO(content.encode())), zone="UTC", currency="EUR")
    result = await import_codes(
        world.database,
        world.secrets,
        world.network_id,
        file.lines,
        zone="UTC",
        currency="EUR",
        on_bad=heard.append,
    )
    return result, heard


def test_good_lines_are_made_and_bad_ones_told_in_order(
    central_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_import, "LINES_AT_ONCE", 3)

    async def work(world: OfficeWorld) -> None:
        await world.codes(await world.campaign(), "TAKEN-1")
        content = (
            "kind,code,name,max_uses,restaurant_id\n"
            "VOUCHER,NEW-1,a,1,\n"
            "VOUCHER,new 1,a,1,\n"
            "NONE,NEW-2,a,1,\n"
            "VOUCHER,taken-1,a,1,\n"
            f"VOUCHER,NEW-3,a,,{world.restaurant_id}\n"
            "VOUCHER,NEW-4,a,,999999\n"
            "VOUCHER,NEW1,a,1,\n"
        )
        result, heard = await take(world, content)
        assert result.codes == 2
        assert [(line.number, line.reason) for line in result.bad] == [
            (3, "code_exists"),
            (4, "kind_unknown"),
            (5, "code_exists"),
            (7, "unknown_restaurant"),
            (8, "code_exists"),
        ]
        assert heard == result.bad
        made = await world.fetch(
            "SELECT code, max_uses, home_restaurant_id FROM codes WHERE code LIKE 'NEW%' ORDER BY id"
        )
        assert [tuple(row) for row in made] == [("NEW-1", 1, None), ("NEW-3", None, world.restaurant_id)]
        assert len(await world.fetch("SELECT 1 FROM outbox WHERE tab = 'code'")) == 3

    asyncio.run(in_office(central_dsn, work))


def test_campaigns_are_found_by_name_kind_and_policy_and_made_when_absent(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        existing = await world.campaign(Kind.PROMO, Policy.ONLINE_ONLY)
        content = (
            "kind,code,name,campaign,policy,percent\n"
            f"PROMO,AAA-1,a,{existing.name},,\n"
            f"PROMO,AAA-2,a,{existing.name},leased,20\n"
            f"VIP,AAA-3,a,{existing.name},,\n"
            "VOUCHER,AAA-4,a,,,\n"
            "VOUCHER,AAA-5,a,,online_only,\n"
            "VOUCHER,AAA-6,a,,leased,\n"
        )
        result, _ = await take(world, content)
        assert result.codes == 6
        assert [(made.kind, made.name, made.policy) for made in result.campaigns] == [
            (Kind.PROMO, existing.name, Policy.LEASED),
            (Kind.VIP, existing.name, Policy.LEASED),
            (Kind.VOUCHER, "Imported VOUCHER codes", Policy.LEASED),
            (Kind.VOUCHER, "Imported VOUCHER codes", Policy.ONLINE_ONLY),
        ]
        assert result.campaigns[0].benefit.percent_bp == 2000
        rows = await world.fetch("SELECT campaign_id FROM codes WHERE code LIKE 'AAA%' ORDER BY code")
        ids = [made.id for made in result.campaigns]
        assert [row["campaign_id"] for row in rows] == [existing.id, ids[0], ids[1], ids[2], ids[3], ids[2]]

    asyncio.run(in_office(central_dsn, work))


def test_a_line_whose_campaign_contradicts_itself_is_told_and_the_next_one_makes_it(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        content = (
            "kind,code,name,campaign,starts_on,ends_on\n"
            "PROMO,BBB-1,a,Winter,2026-12-01,2026-11-30\n"
            "PROMO,BBB-2,a,Winter,2026-11-30,2026-12-01\n"
            "PROMO,BBB-3,a,Winter,,\n"
            "PROMO,BBB-4,a,Never,2026-12-01,2020-01-01\n"
        )
        result, heard = await take(world, content)
        assert (result.codes, heard) == (2, result.bad)
        assert [(line.number, line.reason) for line in result.bad] == [
            (2, "campaign_contradicts"),
            (5, "campaign_contradicts"),
        ]
        assert "ends_on (2026-11-30) lies before starts_on (2026-12-01)." in result.bad[0].sentence
        assert [made.name for made in result.campaigns] == ["Winter"]
        codes = await world.fetch("SELECT code FROM codes WHERE code LIKE 'BBB%' ORDER BY code")
        assert [row["code"] for row in codes] == ["BBB-2", "BBB-3"]

    asyncio.run(in_office(central_dsn, work))


def test_a_file_imported_twice_makes_nothing_twice(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        content = "kind,code,name,max_uses\n" + "".join(f"PROMO,TWICE-{n:04d},x,2\n" for n in range(2_500))
        first, _ = await take(world, content)
        second, _ = await take(world, content)
        assert (first.codes, len(first.bad)) == (2_500, 0)
        assert (second.codes, len(second.bad), second.campaigns) == (0, 2_500, [])
        assert [
            tuple(row)
            for row in await world.fetch("SELECT count(*), sum(pool) FROM limits WHERE kind = 'uses'")
        ] == [(2_500, 5_000)]

    asyncio.run(in_office(central_dsn, work))


def test_a_referral_code_of_a_file_gets_its_defaults_and_one_of_another_length_is_told_by_its_line(
    central_dsn: str,
) -> None:
    async def work(world: OfficeWorld) -> None:
        content = (
            "kind,code,name,max_uses\n"
            "REFERRAL,FRIEND,a,\n"
            f"REFERRAL,{'F' * 51},a,\n"
            f"VOUCHER,{'V' * 51},a,\n"
            "REFERRAL,FEW,a,2\n"
        )
        result, _ = await take(world, content)
        assert [(line.number, line.reason) for line in result.bad] == [(3, "code_unfit")]
        assert "3 to 50" in result.bad[0].sentence
        made = await world.fetch("SELECT code, max_uses, expires_at IS NULL AS ever FROM codes ORDER BY id")
        assert [tuple(row) for row in made] == [
            ("FRIEND", 100, False),
            ("V" * 51, None, True),
            ("FEW", 2, False),
        ]

    asyncio.run(in_office(central_dsn, work))
