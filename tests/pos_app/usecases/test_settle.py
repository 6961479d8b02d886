"""May this till be closed or replaced?"""

import pytest

from pos_app.usecases.settle import safe_to_close
from sync.till.journal.entries import JournalStatus


def status(*, unsettled: int = 0, safe: int | None = None, stopped: str | None = None) -> JournalStatus:
    return JournalStatus(
        enrolled=True,
        incarnation=1,
        last_seq=10,
        applied=10 - unsettled,
        safe=safe,
        unsettled=unsettled,
        oldest_unsettled_ms=None,
        next_receipt=1,
        stopped=stopped,
    )


@pytest.mark.parametrize(
    ("journal", "safe", "said"),
    [
        (status(unsettled=3), False, "3 events are only on this till"),
        (status(), True, "keeps no backup"),
        (status(safe=4), False, "6 events are not in its backup"),
        (status(safe=10), True, "holds it in a backup"),
        (status(stopped="The disk failed."), False, "The disk failed."),
    ],
)
def test_received_and_backed_up_are_told_apart(journal: JournalStatus, safe: bool, said: str) -> None:
    answer, why = safe_to_close(journal, "en")
    assert (answer, said in why) == (safe, True)
    if journal.stopped is None:
        assert safe_to_close(journal, "ru")[1] != why
