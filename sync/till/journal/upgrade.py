"""Bringing an older journal to this program's schema: on a copy that is verified, then swapped in.

The bytes of events are never rewritten; a migration only changes what lies around them. The old file stays
beside the new one, so that going back to the program before loses nothing that was recorded by then.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from sync.rules.user_error import UserError
from sync.till.home import OWNER_FILE, sync_file, sync_folder
from sync.till.journal.verify import verify_journal
from sync.till.sqlcipher import (
    FAILURES,
    JOURNAL,
    Connection,
    Migration,
    connect,
    fold_wal,
    migrate,
    schema_version,
    side_files,
)


def upgrade_journal(path: Path, key: bytes, migrations: Sequence[Migration]) -> None:
    """Upgrade a sound, older journal in place; raises ``UserError`` and leaves it as it is when that fails."""
    copy = path.with_name(path.name + ".upgrading")
    try:
        _fold(path, key)
        _copy(path, copy)
        before = _upgrade(copy, key, migrations)
    except (*FAILURES, OSError) as error:
        raise _failed(path, str(error)) from error
    kept = path.with_name(f"{path.name}.before-v{len(migrations)}-from-v{before}")
    _copy(path, kept)
    copy.replace(path)
    sync_folder(path.parent)


def _fold(path: Path, key: bytes) -> None:
    """Put everything that was recorded into the one file that is copied."""
    connection = connect(path, key, JOURNAL)
    try:
        folded = fold_wal(connection)
    finally:
        connection.close()
    wal, _ = side_files(path)
    if not folded or wal.exists():
        raise _failed(path, "its newest part cannot be written through")


def _upgrade(copy: Path, key: bytes, migrations: Sequence[Migration]) -> int:
    """Migrate the copy and check all of it; return the version that it had."""
    connection = connect(copy, key, JOURNAL)
    try:
        version = schema_version(connection)
        events = _events(connection)
        migrate(connection, migrations)
        found = verify_journal(connection)
        fold_wal(connection)
    finally:
        connection.close()
    if not found.ok or found.events != events:
        problem = found.problem or f"{found.events} events instead of {events}"
        raise _failed(copy, problem)
    return version


def _events(connection: Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


def _copy(source: Path, target: Path) -> None:
    for file in (*side_files(target), target):
        file.unlink(missing_ok=True)
    shutil.copyfile(source, target)
    target.chmod(OWNER_FILE)
    sync_file(target)


def _failed(path: Path, problem: str) -> UserError:
    return UserError(
        "journal_upgrade_failed",
        f"The till's journal could not be brought to this version ({path.name}: {problem}). It is as it was.",
        "Start the version of this program that was used before, and tell IT.",
    )
