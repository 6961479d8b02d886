"""Writing into the journal, and what is done when the disk fails in the middle of it."""

from collections.abc import Sequence
from dataclasses import replace

from sync.rules.user_error import UserError
from sync.till.journal.entries import Committed, Entry
from sync.till.journal.journal import Journal

_STOPS = frozenset({"commit_unknown", "disk_failed", "journal_stopped"})


def record(journal: Journal, entries: Sequence[Entry]) -> list[Committed]:
    """Commit entries, on the files' thread; return only what is durably in the journal.

    A commit whose outcome is not known is never repeated: the journal is opened again, and tells. When it
    says that the entries stand, they count as committed; when it says that they do not, ``UserError``
    ``not_recorded`` says so. A stop that an earlier command left behind is resolved first. Raises the
    journal's own ``UserError`` while the disk still refuses.
    """
    named = [entry if entry.event else replace(entry, event=journal.new_event_id()) for entry in entries]
    try:
        return journal.commit(named)
    except UserError as error:
        if error.reason not in _STOPS:
            raise
    mine = {entry.event for entry in named}
    reopened = journal.reopen()
    if not mine.issuperset(reopened.events) or not reopened.events:
        # The doubt was about something earlier: these entries were never tried.
        return journal.commit(named)
    if not reopened.recorded:
        raise UserError("not_recorded", "The disk failed, and nothing was recorded.", reopened.sentence)
    found = {one.committed.event: one.committed for one in journal.recent(len(named))}
    if found.keys() != mine:
        # Nothing of it is a sale or a redemption, so that nobody waits for its number.
        raise UserError("recorded", "The disk failed for a moment, but it was recorded.", reopened.sentence)
    return [found[entry.event] for entry in named if entry.event is not None]
