from collections.abc import Callable
from pathlib import Path

import pytest

from sync.rules.user_error import UserError
from sync.till.journal.schema import MIGRATIONS
from sync.till.secrets import SecretStore
from tests.builders.till import enrolled_till, new_till, sell


def sold(folder: Path, sales: int = 30) -> Path:
    till = enrolled_till(folder)
    for _ in range(sales):
        sell(till)
    till.close()
    return till.home.journal_file


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x40
    path.write_bytes(content)


def other_key(path: Path) -> None:
    """The right file with the wrong key: as when folders are mixed up."""
    key = path.parent / "secret" / "till.key"
    content = key.read_text()
    start = content.index('"file_key": "') + len('"file_key": "')
    key.write_text(content[:start] + "00" * 32 + content[start + 64 :])
    (path.parent / "cache.db").unlink()


HURTS: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"garbage" * 10_000),
    "garbage header": lambda path: flip(path, 5),
    "empty": lambda path: path.write_bytes(b""),
    "one byte": lambda path: path.write_bytes(b"x"),
    "truncated to pages": lambda path: path.write_bytes(path.read_bytes()[: 4096 * 4]),
    "truncated within a page": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "flipped page": lambda path: flip(path, 4096 * 5 + 77),
    "last page": lambda path: flip(path, path.stat().st_size - 1),
    "wrong key": other_key,
}


@pytest.mark.parametrize("hurt", HURTS)
def test_a_damaged_journal_is_said_and_kept_exactly_as_it_is(tmp_path: Path, hurt: str) -> None:
    journal = sold(tmp_path)
    HURTS[hurt](journal)
    before = {path.name: path.read_bytes() for path in journal.parent.glob("journal.db*")}
    for _ in range(2):
        with pytest.raises(UserError) as refused:
            new_till(tmp_path)
        assert refused.value.reason == "journal_damaged"
        assert str(journal) in refused.value.sentence
        assert "kept exactly as it is" in refused.value.sentence
        assert "--home" in refused.value.advice
    after = {path.name: path.read_bytes() for path in journal.parent.glob("journal.db*")}
    assert after == before


def test_a_journal_that_is_gone_is_not_silently_begun_anew(tmp_path: Path) -> None:
    journal = sold(tmp_path)
    journal.rename(tmp_path / "moved")
    with pytest.raises(UserError) as refused:
        new_till(tmp_path)
    assert refused.value.reason == "journal_missing"
    assert not journal.exists()
    (tmp_path / "moved").rename(journal)
    till = new_till(tmp_path)
    assert till.journal.verify().events == 61
    till.close()


def test_a_left_over_wal_without_its_journal_is_not_thrown_away(tmp_path: Path) -> None:
    till = new_till(tmp_path)
    till.close()
    journal = till.home.journal_file
    journal.unlink()
    wal = journal.with_name("journal.db-wal")
    wal.write_bytes(b"precious")
    with pytest.raises(UserError) as refused:
        new_till(tmp_path)
    assert refused.value.reason == "journal_missing"
    assert wal.read_bytes() == b"precious"


def test_a_journal_half_made_by_a_crash_is_simply_made(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "journal.db.new").write_bytes(b"half")
    till = new_till(tmp_path)
    assert not till.journal.status().enrolled
    till.close()


def test_a_journal_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    till.journal._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    till.close()
    with pytest.raises(UserError) as refused:
        new_till(tmp_path)
    assert refused.value.reason == "journal_newer"


def test_a_damaged_journal_gives_the_home_free_again(tmp_path: Path) -> None:
    journal = sold(tmp_path)
    content = journal.read_bytes()
    flip(journal, 5)
    with pytest.raises(UserError):
        new_till(tmp_path)
    journal.write_bytes(content)
    till = new_till(tmp_path)
    assert till.journal.verify().ok
    till.close()


def test_a_lost_key_leaves_the_journal_as_it_is(tmp_path: Path) -> None:
    journal = sold(tmp_path)
    content = journal.read_bytes()
    (journal.parent / "secret" / "till.key").unlink()
    with pytest.raises(UserError) as refused:
        new_till(tmp_path)
    assert refused.value.reason == "key_missing"
    assert journal.read_bytes() == content


def crashed(folder: Path, sales: int) -> tuple[Path, Path]:
    """A till that died with its newest sales in the WAL; return its journal and the WAL."""
    till = enrolled_till(folder / "alive")
    till.tidy()
    for _ in range(sales):
        sell(till)
    dead = folder / "dead" / "home"
    (dead / "secret").mkdir(parents=True)
    alive = till.home.folder
    for name in ("journal.db", "journal.db-wal", "secret/till.key", "till.json"):
        (dead / name).write_bytes((alive / name).read_bytes())
    till.close()
    return dead / "journal.db", dead / "journal.db-wal"


def test_what_lies_in_the_wal_after_a_crash_is_there(tmp_path: Path) -> None:
    crashed(tmp_path, 5)
    till = new_till(tmp_path / "dead")
    assert till.journal.verify().events == 11
    sell(till)
    till.close()


def test_a_torn_end_of_the_wal_loses_only_what_was_never_acknowledged(tmp_path: Path) -> None:
    _, wal = crashed(tmp_path, 5)
    wal.write_bytes(wal.read_bytes()[:-1_000])
    till = new_till(tmp_path / "dead")
    assert till.journal.verify().ok
    assert till.journal.status().last_seq == 9
    till.close()


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6])
def test_a_byte_that_went_bad_in_the_middle_of_the_wal_is_not_passed_over_in_silence(
    tmp_path: Path, part: float
) -> None:
    journal, wal = crashed(tmp_path, 12)
    flip(wal, int(wal.stat().st_size * part))
    before = journal.read_bytes(), wal.read_bytes()
    with pytest.raises(UserError) as refused:
        new_till(tmp_path / "dead")
    assert refused.value.reason == "journal_damaged"
    assert "newest part" in refused.value.sentence
    assert (journal.read_bytes(), wal.read_bytes()) == before


def test_the_keys_of_a_home_open_nothing_else(tmp_path: Path) -> None:
    first, second = enrolled_till(tmp_path / "a"), enrolled_till(tmp_path / "b")
    assert first.secrets.file_key != second.secrets.file_key
    assert first.signing_key.public != second.signing_key.public
    assert SecretStore(first.home).load_or_make() == first.secrets
    first.close()
    second.close()


@pytest.mark.expects_log("the journal (is damaged|stops)")
def test_events_of_a_life_that_the_file_does_not_know_are_damage(tmp_path: Path) -> None:
    """As where a disk that lies keeps an older page beside newer ones: each is as it was written."""
    till = enrolled_till(tmp_path)
    sell(till)
    till.journal._connection.execute("DELETE FROM incarnations")
    till.close()
    again = new_till(tmp_path)
    assert again.journal.ended() == "chain_damaged"
    again.close()
