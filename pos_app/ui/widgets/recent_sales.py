"""The last sales of this till; those of VIPs stand first, as in the kitchen's queue."""

from collections.abc import Sequence
from dataclasses import dataclass

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.column_list import ColumnList
from pos_app.ui.widgets.sale_row import SaleRow
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.words.speech import Speech

MAX_SHOWN = 30
"""More is for the shift's report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentSale:
    """One sale that stands in the journal."""

    receipt: int
    at_ms: int
    paid_minor: int
    discount_minor: int = 0
    vip: bool = False
    undone: bool = False


class RecentSales(Card):
    """Shows the newest sales."""

    def __init__(self) -> None:
        super().__init__(margin=10, spacing=8)
        self.heading = label("caps", wrap=True)
        self.nothing = label("small", wrap=True)
        self.list: ColumnList[SaleRow] = ColumnList(SaleRow, most=MAX_SHOWN)
        self.column.addWidget(self.heading)
        self.column.addWidget(self.nothing)
        self.column.addWidget(self.list, 1)
        self.speak()

    def show_sales(self, sales: Sequence[RecentSale], speech: Speech) -> None:
        """Show sales, given newest first."""
        # What was undone is nobody's order any more, whoever's it was.
        ordered = sorted(sales, key=lambda sale: not sale.vip or sale.undone)
        rows = self.list.show_rows(len(ordered))
        for row, sale in zip(rows, ordered, strict=False):
            number = self.tr("No. {number}").format(number=sale.receipt)
            when = speech.clock(sale.at_ms)
            note = self.tr("Undone") if sale.undone else when
            row.say(number, note, "–" if sale.undone else speech.number(sale.paid_minor))
            row.show_vip(vip=sale.vip and not sale.undone)
        show_if(self.nothing, not rows)

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.heading.setText(self.tr("Recent sales, VIP first"))
        self.list.setAccessibleName(self.tr("Recent sales, VIP first"))
        self.nothing.setText(self.tr("Nothing was sold yet."))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self.list.setMinimumHeight(look.px(44))
