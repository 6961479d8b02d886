"""Who was erased stays erased in a database that is put back to a time before, by a list that lies outside of it."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from sync.central.erased_list import LIST_FILE, Erased, ErasedList
from sync.central.http.central import Central
from sync.central.jobs.watching import look
from sync.central.services.epochs import begin_epoch
from sync.central.services.erased_phones import erased_digest, number_digest
from sync.central.services.personal.erasing import Ground, erase_guest
from sync.central.services.personal.repeating import list_erased, repeat_erasures
from sync.protocol.digest import Subject, keyed_digest
from tests.builders.callers import call, owner_headers
from tests.builders.known_guest import PHONE, SAID, a_known_guest
from tests.builders.office import Office, sale
from tests.builders.registration import register, upload

pytestmark = pytest.mark.anyio


@pytest.fixture
def erased(tmp_path: Path) -> ErasedList:
    return ErasedList(tmp_path / "data")


def lines(folder: Path) -> list[str]:
    return [line for line in (folder / LIST_FILE).read_text(encoding="utf-8").splitlines() if line]


async def erase(office: Office, guest: int) -> None:
    async with office.database.network_transaction(office.network) as connection:
        await erase_guest(
            connection, office.secrets, office.network, guest, ground=Ground.LEGAL_DUTY, actor="staff:1"
        )


async def put_back(office: Office) -> None:
    """Begin a new epoch, as whatever puts a database back does."""
    async with office.database.network_transaction(office.network) as connection:
        await begin_epoch(connection, office.network, why="put back", actor="test")


async def repeat(office: Office, erased: ErasedList) -> int:
    return await repeat_erasures(office.database, office.secrets, erased, office.network)


async def listed(office: Office, erased: ErasedList) -> None:
    await list_erased(office.database, office.secrets, erased, office.network)


async def as_before(office: Office, number: int, name: bytes) -> None:
    """Let the guest stand in this database as in one from before the erasure."""
    await office.execute(
        "UPDATE guests SET erased_at = NULL, blocked = false, name_cipher = $2 WHERE id = $1", number, name
    )
    await office.execute("DELETE FROM erased_phones")


@pytest.mark.expects_log("were erased before, and are again")
async def test_who_is_listed_is_erased_again_in_a_new_epoch_once_and_audited(
    office: Office, erased: ErasedList
) -> None:
    guest, other = await office.guest("Ada", phone=PHONE), await office.guest("Bo")
    name = await office.value("SELECT name_cipher FROM guests WHERE id = $1", guest)
    await erase(office, guest)
    first = await office.value("SELECT erased_at FROM guests WHERE id = $1", guest)
    await listed(office, erased)
    assert await repeat(office, erased) == 0
    await as_before(office, guest, name)
    assert await repeat(office, erased) == 0, "nothing was put back"
    await put_back(office)
    assert [await repeat(office, erased) for _ in range(2)] == [1, 0]
    row = (await office.fetch("SELECT name_cipher, erased_at, blocked FROM guests WHERE id = $1", guest))[0]
    assert tuple(row) == (b"", first, True)
    assert await office.value("SELECT erased_at FROM guests WHERE id = $1", other) is None
    said = await office.fetch("SELECT actor, detail FROM audit WHERE action = 'guest.erase' ORDER BY id")
    assert [row["actor"] for row in said] == ["staff:1", "central"]
    assert said[1]["detail"]["ground"] == "legal_duty"
    assert said[1]["detail"]["erased_before"] == first.isoformat()
    assert await office.value("SELECT count(*) FROM erased_phones WHERE erased_at = $1", first) == 2


async def test_the_list_tells_nothing_of_anybody(office: Office, erased: ErasedList, tmp_path: Path) -> None:
    known = await a_known_guest(office)
    await erase(office, known.guest)
    await listed(office, erased)
    text = "\n".join(lines(tmp_path / "data")).lower()
    assert [piece for piece in SAID if piece.lower() in text or piece.lower().encode().hex() in text] == []
    assert str(known.guest) not in text.replace(f'"network":{office.network},', "").split('"guest":"')[0]
    assert number_digest(office.secrets, office.network, known.guest).hex() in text
    assert (tmp_path / "data" / LIST_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("phone", [PHONE, None])
async def test_a_registration_that_only_a_till_still_has_is_known_again(
    office: Office, erased: ErasedList, phone: str | None
) -> None:
    # The database was put back to a time before the guest registered; the till sends its journal once more.
    till = await office.till()
    there = register(till, "Ada Lovelace", phone=phone)
    phones = () if phone is None else (keyed_digest(till.who.digest_key, Subject.PHONE, phone),)
    mark = Erased(
        network=office.network,
        guest=number_digest(office.secrets, office.network, there.guest).hex(),
        at=datetime.now(UTC),
        ground="asked",
        phones=tuple(erased_digest(office.secrets, office.network, each).hex() for each in phones),
        epoch="of the life before",
    )
    erased.keep([mark])
    assert await repeat(office, erased) == 0
    again = register(till, "Ada again", phone=phone)
    till.write(sale(guest_id=there.guest))
    await upload(till, there, again)
    rows = {row["id"]: row for row in await office.fetch("SELECT * FROM guests")}
    assert rows[there.guest]["erased_at"] is not None
    assert rows[there.guest]["merged_into"] in rows
    # Without a phone nothing tells that a second registration is the same person's.
    assert (rows[again.guest]["erased_at"] is None) is (phone is None)
    assert await office.value("SELECT count(*) FROM sales") == 1
    assert await office.cases() == []


async def test_the_list_is_completed_beside_the_backups_and_taken_over_from_there(
    office: Office, erased: ErasedList, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    for name in ("Ada", "Bo"):
        await erase(office, await office.guest(name))
        await listed(office, erased)
        erased.note_archive(backups)
    assert len(lines(backups)) == 2
    again = ErasedList(tmp_path / "another")
    again.adopt(backups)
    assert again.read() == erased.read()
    # What another machine says of an epoch of its own is nothing that the backups tell.
    await put_back(office)
    await repeat(office, again)
    assert {one.epoch for one in again.read().values()} != {one.epoch for one in erased.read().values()}
    assert len(lines(backups)) == 2
    again.forget_archive()
    await erase(office, await office.guest("Cy"))
    await listed(office, again)
    assert (len(lines(tmp_path / "another")), len(lines(backups))) == (5, 2)


async def test_a_line_that_a_crash_has_torn_spoils_no_other(
    office: Office, erased: ErasedList, tmp_path: Path
) -> None:
    await erase(office, await office.guest("Ada"))
    await listed(office, erased)
    path = tmp_path / "data" / LIST_FILE
    path.write_bytes(path.read_bytes()[:-20])
    assert erased.read() == {}
    await erase(office, await office.guest("Bo"))
    await listed(office, erased)
    assert len(erased.read()) == 2


@pytest.mark.expects_log("the list of erased guests cannot be (read|written)")
async def test_an_erasure_is_done_although_the_list_cannot_be_written_and_is_listed_later(
    office: Office, erased: ErasedList, tmp_path: Path
) -> None:
    await erase(office, await office.guest("Ada"))
    (tmp_path / "data").write_text("a file where a folder belongs")
    await listed(office, erased)
    (tmp_path / "data").unlink()
    (tmp_path / "data" / LIST_FILE).mkdir(parents=True)
    await listed(office, erased)
    (tmp_path / "data" / LIST_FILE).rmdir()
    for _ in range(2):
        await look(office.database, office.secrets, erased, retry=True)
    assert len([one for one in erased.read().values() if one.network == office.network]) == 1


async def test_whoever_erases_by_the_api_writes_the_list_at_once(
    central: tuple[object, object], office: Office, erased: ErasedList
) -> None:
    state: Central = central[0].state.central  # type: ignore[attr-defined]  # the application's own state
    guest, owner = await office.guest("Ada"), await owner_headers(office)
    state.erased = erased
    try:
        path, body = f"/api/guests/{guest}/erase", {"reason": "asked"}
        assert (await call(office, "POST", path, owner | {"Idempotency-Key": str(uuid4())}, body)).is_success
    finally:
        state.erased = None
    (entry,) = erased.read().values()
    assert (entry.network, entry.ground) == (office.network, "asked")
