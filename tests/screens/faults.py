"""What a measure can see of a picture: words cut off, keys too small for a finger, bars that scroll nothing, overlaps."""

import re
from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from pos_app.ui.theme.look import TOUCH
from pos_app.ui.till_window import TillWindow
from pos_app.ui.widgets.text import OneLine

_SLACK = 2
"""Pixels by which Qt's measures of one text may differ."""
_WORTH_A_BAR = 6
"""A bar that scrolls fewer pixels than this only takes room."""
_CONTROLS = (QAbstractButton, QLineEdit, QComboBox)


def faults(window: TillWindow) -> list[str]:
    """Name everything that is wrong with what is up now."""
    seen = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    return [*_cut_off(seen), *_too_small(window, seen), *_bars(seen), *_overlaps(seen)]


def _cut_off(seen: list[QWidget]) -> Iterator[str]:
    for widget in seen:
        if isinstance(widget, QLabel) and not isinstance(widget, OneLine) and widget.text():
            yield from _label(widget)
        elif isinstance(widget, QAbstractButton) and widget.text():
            icon = 0 if widget.icon().isNull() else widget.iconSize().width() + _SLACK
            needed = icon + max(
                map(widget.fontMetrics().horizontalAdvance, widget.text().strip().split("\n"))
            )
            if needed > widget.width():
                yield f"cut off on a key ({widget.width()} of {needed}): {widget.text()!r}"
        elif isinstance(widget, QLineEdit) and not widget.text() and widget.placeholderText():
            needed = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
            # The letters begin inside the frame.
            if needed > widget.width() - 1.5 * widget.fontMetrics().height():
                yield f"cut off in a field ({widget.width()} of {needed}): {widget.placeholderText()!r}"


def _label(widget: QLabel) -> Iterator[str]:
    if not widget.wordWrap():
        if _larger(widget.sizeHint(), widget.size()):
            yield f"cut off ({_of(widget.size())} of {_of(widget.sizeHint())}): {widget.text()!r}"
        return
    needed = widget.heightForWidth(widget.width())
    if needed > widget.height() + _SLACK:
        yield f"cut off below ({widget.height()} of {needed}): {widget.text()!r}"
    # A long path is broken behind its slashes and hyphens.
    words = re.split(r"(?<=[-/])|\s", widget.text())
    longest = max(map(widget.fontMetrics().horizontalAdvance, words))
    if longest > widget.width() + _SLACK:
        yield f"a word is cut off ({widget.width()} of {longest}): {widget.text()!r}"


def _too_small(window: TillWindow, seen: list[QWidget]) -> Iterator[str]:
    least = window.wardrobe.look.px(TOUCH)
    for widget in seen:
        if isinstance(widget, _CONTROLS) and not isinstance(widget.parent(), QComboBox):
            name = widget.accessibleName() or getattr(widget, "text", str)()
            if not name.strip():
                yield f"without a name: {type(widget).__name__}"
            if min(widget.width(), widget.height()) < least - _SLACK:
                yield f"too small for a finger ({_of(widget.size())}): {name!r}"


def _bars(seen: list[QWidget]) -> Iterator[str]:
    for widget in seen:
        if not isinstance(widget, QAbstractScrollArea):
            continue
        for bar in (widget.verticalScrollBar(), widget.horizontalScrollBar()):
            if bar.isVisible() and bar.maximum() - bar.minimum() <= _WORTH_A_BAR:
                yield f"a bar that scrolls {bar.maximum() - bar.minimum()} pixels: {_path(widget)}"
        around = widget.parentWidget()
        while around is not None:
            if isinstance(around, QScrollArea) and around.verticalScrollBar().isVisible():
                if widget.verticalScrollBar().isVisible():
                    yield f"a bar within a bar: {_path(widget)}"
                break
            around = around.parentWidget()


def _overlaps(seen: list[QWidget]) -> Iterator[str]:
    families: dict[QWidget, list[QWidget]] = {}
    for widget in seen:
        parent = widget.parentWidget()
        layout = parent.layout() if parent is not None else None
        if parent is not None and layout is not None and not isinstance(parent, QStackedWidget):
            families.setdefault(parent, []).append(widget)
    for parent, children in families.items():
        laid = [child for child in children if child.sizePolicy() is not None and _laid_out(parent, child)]
        for one, other in combinations(laid, 2):
            both = one.geometry().intersected(other.geometry())
            if both.width() > _SLACK and both.height() > _SLACK:
                yield f"{_path(one)} lies over {_path(other)} by {_of(both)}"


def _laid_out(parent: QWidget, child: QWidget) -> bool:
    """Whether the parent's layout places the child: what floats above others, as a badge does, may lie over them."""
    layouts = [parent.layout()]
    while layouts:
        layout = layouts.pop()
        if layout is None:
            continue
        for number in range(layout.count()):
            item = layout.itemAt(number)
            if item is None:
                continue
            if item.widget() is child:
                return True
            layouts.append(item.layout())
    return False


def _larger(needed: QSize, room: QSize) -> bool:
    return needed.width() > room.width() + _SLACK or needed.height() > room.height() + _SLACK


def _of(size: QSize | QRect) -> str:
    return f"{size.width()}×{size.height()}"


def _path(widget: QWidget) -> str:
    names: list[str] = []
    each: QWidget | None = widget
    while each is not None and len(names) < 4:
        names.append(type(each).__name__ + (f"({each.accessibleName()})" if each.accessibleName() else ""))
        each = each.parentWidget()
    return " in ".join(names)
