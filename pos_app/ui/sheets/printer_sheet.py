"""Setting the receipt printer up: where it is, its paper and letters, what is printed, and a test."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from pos_app.settings import MAX_LETTERHEAD_CHARS, PAPER_WIDTHS, Settings
from pos_app.ui.sheets.sheet import ANSWER, Sheet
from pos_app.ui.widgets.choice_row import ChoiceRow
from pos_app.ui.widgets.text import label
from pos_app.ui.widgets.touched_field import TouchedField, Typing

LETTERS = ("cp866", "cp1251", "cp437", "cp858", "image")
COPIES = (1, 2, 3)
FIELDS = ("printer", "printer_model", "receipt_head", "receipt_foot", "receipt_logo")
TYPING = {"receipt_head": Typing.TEXT, "receipt_foot": Typing.TEXT}
"""What a guest reads is written in their language; all else are addresses."""
MAX_FIELD_CHARS = 300


class PrinterSheet(Sheet):
    """``chosen`` carries every choice as a mapping, ``test_wanted`` the same: to be tried before it is kept."""

    chosen = Signal(object)
    test_wanted = Signal(object)

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            self.tr("Receipt printer"),
            self.tr("none, tcp://HOST:9100, usb:VENDOR:PRODUCT, file:PATH or pdf:FOLDER"),
            sign="receipt",
            colour="accent_text",
            wide=True,
        )
        self._settings = settings
        self.fields = {name: TouchedField(TYPING.get(name, Typing.LATIN)) for name in FIELDS}
        self.rows = {
            "printer_width": ChoiceRow(PAPER_WIDTHS),
            "printer_letters": ChoiceRow(LETTERS),
            "print_copies": ChoiceRow(COPIES),
            "print_auto": ChoiceRow((False, True)),
            "print_drawer": ChoiceRow((False, True)),
        }
        self._values: dict[str, object] = {name: getattr(settings, name) for name in self.rows}
        self._lay_out()
        self._say()
        self.add_cancel()
        self.test = self.add_answer(self.tr("Test print"), key="F4", sign="receipt")
        self.test.clicked.connect(lambda: self.test_wanted.emit(self.choices))
        self.save = self.add_answer(self.tr("Use this printer"), key=ANSWER, role="primary", sign="check")
        self.save.clicked.connect(lambda: self.chosen.emit(self.choices))
        for name, row in self.rows.items():
            row.chosen.connect(lambda value, name=name: self._values.update({name: value}))

    @property
    def choices(self) -> Mapping[str, object]:
        """What stands in the sheet now; an empty printer means none, an empty logo no logo."""
        texts: dict[str, object] = {name: field.text().strip() for name, field in self.fields.items()}
        texts["printer"] = texts["printer"] or "none"
        texts["printer_model"] = texts["printer_model"] or "default"
        texts["receipt_logo"] = texts["receipt_logo"] or None
        return {
            name: value
            for name, value in {**texts, **self._values}.items()
            if name not in self._settings.managed
        }

    def begin(self) -> None:
        """Begin with the address."""
        self.fields["printer"].setFocus()

    def show_done(self, sentence: str) -> None:
        """Say that the test went well."""
        self.problem.say(sentence, tone="accept")

    def show_problem(self, sentence: str, advice: str = "") -> None:
        """Say what does not go."""
        self.problem.say(sentence, advice, tone="refuse")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Test by its key; everything else as every sheet."""
        if event.key() == Qt.Key.Key_F4:
            self.test.click()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _say(self) -> None:
        rows, yes_no = self.rows, (self.tr("No"), self.tr("Yes"))
        rows["printer_width"].say(
            self.tr("Paper"), [self.tr("{width} mm").format(width=width) for width in PAPER_WIDTHS]
        )
        names = ["CP866", "CP1251", "CP437", "CP858", self.tr("Picture")]
        rows["printer_letters"].say(self.tr("Letters"), names)
        rows["print_copies"].say(self.tr("Copies"), [str(count) for count in COPIES])
        rows["print_auto"].say(self.tr("Print each sale"), yes_no)
        rows["print_drawer"].say(self.tr("Open the drawer"), yes_no)
        for name, row in rows.items():
            row.show_value(self._values[name])
            free = name not in self._settings.managed
            row.allow(allowed=free, why_not="" if free else self.tr("Set by your IT."))

    def _lay_out(self) -> None:
        words = {
            "printer": self.tr("Printer"),
            "printer_model": self.tr("Model (default if not listed)"),
            "receipt_head": self.tr("Address lines, with | between them"),
            "receipt_foot": self.tr("Greeting at the end"),
            "receipt_logo": self.tr("Logo (a picture's path)"),
        }
        grid = QGridLayout()
        for number, (name, field) in enumerate(self.fields.items()):
            value = getattr(self._settings, name)
            field.setMaxLength(MAX_LETTERHEAD_CHARS if name == "receipt_head" else MAX_FIELD_CHARS)
            field.setText("" if value is None else str(value))
            field.setEnabled(name not in self._settings.managed)
            field.setAccessibleName(words[name])
            cell = QVBoxLayout()
            cell.setSpacing(2)
            cell.addWidget(label("caps", words[name]))
            cell.addWidget(field)
            grid.addLayout(cell, number // 3 * 2, number % 3)
        grid.addWidget(self.rows["print_copies"], 2, 2)
        for column, name in enumerate(("printer_width", "print_auto", "print_drawer")):
            grid.addWidget(self.rows[name], 4, column)
        grid.addWidget(self.rows["printer_letters"], 6, 0, 1, 3)
        self.body.addLayout(grid)
