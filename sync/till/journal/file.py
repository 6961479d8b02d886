"""The journal's file as it lives: one transaction at a time, what a failing disk does to it, and coming back."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

from sync.rules.user_error import UserError
from sync.till.journal.damage import journal_damaged, make_journal, open_journal
from sync.till.journal.entries import Reopened
from sync.till.sqlcipher import Connection, Error, Trouble, fold_wal, roll_back, trouble

T = TypeVar("T")

log = logging.getLogger(__name__)


class Stop(NamedTuple):
    """Why nothing more is written: the parts of the ``UserError`` that every attempt then gets."""

    reason: str
    sentence: str
    advice: str

    def error(self) -> UserError:
        """Make a new error of it."""
        return UserError(*self)


ROLLED_BACK = Stop(
    "journal_rolled_back",
    "This till's files are an older copy: the office already holds later events of this till.",
    "Enrol this till anew with a new code from the office; nothing that reached the office is lost.",
)

_NOT_RECORDED = "Nothing was recorded and nothing was taken."


class JournalFile:
    """Holds the connection. After a failure that leaves anything in doubt it stops until :meth:`reopen`."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open the file, or make it; raises ``UserError`` and leaves a damaged one exactly as it is."""
        self.path = path
        self.stopped: Stop | None = None
        self._key = key
        self._in_doubt: tuple[UUID, ...] = ()
        self._connection: Connection | None = (
            open_journal(path, key) if path.exists() else make_journal(path, key)
        )

    @property
    def connection(self) -> Connection:
        """The open connection; raises ``UserError`` when the file could not be opened again."""
        if self._connection is None:
            stop = self.stopped or Stop(
                "journal_closed", "The till's journal is closed.", "Start the till again."
            )
            raise stop.error()
        return self._connection

    def require_running(self) -> None:
        """Raise ``UserError`` while the journal is stopped."""
        if self.stopped is not None:
            raise self.stopped.error()

    def write(self, work: Callable[[], T], events: tuple[UUID, ...] = ()) -> T:
        """Run work in one transaction that is durable on return.

        What work raises rolls everything back and travels on. A failed COMMIT is never tried again: whether
        it reached the disk is not known, so the journal stops. ``events`` are those that are then in doubt.
        """
        self.require_running()
        connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            result = work()
        except Error as error:
            raise self._failed(error, events) from error
        except BaseException:
            self._abort(events)
            raise
        try:
            connection.execute("COMMIT")
        except Error as error:
            self._stop(
                Stop(
                    "commit_unknown",
                    f"The disk failed while this was being recorded ({error}); whether it was is not known yet.",
                    "Do not hand out anything on it and do not repeat it: the till checks its journal first.",
                ),
                events,
            )
            raise self.stopped_error() from error
        return result

    def stop_rolled_back(self) -> None:
        """Stop for good: central knows more of this till than this file does."""
        self._stop(ROLLED_BACK, ())

    def resume(self) -> None:
        """Go on after a stop whose cause is gone."""
        self.stopped = None

    def stopped_error(self) -> UserError:
        """Return the error that says why the journal is stopped."""
        return (self.stopped or Stop("journal_stopped", "The till's journal has stopped.", "")).error()

    def reopen(self) -> Reopened:
        """After a stop: open the file again, check it, and say whether the events in doubt are recorded.

        What is found is written through to the disk once more before it counts. Raises ``UserError`` (and
        stays stopped) while the disk still refuses or when the file is damaged.
        """
        if self.stopped is None or self.stopped == ROLLED_BACK:
            return Reopened(recorded=None, events=(), sentence="The journal is open.")
        self._drop_connection()
        self._connection = open_journal(self.path, self._key)
        try:
            # Pages that a failed write left only in memory must reach the disk before they count.
            durable = fold_wal(self._connection)
            found = [self._is_there(event) for event in self._in_doubt]
        except Error as error:
            raise self._still_refusing(str(error)) from error
        if not durable:
            raise self._still_refusing("the journal cannot be written through")
        if any(found) != all(found):
            # One transaction holds all of them: half of it cannot be in a file that is whole.
            raise journal_damaged(self.path, "a part of one commit is missing")
        events, self._in_doubt, self.stopped = self._in_doubt, (), None
        log.info("journal opened again; events in doubt: %s, recorded: %s", len(events), all(found))
        if not events:
            return Reopened(recorded=None, events=(), sentence="The journal is open again; nothing was lost.")
        if all(found):
            return Reopened(recorded=True, events=events, sentence="It was recorded. Do not repeat it.")
        return Reopened(recorded=False, events=events, sentence="It was not recorded. Do it once more.")

    def fold(self) -> None:
        """Write the WAL into the file while nobody waits, so that no sale pays for it."""
        if self.stopped is None:
            fold_wal(self.connection)

    def close(self) -> None:
        """Fold the WAL and close the file."""
        try:
            self.fold()
        except Error as error:
            # Everything acknowledged is in the WAL already; only the tidying failed.
            log.info("the journal was closed without folding its WAL: %s", error)
        self._drop_connection()

    def _failed(self, error: Error, events: tuple[UUID, ...]) -> UserError:
        """Roll back after an error before COMMIT; a full disk or a busy file leaves the journal running."""
        self._abort(events)
        kind = trouble(error)
        if kind is Trouble.BUG:
            raise error
        if kind is Trouble.FULL:
            return UserError(
                "disk_full",
                f"This computer's disk is full. {_NOT_RECORDED}",
                "Free some space, then do it once more.",
            )
        if kind is Trouble.BUSY:
            return UserError(
                "journal_busy",
                f"Another program keeps the till's journal busy. {_NOT_RECORDED}",
                "Close that program, then do it once more.",
            )
        sentence = f"The disk does not take the till's journal ({error}). {_NOT_RECORDED}"
        self._stop(
            Stop("disk_failed", sentence, "The till checks its journal now; if this stays, call IT."), events
        )
        return self.stopped_error()

    def _abort(self, events: tuple[UUID, ...]) -> None:
        try:
            roll_back(self.connection)
        except Error as error:
            sentence = f"The disk does not answer ({error}). {_NOT_RECORDED}"
            self._stop(Stop("disk_failed", sentence, "The till checks its journal now."), events)

    def _stop(self, stop: Stop, events: tuple[UUID, ...]) -> None:
        if self.stopped is None:
            log.error("the journal stops: %s", stop.sentence)
        self.stopped = stop
        self._in_doubt = events

    def _still_refusing(self, problem: str) -> UserError:
        return UserError(
            "disk_failed",
            f"The disk still does not take the till's journal ({problem}).",
            "Sell nothing on this till until IT has looked at the disk. Keep its folder as it is.",
        )

    def _is_there(self, event: UUID) -> bool:
        found = self.connection.execute("SELECT 1 FROM events WHERE event = ?", (event.bytes,)).fetchone()
        return found is not None

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()
        except Error as error:
            log.info("closing the journal: %s", error)
