"""What a window puts on the whole application goes with its test: the next one finds Qt as Qt comes."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QToolTip


@pytest.fixture(autouse=True)
def _application_as_it_comes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put back the font, the colours and the language that a window gave to all of them.

    A test that is the first to ask for Qt has it made here, so that what it changes is known as well.
    """
    if not {"qapp", "qtbot"}.isdisjoint(request.fixturenames):
        request.getfixturevalue("qapp")
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        yield
        return
    font, tip_font, palette = application.font(), QToolTip.font(), application.palette()
    sheet, direction, language = application.styleSheet(), application.layoutDirection(), QLocale()
    application.clipboard().clear()
    yield
    while application.overrideCursor() is not None:
        application.restoreOverrideCursor()
    QLocale.setDefault(language)
    if application.layoutDirection() != direction:
        application.setLayoutDirection(direction)
    if application.styleSheet() != sheet:
        application.setStyleSheet(sheet)
    if application.palette() != palette:
        application.setPalette(palette)
    if application.font() != font:
        application.setFont(font)
    if QToolTip.font() != tip_font:
        QToolTip.setFont(tip_font)
