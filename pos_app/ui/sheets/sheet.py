"""A sheet: a question that lies over the window, with a key for each answer, and in which no scan is lost."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.sign import Button, Sign
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label, show_if
from pos_app.usecases.source import Source

ANSWER, CANCEL = "Return", "Esc"
"""The keys of every sheet's main answer and of leaving it."""
NARROW, WIDE = 520, 860
"""How wide a sheet is, in pixels at size 1."""


def _say(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("Sheet", text, None, count)


class Sheet(Card):
    """A title, a sentence, whatever ``column`` gets, and a row of answers.

    ``finished`` is emitted once the sheet has nothing more to ask, however it ended; its host then takes it
    away and deletes it. ``cancelled`` comes before it when the person left without an answer.

    Keys come by :meth:`keyPressEvent`, never by shortcuts: those would take the Enter with which a hand
    scanner ends a code.
    """

    finished = Signal()
    cancelled = Signal()

    def __init__(
        self,
        title: str,
        sentence: str = "",
        *,
        sign: str = "notice",
        colour: str = "accent",
        wide: bool = False,
    ) -> None:
        super().__init__(margin=18, spacing=10)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._wide = wide
        self._ended = False
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.title, self.sentence = label("title", title, wrap=True), label("", sentence, wrap=True)
        show_if(self.sentence, bool(sentence))
        self.problem, self.kept = Strip("refuse"), Strip("accent", sign="ticket")
        head, texts = QHBoxLayout(), QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.title)
        texts.addWidget(self.sentence)
        head.addWidget(Sign(sign, colour, 40), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(texts, 1)
        self._head = head
        self._answers = QHBoxLayout()
        self.main_answer: Button | None = None
        self.body = QVBoxLayout()
        self.column.addLayout(head)
        self.column.addLayout(self.body, 1)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.kept)
        self.column.addLayout(self._answers)

    def add_answer(self, text: str, *, key: str = "", role: str = "", sign: str = "") -> Button:
        """Add an answer at the right of those before it. ``key`` is shown; the sheet presses it."""
        light = role in ("primary", "danger")
        button = Button(
            role, sign=sign, colour=("on_accent" if role == "primary" else "on_refuse") if light else "text"
        )
        button.key = key
        button.caption(text)
        self._answers.addWidget(button, 2 if light else 1)
        if key == ANSWER:
            self.main_answer = button
        return button

    def add_cancel(self, text: str = "") -> Button:
        """Add the answer that leaves everything as it was."""
        button = self.add_answer(text or _say("Cancel"), key=CANCEL)
        button.clicked.connect(self.cancel)
        return button

    def begin(self) -> None:
        """Put the focus where a person begins; called when the sheet comes up."""
        self.setFocus()

    @property
    def ended(self) -> bool:
        """Whether it has been answered or left: its widgets may be gone then."""
        return self._ended

    def finish(self) -> None:
        """End the sheet."""
        if not self._ended:
            self._ended = True
            self.finished.emit()

    def cancel(self) -> None:
        """Leave without an answer."""
        if not self._ended:
            self.cancelled.emit()
            self.finish()

    def take_code(self, text: str, source: Source) -> bool:  # noqa: ARG002 - sheets that ask for a code look at it
        """Take a code that was scanned while the sheet is up; False keeps it until the sheet is gone."""
        return False

    def show_kept(self, count: int) -> None:
        """Say that scanned codes wait behind this sheet."""
        # Not by tr(): for a subclass it would look under that one's name, where there is no plural of this.
        said = _say("%n scanned codes wait until this is closed.", count) if count else ""
        self.kept.say(said)

    def pressable(self) -> list[QPushButton]:
        """Return everything here that can be pressed."""
        return [button for button in self.findChildren(QPushButton) if button.isVisible()]

    def show_problem(self, sentence: str, advice: str = "") -> None:
        """Say why an answer was not taken; the sheet stays."""
        self.problem.say(sentence, advice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer by Enter, leave by Escape; an answer that has the focus is pressed by Enter, too."""
        if event.matches(QKeySequence.StandardKey.Cancel):
            self.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            pressed = focused if isinstance(focused, QPushButton) and focused.hasFocus() else self.main_answer
            if pressed is not None:
                pressed.click()
        # Whatever else is typed stays here: nothing behind the sheet may hear it.
        event.accept()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._head.setSpacing(look.px(14))
        self._answers.setSpacing(look.px(10))
        self.body.setSpacing(look.px(8))
        self.setFixedWidth(look.px(WIDE if self._wide else NARROW))
        for button in self.findChildren(QPushButton):
            if button.property("role") in ("primary", "danger"):
                button.setMinimumHeight(look.px(52))
