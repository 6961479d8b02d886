import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.till.journal.lost_commits import judge, lost_commits, write_through

PAGE = 4096
FRAME = PAGE + 24


@pytest.fixture(scope="module")
def wal(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Ten commits of one frame each behind a table's making, as SQLite itself writes them."""
    path = tmp_path_factory.mktemp("wal") / "plain.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE t (a)")
    for number in range(10):
        connection.execute("INSERT INTO t VALUES (?)", (number,))
    content = path.with_name("plain.db-wal").read_bytes()
    connection.close()
    return content


def judged(folder: Path, content: bytes) -> int:
    path = folder / "x-wal"
    path.write_bytes(content)
    return lost_commits(path)


def commits_in(content: bytes) -> list[int]:
    """The frames that end a commit."""
    frames = range((len(content) - 32) // FRAME)
    return [each for each in frames if int.from_bytes(content[32 + each * FRAME + 4 :][:4], "big")]


def test_a_sound_wal_has_lost_nothing(tmp_path: Path, wal: bytes) -> None:
    assert judged(tmp_path, wal) == 0
    assert len(commits_in(wal)) == 11


def test_no_wal_has_lost_nothing(tmp_path: Path) -> None:
    assert lost_commits(tmp_path / "none-wal") == 0
    assert judged(tmp_path, b"") == 0
    assert judged(tmp_path, bytes(100_000)) == 0


def test_a_torn_last_commit_is_no_damage(tmp_path: Path, wal: bytes) -> None:
    for cut in (1, 100, FRAME - 1, FRAME, FRAME + 1):
        assert judged(tmp_path, wal[:-cut]) == 0
    hurt = bytearray(wal)
    hurt[-50] ^= 1
    assert judged(tmp_path, bytes(hurt)) == 0


@given(spot=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_that_flipped_before_the_last_commit_is_damage(
    tmp_path_factory: pytest.TempPathFactory, wal: bytes, spot: float, bit: int
) -> None:
    commits = commits_in(wal)
    before_last = 32 + (commits[-2] + 1) * FRAME
    at = 32 + int(spot * (before_last - 32))
    hurt = bytearray(wal)
    hurt[at] ^= 1 << bit
    frame = (at - 32) // FRAME
    behind = sum(each >= frame for each in commits) - 1
    found = judged(tmp_path_factory.mktemp("hurt"), bytes(hurt))
    within_header = (at - 32) % FRAME < 24
    # A flip in a frame's own header may hide that it ended a commit; all behind it are still counted.
    assert behind - within_header <= found <= behind
    assert found > 0 or behind <= 1


def test_frames_of_an_earlier_generation_are_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE t (a)")
    for number in range(20):
        connection.execute("INSERT INTO t VALUES (?)", (number,))
    connection.execute("PRAGMA wal_checkpoint(RESTART)")
    connection.execute("INSERT INTO t VALUES (99)")
    content = path.with_name("plain.db-wal").read_bytes()
    connection.close()
    assert len(commits_in(content)) > 10
    assert judged(tmp_path, content) == 0


@pytest.mark.parametrize("at", range(0, 32, 3))
def test_a_bit_that_flipped_in_the_header_hides_everything_and_is_damage(
    tmp_path: Path, wal: bytes, at: int
) -> None:
    hurt = bytearray(wal)
    hurt[at] ^= 4
    assert judged(tmp_path, bytes(hurt)) > 0


def test_a_header_that_was_never_written_hides_nothing(tmp_path: Path, wal: bytes) -> None:
    # A new WAL's first sector may be lost as long as nothing in it was synced.
    assert judged(tmp_path, bytes(512) + wal[512:]) == 0


def test_what_lies_behind_the_last_whole_commit_is_cut_off(tmp_path: Path, wal: bytes) -> None:
    ends = [32 + (frame + 1) * FRAME for frame in commits_in(wal)]
    path = tmp_path / "x-wal"
    for left in (len(wal), len(wal) - 1, ends[-2] + 1, ends[-2], ends[0], ends[0] - 1, 32, 5):
        path.write_bytes(wal[:left])
        write_through(path)
        assert path.read_bytes() == wal[: max((end for end in ends if end <= left), default=0)]
        assert judge(path.read_bytes()).sound_bytes == path.stat().st_size


def test_no_wal_is_left_alone(tmp_path: Path) -> None:
    write_through(tmp_path / "none-wal")
    assert not (tmp_path / "none-wal").exists()


@pytest.mark.parametrize("page_bytes", [1 << power for power in range(9, 17)])
def test_pages_of_every_size_are_summed_up_as_sqlite_does(tmp_path: Path, page_bytes: int) -> None:
    path = tmp_path / "plain.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA page_size = {page_bytes}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE t (a)")
    for _ in range(5):
        connection.execute("INSERT INTO t VALUES (randomblob(?))", (page_bytes,))
    content = path.with_name("plain.db-wal").read_bytes()
    connection.close()
    assert judge(content) == (len(content), 0)
    hurt = bytearray(content)
    hurt[-1] ^= 128
    assert judge(bytes(hurt)).sound_bytes < len(content)
