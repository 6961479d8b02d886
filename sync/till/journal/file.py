"""The journal's file as it lives: one transaction at a time, what a failing disk does to it, and coming back."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

from sync.rules.user_error import UserError
from sync.till.journal.ballast import Ballast
from sync.till.journal.damage import head_is_sound, journal_damaged, make_journal, open_journal, tail_damage
from sync.till.journal.entries import Reopened
from sync.till.sqlcipher import FAILURES, Connection, Trouble, fold_wal, roll_back, trouble

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

COPIED = Stop(
    "journal_copied",
    "Another machine goes on with a copy of this till's files. What both recorded is kept at the office.",
    "Enrol this machine anew with a new code from the office; the office has a case for it.",
)

CHAIN_DAMAGED = Stop(
    "chain_damaged",
    "The newest events of this till's journal are damaged. It is kept exactly as it is.",
    "Connect this till to the office: it then begins a new journal by itself and hands in the old one.",
)

RETIRED = Stop(
    "journal_retired",
    "This till's journal was handed over to another machine.",
    "Go on there. To use this machine again, enrol it anew with a new code from the office.",
)

FOR_GOOD = {stop.reason: stop for stop in (ROLLED_BACK, COPIED, CHAIN_DAMAGED, RETIRED)}
"""Stops that only a new life of the till ends."""

_CHECKS_NOW = "The till checks its journal now; if this stays, call IT."
_NOT_RECORDED = "Nothing was recorded and nothing was taken."


class JournalFile:
    """Holds the connection. After a failure that leaves anything in doubt it stops until :meth:`reopen`."""

    def __init__(self, path: Path, key: bytes, *, free_bytes: Callable[[], int] | None = None) -> None:
        """Open the file, or make it; raises ``UserError`` and leaves a damaged one exactly as it is.

        ``free_bytes`` says how much room the disk has (its real room when not given).
        """
        self.path = path
        self.stopped: Stop | None = None
        self.ballast = Ballast(
            path.with_name("ballast"), free_bytes or (lambda: shutil.disk_usage(path.parent).free)
        )
        self._key = key
        self._in_doubt: tuple[UUID, ...] = ()
        self._connection: Connection | None = (
            open_journal(path, key) if path.exists() else make_journal(path, key)
        )
        self._look_at_tail(self._connection)
        self.ballast.keep()

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

    def write(self, work: Callable[[], T], events: tuple[UUID, ...] = (), *, essential: bool = False) -> T:
        """Run work in one transaction that is durable on return.

        What work raises rolls everything back and travels on. A failed COMMIT is never tried again: whether
        it reached the disk is not known, so the journal stops. ``events`` are those that are then in doubt.
        ``essential`` work (it gives units back, or notes what the office holds) may use the room that is kept
        for a full disk: it is then run a second time, after the first one is known to have left nothing.
        """
        try:
            return self._write(work, events)
        except UserError as error:
            if error.reason != "disk_full" or not essential or not self.ballast.give_up():
                raise
        return self._write(work, events)

    def stop_for_good(self, stop: Stop) -> None:
        """Stop until the till begins a new life; ``stop`` is one of ``FOR_GOOD``."""
        self._stop(stop, ())

    def resume(self) -> None:
        """Go on after a stop whose cause is gone."""
        self.stopped = None

    def stopped_error(self) -> UserError:
        """Return the error that says why the journal is stopped."""
        return (self.stopped or Stop("journal_stopped", "The till's journal has stopped.", "")).error()

    def reopen(self) -> Reopened:
        """After a stop: open the file again, check it, and say whether the events in doubt are recorded.

        Raises ``UserError`` (and stays stopped) while the disk still refuses or when the file is damaged.
        """
        if self.stopped is None or self.stopped.reason in FOR_GOOD:
            return Reopened(recorded=None, events=(), sentence="The journal is open.")
        self._drop_connection()
        # What a failed sync left only in memory is written once more before any of it counts.
        self._connection = open_journal(self.path, self._key)
        try:
            found = [self._is_there(event) for event in self._in_doubt]
        except FAILURES as error:
            raise self._still_refusing(str(error)) from error
        if len(set(found)) > 1:
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
        """Write the WAL into the file while nobody waits, so that no sale pays for it.

        A disk that fails in it stops the journal, as it would have stopped the next sale. On a full disk the
        WAL stays as it is; everything is in it.
        """
        if self.stopped is not None:
            return
        try:
            fold_wal(self.connection)
        except FAILURES as error:
            if trouble(error) not in (Trouble.FULL, Trouble.BUSY):
                self._stop(self._refusal(error), ())
            log.info("the journal's WAL was not folded: %s", error)
        else:
            self.ballast.keep()

    def failed_to_read(self, error: Exception) -> Exception:
        """Stop after an error while reading; return what to raise in its place (a bug is raised as it is)."""
        kind = trouble(error)
        if kind in (Trouble.BUG, Trouble.BUSY):
            bug: Exception = error
            return bug
        if kind is Trouble.DAMAGED:
            damaged = journal_damaged(self.path, str(error))
            self._stop(Stop(damaged.reason, damaged.sentence, damaged.advice), ())
        else:
            sentence = f"The disk does not give back the till's journal ({error})."
            self._stop(Stop("disk_failed", sentence, _CHECKS_NOW), ())
        return self.stopped_error()

    def close(self) -> None:
        """Fold the WAL and close the file."""
        # Should that fail: everything acknowledged is in the WAL already.
        self.fold()
        self._drop_connection()

    def _look_at_tail(self, connection: Connection) -> None:
        """Follow the newest events: behind a damaged one the chain goes on, from a damaged head it cannot.

        A damaged event that has another behind it is proven by that one's signature; it goes up as damaged and
        becomes a case (DESIGN 5). When the newest is hurt, only a new life of the till can write on.
        """
        problem = tail_damage(connection)
        if problem is None:
            return
        log.error("the journal is damaged: %s", problem)
        if not head_is_sound(connection):
            self._stop(CHAIN_DAMAGED, ())

    def _write(self, work: Callable[[], T], events: tuple[UUID, ...]) -> T:
        self.require_running()
        connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            result = work()
        except FAILURES as error:
            raise self._failed(error, events) from error
        except BaseException:
            self._abort(events)
            raise
        try:
            connection.execute("COMMIT")
        except FAILURES as error:
            self._stop(
                Stop(
                    "commit_unknown",
                    f"The disk failed while this was being recorded ({error}); whether it was is not known yet.",
                    "Do not hand out anything on it and do not repeat it: the till checks its journal first.",
                ),
                events,
            )
            if trouble(error) is not Trouble.FULL:
                raise self.stopped_error() from error
            self._look_after_full(error)
        return result

    def _look_after_full(self, error: Exception) -> None:
        """Look at once what a full disk left; return when all was recorded after all, else raise what it is."""
        try:
            found = self.reopen()
        except UserError as still:
            log.info("the journal stays stopped: %s", still)
            raise self.stopped_error() from error
        if not found.recorded:
            raise _disk_full() from error

    def _failed(self, error: Exception, events: tuple[UUID, ...]) -> UserError:
        """Roll back after an error before COMMIT; a full disk or a busy file leaves the journal running."""
        self._abort(events)
        kind = trouble(error)
        if kind is Trouble.BUG:
            raise error
        if kind is Trouble.FULL:
            return _disk_full()
        if kind is Trouble.BUSY:
            return UserError(
                "journal_busy",
                f"Another program keeps the till's journal busy. {_NOT_RECORDED}",
                "Close that program, then do it once more.",
            )
        self._stop(self._refusal(error), events)
        return self.stopped_error()

    @staticmethod
    def _refusal(error: Exception) -> Stop:
        sentence = f"The disk does not take the till's journal ({error}). {_NOT_RECORDED}"
        return Stop("disk_failed", sentence, _CHECKS_NOW)

    def _abort(self, events: tuple[UUID, ...]) -> None:
        try:
            roll_back(self.connection)
        except FAILURES as error:
            sentence = f"The disk does not answer ({error}). {_NOT_RECORDED}"
            self._stop(Stop("disk_failed", sentence, _CHECKS_NOW), events)

    def _stop(self, stop: Stop, events: tuple[UUID, ...]) -> None:
        """Stop; what failed first stays the reason, and its doubt stays, unless only a new life helps."""
        if self.stopped is not None and stop.reason not in FOR_GOOD:
            return
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
        except FAILURES as error:
            log.info("closing the journal: %s", error)


def _disk_full() -> UserError:
    return UserError(
        "disk_full",
        f"This computer's disk is full. {_NOT_RECORDED}",
        "Free some space, then do it once more.",
    )
