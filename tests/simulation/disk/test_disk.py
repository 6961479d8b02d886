import os
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2
from sqlcipher3.dbapi2 import Connection, Error

from tests.simulation.disk.disk import Disk, Fault, Io

ROWS = "SELECT count(*) FROM t"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "disk", 1)
    yield disk
    disk.close()


def opened(disk: Disk, *, synchronous: str = "FULL") -> Connection:
    connection = dbapi2.connect(disk.folder / "a.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
    return connection


def insert(connection: Connection, size: int = 3_000) -> None:
    connection.execute("INSERT INTO t VALUES (zeroblob(?))", (size,))


def made(disk: Disk) -> tuple[Path, int]:
    """An empty file whose name is durable, open."""
    path = disk.folder / "plain"
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    os.fsync(handle)
    folder = os.open(disk.folder, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return path, handle


def rows_after(disk: Disk, connection: Connection, *, keep: float | None) -> int:
    disk.down = True
    connection.close()
    disk.crash(keep=keep)
    again = opened(disk)
    (count,) = again.execute(ROWS).fetchone()
    assert again.execute("PRAGMA quick_check").fetchone() == ("ok",)
    again.close()
    return int(count)


@pytest.mark.parametrize(("synchronous", "keep", "left"), [("FULL", 0, 1), ("OFF", 0, 0), ("OFF", 1, 1)])
def test_what_was_synced_survives_and_what_was_not_need_not(
    disk: Disk, synchronous: str, keep: float, left: int
) -> None:
    connection = opened(disk)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    insert(connection)
    assert rows_after(disk, connection, keep=keep) == left


@pytest.mark.parametrize("sector", [512, 4096])
def test_a_power_cut_tears_what_was_not_synced_by_sectors(tmp_path: Path, sector: int) -> None:
    disk = Disk(tmp_path / "torn", 1, sector=sector)
    path, handle = made(disk)
    os.pwrite(handle, b"a" * 40_960, 0)
    os.fsync(handle)
    os.pwrite(handle, b"b" * 40_960, 0)
    os.close(handle)
    disk.crash(keep=0.5)
    left = path.read_bytes()
    sectors = {left[at : at + sector] for at in range(0, len(left), sector)}
    assert sectors == {b"a" * sector, b"b" * sector}
    disk.close()


def test_every_call_is_counted_by_its_kind_and_a_kill_is_placed_in_its_commit(disk: Disk) -> None:
    connection = opened(disk)
    insert(connection)
    disk.counts.clear()
    insert(connection)
    frames, odd = divmod(disk.counts[Io.WRITE], 2)
    assert (frames > 0, odd, disk.counts[Io.SYNC]) == (True, 0, 1)
    for at in range(1, 100):
        disk.arm(Fault.POWER, at=at, kinds={Io.WRITE, Io.SYNC})
        with suppress(Error):
            insert(connection)
        if not disk.down:
            break
        connection.close()
        disk.crash(keep=0)
        connection = opened(disk)
        insert(connection)
    assert at > frames
    assert disk.places.keys() == {
        "before the first WAL write", "within a WAL frame", "between WAL frames", "before the sync",
    }  # fmt: skip
    assert (disk.places["before the first WAL write"], disk.places["before the sync"]) == (1, 1)
    connection.close()


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault.EIO, 10), (Fault.FULL, 13), (Fault.SHORT_WRITE, 13), (Fault.SYNC_LOST, 10)]
)
def test_an_armed_fault_is_an_error_of_sqlites_and_the_next_commit_goes_through(
    disk: Disk, fault: Fault, code: int
) -> None:
    connection = opened(disk)
    insert(connection)
    disk.arm(fault, kinds={Io.WRITE, Io.SYNC})
    with pytest.raises(Error) as failed:
        insert(connection)
    assert failed.value.sqlite_errorcode & 0xFF == code
    assert disk.struck == {fault: 1}
    insert(connection)
    assert rows_after(disk, connection, keep=0) == 2


def test_a_disk_of_some_size_fills_up(disk: Disk) -> None:
    connection = opened(disk)
    disk.capacity = sum(each.stat().st_size for each in disk.folder.iterdir()) + 100_000
    assert disk.free_bytes() == 100_000

    def insert_all() -> None:
        for _ in range(100):
            insert(connection)

    with pytest.raises(Error) as failed:
        insert_all()
    assert failed.value.sqlite_errorcode == 13
    assert disk.free_bytes() < 10_000
    connection.close()


def test_a_lying_sync_loses_what_was_acknowledged(disk: Disk) -> None:
    connection = opened(disk)
    disk.arm(Fault.LYING_SYNC, times=100)
    insert(connection)
    assert disk.lied
    assert rows_after(disk, connection, keep=0) == 0


def test_pages_that_a_failed_sync_left_for_written_are_not_written_by_the_next_one(disk: Disk) -> None:
    path, handle = made(disk)
    os.pwrite(handle, b"a" * 5_000, 0)
    os.fsync(handle)
    os.pwrite(handle, b"b" * 5_000, 0)
    (content,) = disk._contents.values()
    content.sync_failed_and_kept()
    os.fsync(handle)
    assert path.read_bytes() == b"b" * 5_000
    os.pwrite(handle, b"c", 4_999)
    os.fsync(handle)
    os.close(handle)
    disk.crash(keep=0)
    # Writing one byte has made its page, and only that, one that has to be written.
    assert path.read_bytes() == b"a" * 4_096 + b"b" * 903 + b"c"


def test_names_that_the_folder_was_not_synced_for_may_fall_back(disk: Disk) -> None:
    old, new = disk.folder / "old", disk.folder / "new"
    for path in (old, new):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.pwrite(handle, path.name.encode(), 0)
        os.fsync(handle)
        os.close(handle)
    folder = os.open(disk.folder, os.O_RDONLY)
    os.fsync(folder)
    new.replace(old)
    disk.crash(keep=0)
    assert (old.read_bytes(), new.read_bytes()) == (b"old", b"new")
    new.replace(old)
    os.fsync(folder)
    os.close(folder)
    disk.crash(keep=0)
    assert (old.read_bytes(), new.exists()) == (b"new", False)


def test_a_killed_process_leaves_what_it_wrote_until_the_power_goes(disk: Disk) -> None:
    connection = opened(disk)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute("PRAGMA synchronous = OFF")
    insert(connection)
    disk.down = True
    connection.close()
    disk.kill()
    again = opened(disk, synchronous="OFF")
    assert again.execute(ROWS).fetchone() == (1,)
    assert rows_after(disk, again, keep=0) == 0


def test_what_was_open_before_a_crash_reaches_nothing_after_it(disk: Disk) -> None:
    dead = opened(disk)
    insert(dead)
    disk.arm(Fault.POWER)
    with pytest.raises(Error):
        insert(dead)
    disk.crash(keep=0)
    alive = opened(disk)
    insert(alive)
    with pytest.raises(Error):
        insert(dead)
    dead.close()
    assert alive.execute(ROWS).fetchone() == (2,)
    assert alive.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    alive.close()


def test_disks_do_not_know_of_each_other_or_of_other_files(tmp_path: Path) -> None:
    disks = [Disk(tmp_path / name, 1) for name in ("one", "two")]
    connections = [opened(disk) for disk in disks]
    outside = dbapi2.connect(tmp_path / "outside.db", isolation_level=None)
    outside.execute("CREATE TABLE t (x)")
    disks[0].arm(Fault.POWER, kinds={Io.WRITE})
    with pytest.raises(Error):
        insert(connections[0])
    insert(connections[1])
    insert(outside)
    assert (disks[0].down, disks[1].down) == (True, False)
    for each in (*connections, outside):
        each.close()
    disks[0].crash()
    for disk in disks:
        disk.close()
    # Nobody answers for the folders any more.
    (tmp_path / "one" / "a.db").unlink()


def test_a_seed_draws_the_same_again(tmp_path: Path) -> None:
    left = []
    for name in ("one", "two"):
        disk = Disk(tmp_path / name, 7)
        path, handle = made(disk)
        for at in range(40):
            os.pwrite(handle, bytes([at + 1]) * 512, at * 512)
        os.close(handle)
        disk.crash(keep=0.5)
        left.append(path.read_bytes())
        disk.close()
    assert left[0] == left[1]
    assert 0 < len(left[0].strip(b"\0")) < 40 * 512


def test_bits_rot_where_it_says(disk: Disk) -> None:
    connection = opened(disk)
    insert(connection)
    connection.close()
    before = (disk.folder / "a.db").read_bytes()
    places = disk.rot("a.db", bits=3)
    after = (disk.folder / "a.db").read_bytes()
    assert {at for at in range(len(before)) if before[at] != after[at]} == set(places)


def test_a_fault_by_chance_strikes_about_as_often_as_it_says(disk: Disk) -> None:
    connection = opened(disk, synchronous="OFF")
    disk.chances[Fault.FULL] = 0.1
    for _ in range(300):
        with suppress(Error):
            insert(connection, 10)
    disk.disarm()
    assert 10 < disk.struck[Fault.FULL] < disk.counts[Io.WRITE] * 0.2
    insert(connection)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "disk", 1, loses=False)
    yield disk
    disk.close()


@pytest.mark.parametrize("at", [1, 2, 3, 5, 8])
def test_a_disk_that_loses_nothing_sees_no_call_before_a_fault_is_armed_and_then_all(
    keeping: Disk, at: int
) -> None:
    connection = opened(keeping)
    for _ in range(3):
        insert(connection)
    assert keeping.counts[Io.WRITE] == 0
    keeping.arm(Fault.POWER, at=at)
    with suppress(Error):
        for _ in range(9):
            insert(connection)
    assert keeping.down
    assert rows_after(keeping, connection, keep=1) >= 3


def test_what_was_disarmed_is_not_seen_any_more(keeping: Disk) -> None:
    connection = opened(keeping)
    keeping.arm(Fault.POWER, at=1_000)
    insert(connection)
    seen = keeping.counts[Io.WRITE]
    assert seen > 0
    keeping.disarm()
    insert(connection)
    assert keeping.counts[Io.WRITE] == seen
    connection.close()


def test_a_killed_process_touches_nothing_any_more_on_a_disk_that_loses_nothing(keeping: Disk) -> None:
    dead = opened(keeping)
    insert(dead)
    keeping.kill()
    with pytest.raises(Error):
        insert(dead)
    with closing(opened(keeping)) as again:
        insert(again)
        dead.close()
        assert again.execute(ROWS).fetchone() == (2,)
        assert again.execute("PRAGMA integrity_check").fetchone() == ("ok",)
