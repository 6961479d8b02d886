"""Guests: finding one who has no card at hand, registering one, and putting either on the bill."""

from PySide6.QtCore import QTimer

from pos_app.ui.places.guests.registering import Registering
from pos_app.ui.places.place import Place, PlaceName
from pos_app.ui.places.surroundings import Surroundings
from pos_app.ui.screens.guests_screen import GuestsScreen, Page
from pos_app.ui.words.guests import found_lines, how_many, profile_text
from pos_app.usecases.find_guests import MAX_SHOWN
from pos_app.usecases.guest_results import GuestFound, RegisteredGuest
from pos_app.usecases.results import LookUp, SignedIn
from pos_app.usecases.source import Source
from sync.rules.digits import read_digits
from sync.rules.user_error import UserError

PAUSE_MS = 120
"""How long a person stops typing before it is looked for."""


class GuestsPlace(Place):
    """What is typed is looked for; who is picked is shown; what is scanned is a guest's card, or the sale's."""

    name = PlaceName.GUESTS

    def __init__(self, around: Surroundings) -> None:
        screen = GuestsScreen()
        super().__init__(screen)
        self.screen: GuestsScreen = screen
        self._around = around
        self._found: tuple[GuestFound, ...] = ()
        self._chosen: tuple[GuestFound, LookUp] | None = None
        self._registered = False
        self._asked = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self.registering = Registering(around, screen, self)
        self.registering.registered.connect(self._done)
        self.registering.taken.connect(lambda guest: self._take(guest.guest.id))
        self.registering.left.connect(self._home)
        screen.searched.connect(self._typed)
        screen.entered.connect(self._entered)
        screen.picked.connect(self._picked)
        screen.new_wanted.connect(self.registering.begin)
        screen.escaped.connect(self._escape)
        screen.touched.connect(self._touched)
        screen.profile.wanted.connect(self._to_sale)
        screen.profile.back.connect(self.registering.begin)
        screen.show_page(Page.HINT)

    @property
    def quiet(self) -> bool:
        """Whether nothing that was typed waits to be looked for or judged."""
        return not self._pause.isActive() and self.registering.quiet

    def enter(self) -> None:
        """Go on where it was left: at the search, or in a form that is half filled in."""
        self.registering.refresh()
        if self.screen.page is Page.FORM:
            self.screen.form.fields["name"].edit.setFocus()
        else:
            self.screen.begin_search()
            self._search()

    def greet(self, who: SignedIn | None) -> None:
        """Leave nothing of a guest on the screen for whoever comes next."""
        if who is None:
            self.registering.forget()
            self.screen.search.clear()
            self._home()

    def take_code(self, text: str, source: Source) -> bool:
        """Take a scan into the form, or as the card of the guest to be shown; any other code is the sale's."""
        if self.screen.page is Page.FORM and self.registering.take_code(text, source):
            return True
        self._around.submit(
            lambda: self._around.counter.guests.read_card(text, source),
            lambda look: self._card_read(text, source, look),
        )
        return True

    def speak(self) -> None:
        """Say again what was found."""
        self.registering.speak()
        self._show_found()
        self._show_chosen()

    def _typed(self) -> None:
        self.screen.problem.say("")
        self._pause.start()

    def _search(self) -> None:
        self._pause.stop()
        text = self.screen.search.text()
        self._asked += 1
        asked = self._asked
        self._around.submit(
            lambda: self._around.counter.guests.search(text), lambda found: self._come(asked, found)
        )

    def _come(self, asked: int, found: tuple[GuestFound, ...]) -> None:
        if asked != self._asked or self.screen.page is Page.FORM:
            # Somebody has typed on since.
            return
        self._found = found
        self._show_found()

    def _show_found(self) -> None:
        if self.screen.page is Page.FORM:
            return
        asked_for = len(self.screen.search.text().strip()) > 1
        caption = how_many(self._found, MAX_SHOWN) if asked_for else ""
        self.screen.show_list(caption, found_lines(self._found))

    def _entered(self, text: str) -> None:
        """Look six digits up as a card's, or show the first who was found."""
        if read_digits(text) is not None:
            self._around.submit(
                lambda: self._around.counter.look_up(text, Source.TYPED), self._digits_read, self._refused
            )
        elif self._found:
            self.screen.list.select(0)
            self._picked(0)
        else:
            self._search()

    def _digits_read(self, look: LookUp) -> None:
        if look.guest is not None:
            self._take_look(look)
        else:
            self.screen.problem.say(look.message, look.advice)

    def _card_read(self, text: str, source: Source, look: LookUp | None) -> None:
        if look is None:
            self._around.take_code(text, source)
        elif look.guest is None:
            self.screen.problem.say(look.message, look.advice)
        else:
            self._take_look(look)

    def _take_look(self, look: LookUp) -> None:
        guest = look.guest
        if guest is not None:
            self._around.submit(
                lambda: self._around.counter.guests.find(guest.id),
                lambda found: self._choose(found, look) if found is not None else None,
            )

    def _picked(self, number: int) -> None:
        if self.screen.page is Page.FORM:
            self.registering.pick(number)
        elif number < len(self._found):
            self._take(self._found[number].guest.id)

    def _take(self, guest_id: int) -> None:
        counter = self._around.counter.guests

        def work() -> tuple[GuestFound | None, LookUp]:
            return counter.find(guest_id), counter.take(guest_id)

        self._around.submit(
            work,
            lambda both: self._choose(both[0], both[1]) if both[0] is not None else None,
            self._refused,
        )

    def _choose(self, found: GuestFound, look: LookUp) -> None:
        self._chosen, self._registered = (found, look), False
        self.screen.problem.say("")
        self._show_chosen()

    def _done(self, guest: RegisteredGuest) -> None:
        self._chosen, self._registered = (guest.found, guest.look), True
        self._show_chosen()
        self.screen.profile.take.setFocus()
        self.screen.search.setText(guest.found.name)
        self._search()

    def _show_chosen(self) -> None:
        if self._chosen is None:
            return
        found, look = self._chosen
        self.screen.profile.show_guest(
            profile_text(found, look, self._around.tongue.speech()),
            registered=self.tr("The guest is registered.") if self._registered else "",
        )
        self.screen.profile.offer_form(offered=not self.screen.form.empty)
        self.screen.show_page(Page.GUEST)

    def _to_sale(self) -> None:
        if self._chosen is not None and self._chosen[1].accepted:
            found, look = self._chosen
            self._around.take_look(f"guest {found.guest.id}", look)

    def _home(self) -> None:
        self._chosen = None
        self.screen.show_page(Page.HINT)
        self.screen.begin_search()
        self._show_found()

    def _touched(self) -> None:
        """Look for somebody else: the figures to type with take the place of the guest who was chosen."""
        if self.screen.page is Page.GUEST:
            self._home()

    def _escape(self) -> None:
        if self.screen.page is Page.FORM:
            self.registering.leave()
        elif self.screen.page is Page.GUEST:
            self._home()
        else:
            self.screen.search.clear()
            self.screen.begin_search()

    def _refused(self, error: UserError) -> None:
        self.screen.problem.say(*self._around.tongue.errors().say(error))
