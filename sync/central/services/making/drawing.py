"""Codes of an order on their way into the database: drawn, folded, digested and packed for the tills.

That is work for a processor and not for the event loop: it is done in a thread, one lot ahead of the database.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from sync.central.services.feed_rows import code_digests
from sync.central.services.journal.columns import joined, numbers
from sync.central.services.new_codes import NewCode, code_of
from sync.protocol.feed import CodeRow
from sync.protocol.wire import pack
from sync.rules.code_form import CodeForm
from sync.rules.generate import make_codes
from sync.rules.normalise import fold


class Lot(NamedTuple):
    """Some codes as columns, each a text that PostgreSQL reads as an array; the rows for the tills are joined."""

    number: int
    ids: str
    codes: str
    folded: str
    rows: bytes
    starts: str
    sizes: str


NO_LOT = Lot(0, "{}", "{}", "{}", b"", "{}", "{}")


def draw_lot(
    ids: Sequence[int], like: NewCode, form: CodeForm, digest_key: bytes, draw: Callable[[int], bytes]
) -> Lot:
    """Draw a code for each id; whether one exists already is found out when they are stored."""
    drawn = make_codes(form, len(ids), kind=like.kind, draw=draw).codes
    folded = [fold(text) for text in drawn]
    template = code_of(0, like)
    rows = [
        (pack(CodeRow(code=replace(template, id=code_id), digests=code_digests(digest_key, text))),)
        for code_id, text in zip(ids, folded, strict=True)
    ]
    content, starts, (sizes,) = joined(rows)
    return Lot(len(drawn), numbers(ids), _plain(drawn), _plain(folded), content, starts, sizes)


def _plain(texts: Iterable[str]) -> str:
    """Write texts in which nothing needs escaping: drawn ones are letters, digits and dashes."""
    return '{"' + '","'.join(texts) + '"}'
