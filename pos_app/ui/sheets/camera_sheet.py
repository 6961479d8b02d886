"""Setting up the camera: its live picture, how well it reads, one piece of advice, and what can be chosen."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout

from pos_app.scanner.capture_settings import Abilities
from pos_app.scanner.meter import Advice, Reading
from pos_app.scanner.sources import CameraSource
from pos_app.settings import CAMERA_SIZES
from pos_app.ui.sheets.sheet import ANSWER, Sheet
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.choice_row import ChoiceRow
from pos_app.ui.widgets.picker import Picker
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label
from pos_app.ui.words.camera import advice_words, rate_words, source_name
from pos_app.usecases.source import Source

FOCUSES = (None, 0, 50, 100, 175, 250)
"""By itself, then from far to near, as drivers count."""
EXPOSURES_MS = (None, 5, 10, 20, 33, 66)
_FULL = 100
_S_TO_MS = 1000


class CameraSheet(Sheet):
    """``chosen`` carries (name of the setting, value), ``source_chosen`` a ``CameraSource``."""

    chosen = Signal(str, object)
    source_chosen = Signal(object)

    def __init__(self, sources: Sequence[CameraSource]) -> None:
        super().__init__(
            self.tr("Set up the camera"),
            self.tr("Hold a code before it, on a phone or on paper, as guests do."),
            sign="camera",
            colour="accent_text",
            wide=True,
        )
        self._sources = list(sources)
        self.view = CameraView()
        self.rate, self.bar, self.advice = label("strong", wrap=True), QProgressBar(), Strip("quiet")
        self.bar.setRange(0, _FULL)
        self.bar.setTextVisible(False)
        self.picker = Picker()
        self.picker.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.rows = {
            "camera_size": ChoiceRow(CAMERA_SIZES),
            "camera_focus": ChoiceRow(FOCUSES),
            "camera_exposure_ms": ChoiceRow(EXPOSURES_MS),
            "camera_mirror": ChoiceRow((False, True)),
        }
        self.done = self.add_answer(self.tr("Done"), key=ANSWER, role="primary", sign="check")
        self.done.clicked.connect(self.finish)
        self._name_rows()
        self._lay_out()
        self.picker.activated.connect(lambda number: self.source_chosen.emit(self._sources[number]))
        for name, row in self.rows.items():
            row.chosen.connect(lambda value, name=name: self.chosen.emit(name, value))
        self.show_reading(Reading(0, 0, Advice.WAIT))

    def show_source(self, source: CameraSource | None) -> None:
        """Show which camera is watched."""
        self.picker.setCurrentIndex(self._sources.index(source) if source in self._sources else -1)

    def show_values(self, values: Mapping[str, object], *, managed: frozenset[str]) -> None:
        """Show what holds now; what the machine's policy set cannot be changed here."""
        self._managed = managed
        for name, row in self.rows.items():
            row.show_value(values[name])
            row.allow(allowed=name not in managed, why_not=self.tr("Set by your IT."))
        self.picker.setEnabled("camera" not in managed)
        self.view.mirror(mirrored=bool(values["camera_mirror"]))

    def show_abilities(self, abilities: Abilities) -> None:
        """Offer focus and light only where the camera does; a film has neither, nor another size."""
        why_not = self.tr("This camera does it by itself.")
        for name, able in (("camera_focus", abilities.focus), ("camera_exposure_ms", abilities.exposure)):
            if name not in self._managed:
                self.rows[name].allow(allowed=able, why_not=why_not)

    def show_reading(self, reading: Reading, size: tuple[int, int] = (0, 0)) -> None:
        """Say how well it reads, and what would help."""
        self.rate.setText(rate_words(reading, size))
        self.bar.setValue(round(reading.rate * _FULL))
        self.bar.setAccessibleName(self.rate.text())
        sentence, advice, tone = advice_words(reading.advice)
        self.advice.say(sentence, advice, tone)

    def take_code(self, text: str, source: Source) -> bool:  # noqa: ARG002 - which code it is does not matter here
        """Let a code before the camera be the test; one of another scanner waits, as behind every sheet."""
        return source is Source.CAMERA

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self.view.setMinimumHeight(look.px(190))
        self._columns.setSpacing(look.px(16))
        for column in (self._left, self._right):
            column.setSpacing(look.px(6 if look.compact else 10))

    def _name_rows(self) -> None:
        own = self.tr("Auto")
        self.picker.setAccessibleName(self.tr("Camera"))
        self.picker.setPlaceholderText(self.tr("No camera"))
        for source in self._sources:
            self.picker.addItem(source_name(source))
        self.rows["camera_size"].say(
            self.tr("Picture"), tuple(size.replace("x", " × ") for size in CAMERA_SIZES)
        )
        steps = (self.tr("Far"), "2", "3", "4", self.tr("Near"))
        self.rows["camera_focus"].say(self.tr("Focus"), (own, *steps))
        times = tuple(f"1/{round(_S_TO_MS / ms)}" for ms in EXPOSURES_MS if ms is not None)
        self.rows["camera_exposure_ms"].say(self.tr("Light: exposure, in seconds"), (own, *times))
        self.rows["camera_mirror"].say(
            self.tr("Preview"), (self.tr("As the camera sees"), self.tr("As in a mirror"))
        )

    def _lay_out(self) -> None:
        self._columns, self._left, self._right = QHBoxLayout(), QVBoxLayout(), QVBoxLayout()
        for widget in (self.rate, self.bar, self.advice):
            self._left.addWidget(widget)
        self._left.insertWidget(0, self.view, 1)
        self._right.addWidget(self.picker)
        for row in self.rows.values():
            self._right.addWidget(row)
        self._right.addStretch(1)
        self._columns.addLayout(self._left, 1)
        self._columns.addLayout(self._right, 1)
        self.body.addLayout(self._columns)
