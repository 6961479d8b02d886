"""Keys of letters on the screen: when they come up, what they type into, and when they are put away."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLineEdit
from shiboken6 import isValid

from pos_app.ui.choices import Choices
from pos_app.ui.frame import Frame
from pos_app.ui.in_view import InView
from pos_app.ui.theme.look import dress_all
from pos_app.ui.wardrobe import Wardrobe
from pos_app.ui.widgets.letter_keys import LetterKeys
from pos_app.ui.widgets.letters import Page
from pos_app.ui.widgets.touched_field import TouchedField, Typing

AUTO, ALWAYS, NEVER = "auto", "always", "never"
"""The setting ``keyboard``: when a field is touched, whenever one can be typed into, or not at all."""

LIFT_MS = 30
"""So often it is looked whether a finger is still on the screen."""


class TypingDesk(QObject):
    """Brings the keys up for the field that is touched, and types into that one.

    What they type goes straight into the field: it never passes the ear for hand scanners, so that no finger, however
    fast, is taken for one, and a scan that comes meanwhile is heard as ever.
    """

    def __init__(self, frame: Frame, wardrobe: Wardrobe, choices: Choices) -> None:
        super().__init__(frame)
        self._frame, self._wardrobe, self._choices = frame, wardrobe, choices
        self.keys: LetterKeys | None = None
        self.field: TouchedField | None = None
        self._in_view = InView(self)
        self._by_hand = False
        self._pressing = False
        self._asked_twice: TouchedField | None = None
        frame.touched.connect(self._touched)
        frame.keyed.connect(self._keyed)
        frame.entered.connect(self._entered)
        frame.left.connect(self._left)
        wardrobe.dressed.connect(self._fit)
        frame.resized.connect(self._fit)
        choices.changed.connect(self._follow)

    @property
    def up(self) -> bool:
        """Whether the keys are on the screen."""
        return self.field is not None

    def make_ready(self) -> Iterator[None]:
        """Make the keys while nobody waits for them, in steps of a frame's time each: a finger shall not wait for all.

        A till on which they never come needs none; whoever touches a field before has them made at once.
        """
        if self.keys is not None or self._choices.now.keyboard == NEVER:
            return
        keys = self.keys = self._make()
        yield
        # Within the window for its style, and not in its layout yet: to paint what is hidden Qt lays out all around
        # it as if it were shown, and a sheet that is open would shrink and grow again.
        keys.setParent(self._frame)
        self._size(keys)
        yield
        if not self.up:
            # Qt lays out what it first paints.
            keys.resize(self._frame.width(), keys.height())
            keys.grab()
        yield
        self._frame.hold_keys(keys)

    def put_away(self) -> None:
        """Give the room back; the focus stays where it is."""
        if self.field is not None:
            self.field = None
            self._in_view.let_go()
            self._frame.show_keys(None, hide_bar=False)

    def _touched(self, field: QLineEdit) -> None:
        """Bring the keys up, unless somebody types on a keyboard: then a second touch asks for them."""
        if not isinstance(field, TouchedField) or self._choices.now.keyboard == NEVER:
            return
        insists, self._asked_twice = self._asked_twice is field, field
        if not self._by_hand or insists or self._choices.now.keyboard == ALWAYS:
            self._bring(field)

    def _keyed(self, _field: QLineEdit) -> None:
        if self._pressing:
            return
        self._by_hand, self._asked_twice = True, None
        if self._choices.now.keyboard == AUTO:
            self.put_away()

    def _entered(self, field: QLineEdit) -> None:
        """Follow the focus from field to field."""
        if isinstance(field, TouchedField) and (self.up or self._choices.now.keyboard == ALWAYS):
            self._bring(field)

    def _left(self, field: QLineEdit) -> None:
        if self._asked_twice is field:
            self._asked_twice = None
        # The next field, if one has the focus now, says so itself before this.
        if field is self.field:
            QTimer.singleShot(0, self, lambda: self._look_after(field))

    def _look_after(self, field: QLineEdit) -> None:
        """Put the keys away once the finger that went elsewhere is lifted: what moved under it would not be pressed."""
        if field is not self.field or (isValid(field) and field.isVisible() and field.hasFocus()):
            return
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            QTimer.singleShot(LIFT_MS, self, lambda: self._look_after(field))
        else:
            self.put_away()

    def _bring(self, field: TouchedField) -> None:
        if field.isReadOnly() or not field.isEnabled() or self._choices.now.keyboard == NEVER:
            return
        keys = self.keys
        if keys is None:
            keys = self.keys = self._make()
        new = field is not self.field
        self.field = field
        if new:
            self._begin(keys, field.typing)
        self._capital()
        self._fit()

    def _make(self) -> LetterKeys:
        keys = LetterKeys()
        keys.hide()
        keys.typed.connect(self._type)
        keys.back.connect(lambda: self._with_field(QLineEdit.backspace))
        keys.enter.connect(lambda: self._with_field(self._enter))
        keys.done.connect(self.put_away)
        return keys

    def _begin(self, keys: LetterKeys, typing: Typing) -> None:
        russian = self._wardrobe.name == "ru"
        alphabet = Page.CYRILLIC if russian and typing is not Typing.LATIN else Page.LATIN
        keys.begin(alphabet)
        if typing is Typing.FIGURES:
            keys.begin(Page.SIGNS)

    def _type(self, sign: str) -> None:
        self._with_field(lambda field: field.insert(sign))

    def _with_field(self, do: Callable[[TouchedField], object]) -> None:
        field = self.field
        if field is None or not isValid(field):
            return
        self._by_hand = False
        self._pressing = True
        try:
            if not field.isReadOnly():
                do(field)
        finally:
            self._pressing = False
        self._capital()

    def _enter(self, field: TouchedField) -> None:
        """Press Enter as a keyboard would; the keys go with whatever it finished."""
        none = Qt.KeyboardModifier.NoModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if isValid(field):
                QCoreApplication.sendEvent(field, QKeyEvent(kind, Qt.Key.Key_Return, none, "\r"))
        if self.field is field and isValid(field) and not field.text():
            self.put_away()

    def _capital(self) -> None:
        field, keys = self.field, self.keys
        if field is None or keys is None or field.typing not in (Typing.TEXT, Typing.NAME):
            return
        before = field.text()[: field.cursorPosition()]
        begins = not before.strip() or (field.typing is Typing.NAME and before[-1] in " -")
        keys.want_capital(
            wanted=begins or (before.rstrip(" ").endswith((".", "!", "?")) and before[-1] == " ")
        )

    def _follow(self, name: str) -> None:
        if name == "keyboard" and self._choices.now.keyboard == NEVER:
            self.put_away()

    def _fit(self) -> None:
        """Make room: the keys stand below everything, and what is above them is moved together."""
        keys = self.keys
        if self.field is None or keys is None:
            return
        self._frame.show_keys(keys, hide_bar=self._wardrobe.look.compact)
        self._size(keys)
        self._frame.settle()
        self._in_view.keep(self.field)

    def _size(self, keys: LetterKeys) -> None:
        dress_all(keys, self._wardrobe.look)
        keys.fit(self._wardrobe.look, self._frame.height())
