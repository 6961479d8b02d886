"""Keeps the open sale through a power cut: written down in calm moments, found again at the next start."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.ui.basket import Basket, BillLine
from pos_app.ui.counter_thread import CounterThread
from pos_app.usecases.counter import Counter
from pos_app.usecases.open_sale import KeptLine, LeftOpen, OpenSale
from sync.protocol.feed import Product

CALM_MS = 700
"""A sale is written down once nothing has changed for so long: not at every figure that is typed."""


class SaleKeeper(QObject):
    """``found`` carries the ``LeftOpen`` of the last time, once, if there was one; ``failed`` a ``UserError``."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(
        self, thread: CounterThread, counter: Counter, basket: Callable[[], Basket], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._thread, self._counter, self._basket = thread, counter, basket
        self._kept = OpenSale()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self.keep)

    def look(self) -> None:
        """Look for what the last time left."""
        self._thread.submit(self._counter.open_sale.left, self._tell, self.failed.emit)

    def stir(self) -> None:
        """Hear that the sale has changed."""
        self._calm.start()

    def keep(self) -> None:
        """Write the sale down as it is, unless that stands there already."""
        self._calm.stop()
        sale = open_sale(self._basket())
        if sale != self._kept:
            self._kept = sale
            self._thread.submit(
                lambda: self._counter.open_sale.keep(sale), lambda _nothing: None, self.failed.emit
            )

    def _tell(self, left: LeftOpen | None) -> None:
        if left is not None:
            self._kept = left.sale if left.finished is None else OpenSale()
            self.found.emit(left)


def open_sale(basket: Basket) -> OpenSale:
    """Take down what a basket holds."""
    return OpenSale(
        lines=tuple(
            KeptLine(
                item=line.product.item if line.product is not None else None,
                each_minor=line.each_minor,
                quantity=line.quantity,
            )
            for line in basket.bill
        ),
        typed=basket.typed,
        codes=len(basket.look_ups),
    )


def restore(basket: Basket, sale: OpenSale, products: Mapping[str, Product]) -> None:
    """Put back on the bill what was kept. A product that the office has withdrawn comes back as its amount."""
    for line in sale.lines:
        product = products.get(line.item or "")
        if product is not None and product.price_minor != line.each_minor:
            product = None
        basket.bill.append(BillLine(product=product, each_minor=line.each_minor, quantity=line.quantity))
    basket.type_amount(sale.typed)
