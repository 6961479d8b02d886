import asyncio
import io
import threading
from collections.abc import Iterator

import pytest

from sync.central.services import code_import
from sync.central.services.code_file import BadLine, CodeLine, read_code_file
from sync.central.services.code_file_text import MAX_LINE_CHARS
from sync.central.services.code_import import Imported, Taking, import_codes
from sync.central.services.refusal import Refusal
from sync.rules.campaign import Policy
from sync.rules.code import Kind
from sync.rules.user_error import UserError
from tests.builders.central_world import OfficeWorld, in_office
from tests.builders.patience import LONG_S


async def take(world: OfficeWorld, content: str) -> tuple[Imported, list[BadLine]]:
    heard: list[BadLine] = []
    file = read_code_file(io.BufferedReader(io.BytesIO(content.encode())), zone="UTC", currency="EUR")
    taking = Taking(world.network_id, zone="UTC", currency="EUR", actor="test")
    result = await import_codes(world.database, world.secrets, taking, file.lines, on_bad=heard.append)
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


def test_a_file_that_turns_out_to_be_none_leaves_nothing_of_its_good_lines(
    central_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_import, "LINES_AT_ONCE", 3)
    good = "kind,code,name,campaign\n" + "".join(f"PROMO,CCC-{n},x,Broken\n" for n in range(10))

    async def work(world: OfficeWorld) -> None:
        with pytest.raises(UserError, match="longer than"):
            await take(world, good + "x" * (MAX_LINE_CHARS + 1))
        monkeypatch.setattr(code_import, "MAX_LINES", 9)
        with pytest.raises(UserError, match="more than 9 lines"):
            await take(world, good)
        assert await left_of(world) == (0, 0, 0, 0)
        monkeypatch.setattr(code_import, "MAX_LINES", 10)
        assert (await take(world, good))[0].codes == 10
        assert await left_of(world) == (10, 1, 11, 1)

    asyncio.run(in_office(central_dsn, work))


def test_nobody_sees_a_part_of_a_file_and_a_second_one_waits_for_its_end(
    central_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_import, "LINES_AT_ONCE", 3)
    header = "kind,code,name,campaign\n"

    async def work(world: OfficeWorld) -> None:
        seen: list[tuple[int, ...]] = []
        half_way, go_on = asyncio.Event(), threading.Event()
        loop = asyncio.get_running_loop()

        def slowly() -> Iterator[CodeLine | BadLine]:
            content = header + "".join(f"PROMO,DDD-{n},x,Slow\n" for n in range(9))
            for read in read_code_file(
                io.BufferedReader(io.BytesIO(content.encode())), zone="UTC", currency="EUR"
            ).lines:
                if read.number == 8:
                    loop.call_soon_threadsafe(half_way.set)
                    go_on.wait(LONG_S)
                yield read

        taking = Taking(world.network_id, zone="UTC", currency="EUR", actor="test")
        stored: list[int] = []
        slow = asyncio.create_task(
            import_codes(
                world.database, world.secrets, taking, slowly(), on_bad=print, on_progress=stored.append
            )
        )
        try:
            await half_way.wait()
            seen.append(await left_of(world))
            with pytest.raises(Refusal, match="Another file"):
                await take(world, header + "PROMO,EEE-1,x,Other\n")
        finally:
            go_on.set()
        assert (await slow).codes == 9
        assert stored == [3, 6, 9]
        assert seen == [(0, 0, 0, 0)]
        assert await left_of(world) == (9, 1, 10, 1)

    asyncio.run(in_office(central_dsn, work))


async def left_of(world: OfficeWorld) -> tuple[int, ...]:
    """How many codes, campaigns, rows for the tills and entries in the audit log there are."""
    (row,) = await world.fetch(
        """SELECT (SELECT count(*) FROM codes), (SELECT count(*) FROM campaigns),
            (SELECT count(*) FROM outbox WHERE tab IN ('code', 'campaign')),
            (SELECT count(*) FROM audit WHERE action = 'codes.import')"""
    )
    return tuple(row)
