"""A guest is erased: nothing tells any more who they were, and every book still adds up."""

import asyncio
from typing import Any

import asyncpg
import pytest

from sync.central.jobs.housekeeping import tend
from sync.central.schema.model import Model
from sync.central.schema.tables import TENANT_TABLES
from sync.central.services.erased_phones import KNOWN_AGAIN, number_digest
from sync.central.services.personal.erasing import ErasedGuest, Ground, erase_guest
from sync.central.services.personal.exporting import GuestExport, export_guest
from sync.central.services.personal.family import family_of
from sync.central.services.personal.holdings import HOLDINGS, OF_STAFF, Erased
from sync.protocol.feed import GuestRow, Table
from sync.protocol.guest_data import guest_id_of, open_guest, open_guest_key
from sync.protocol.payloads import GuestRegistered
from sync.protocol.wire import unpack
from tests.builders.known_guest import PHONE, SAID, KnownGuest, a_known_guest
from tests.builders.office import NOW_MS, Office, sale
from tests.builders.registration import register, upload
from tests.builders.replica import Replica, replica_of

pytestmark = pytest.mark.anyio

NAMES_A_GUEST = ("guest", "holder", "beneficiary", "caller", "merged", "phone", "email", "cipher", "sealed")
"""Pieces of the names of columns that can name a guest, or hold what one said."""


async def erase(office: Office, guest: int) -> ErasedGuest:
    async with office.database.network_transaction(office.network) as connection:
        return await erase_guest(
            connection, office.secrets, office.network, guest, ground=Ground.ASKED, actor="staff:1"
        )


async def export(office: Office, guest: int) -> GuestExport:
    async with office.database.network_transaction(office.network, repeatable_read=True) as connection:
        family = await family_of(connection, office.network, guest)
        return await export_guest(connection, office.secrets, office.network, family)


MOVED_BY_JOBS = {"scans_waiting", "voucher_guests", "day_guests", "claims_used"}
"""What the office's own jobs add up, or settle, at a time of their own."""


async def everything(office: Office) -> str:
    """Every row of the network, as text; what is bytes is written in hex."""
    tables = [table.__tablename__ for table in TENANT_TABLES]
    rows = [row[0] for table in tables for row in await office.fetch(f"SELECT lower(t::text) FROM {table} t")]
    return "\n".join(rows)


def found_in(dump: str) -> list[str]:
    return [
        piece
        for piece in SAID
        if piece.lower() in dump or piece.encode().hex() in dump or piece.lower().encode().hex() in dump
    ]


async def books(office: Office) -> dict[str, Any]:
    """What was booked, and the journals byte for byte."""
    queries = {
        "guests": "SELECT id, points, points_owed, purchases FROM guests ORDER BY id",
        "lots": "SELECT * FROM points_lots ORDER BY id",
        "entries": "SELECT * FROM points_entries ORDER BY operation, place",
        "sales": "SELECT * FROM sales ORDER BY event",
        "uses": "SELECT * FROM redemptions ORDER BY event",
        "events": "SELECT * FROM events ORDER BY event",
        "limits": "SELECT * FROM limits ORDER BY kind, subject, guest",
    }
    return {name: [tuple(row) for row in await office.fetch(query)] for name, query in queries.items()}


def test_every_column_that_can_name_a_guest_is_one_that_exports_and_erasures_know() -> None:
    known = {(holding.table, column) for holding in HOLDINGS for column in holding.columns} | set(OF_STAFF)
    # Tables that belong to nobody's network, and counts of how many guests there were, name nobody.
    named = {
        (table.name, column.name)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if any(piece in column.name for piece in NAMES_A_GUEST)
        or any(
            key.column.table.name == "guests" and column.name != "network_id" for key in column.foreign_keys
        )
    }
    assert named - known == set(), "an export must gather these, and an erasure decide about them"
    assert {table for table, _ in known} <= {table.name for table in Model.metadata.sorted_tables}


async def test_an_export_holds_something_of_every_table_and_opens_what_is_sealed(office: Office) -> None:
    known = await a_known_guest(office)
    found = await export(office, known.merged)
    assert (found.guest_id, found.numbers) == (known.guest, sorted((known.guest, known.merged)))
    assert {table for table, rows in found.held.items() if not rows} <= MOVED_BY_JOBS
    assert set(found.held) == {holding.table for holding in HOLDINGS}
    said = {piece["where"].split()[0]: piece for piece in found.said}
    assert said["guests"]["name"] == "Ada Lovelace"
    assert said["guests"]["children"][0]["name"] == "Byronetta"
    assert said["events"]["phone"] == said["phone_verifications"]["phone"] == PHONE
    assert said["code_recipients"]["email"] == "ada.lovelace@example.com"
    assert found.held["points_lots"][0]["left"] == 40
    assert found.held["scans"][0]["address"] == "203.0.113.77"


async def test_an_export_says_nothing_of_anybody_else(office: Office) -> None:
    await a_known_guest(office)
    other = await office.guest("Bo", phone="+4930555777")
    found = await export(office, other)
    assert {table for table, rows in found.held.items() if rows} == {"guests", "cards", "outbox"}
    assert [piece["name"] for piece in found.said] == ["Bo"]


async def test_nothing_personal_is_left_anywhere_and_every_book_still_adds_up(office: Office) -> None:
    known = await a_known_guest(office)
    await office.client.get("/health")
    before = await books(office)
    assert len(found_in(await everything(office))) > 4
    done = await erase(office, known.guest)
    assert (done.guest_id, done.already) == (known.guest, False)
    assert done.numbers == sorted((known.guest, known.merged))
    dump = await everything(office)
    assert found_in(dump) == []
    assert await office.value("SELECT max(length(phone_last4)) FROM guests") == 0
    assert await books(office) == before
    row = (await office.fetch("SELECT action, detail FROM audit ORDER BY id DESC LIMIT 1"))[0]
    assert (row["action"], row["detail"]["ground"]) == ("guest.erase", "asked")
    assert await office.value("SELECT count(*) FROM sessions WHERE revoked_at IS NULL") == 0
    held = (await export(office, known.guest)).held
    for holding in HOLDINGS:
        if holding.erased is Erased.GONE:
            assert held[holding.table] == [], holding.table


async def test_what_a_till_recorded_stays_unreadable_even_with_the_keys_of_its_network(
    office: Office,
) -> None:
    known = await a_known_guest(office)
    event = known.registrations[0].event
    sealed = known.registrations[0].sealed_key
    key = open_guest_key(office.secrets.digest_key(office.network), event, sealed)
    assert key is not None
    payload = GuestRegistered(guest_id=guest_id_of(event), sealed=b"")
    assert open_guest(key, event, payload.sealed) is None
    await erase(office, known.guest)
    assert await office.value("SELECT count(*) FROM guest_keys") == 0
    # The till sends its journal once more, with the keys that it still has, as after central was put back.
    await upload(known.till, *known.registrations)
    assert await office.value("SELECT count(*) FROM guest_keys") == 0
    assert found_in(await everything(office)) == []


async def test_a_second_erasure_is_calm_and_changes_nothing(office: Office) -> None:
    known = await a_known_guest(office)
    first = await erase(office, known.guest)
    before = await what_people_did(office)
    again = await erase(office, known.merged)
    assert again == ErasedGuest(
        guest_id=first.guest_id, numbers=first.numbers, erased_at=first.erased_at, already=True
    )
    assert await what_people_did(office) == before


async def what_people_did(office: Office) -> dict[str, Any]:
    """Everything that an erasure writes and no job of the office does."""
    queries = {
        "guests": "SELECT id, erased_at, data_key, name_cipher, phone_digest, blocked, wallet FROM guests ORDER BY id",
        "phones": "SELECT * FROM erased_phones ORDER BY digest",
        "recipients": "SELECT * FROM code_recipients ORDER BY id",
        "sessions": "SELECT * FROM sessions ORDER BY id",
        "codes": "SELECT id, code, status, version FROM codes ORDER BY id",
        "cards": "SELECT id, active, version FROM cards ORDER BY id",
        "audit": "SELECT id FROM audit ORDER BY id",
    }
    return {name: [tuple(row) for row in await office.fetch(query)] for name, query in queries.items()}


async def test_the_tills_hear_that_the_guest_is_gone_and_a_new_one_never_hears_of_them(
    office: Office,
) -> None:
    known = await a_known_guest(office)
    replica = await replica_of(office)
    assert unpack(replica.living(Table.GUEST)[known.guest], GuestRow).name == "Ada Lovelace"
    stale = Replica(await office.till("another"))
    await stale.load()
    await erase(office, known.guest)
    await replica.catch_up()
    assert set(replica.living(Table.GUEST)) & {known.guest, known.merged} == set()
    await stale.load()
    assert set(stale.living(Table.GUEST)) & {known.guest, known.merged} == set()


async def test_a_till_that_asks_is_told_which_of_its_guests_are_erased(office: Office) -> None:
    known = await a_known_guest(office)
    away = await office.till("away")
    gone, stays = register(away, "Ada Lovelace", phone=PHONE), register(away, "Bo", phone="+4930555777")
    await upload(away, gone, stays)
    await erase(office, known.guest)
    nobody = 2**63 - 1
    asked = (gone.guest, stays.guest, nobody, 2**63, 0)
    assert (await away.contact(guests=asked)).erased == (gone.guest,)
    # A database that was put back does not know the number any more; the list beside it does.
    await office.execute(
        "INSERT INTO erased_phones (network_id, digest, guest_id, erased_at) VALUES ($1, $2, $3, now())",
        office.network,
        number_digest(office.secrets, office.network, nobody),
        known.guest,
    )
    assert (await away.contact(guests=asked)).erased == tuple(sorted((gone.guest, nobody)))
    assert (await away.contact()).erased == ()


async def test_a_registration_from_before_the_erasure_that_comes_after_it_is_the_erased_guests(
    office: Office,
) -> None:
    known = await a_known_guest(office)
    away = await office.till("away for weeks")
    late = register(away, "Ada Lovelace", phone=PHONE, email="ada.lovelace@example.com")
    await erase(office, known.guest)
    ack = await upload(away, late)
    assert (ack.applied, ack.cases) == (1, 0)
    rows = await office.fetch("SELECT merged_into, erased_at, data_key FROM guests WHERE id = $1", late.guest)
    assert rows[0]["merged_into"] == known.guest
    assert rows[0]["erased_at"] is not None
    assert await office.value("SELECT count(*) FROM guest_keys") == 0
    assert found_in(await everything(office)) == []
    assert late.guest in (await erase(office, known.guest)).numbers


async def test_whoever_registers_after_they_were_erased_is_a_new_guest(office: Office) -> None:
    known = await a_known_guest(office)
    await erase(office, known.guest)
    await office.execute("UPDATE erased_phones SET erased_at = to_timestamp($1 / 1000.0)", NOW_MS - 1)
    again = register(known.till, "Ada Lovelace", phone=PHONE)
    await upload(known.till, again, first=len(known.till.events))
    row = (await office.fetch("SELECT merged_into, erased_at FROM guests WHERE id = $1", again.guest))[0]
    assert tuple(row) == (None, None)


@pytest.mark.parametrize(
    ("uncertainty_ms", "not_before_ms"),
    [(300_000, None), (1, NOW_MS - 86_400_000)],
    ids=["by its uncertainty", "by what the till knows for certain"],
)
async def test_a_registration_at_a_clock_in_doubt_may_be_from_before_the_erasure_and_counts_so(
    office: Office, uncertainty_ms: int, not_before_ms: int | None
) -> None:
    known = await a_known_guest(office)
    away = await office.till("away")
    late = register(
        away, "Ada Lovelace", phone=PHONE, uncertainty_ms=uncertainty_ms, not_before_ms=not_before_ms
    )
    await erase(office, known.guest)
    await office.execute("UPDATE erased_phones SET erased_at = to_timestamp($1 / 1000.0)", NOW_MS - 60_000)
    await upload(away, late)
    row = (await office.fetch("SELECT merged_into, data_key FROM guests WHERE id = $1", late.guest))[0]
    assert tuple(row) == (known.guest, None)


async def test_a_registration_that_meets_an_erasure_at_the_same_moment_is_erased_too(office: Office) -> None:
    known = await a_known_guest(office)
    other = await office.till("other")
    late = register(other, "Ada Lovelace", phone=PHONE)
    async with office.database.network_transaction(office.network) as connection:
        await erase_guest(
            connection, office.secrets, office.network, known.guest, ground=Ground.ASKED, actor="staff:1"
        )
        coming = asyncio.create_task(upload(other, late))
        while not await _somebody_waits(connection):
            assert not coming.done()
    assert (await coming).applied == 1
    row = (await office.fetch("SELECT merged_into, data_key FROM guests WHERE id = $1", late.guest))[0]
    assert tuple(row) == (known.guest, None)


async def test_guests_are_erased_while_tills_sell_to_them_and_nobody_stands_in_anybodys_way(
    office: Office,
) -> None:
    tills = [await office.till(f"Till {number}") for number in range(3)]
    guests = [register(tills[0], f"Ada {number}", phone=f"+49309018{number:04}") for number in range(6)]
    await upload(tills[0], *guests)
    for till in tills:
        for receipt in range(12):
            till.write(sale(guest_id=guests[receipt % 6].guest, receipt=receipt, points_earned=3))
    firsts = [len(guests) + 1, 1, 1]
    done = await asyncio.gather(
        *(erase(office, each.guest) for each in guests),
        *(upload(till, first=first) for till, first in zip(tills, firsts, strict=True)),
    )
    assert [each.already for each in done[:6] if isinstance(each, ErasedGuest)] == [False] * 6
    assert await office.value("SELECT sum(purchases)::int FROM guests") == 36
    assert await office.value("SELECT sum(points)::int FROM guests") == 108
    assert await office.value("SELECT count(*) FROM outbox o WHERE tab = 'guest' AND row IS NOT NULL") == 0


async def _somebody_waits(connection: asyncpg.Connection) -> bool:
    waits: bool = await connection.fetchval(
        """SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
            AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"""
    )
    return waits


async def test_an_erased_guests_own_codes_end_and_points_that_come_later_are_still_booked(
    office: Office,
) -> None:
    known = await a_known_guest(office)
    await erase(office, known.guest)
    rows = await office.fetch("SELECT code, name, status FROM codes WHERE holder_guest_id = $1", known.guest)
    assert [(row["name"], row["status"]) for row in rows] == [("", "archived")]
    assert rows[0]["code"].startswith("ERASED-")
    async with office.database.network_transaction(office.network) as connection:
        await connection.execute("UPDATE guests SET points = points WHERE id = $1", known.guest)
    await _sell_to(office, known)
    assert await office.value("SELECT purchases FROM guests WHERE id = $1", known.guest) == 2
    newest = await office.value(
        "SELECT row FROM outbox WHERE tab = 'guest' AND subject = $1 ORDER BY version DESC LIMIT 1",
        known.guest,
    )
    assert newest is None


async def _sell_to(office: Office, known: KnownGuest) -> None:
    known.till.write(sale(guest_id=known.guest, receipt=2))
    ack = await upload(known.till, first=len(known.till.events))
    assert ack.cases == 0


async def test_phones_are_known_again_only_for_as_long_as_a_till_may_be_away(office: Office) -> None:
    known = await a_known_guest(office)
    await erase(office, known.guest)
    assert await office.value("SELECT count(*) FROM erased_phones") == 2
    await office.execute("UPDATE erased_phones SET erased_at = erased_at - $1::interval", KNOWN_AGAIN)
    await tend(office.database, office.secrets, office.network)
    assert await office.value("SELECT count(*) FROM erased_phones") == 0
