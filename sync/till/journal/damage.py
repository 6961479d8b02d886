"""Opening `journal.db` so that damage is found before a single byte is written, and said to a person.

A damaged journal is never repaired, overwritten or removed here: it may hold sales that exist nowhere
else.
"""

from pathlib import Path

from sync.protocol.chain import ChainError, follow
from sync.protocol.event import GENESIS, SignedEvent, verifies
from sync.protocol.keys import VerifyKey
from sync.rules.user_error import UserError
from sync.till.home import sync_folder
from sync.till.journal.lives import last_sound_seq
from sync.till.journal.lost_commits import lost_commits, write_through
from sync.till.journal.recent_leases import begin_recent
from sync.till.journal.schema import MIGRATIONS, place
from sync.till.journal.upgrade import upgrade_journal
from sync.till.journal.use_book import begin_unfiled
from sync.till.sqlcipher import (
    FAILURES,
    JOURNAL,
    Connection,
    Trouble,
    connect,
    create,
    damage_in_pages,
    damage_in_trees,
    fold_wal,
    schema_version,
    side_files,
    trouble,
)

THOROUGH_BYTES = 64 * 1024 * 1024
"""Up to this size every page is checked at each opening (about 0.2 s); beyond it ``verify`` does it."""

TAIL_EVENTS = 100
"""So many of the newest events are followed along their chain at each opening."""


def journal_damaged(path: Path, problem: str) -> UserError:
    """Make the sentence for a journal that cannot be trusted."""
    return UserError(
        "journal_damaged",
        f"The till's journal {path} is damaged ({problem}). It is kept exactly as it is.",
        "Keep the whole folder and tell the office; sales that had reached the office are safe there. "
        "To go on selling, enrol this till anew in another folder (--home). IT saves what can be read of this one: "
        "journal export FILE.",
    )


def journal_unusable(path: Path, error: Exception) -> UserError:
    """Make the sentence for a disk or folder that does not let the journal be used."""
    return UserError(
        "journal_unusable",
        f"The till's journal {path} cannot be used: {error}.",
        "Check the disk and that the folder is yours; nothing in it was changed.",
    )


def open_journal(path: Path, key: bytes) -> Connection:
    """Inspect an existing journal read-only, then open it; raises ``UserError`` and leaves it as it is."""
    problem = _inspect(path, key)
    if problem is not None:
        raise journal_damaged(path, problem)
    try:
        write_through(side_files(path)[0])
        connection = connect(path, key, JOURNAL)
        if schema_version(connection) < len(MIGRATIONS):
            connection.close()
            upgrade_journal(path, key, MIGRATIONS)
            connection = connect(path, key, JOURNAL)
        connection.execute("PRAGMA recursive_triggers = ON")
    except (*FAILURES, OSError) as error:
        raise journal_unusable(path, error) from error
    try:
        begin_unfiled(connection)
        begin_recent(connection)
    except FAILURES as error:
        connection.close()
        raise journal_damaged(path, _problem(path, error)) from error
    return connection


def make_journal(path: Path, key: bytes) -> Connection:
    """Make a new journal. It takes its name only when it is whole: an empty ``journal.db`` is always damage."""
    new = path.with_name(path.name + ".new")
    for file in (*side_files(new), new):
        file.unlink(missing_ok=True)
    try:
        connection = create(new, key, MIGRATIONS, JOURNAL)
        fold_wal(connection)
        connection.close()
        new.replace(path)
        sync_folder(path.parent)
    except (*FAILURES, OSError) as error:
        raise journal_unusable(path, error) from error
    return open_journal(path, key)


def _inspect(path: Path, key: bytes) -> str | None:
    """Return what is wrong with a journal, or None."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise journal_unusable(path, error) from error
    if size < JOURNAL.page_bytes:
        return f"it has only {size} bytes"
    lost = lost_commits(side_files(path)[0])
    if lost:
        return f"its newest part is unreadable, and {lost} recorded steps lie behind the bad spot"
    try:
        connection = connect(path, key, JOURNAL, read_only=True)
    except FAILURES as error:
        return _problem(path, error)
    try:
        if schema_version(connection) > len(MIGRATIONS):
            raise UserError(
                "journal_newer",
                f"The till's journal {path} was written by a newer version of this program.",
                "Start that version again, or update this one. Nothing was changed.",
            )
        return _damage(connection, path, size)
    except FAILURES as error:
        return _problem(path, error)
    finally:
        connection.close()


def _problem(path: Path, error: Exception) -> str:
    if trouble(error) is not Trouble.DAMAGED:
        raise journal_unusable(path, error) from error
    if str(error) == "file is not a database":
        return "it cannot be read with this till's key"
    return str(error)


def _damage(connection: Connection, path: Path, size: int) -> str | None:
    wal = side_files(path)[0]
    if wal.exists() and wal.stat().st_size > 0:
        # After a crash pages in the file may be half-written where the WAL holds them whole, so only what
        # is seen through the WAL counts.
        return damage_in_trees(connection)
    return damage_in_pages(connection) if size <= THOROUGH_BYTES else None


def head_is_sound(connection: Connection) -> bool:
    """Whether the newest event is what the till signed, so that the chain can go on from it."""
    row = connection.execute("SELECT max(position) FROM events").fetchone()
    if row[0] is None:
        return True
    incarnation, seq = place(row[0])
    return last_sound_seq(connection, incarnation) == seq


def tail_damage(connection: Connection) -> str | None:
    """Follow the chain over the newest events of the newest incarnation; return what is wrong, or None."""
    rows = connection.execute(
        "SELECT position, body, signature, hash FROM events ORDER BY position DESC LIMIT ?",
        (TAIL_EVENTS + 1,),
    ).fetchall()[::-1]
    if not rows:
        return None
    incarnation, _ = place(rows[-1][0])
    tail = [row for row in rows if place(row[0])[0] == incarnation]
    _, first_seq = place(tail[0][0])
    previous = GENESIS
    if first_seq != 1:
        previous, tail, first_seq = tail[0][3], tail[1:], first_seq + 1
    events = [SignedEvent(body, signature) for _, body, signature, _ in tail]
    try:
        for _ in follow(events, previous=previous, from_seq=first_seq):
            pass
    except ChainError as error:
        return f"its chain breaks at event {first_seq + error.position}: {error.problem}"
    life = connection.execute(
        "SELECT public_key FROM incarnations WHERE incarnation = ?", (incarnation,)
    ).fetchone()
    if life is None:
        return "it holds events of a life that it does not know"
    if events and not verifies(VerifyKey(life[0]), events[-1]):
        return "its last event was not signed by this till"
    return None
