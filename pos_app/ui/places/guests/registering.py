"""The form of a new guest: judged while it is typed, with those who may be the same guest beside it."""

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.ui.places.asking import ask_to_confirm
from pos_app.ui.places.surroundings import Surroundings
from pos_app.ui.screens.guests_screen import GuestsScreen, Page
from pos_app.ui.words.guests import duplicate_lines
from pos_app.usecases.guest_results import FormChecked, RegisteredGuest
from pos_app.usecases.registration import RegistrationRules
from pos_app.usecases.source import Source
from sync.rules.card_text import read_card_text
from sync.rules.user_error import UserError

PAUSE_MS = 250
"""How long a person stops typing before the form is judged."""


class Registering(QObject):
    """``registered`` carries the new guest; ``taken`` a guest who was there already; ``left``: without either."""

    registered = Signal(object)
    taken = Signal(object)
    left = Signal()

    def __init__(self, around: Surroundings, screen: GuestsScreen, parent: QObject) -> None:
        super().__init__(parent)
        self._around, self._screen, self._form = around, screen, screen.form
        self._checked = FormChecked()
        self._source = Source.TYPED
        self._asked = 0
        self._under_way = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self._form.edited.connect(self._edited)
        self._form.wanted.connect(self.register)
        self._form.cleared.connect(self._clear)
        self._form.cancelled.connect(self.leave)

    @property
    def quiet(self) -> bool:
        """Whether nothing that was typed waits to be judged."""
        return not self._pause.isActive()

    def refresh(self) -> None:
        """Ask what the network wants of a registration."""
        self._around.submit(self._around.counter.guests.rules, self._learn)

    def begin(self) -> None:
        """Bring the form up, with what was typed into it before."""
        self._screen.show_page(Page.FORM)
        self._show_duplicates()
        self._form.fields["name"].edit.setFocus()
        self._check()

    def leave(self) -> None:
        """Put the form away; what is typed stays for the next time."""
        self._pause.stop()
        self.left.emit()

    def forget(self) -> None:
        """Leave nothing of a guest in the form."""
        self._form.start_over()
        self._pause.stop()
        self._checked = FormChecked()
        self._source = Source.TYPED

    def take_code(self, text: str, source: Source) -> bool:
        """Take a scan: a card that is handed over, or a referral code; False where neither is asked for."""
        if read_card_text(text.strip()) is not None:
            self._form.fields["card"].edit.setText(text.strip())
            return True
        referral = self._form.fields["referral"]
        if referral.isHidden():
            return False
        referral.edit.setText(text.strip())
        self._source = source
        return True

    def pick(self, number: int) -> None:
        """Take one of those who may be the same guest."""
        if number < len(self._checked.duplicates):
            self.taken.emit(self._checked.duplicates[number].found)

    def register(self, *, somebody_else: bool = False) -> None:
        """Register what is typed."""
        if self._under_way:
            return
        form, source = self._form.form, self._source
        self._form.problem.say("")
        self._under_way = self._around.submit(
            lambda: self._around.counter.guests.register(form, source, somebody_else=somebody_else),
            self._done,
            self._refused,
        )

    def speak(self) -> None:
        """Judge again in the language that is now spoken."""
        if self._screen.page is Page.FORM:
            self._form.problem.say("")
            self._check()

    def _learn(self, rules: RegistrationRules) -> None:
        self._form.ask_for_referral(asked=rules.referral, required=rules.referral_required)

    def _edited(self) -> None:
        self._pause.start()

    def _clear(self) -> None:
        self.forget()
        self._show_duplicates()
        self._form.fields["name"].edit.setFocus()

    def _look(self) -> None:
        self._check()

    def _check(self, error: UserError | None = None) -> None:
        """Judge what is typed; ``error`` is why it was not taken."""
        self._pause.stop()
        form = self._form.form
        self._asked += 1
        asked = self._asked
        self._around.submit(
            lambda: self._around.counter.guests.check(form), lambda checked: self._come(asked, checked, error)
        )

    def _come(self, asked: int, checked: FormChecked, error: UserError | None) -> None:
        if self._screen.page is not Page.FORM or (asked != self._asked and error is None):
            return
        self._checked = checked
        self._form.show_faults(checked.faults, all_of_them=error is not None)
        self._show_duplicates()
        if error is None:
            return
        if any(fault.reason == error.reason for fault in checked.faults):
            self._form.go_to_fault()
        else:
            self._form.problem.say(*self._around.tongue.errors().say(error))

    def _show_duplicates(self) -> None:
        lines = duplicate_lines(self._checked.duplicates)
        caption = (
            self.tr("May be the same guest") if lines else self.tr("Nobody like this is registered yet.")
        )
        self._screen.show_list(caption, lines, asks=bool(lines))

    def _done(self, guest: RegisteredGuest) -> None:
        self._under_way = False
        self.forget()
        self._around.news.recorded.emit()
        self.registered.emit(guest)

    def _refused(self, error: UserError) -> None:
        self._under_way = False
        if error.reason == "guest_maybe_known":
            ask_to_confirm(
                self._around,
                self.tr("Is it somebody else?"),
                self.tr("Somebody with nearly this name is registered already: {names}.").format(
                    names=", ".join(each.found.name for each in self._checked.duplicates)
                ),
                self.tr("Register somebody else"),
                lambda: self.register(somebody_else=True),
            )
            return
        # What is on the screen may have been judged before it was typed to its end: it is judged once more.
        self._check(error)
