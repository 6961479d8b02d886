"""A list of lines to read or to pick from, painted line by line: a thousand of them cost what a dozen do."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QScroller,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pos_app.ui.theme.icons import pixmap
from pos_app.ui.theme.look import TOUCH, Look
from pos_app.ui.words.line import Line

MAX_LINES = 1_000
"""Lines of one list; a person who needs more searches."""
_HEADING_HEIGHT, _PLAIN_HEIGHT = 38, 28
_Index = QModelIndex | QPersistentModelIndex


class _Lines(QAbstractListModel):
    """The lines, as Qt's views ask for them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()

    def put(self, lines: Sequence[Line]) -> None:
        self.beginResetModel()
        self.lines = tuple(lines[:MAX_LINES])
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own kind
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return ", ".join(part for part in (line.title, line.note, line.value) if part)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and self.lines[index.row()].pickable:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.ItemIsEnabled


class _Painter(QStyledItemDelegate):
    """Paints a line in the theme's colours."""

    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self.look = Look()

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        line = _line(index)
        height = _HEADING_HEIGHT if line.heading else _PLAIN_HEIGHT if line.plain else TOUCH + 6
        return QSize(self.look.px(120), self.look.px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line, look, tokens = _line(index), self.look, self.look.tokens
        state = option.state
        place: QRect = option.rect
        picked = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = place.adjusted(0, look.px(2), 0, -look.px(2))
        if line.pickable:
            painter.setPen(QColor(tokens.accent if picked else tokens.line))
            painter.setBrush(QColor(tokens.accent_soft if picked else tokens.surface))
            painter.drawRoundedRect(inside.adjusted(1, 0, -1, 0), look.px(10), look.px(10))
        indent = look.px(12 if line.pickable else 18 if line.part else 2)
        inside = inside.adjusted(indent, 0, -look.px(12 if line.pickable else 8), 0)
        if line.sign:
            side = look.px(20)
            top = inside.center().y() - side // 2
            ink = getattr(tokens, f"{line.tone}_text") if line.tone else tokens.muted
            ratio = painter.device().devicePixelRatio()
            painter.drawPixmap(inside.left(), top, pixmap(line.sign, ink, side, ratio))
            inside.setLeft(inside.left() + side + look.px(10))
        self._texts(painter, line, inside)
        painter.restore()

    def _texts(self, painter: QPainter, line: Line, inside: QRect) -> None:
        look, tokens = self.look, self.look.tokens
        value_font = look.font(15, QFont.Weight.DemiBold if not line.part else QFont.Weight.Normal)
        width = QFontMetrics(value_font).horizontalAdvance(line.value) if line.value else 0
        left = inside.adjusted(0, 0, -(width + look.px(10) if width else 0), 0)
        title = left.adjusted(0, 0, 0, -left.height() // 2) if line.note else left
        weight = QFont.Weight.Bold if line.heading else QFont.Weight.DemiBold
        font = look.font(15, QFont.Weight.Normal if line.plain else weight)
        middle = Qt.AlignmentFlag.AlignVCenter
        ink = tokens.muted if line.part or line.faint else tokens.text
        if line.note:
            _write(painter, line.title, title, font, ink, Qt.AlignmentFlag.AlignBottom)
            below = left.adjusted(0, left.height() // 2 + look.px(1), 0, 0)
            _write(painter, line.note, below, look.font(13), tokens.muted, Qt.AlignmentFlag.AlignTop)
        else:
            _write(painter, line.title, title, font, ink, middle)
        if line.value:
            ink = getattr(tokens, f"{line.tone}_text") if line.tone else tokens.text
            _write(
                painter,
                line.value,
                inside,
                value_font,
                tokens.muted if line.part or line.faint else ink,
                middle | Qt.AlignmentFlag.AlignRight,
            )


class PickList(QListView):
    """Shows lines. ``picked`` carries a line's number when it is chosen by finger, mouse or Enter.

    With ``several`` lines are switched on and off one by one.
    """

    picked = Signal(int)

    def __init__(self, *, several: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "list")
        self._model = _Lines(self)
        self._painter = _Painter(self)
        self.setModel(self._model)
        self.setItemDelegate(self._painter)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.MultiSelection if several else mode.SingleSelection)
        self._several = several
        self.clicked.connect(self._choose)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._model.lines

    @property
    def chosen(self) -> tuple[int, ...]:
        """The numbers of the lines that are selected, in their order."""
        return tuple(sorted(index.row() for index in self.selectionModel().selectedIndexes()))

    def sizeHint(self) -> QSize:
        """Ask for two lines: whatever more there is room for is given by the screen, never asked by scrolling it."""
        return QSize(super().sizeHint().width(), self._painter.look.px(2 * (TOUCH + 6)))

    def put(self, lines: Sequence[Line], *, keep: bool = False) -> None:
        """Show these lines from the top; with ``keep`` the place and the selection stay."""
        row, scrolled = self.currentIndex().row(), self.verticalScrollBar().value()
        self._model.put(lines)
        if keep and 0 <= row < len(self._model.lines):
            self.select(row)
            self.verticalScrollBar().setValue(scrolled)

    def select(self, number: int) -> None:
        """Select a line, without the signal of a choice."""
        index = self._model.index(number)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the current line by Enter; move by arrows."""
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid() and not self._several:
            self._choose(current)
            event.accept()
            return
        before = current.row()
        super().keyPressEvent(event)
        if not self._several and self.currentIndex().row() != before:
            self._choose(self.currentIndex())

    def dress(self, look: Look) -> None:
        """Take on size and colours."""
        self._painter.look = look
        self.setSpacing(0)
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and self._model.lines[index.row()].pickable:
            self.picked.emit(index.row())


def _line(index: _Index) -> Line:
    model = index.model()
    if not isinstance(model, _Lines):
        msg = "only the lists of this room are painted here"
        raise TypeError(msg)
    return model.lines[index.row()]


def _write(
    painter: QPainter, text: str, place: QRect, font: QFont, ink: str, alignment: Qt.AlignmentFlag
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(ink))
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, int(alignment), fitting)
