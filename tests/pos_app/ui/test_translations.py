"""Both languages are complete, and plural forms are right."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from pos_app.ui.language import Language, read_messages
from pos_app.ui.resource_files import TRANSLATIONS
from tests.builders.patience import LONG_S

SCRIPT = Path(__file__).resolve().parents[3] / "packaging" / "translations.py"


def test_every_text_is_said_in_russian_and_differs_from_its_source() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "check"], capture_output=True, text=True, check=False, timeout=LONG_S
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("en", 1, "1 point"),
        ("en", 5, "5 points"),
        ("ru", 1, "1 балл"),
        ("ru", 3, "3 балла"),
        ("ru", 15, "15 баллов"),
    ],
)
def test_qt_says_the_right_plural(
    speaking: Callable[[str], Language], language: str, count: int, words: str
) -> None:
    speaking(language)
    assert QCoreApplication.translate("Verdict", "%n points", None, count) == words


def test_a_text_that_nobody_translated_is_said_as_it_is(speaking: Callable[[str], Language]) -> None:
    speaking("ru")
    assert QCoreApplication.translate("Nowhere", "Hello") == "Hello"


def test_qts_own_buttons_speak_russian_too(speaking: Callable[[str], Language]) -> None:
    speaking("ru")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Отмена"


def test_an_unknown_language_is_refused(speaking: Callable[[str], Language]) -> None:
    with pytest.raises(KeyError):
        speaking("tlh")


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ru.ts"
    file.write_text("<TS><context>")
    with pytest.raises(ValueError, match=r"ru\.ts"):
        read_messages(file)


def test_unfinished_messages_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "ru.ts"
    message = '<message><source>A</source><translation type="unfinished">Б</translation></message>'
    file.write_text(f"<TS><context><name>C</name>{message}</context></TS>")
    assert read_messages(file) == {}


def test_the_shipped_files_are_read_whole() -> None:
    assert len(read_messages(TRANSLATIONS / "ru.ts")) > 200
