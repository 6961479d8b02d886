"""The language of the face: Qt's translations, read straight from the Linguist files.

Reading the ``.ts`` files themselves keeps the words on the screen and the words that the translator
edited the same, on every machine, with no compiler and no second file that could be older.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QObject,
    QTranslator,
    QXmlStreamReader,
)

from pos_app.ui.resource_files import TRANSLATIONS
from sync.rules.wording.plural import english_form, russian_form

LANGUAGES: Mapping[str, str] = {"en": "English", "ru": "Русский"}
"""The languages of the face, each by its own name."""

Messages = Mapping[tuple[str, str], tuple[str, ...]]
"""(context, source) → the translation, or its plural forms in Qt's order."""

_FORMS: Mapping[str, Callable[[int], int]] = {"en": english_form, "ru": russian_form}


def read_messages(file: Path) -> Messages:
    """Read a Linguist file; unfinished, vanished and empty messages are left out.

    Raises ``ValueError`` for a file that is no Linguist file: it ships with the program.
    """
    reader = QXmlStreamReader(file.read_text(encoding="utf-8"))
    messages: dict[tuple[str, str], tuple[str, ...]] = {}
    context = source = ""
    forms: list[str] = []
    while not reader.atEnd():
        reader.readNext()
        name = reader.name()
        if reader.isStartElement():
            if name == "name":
                context = reader.readElementText()
            elif name == "source":
                source = reader.readElementText()
            elif name == "translation":
                forms = _forms(reader)
        elif reader.isEndElement() and name == "message":
            if forms and all(forms):
                messages[context, source] = tuple(forms)
            forms = []
    if reader.hasError():
        message = f"{file.name}: {reader.errorString()}"
        raise ValueError(message)
    return messages


def _forms(reader: QXmlStreamReader) -> list[str]:
    """Read one ``translation`` element: its text, or the texts of its ``numerusform`` elements."""
    finished = reader.attributes().value("type") == ""
    forms: list[str] = []
    text = ""
    while not reader.atEnd():
        reader.readNext()
        if reader.isStartElement():
            forms.append(reader.readElementText())
        elif reader.isCharacters():
            text += reader.text()
        elif reader.isEndElement():
            break
    return (forms or [text]) if finished else []


class TsTranslator(QTranslator):
    """A Qt translator over one Linguist file."""

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.messages = read_messages(TRANSLATIONS / f"{language}.ts")
        self._form = _FORMS[language]

    def isEmpty(self) -> bool:
        """Tell Qt that there is something in it, although no ``.qm`` file was loaded."""
        return not self.messages

    def translate(self, context: str, source: str, _disambiguation: str | None = None, n: int = -1) -> str:
        """Return the words for a source text; the source itself when this file has none."""
        forms = self.messages.get((context, source))
        if forms is None:
            return source
        return forms[min(self._form(n), len(forms) - 1)] if n >= 0 and len(forms) > 1 else forms[0]


class Language(QObject):
    """Which language is installed."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = "en"
        self._installed: list[QTranslator] = []
        self.switch(name)

    @property
    def locale(self) -> QLocale:
        """The locale for dates and for what a person types."""
        return QLocale(self.name)

    @property
    def messages(self) -> Messages:
        """Every message of the installed language; none after :meth:`remove`."""
        ours = next((each for each in self._installed if isinstance(each, TsTranslator)), None)
        return ours.messages if ours is not None else {}

    def switch(self, name: str) -> None:
        """Install another language; raises ``KeyError`` for one that the face does not have."""
        if name not in LANGUAGES:
            raise KeyError(name)
        self.remove()
        self.name = name
        QLocale.setDefault(self.locale)
        self._install(TsTranslator(name, self))
        # The one that is installed last is asked first: Qt's own texts, then ours, which always answers.
        qts_own = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if name != "en" and qts_own.load(f"qtbase_{name}", folder):
            self._install(qts_own)

    def _install(self, translator: QTranslator) -> None:
        self._installed.append(translator)
        QCoreApplication.installTranslator(translator)

    def remove(self) -> None:
        """Take the translators out again."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed.clear()
