"""The sale that is being made, kept beside the journal, so that a till that loses its power can say what became of it.

What is kept are amounts and products, never the text of a code: a stolen till is no list of vouchers.
"""

from uuid import UUID

import msgspec
from msgspec import Struct

from pos_app.usecases.desk import Desk
from sync.protocol.feed import Product
from sync.protocol.payloads import Sale
from sync.protocol.wire import WireError, canonical, read_canonical

_NOTE = "open_sale"


class KeptLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: a product of the catalogue by its identifier, or an amount (``item`` None)."""

    item: str | None
    each_minor: int
    quantity: int


class OpenSale(msgspec.Struct, frozen=True, kw_only=True):
    """A sale that was begun. ``codes`` counts what was scanned for it; ``typed`` is the amount as typed."""

    lines: tuple[KeptLine, ...] = ()
    typed: str = ""
    codes: int = 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not (self.lines or self.typed or self.codes)


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the note: the sale, and the newest sale of the journal when it was begun."""

    sale: OpenSale
    after: UUID | None


class LeftOpen(msgspec.Struct, frozen=True, kw_only=True):
    """What was found at opening: a sale that was not finished, or (``finished``) the one that was.

    ``products`` are the catalogue as it is now.
    """

    sale: OpenSale
    finished: Sale | None = None
    at_ms: int = 0
    products: tuple[Product, ...] = ()


class OpenSales(Struct, frozen=True):
    """What ``counter.open_sale`` offers. Blocking, as the counter itself."""

    desk: Desk

    def keep(self, sale: OpenSale) -> None:
        """Keep the sale as it is now; an empty one is forgotten."""
        _keep(self.desk, sale)

    def left(self) -> LeftOpen | None:
        """Return what became of the sale that was open when the till last stopped; None when there was none."""
        return _left(self.desk)


def _keep(desk: Desk, sale: OpenSale) -> None:
    def keep() -> None:
        newest = desk.till.journal.recent_of(1, (Sale.KIND,))
        after = newest[0].committed.event if newest else None
        note = None if sale.empty else canonical(_Kept(sale=sale, after=after)).decode()
        if note != desk.till.journal.note(_NOTE):
            desk.till.journal.set_note(_NOTE, note)

    desk.files.call(keep)


def _left(desk: Desk) -> LeftOpen | None:
    """Ask the journal, in which a sale stands whole or not at all, for a newer one than when this was begun."""

    def look() -> LeftOpen | None:
        note = desk.till.journal.note(_NOTE)
        if note is None:
            return None
        try:
            kept = read_canonical(note.encode(), _Kept)
        except WireError:
            # Another version of this program wrote it; whether the sale stands, the journal tells anyway.
            desk.till.journal.set_note(_NOTE, None)
            return None
        newest = desk.till.journal.recent_of(1, (Sale.KIND,))
        if newest and newest[0].committed.event != kept.after and isinstance(newest[0].payload, Sale):
            desk.till.journal.set_note(_NOTE, None)
            return LeftOpen(sale=kept.sale, finished=newest[0].payload, at_ms=newest[0].committed.at_ms)
        settings = desk.till.cache.settings()
        return LeftOpen(sale=kept.sale, products=settings.products if settings is not None else ())

    return desk.files.call(look)
