from collections.abc import Callable
from pathlib import Path

import pytest

from sync.rules.user_error import UserError
from sync.till.journal import damage
from sync.till.journal.schema import MIGRATIONS
from sync.till.sqlcipher import Connection, schema_version
from tests.builders.till import enrolled_till, leased, new_till, sell


def sold(folder: Path) -> Path:
    till = enrolled_till(folder)
    sell(till, lease=leased(till))
    till.close()
    return till.home.journal_file


def next_version(monkeypatch: pytest.MonkeyPatch, migration: Callable[[Connection], object]) -> None:
    """The program of tomorrow, with one migration more."""
    monkeypatch.setattr(damage, "MIGRATIONS", (*MIGRATIONS, migration))


def add_a_table(connection: Connection) -> None:
    connection.execute("CREATE TABLE shifts (id INTEGER PRIMARY KEY) STRICT")


def test_an_older_journal_is_upgraded_on_a_copy_and_the_old_one_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = sold(tmp_path)
    before = journal.read_bytes()
    next_version(monkeypatch, add_a_table)
    till = new_till(tmp_path)
    assert schema_version(till.journal._connection) == len(MIGRATIONS) + 1
    assert till.journal.verify().events == 3
    sell(till)
    till.close()
    (kept,) = journal.parent.glob("journal.db.before-*")
    assert kept.read_bytes() == before
    assert not journal.with_name("journal.db.upgrading").exists()


def test_events_left_in_the_wal_by_a_crash_are_upgraded_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = enrolled_till(tmp_path / "alive")
    sell(till)
    dead = tmp_path / "dead" / "home"
    (dead / "secret").mkdir(parents=True)
    for name in ("journal.db", "journal.db-wal", "secret/till.key"):
        (dead / name).write_bytes((till.home.folder / name).read_bytes())
    till.close()
    next_version(monkeypatch, add_a_table)
    till = new_till(tmp_path / "dead")
    assert till.journal.verify().events == 3
    till.close()


def fails(connection: Connection) -> None:
    connection.execute("SELECT * FROM nowhere")


def loses_events(connection: Connection) -> None:
    connection.execute("DROP TRIGGER events_refuse_delete")
    connection.execute("DELETE FROM events WHERE position = (SELECT max(position) FROM events)")


def changes_events(connection: Connection) -> None:
    connection.execute("DROP TRIGGER events_refuse_update")
    connection.execute("UPDATE events SET at_ms = at_ms + 1")


@pytest.mark.parametrize("migration", [fails, loses_events, changes_events])
def test_a_migration_that_fails_or_harms_leaves_the_journal_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migration: Callable[[Connection], object]
) -> None:
    journal = sold(tmp_path)
    before = journal.read_bytes()
    with monkeypatch.context() as tomorrow:
        next_version(tomorrow, migration)
        with pytest.raises(UserError) as refused:
            new_till(tmp_path)
    assert refused.value.reason == "journal_upgrade_failed"
    assert journal.read_bytes() == before
    till = new_till(tmp_path)
    assert till.journal.verify().events == 3
    sell(till)
    till.close()
