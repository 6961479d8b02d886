"""Which screen follows which: opening, enrolling, being filled, signing in, selling, stopped."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Slot

from pos_app.scanner.read import Read
from pos_app.ui import flow_words
from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.enrolling import Enrolling
from pos_app.ui.error_text import ErrorText
from pos_app.ui.house import House
from pos_app.ui.screens.enrol_screen import EnrolScreen
from pos_app.ui.screens.message_screen import Message, MessageScreen
from pos_app.ui.screens.sign_in_screen import SignInScreen
from pos_app.usecases.results import SignedIn
from pos_app.usecases.running import Running
from sync.rules.user_error import UserError
from sync.till.agent.board import SyncState
from sync.till.journal.entries import Reopened
from sync.till.office import Unreachable
from sync.till.outcomes import TRIES_AGAIN
from sync.till.way_out import enrolment_left

T = TypeVar("T")

STOPPING = frozenset({"commit_unknown", "disk_failed", "journal_damaged", "files_stuck"})
"""Reasons after which nothing may be sold before the journal was opened and checked again."""


class Screen(StrEnum):
    """The screens of the window."""

    OPENING = "opening"
    ENROL = "enrol"
    FILLING = "filling"
    SIGN_IN = "sign_in"
    TILL = "till"
    STOPPED = "stopped"


class Stage(Protocol):
    """What the flow needs of the window."""

    enrol: EnrolScreen
    sign_in: SignInScreen
    message: MessageScreen

    def go(self, screen: Screen) -> None:
        """Bring a screen up."""
        ...

    def errors(self) -> ErrorText:
        """Return the words for errors."""
        ...

    def meet(self, running: Running) -> None:
        """Take an open till."""
        ...

    def greet(self, who: SignedIn | None) -> None:
        """Take who stands at the till now."""
        ...


class Flow(QObject):
    """Leads through the screens. Everything that waits runs on the counter's thread."""

    def __init__(self, stage: Stage, house: House, thread: CounterThread, parent: QObject) -> None:
        super().__init__(parent)
        self._stage, self._house, self._thread = stage, house, thread
        self.running: Running | None = None
        self.screen = Screen.OPENING
        self._say_message: Callable[[], Message] | None = None
        self._again: Callable[[], None] = self.open
        self._asked_for_staff = False
        self._shown_early: str | None = None
        self.enrolling = Enrolling(house, thread, self)
        self.enrolling.loading.connect(self._show_progress)
        self.enrolling.done.connect(self.open)
        self.enrolling.failed.connect(self._not_enrolled)
        self.enrolling.left.connect(self._left_enrolling)
        stage.enrol.enrol.connect(self.enrol)
        stage.sign_in.pin_entered.connect(self.sign_in)
        stage.message.chosen.connect(self._do_again)

    def go(self, screen: Screen) -> None:
        """Bring a screen up."""
        self.screen = screen
        self._stage.go(screen)

    def open(self) -> None:
        """Open the till."""
        self._show(Screen.OPENING, flow_words.opening)
        self._thread.submit(self._house.open, self._opened, self._not_opened)

    def enrol(self, central: str, code: str) -> None:
        """Make a till of this machine."""
        self._again = self.enrolling.leave
        self._show(Screen.FILLING, lambda: flow_words.enrolling(central))
        self.enrolling.begin(central, code)

    def sign_in(self, pin: str) -> None:
        """Sign in by PIN."""
        if self.running is not None:
            counter = self.running.counter
            self._thread.submit(lambda: counter.sign_in(pin), self._signed_in, self._not_signed_in)

    def take_read(self, read: Read) -> None:
        """Take a code from the camera while nobody is signed in."""
        if read.readable:
            self.take_code(read.text)

    def take_code(self, text: str) -> None:
        """Take a code while nobody is signed in: the office's enrolment code, or a badge."""
        if self.screen is Screen.ENROL:
            self._stage.enrol.take(text)
        elif self.screen is Screen.SIGN_IN:
            self.take_badge(text)
        elif self.screen is Screen.OPENING:
            # Held before the camera while the till comes up: it is seen once, and must not have to be shown again.
            self._shown_early = text

    def take_badge(self, text: str) -> None:
        """Sign in, or take over from a colleague, by a badge; any other code costs no try."""
        if self.running is None:
            return
        counter = self.running.counter

        def try_badge() -> SignedIn | None:
            return counter.sign_in_badge(text) if counter.is_badge(text) else None

        self._thread.submit(try_badge, self._badge_taken, self._not_signed_in)

    def sign_out(self, why: str = "signed_out") -> None:
        """End the session and ask for the next cashier; ``why`` is journaled."""
        if self.running is not None:
            counter = self.running.counter
            self._thread.submit(lambda: counter.sign_out(why), lambda _nothing: self._ask_who(), self._stop)

    def take_state(self, state: SyncState) -> None:
        """While the till is being filled: show how far it is, and go on once it knows its staff."""
        if self.screen is Screen.FILLING and self.running is not None:
            self._show_loading(self.running, state)
            if state.as_of_ms is not None and not self._asked_for_staff:
                self._look_for_staff(self.running)

    def stop_for(self, error: UserError) -> None:
        """Stop selling when the error is one after which the journal must be checked."""
        if error.reason in STOPPING:
            self._stop(error)

    def speak(self) -> None:
        """Say the message again in the language that is now installed."""
        if self._say_message is not None:
            self._stage.message.show_message(self._say_message())

    def _opened(self, running: Running) -> None:
        self.running = running
        self._stage.meet(running)
        self._look_for_staff(running)

    def _look_for_staff(self, running: Running) -> None:
        self._asked_for_staff = True
        self._thread.submit(lambda: bool(running.counter.staff()), self._staff_known, self._not_opened)

    def _staff_known(self, known: bool) -> None:  # noqa: FBT001 - the result of a use case has no name
        self._asked_for_staff = False
        if known:
            self._ask_who()
        elif self.screen is not Screen.FILLING:
            self._show_filling(-1)
            if self.running is not None:
                # The office may have been found out of reach before anybody asked.
                self._thread.submit(self.running.sync, self.take_state, self._not_opened)

    def _ask_who(self) -> None:
        self._stage.greet(None)
        self._stage.sign_in.clear()
        self._stage.sign_in.show_problem("", "")
        self._say_message = None
        self.go(Screen.SIGN_IN)
        shown, self._shown_early = self._shown_early, None
        if shown is not None:
            self.take_badge(shown)

    def _signed_in(self, who: SignedIn) -> None:
        self._stage.sign_in.show_problem("", "")
        self._stage.greet(who)
        self.go(Screen.TILL)

    def _badge_taken(self, who: SignedIn | None) -> None:
        if who is not None:
            self._signed_in(who)
        elif self.screen is Screen.SIGN_IN:
            self._stage.sign_in.show_problem(*flow_words.not_a_badge())

    def _not_signed_in(self, error: UserError) -> None:
        self._stage.sign_in.show_problem(*self._stage.errors().say(error))
        self.stop_for(error)

    def _not_opened(self, error: UserError) -> None:
        if error.reason == "not_enrolled":
            self._ask_for_code("", "")
            return
        self._again = self.open
        self._show(Screen.STOPPED, lambda: flow_words.cannot_open(self._stage.errors().say(error)))

    def _ask_for_code(self, sentence: str, advice: str) -> None:
        """Show the form, with what stood in the way; what was entered stays."""
        self._say_message = None
        self._stage.enrol.show_problem(sentence, advice)
        self.go(Screen.ENROL)

    def _left_enrolling(self) -> None:
        self._ask_for_code(*self._stage.errors().say(enrolment_left()))

    def _not_enrolled(self, error: UserError) -> None:
        sentence, advice = self._stage.errors().say(error)
        if isinstance(error, Unreachable):
            # What an enrolled till would do by itself has to be done by a person here.
            advice = flow_words.check_the_network()
        self._ask_for_code(sentence, advice)

    def _stop(self, error: UserError) -> None:
        self._again = self._check_journal
        self._show(Screen.STOPPED, lambda: flow_words.stopped(self._stage.errors().say(error)))

    def _check_journal(self) -> None:
        if self.running is None:
            self.open()
            return
        desk = self.running.desk
        self._thread.submit(lambda: desk.files.call(desk.till.journal.reopen), self._checked, self._stop)

    def _checked(self, found: Reopened) -> None:
        """Say whether the sale that was under way stands, and let the cashier go on from there."""
        self._again = self._go_on
        self._show(Screen.STOPPED, lambda: flow_words.sound_again(self._stage.errors().of(found.sentence)))

    def _go_on(self) -> None:
        self._say_message = None
        signed_in = self.running is not None and self.running.counter.signed_in is not None
        self.go(Screen.TILL if signed_in else Screen.SIGN_IN)

    @Slot()
    def _do_again(self) -> None:
        self._again()

    def _show_loading(self, running: Running, state: SyncState) -> None:
        """Say how far the first copy is, or what keeps it away."""
        percent = 100 * state.loaded // state.to_load if state.to_load > 0 else -1
        kept_apart = running.agent is None and not state.online
        # What a filled till would say of going on meanwhile is not true of one that knows nobody yet.
        problem = flow_words.kept_apart() if kept_apart else (state.problem or "").removesuffix(TRIES_AGAIN)
        if not problem:
            self._show_filling(percent)
            return
        self._again = running.try_now
        self._show(
            Screen.FILLING,
            lambda: flow_words.waiting(
                self._stage.errors().of(problem.strip()), percent, may_try=not kept_apart
            ),
        )

    @Slot(int, int)
    def _show_progress(self, loaded: int, to_load: int) -> None:
        if self.screen is Screen.FILLING and to_load > 0:
            self._show_filling(100 * loaded // to_load)

    def _show_filling(self, percent: int) -> None:
        may_cancel = self.enrolling.under_way
        self._show(Screen.FILLING, lambda: flow_words.filling(percent, may_cancel=may_cancel))

    def _show(self, screen: Screen, words: Callable[[], Message]) -> None:
        self._say_message = words
        self._stage.message.show_message(words())
        if self.screen is not screen:
            self.go(screen)
        else:
            self._stage.go(screen)
