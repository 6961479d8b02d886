"""Settings: what everybody may choose at the left, what belongs to the machine at the right."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.settings import KEYBOARDS, ZOOMS, Settings
from pos_app.ui.language import LANGUAGES
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.choice_row import ChoiceRow
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import OneLine, label, show_if
from pos_app.ui.widgets.touched_field import TouchedField, Typing

VOLUMES = (0, 25, 50, 75, 100)
LOCKS_S = (60, 300, 900, 3600, 0)
MAX_FIELD_CHARS = 64
_S_PER_MIN = 60
_NARROW = 940
"""Below this width, in pixels of the design, the columns stand under each other."""
FIELDS = ("serial", "serial_baud", "scanner_prefix", "scanner_suffix")


class SettingsScreen(QWidget):
    """``chosen`` carries name and value of a choice, ``scanner_chosen`` all of the scanner's as a mapping."""

    chosen = Signal(str, object)
    scanner_chosen = Signal(object)
    unlock_wanted = Signal()
    standing_wanted = Signal()
    camera_wanted = Signal()
    printer_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.rows = {
            "language": ChoiceRow(tuple(LANGUAGES)),
            "theme": ChoiceRow(("system", "light", "dark")),
            "zoom": ChoiceRow(ZOOMS),
            "volume": ChoiceRow(VOLUMES),
            "keyboard": ChoiceRow(KEYBOARDS),
            "lock_after_s": ChoiceRow(LOCKS_S),
            "fullscreen": ChoiceRow((False, True)),
        }
        self.face, self.machine, self.about = Card(spacing=8), Card(spacing=8), Card(spacing=6)
        self.titles = (label("heading"), label("heading"), label("heading"))
        self.unlock = Button(sign="lock", key="F2")
        self.locked = Strip("quiet", sign="lock")
        self.captions = {name: label("caps") for name in FIELDS}
        self.fields = {name: TouchedField(Typing.LATIN) for name in FIELDS}
        self.apply = Button("", sign="check", key="F9")
        self.printer = Button("", sign="receipt", key="F4")
        self.till, self.safe = OneLine("muted"), label("strong", wrap=True)
        self.ask_safe = Button("quiet", sign="check", key="F3")
        self.camera = Button("quiet", sign="camera", key="F5")
        self._settings: Settings | None = None
        self._unlocked = False
        self._place()
        self._connect()
        self.speak()

    def show_settings(self, settings: Settings, *, unlocked: bool) -> None:
        """Show what holds now; the machine's part can be changed once it is unlocked."""
        self._settings, self._unlocked = settings, unlocked
        policy = self.tr("Set by your IT.")
        for name, row in self.rows.items():
            value = getattr(settings, name)
            row.show_value(0 if name == "volume" and not settings.sound else value)
            machines = name in ("lock_after_s", "fullscreen")
            free = name not in settings.managed
            row.allow(allowed=free and (unlocked or not machines), why_not="" if free else policy)
        for name, field in self.fields.items():
            value = getattr(settings, name)
            field.setText("" if value is None else str(value))
            field.setEnabled(unlocked and name not in settings.managed)
        self.apply.setEnabled(unlocked)
        self.printer.setEnabled(unlocked)
        self.unlock.setEnabled(not unlocked)
        locked = self.tr("A shift manager or IT opens this by PIN.")
        self.locked.say("" if unlocked else locked)

    def show_till(self, sentence: str) -> None:
        """Name the till."""
        self.till.setText(sentence)

    def show_safe(self, sentence: str, *, safe: bool) -> None:
        """Say whether this till may be closed for good or replaced."""
        self.safe.setProperty("tone", "accept" if safe else "ask")
        self.safe.style().unpolish(self.safe)
        self.safe.style().polish(self.safe)
        self.safe.setText(sentence)
        show_if(self.safe, bool(sentence))

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        for title, text in zip(
            self.titles, (self.tr("For you"), self.tr("This machine"), self.tr("This till")), strict=True
        ):
            title.setText(text)
        rows = self.rows
        rows["language"].say(self.tr("Language"), tuple(LANGUAGES.values()))
        rows["theme"].say(self.tr("Colours"), (self.tr("As the system"), self.tr("Light"), self.tr("Dark")))
        rows["zoom"].say(self.tr("Size"), tuple(f"{zoom} %" for zoom in ZOOMS))
        rows["volume"].say(self.tr("Sounds"), (self.tr("Off"), *(f"{volume} %" for volume in VOLUMES[1:])))
        keys = (self.tr("By touch"), self.tr("Always"), self.tr("Never"))
        rows["keyboard"].say(self.tr("Letters on the screen"), keys)
        minutes = tuple(self.tr("%n min", "", seconds // _S_PER_MIN) for seconds in LOCKS_S[:-1])
        rows["lock_after_s"].say(self.tr("Locks itself after"), (*minutes, self.tr("Never")))
        rows["fullscreen"].say(self.tr("Window"), (self.tr("With a frame"), self.tr("Full screen")))
        self.unlock.caption(self.tr("Unlock"), self.tr("Unlock the machine's settings"))
        words: Mapping[str, str] = {
            "serial": self.tr("Port of a serial scanner"),
            "serial_baud": self.tr("Its rate"),
            "scanner_prefix": self.tr("Sent before a code"),
            "scanner_suffix": self.tr("Sent after a code"),
        }
        for name, word in words.items():
            self.captions[name].setText(word)
            self.fields[name].setAccessibleName(word)
        self.fields["serial"].setPlaceholderText(self.tr("None"))
        self.apply.caption(self.tr("Use this scanner"))
        self.printer.caption(self.tr("Receipt printer"), self.tr("Set the receipt printer up"))
        self.ask_safe.caption(
            self.tr("May it be closed?"), self.tr("Is everything of this till at the office?")
        )
        self.camera.caption(self.tr("Set up the camera"))
        if self._settings is not None:
            self.show_settings(self._settings, unlocked=self._unlocked)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        gap = look.px(8 if look.compact else 14)
        # At twice the size a large window, too, has room for one column only.
        narrow = self.window().width() / look.scale < _NARROW
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        self._asked.setDirection(self._columns.direction())
        self._columns.setContentsMargins(gap, gap, gap, gap)
        self._columns.setSpacing(gap)
        self._right.setSpacing(gap)
        self._grid.setSpacing(look.px(6))

    def _place(self) -> None:
        face, machine, about = self.face.column, self.machine.column, self.about.column
        face.addWidget(self.titles[0])
        for name in ("language", "theme", "zoom", "volume", "keyboard"):
            face.addWidget(self.rows[name])
        face.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(self.titles[1], 1)
        head.addWidget(self.unlock)
        machine.addLayout(head)
        machine.addWidget(self.locked)
        for name in ("lock_after_s", "fullscreen"):
            machine.addWidget(self.rows[name])
        self._grid = QGridLayout()
        for number, name in enumerate(FIELDS):
            row, column = divmod(number, 2)
            self.fields[name].setMaxLength(MAX_FIELD_CHARS)
            self._grid.addWidget(self.captions[name], 2 * row, column)
            self._grid.addWidget(self.fields[name], 2 * row + 1, column)
        machine.addLayout(self._grid)
        hardware = QHBoxLayout()
        hardware.addWidget(self.apply)
        hardware.addWidget(self.printer)
        machine.addLayout(hardware)
        title, asked = QHBoxLayout(), QHBoxLayout()
        self._asked = asked
        title.addWidget(self.titles[2])
        title.addWidget(self.till, 1)
        about.addLayout(title)
        about.addWidget(self.safe)
        asked.addWidget(self.camera)
        asked.addWidget(self.ask_safe)
        about.addLayout(asked)
        left, self._right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.face)
        left.addWidget(self.about)
        left.addStretch(1)
        self._right.addWidget(self.machine)
        self._right.addStretch(1)
        self._columns = QHBoxLayout(self)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(self._right, 1)

    def _connect(self) -> None:
        for name, row in self.rows.items():
            row.chosen.connect(lambda value, name=name: self.chosen.emit(name, value))
        self.unlock.clicked.connect(self.unlock_wanted)
        self.ask_safe.clicked.connect(self.standing_wanted)
        self.camera.clicked.connect(self.camera_wanted)
        self.apply.clicked.connect(self._apply)
        self.printer.clicked.connect(self.printer_wanted)

    def _apply(self) -> None:
        texts = {name: field.text() for name, field in self.fields.items() if field.isEnabled()}
        if "serial" in texts:
            texts["serial"] = texts["serial"].strip()
        self.scanner_chosen.emit(
            {name: text or None if name == "serial" else text for name, text in texts.items()}
        )
