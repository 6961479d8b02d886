"""Windows on real files, closed again whatever happens."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from pos_app.ui.language import Language
from pos_app.ui.till_window import TillWindow
from tests.builders.till_window import a_home, a_window, opened, signed_in

Open = Callable[..., TillWindow]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return a_home(tmp_path / "till")


@pytest.fixture
def opening(qtbot: QtBot) -> Iterator[Callable[[Callable[..., TillWindow]], Open]]:
    """Wrap a way to open a window so that it is closed after the test."""
    windows: list[TillWindow] = []

    def wrap(make: Callable[..., TillWindow]) -> Open:
        def open_it(home: Path, **choices: Any) -> TillWindow:
            window = make(home, **choices)
            windows.append(window)
            return window

        return open_it

    yield wrap
    for window in windows:
        window.close()
        window.language.remove()
        window.deleteLater()
    qtbot.wait(1)


@pytest.fixture
def new_window(opening: Callable[[Callable[..., TillWindow]], Open]) -> Open:
    """A window that nobody has shown yet."""
    return opening(a_window)


@pytest.fixture
def open_window(opening: Callable[[Callable[..., TillWindow]], Open]) -> Open:
    """A window that asks who is there."""
    return opening(opened)


@pytest.fixture
def till(opening: Callable[[Callable[..., TillWindow]], Open], home: Path) -> TillWindow:
    """A window at which Marta is signed in."""
    return opening(signed_in)(home)


@pytest.fixture
def speaking(qapp: object) -> Iterator[Callable[[str], Language]]:
    """Install a language without a window."""
    installed: list[Language] = []

    def install(name: str) -> Language:
        installed.append(Language(name))
        return installed[-1]

    yield install
    for language in installed:
        language.remove()
