"""The last sales of this till; those of VIPs stand first, as in the kitchen's queue."""

from collections.abc import Sequence

from msgspec import Struct

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.column_list import ColumnList
from pos_app.ui.widgets.sale_row import SaleRow
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.words.speech import Speech

MAX_SHOWN = 30
"""More is for the shift's report."""


class RecentSale(Struct, frozen=True, kw_only=True):
    """One sale that stands in the journal; ``paid_minor`` in money, without what points paid."""

    receipt: int
    at_ms: int
    paid_minor: int
    discount_minor: int = 0
    vip: bool = False
    undone: bool = False


class _Words(Struct, frozen=True):
    """What a row says."""

    number: str
    note: str
    value: str
    vip: bool


class RecentSales(Card):
    """Shows the newest sales."""

    def __init__(self) -> None:
        super().__init__(margin=10, spacing=8)
        self.heading = label("caps", wrap=True)
        self.nothing = label("small", wrap=True)
        self.list: ColumnList[SaleRow] = ColumnList(SaleRow, most=MAX_SHOWN)
        self._said: dict[SaleRow, _Words] = {}
        self.column.addWidget(self.heading)
        self.column.addWidget(self.nothing)
        self.column.addWidget(self.list, 1)
        self.speak()

    def show_sales(self, sales: Sequence[RecentSale], speech: Speech) -> None:
        """Show sales, given newest first."""
        # What was undone is nobody's order any more, whoever's it was.
        ordered = sorted(sales, key=lambda sale: not sale.vip or sale.undone)
        rows = self.list.show_rows(len(ordered))
        wanted = [self._words(sale, speech) for sale in ordered[: len(rows)]]
        for place, (row, words) in enumerate(zip(self._rows_for(wanted, rows), wanted, strict=True)):
            if self.list.rows[place] is not row:
                self.list.bring_first(row, place)
            if self._said.get(row) != words:
                row.say(words.number, words.note, words.value)
                row.show_vip(vip=words.vip)
                self._said[row] = words
        show_if(self.nothing, not rows)

    def _rows_for(self, wanted: Sequence["_Words"], rows: Sequence[SaleRow]) -> list[SaleRow]:
        """Choose a row for each: a new sale comes on top of thirty others, whose rows move as they are."""
        saying: dict[_Words | None, list[SaleRow]] = {}
        for row in reversed(rows):
            saying.setdefault(self._said.get(row), []).append(row)
        chosen = [saying[words].pop() if saying.get(words) else None for words in wanted]
        spare = [row for row in rows if row not in chosen]
        return [row or spare.pop() for row in chosen]

    def _words(self, sale: RecentSale, speech: Speech) -> "_Words":
        return _Words(
            self.tr("No. {number}").format(number=sale.receipt),
            self.tr("Undone") if sale.undone else speech.clock(sale.at_ms),
            "–" if sale.undone else speech.number(sale.paid_minor),
            vip=sale.vip and not sale.undone,
        )

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.heading.setText(self.tr("Recent sales, VIP first"))
        self.list.setAccessibleName(self.tr("Recent sales, VIP first"))
        self.nothing.setText(self.tr("Nothing was sold yet."))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self.list.setMinimumHeight(look.px(44))
