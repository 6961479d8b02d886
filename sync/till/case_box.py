"""The open cases of this till as the office told them last, kept beside the journal for times without a network."""

import msgspec

from sync.protocol.case_notes import CaseList, CaseMark
from sync.till.journal.journal import MAX_NOTE_CHARS, Journal

_NOTE = "cases"


def read_cases(journal: Journal) -> CaseList:
    """Return what the office told last; nothing before the first contact."""
    text = journal.note(_NOTE)
    if text is None:
        return CaseList()
    try:
        return msgspec.json.decode(text, type=CaseList)
    except msgspec.DecodeError:
        # Another version of this program kept it; the next contact brings the list again.
        return CaseList()


def known_cases(journal: Journal) -> CaseMark:
    """Return by which mark this till knows its cases."""
    return read_cases(journal).mark


def keep_cases(journal: Journal, told: CaseList | None) -> None:
    """Keep what the office told, when it told anything new."""
    if told is None:
        return
    text = msgspec.json.encode(told).decode()
    if len(text) > MAX_NOTE_CHARS:
        text = msgspec.json.encode(CaseList(mark=told.mark)).decode()
    journal.set_note(_NOTE, text)
