"""The catalogue of the office: products as keys, found by touch, by category and by typing."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.finger_area import FingerArea
from pos_app.ui.widgets.item_tile import ItemTile
from pos_app.ui.widgets.picker import Picker
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.widgets.touched_field import TouchedField, Typing
from pos_app.ui.words.speech import Speech
from sync.protocol.feed import Product

MAX_TILES = 60
"""Keys that are shown at once; a longer catalogue is searched."""
MAX_TYPED_CHARS = 40

_TILE_WIDTH, _GAP = 112, 6


class ItemGrid(QWidget):
    """Emits ``chosen`` with the ``Product`` that was touched."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._products: tuple[Product, ...] = ()
        self._shown: list[Product] = []
        self._speech: Speech | None = None
        self._look = Look()
        self._columns = 1
        self.search = TouchedField(Typing.SEARCH)
        self.search.setMaxLength(MAX_TYPED_CHARS)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._choose_first)
        self.category = Picker()
        self.category.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.category.currentIndexChanged.connect(self._fill)
        self.nothing = label("muted", wrap=True)
        self.tiles: list[ItemTile] = []
        self._place()
        self.speak()

    def _place(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.search, 1)
        self._head.addWidget(self.category, 1)
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.area = FingerArea(inside)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addWidget(self.nothing)
        self._column.addWidget(self.area, 1)

    def show_products(self, products: Sequence[Product], speech: Speech) -> None:
        """Take the catalogue; what is searched for stays."""
        if tuple(products) == self._products and speech == self._speech:
            return
        self._products, self._speech = tuple(products), speech
        categories = list(dict.fromkeys(product.category for product in products if product.category))
        chosen = self.category.currentText()
        with QSignalBlocker(self.category):
            self.category.clear()
            self.category.addItems([self.tr("All"), *categories])
            self.category.setCurrentIndex(max(0, self.category.findText(chosen)))
        show_if(self.category, len(categories) > 1)
        self._fill()

    def clear_search(self) -> None:
        """Show the whole catalogue again."""
        self.search.clear()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._look = look
        self._column.setSpacing(look.px(_GAP))
        self._head.setSpacing(look.px(_GAP))
        self._grid.setSpacing(look.px(_GAP))
        # The width is known only after the layout has seen the new size.
        QTimer.singleShot(0, self, self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as there is room for."""
        super().resizeEvent(event)
        self._arrange()
        # What lies inside takes on its own size after this, and may then be narrower.
        QTimer.singleShot(0, self, self._arrange)

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.search.setPlaceholderText(self.tr("Search (F7)"))
        self.search.setAccessibleName(self.tr("Search the catalogue"))
        self.category.setAccessibleName(self.tr("Category"))
        if self.category.count():
            self.category.setItemText(0, self.tr("All"))
        self.area.setAccessibleName(self.tr("Catalogue"))
        self._say_nothing()

    def _fill(self) -> None:
        """Show the products that fit what was typed and chosen."""
        wanted = self.search.text().casefold().split()
        category = self.category.currentText() if self.category.currentIndex() > 0 else ""
        fitting = [
            product
            for product in self._products
            if (not category or product.category == category) and _fits(product, wanted)
        ]
        self._shown = fitting[:MAX_TILES]
        while len(self.tiles) < len(self._shown):
            self._add_tile()
        for tile, product in zip(self.tiles, self._shown, strict=False):
            tile.say(product.name, self._speech.money(product.price_minor) if self._speech else "")
        for number, tile in enumerate(self.tiles):
            show_if(tile, number < len(self._shown))
        self._say_nothing()

    def _add_tile(self) -> None:
        tile, number = ItemTile(), len(self.tiles)
        tile.dress(self._look)
        tile.clicked.connect(lambda: self.chosen.emit(self._shown[number]))
        self.tiles.append(tile)
        self._grid.addWidget(tile, number // self._columns, number % self._columns)

    def _arrange(self) -> None:
        columns = max(2, self.area.viewport().width() // self._look.px(_TILE_WIDTH))
        if columns == self._columns:
            return
        self._columns = columns
        for number, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, number // columns, number % columns)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._grid.setRowStretch(MAX_TILES, 1)

    def _say_nothing(self) -> None:
        if not self._products:
            self.nothing.setText(self.tr("The office has given this till no catalogue. Enter the amount."))
        else:
            self.nothing.setText(self.tr("Nothing in the catalogue is called that."))
        show_if(self.nothing, not self._shown)

    def _choose_first(self) -> None:
        """Enter after typing takes what stands first."""
        if self._shown:
            self.chosen.emit(self._shown[0])
            self.search.selectAll()


def _fits(product: Product, wanted: list[str]) -> bool:
    """Whether every typed word begins a word of the name, or stands in the item's identifier."""
    words = product.name.casefold().split()
    return all(
        any(word.startswith(one) for word in words) or one in product.item.casefold() for one in wanted
    )
