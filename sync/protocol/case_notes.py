"""What a till is told of the cases that concern it: enough to say what happened and what to do, nothing personal."""

from uuid import UUID

import msgspec

MAX_CASES = 50
"""Cases that a contact lists, the newest ones; how many there are in all is told beside them."""
MAX_DETAILS = 8
MAX_DETAIL_CHARS = 120


class CaseNote(msgspec.Struct, frozen=True, kw_only=True):
    """One open case. ``kind`` is central's identifier, ``detail`` names what it is about."""

    id: int
    kind: str
    opened_ms: int
    event: UUID | None = None
    detail: dict[str, str] = {}


class CaseMark(msgspec.Struct, frozen=True, array_like=True):
    """How many cases of a till are open, and the newest one's number: the same mark means the same cases."""

    open: int = 0
    newest: int = 0


class CaseList(msgspec.Struct, frozen=True, kw_only=True):
    """The newest open cases of a till, the newest first, and how many there are."""

    mark: CaseMark = CaseMark()
    cases: tuple[CaseNote, ...] = ()
