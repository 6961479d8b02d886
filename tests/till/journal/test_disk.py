import os
import subprocess
import sys
from pathlib import Path

import pytest

from sync.protocol.leases import LimitKind
from sync.rules.user_error import UserError
from sync.till.journal.file import Stop
from sync.till.till import Till
from tests.builders.patience import LONG_S
from tests.builders.till import enrolled_till, leased, new_till, sell, use

pytestmark = pytest.mark.expects_log("the journal stops")

UNKNOWN = Stop("commit_unknown", "It is not known.", "Wait.")
ROOT = Path(__file__).resolve().parents[3]


def no_more_pages(till: Till) -> None:
    """A real SQLITE_FULL: the file may not grow any more."""
    connection = till.journal._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_before_commit_writes_nothing_and_selling_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    till = enrolled_till(tmp_path)
    lease = leased(till, units=200)
    no_more_pages(till)
    acknowledged = 1

    def until_refused() -> None:
        nonlocal acknowledged
        while acknowledged < 200:
            till.journal.commit([use(lease=lease)])
            acknowledged += 1

    with pytest.raises(UserError) as refused:
        until_refused()
    assert refused.value.reason == "disk_full"
    assert "Nothing was recorded" in refused.value.sentence
    assert till.journal.status().last_seq == acknowledged
    assert till.journal.status().stopped is None
    till.journal._connection.execute("PRAGMA max_page_count = 1000000")
    till.journal.commit([use(lease=lease)])
    found = till.journal.verify()
    assert (found.ok, found.events) == (True, acknowledged + 1)
    held = till.journal.held(LimitKind.USES, 7)
    assert held is not None
    assert held.left == 200 - acknowledged
    till.close()


LIMITED = """
import resource, sys
from pathlib import Path
from sync.rules.user_error import UserError
from tests.builders.till import enrolled_till, leased, new_till, use

folder, room = Path(sys.argv[1]), int(sys.argv[2])
till = enrolled_till(folder)
lease = leased(till, units=5_000)
wal = till.home.journal_file.with_name("journal.db-wal")
resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size + room, resource.RLIM_INFINITY))
acknowledged = 1
try:
    for _ in range(2_000):
        till.journal.commit([use(lease=lease)])
        acknowledged += 1
    print("never failed")
except UserError as error:
    print(acknowledged, error.reason, till.journal.status().stopped is not None)
try:
    till.journal.commit([use(lease=lease)])
except UserError as error:
    print(error.reason)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
found = till.journal.reopen()
print(found.recorded, len(found.events), till.journal.status().last_seq, till.journal.verify().ok)
if found.recorded is False:
    till.journal.commit([use(lease=lease, event=found.events[0])])
print(till.journal.status().last_seq, till.journal.reopen().recorded)
till.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are POSIX")
@pytest.mark.parametrize("room", [5_000, 20_000, 21_000, 26_500, 100_001])
def test_a_write_error_in_commit_stops_selling_and_reopening_says_what_is_recorded(
    tmp_path: Path, room: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path), str(room)],
        cwd=ROOT, env={**os.environ, "COUNTERSIGN_KEYRING": "file"}, capture_output=True, text=True, timeout=LONG_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    failed, again, reopened, after = (line.split() for line in done.stdout.splitlines())
    acknowledged = int(failed[0])
    assert failed[1:] == ["commit_unknown", "True"]
    # Nothing goes on before the file has been looked at, and COMMIT is not tried again.
    assert again == ["commit_unknown"]
    recorded = reopened[0] == "True"
    assert reopened == [str(recorded), "1", str(acknowledged + recorded), "True"]
    assert after == [str(acknowledged + 1), "None"]
    till = new_till(tmp_path)
    assert till.journal.verify().events == acknowledged + 1
    till.close()


def test_reopening_finds_an_event_that_did_reach_the_disk(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    (done,) = till.journal.commit([use()])
    # As after an fsync that failed although the pages had got through.
    till.journal._file._stop(UNKNOWN, (done.event,))
    with pytest.raises(UserError) as refused:
        sell(till)
    assert refused.value.reason == "commit_unknown"
    found = till.journal.reopen()
    assert (found.recorded, found.events) == (True, (done.event,))
    assert "Do not repeat" in found.sentence
    assert till.journal.status().stopped is None
    sell(till)
    assert till.journal.verify().ok
    till.close()


def test_a_journal_that_was_damaged_meanwhile_stays_stopped(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    sell(till)
    till.journal._file._stop(UNKNOWN, ())
    till.journal._file._drop_connection()
    journal = till.home.journal_file
    content = bytearray(journal.read_bytes())
    content[5_000] ^= 1
    journal.write_bytes(content)
    for _ in range(2):
        with pytest.raises(UserError) as refused:
            till.journal.reopen()
        assert refused.value.reason == "journal_damaged"
    with pytest.raises(UserError):
        sell(till)
    assert journal.read_bytes() == bytes(content)
    till.close()


def test_a_till_without_trouble_has_nothing_to_reopen(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    assert till.journal.reopen().recorded is None
    till.close()
