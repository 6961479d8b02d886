"""A journal too damaged to be opened: what can be read of it is saved, the rest is named, the file stays as it is."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.protocol.event import read_envelope
from sync.protocol.upload import Ack
from sync.rules.user_error import UserError
from sync.till.home import TillHome
from sync.till.journal.salvage import Salvaged
from sync.till.salvaging import salvage_home
from sync.till.sqlcipher import JOURNAL, connect, side_files
from sync.till.till import Till
from tests.builders.till import DIGEST_KEY, enrolled_till, identity, leased, new_till, sell

PAGE = JOURNAL.page_bytes
SALES = 40
EVENTS = 2 * SALES + 1


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The home of a till that sold forty times on a lease, of which the office has the first ten events."""
    till = enrolled_till(tmp_path / "old")
    lease = leased(till, units=SALES)
    for _ in range(SALES):
        sell(till, lease=lease)
    till.journal.acknowledge(Ack(applied=10, want=11))
    till.close()
    return till.home.folder


def file_key(home: Path) -> bytes:
    till = new_till(home.parent)
    try:
        return till.secrets.file_key
    finally:
        till.close()


def root_of(home: Path, table: str) -> int:
    """The first page of a table's tree; of a small table it is the only one."""
    connection = connect(home / "journal.db", file_key(home), JOURNAL)
    try:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    finally:
        connection.close()
    return int(page)


def hurt(home: Path, *pages: int) -> None:
    journal = home / "journal.db"
    content = bytearray(journal.read_bytes())
    for page in pages:
        content[(page - 1) * PAGE + 100] ^= 0x40
    journal.write_bytes(content)


def everything(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.glob("journal.db*")}


def salvaged(home: Path, to: Path) -> Salvaged:
    before = everything(home)
    found = salvage_home(TillHome(home), to)
    assert everything(home) == before
    assert [path.name for path in to.parent.iterdir() if path.name.startswith(".salvage")] == []
    return found


def tried(home: Path, to: Path) -> tuple[Salvaged | None, str]:
    try:
        return salvaged(home, to), ""
    except UserError as error:
        return None, error.reason


def numbers(ranges: str) -> set[int]:
    spans = [part.partition("-") for part in ranges.split(", ") if part]
    return {seq for first, _, last in spans for seq in range(int(first), int(last or first) + 1)}


@pytest.fixture
def taken_over(tmp_path: Path) -> Iterator[Callable[[Path], Till]]:
    opened: list[Till] = []

    def take(file: Path) -> Till:
        till = new_till(tmp_path / "new")
        opened.append(till)
        till.become(identity(2), digest_key=DIGEST_KEY, app_version="2")
        till.journal.import_from(file)
        return till

    yield take
    for till in opened:
        till.close()


def test_whatever_page_is_hurt_everything_that_it_does_not_hold_is_saved(old: Path, tmp_path: Path) -> None:
    root = root_of(old, "events")
    whole = everything(old)["journal.db"]
    ever_lost: set[int] = set()
    of_schema: set[int] = set()
    for page in sorted({*range(2, len(whole) // PAGE + 1)} - {root}):
        (old / "journal.db").write_bytes(whole)
        hurt(old, page)
        found, refused = tried(old, tmp_path / f"saved{page}")
        if found is None:
            assert refused == "nothing_readable"
            of_schema.add(page)
            continue
        lost = numbers(found.unreadable.get(1, ""))
        assert len(lost) <= 20
        assert found.events == EVENTS - len(lost)
        ever_lost |= lost
    # Where the tables themselves are described nothing else can be found; that takes up the first few pages.
    assert len(of_schema) <= 6
    # Every event lies in one of them; the end of the line was stated too.
    assert ever_lost == set(range(1, EVENTS + 1))


def test_what_was_saved_goes_up_from_the_replacement(
    old: Path, tmp_path: Path, taken_over: Callable[[Path], Till]
) -> None:
    size = (old / "journal.db").stat().st_size // PAGE
    hurt(old, size // 2, size // 2 + 3, size - 5)
    with pytest.raises(UserError) as refused:
        new_till(old.parent)
    assert refused.value.reason == "journal_damaged"
    file = tmp_path / "saved"
    found = salvaged(old, file)
    lost = numbers(found.unreadable[1])
    assert 2 <= len(lost) <= 30
    till = taken_over(file)
    assert till.journal.import_from(file) == (EVENTS, 0, EVENTS - 10, len(lost))
    batch = till.journal.unsettled()
    assert batch is not None
    assert (batch.incarnation, batch.from_seq, len(batch.events)) == (1, 11, EVENTS - 10)
    assert set(batch.damaged) == lost
    for seq, event in enumerate(batch.events, 11):
        assert (event.body == b"") == (seq in lost)
        assert seq in lost or read_envelope(event.body).seq == seq


def test_batches_may_end_anywhere_in_what_was_saved(
    old: Path, tmp_path: Path, taken_over: Callable[[Path], Till]
) -> None:
    size = (old / "journal.db").stat().st_size // PAGE
    hurt(old, size // 2)
    lost = sorted(numbers(salvaged(old, tmp_path / "saved").unreadable[1]))
    till = taken_over(tmp_path / "saved")
    whole = till.journal.unsettled()
    assert whole is not None
    named = read_envelope(whole.events[lost[-1] + 1 - 11].body).previous
    ends = [till.journal.unsettled(max_events=seq - 10) for seq in (lost[0] - 1, lost[0], lost[-1])]
    assert [None if batch is None else batch.last_hash.hex() for batch in ends] == ["", "", named]


@pytest.mark.parametrize("tree", ["leases", "incarnations", "anchors", "meta"])
def test_events_are_saved_when_what_stands_beside_them_is_gone(
    old: Path, tmp_path: Path, taken_over: Callable[[Path], Till], tree: str
) -> None:
    hurt(old, root_of(old, tree))
    found = salvaged(old, tmp_path / "saved")
    assert (found.events, found.unreadable) == (EVENTS, {})
    till = taken_over(tmp_path / "saved")
    batch = till.journal.unsettled()
    assert batch is not None
    assert batch.from_seq == (1 if tree == "incarnations" else 11)
    assert batch.events[-1].body


def test_what_lies_behind_a_bad_frame_of_the_wal_is_saved(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path / "old")
    for _ in range(5):
        sell(till)
    wal = side_files(till.home.journal_file)[0]
    content = everything(till.home.folder)
    hurt_wal = bytearray(wal.read_bytes())
    frame = 24 + PAGE
    hurt_wal[len(hurt_wal) // frame // 2 * frame + 300] ^= 1
    copy = tmp_path / "crashed" / "home"
    copy.parent.mkdir()
    shutil.copytree(till.home.folder, copy)
    (copy / "journal.db").write_bytes(content["journal.db"])
    (copy / "journal.db-wal").write_bytes(hurt_wal)
    till.close()
    with pytest.raises(UserError) as refused:
        new_till(copy.parent)
    assert refused.value.reason == "journal_damaged"
    found = salvaged(copy, tmp_path / "saved")
    assert found.events >= 9


def test_a_file_without_its_first_page_is_left_to_a_specialist(old: Path, tmp_path: Path) -> None:
    hurt(old, 1)
    with pytest.raises(UserError) as refused:
        salvaged(old, tmp_path / "saved")
    assert refused.value.reason == "nothing_readable"
    assert not (tmp_path / "saved").exists()


def test_a_salvage_never_replaces_a_file(old: Path, tmp_path: Path) -> None:
    (tmp_path / "saved").write_bytes(b"mine")
    with pytest.raises(UserError) as refused:
        salvaged(old, tmp_path / "saved")
    assert refused.value.reason == "export_exists"
    assert (tmp_path / "saved").read_bytes() == b"mine"
