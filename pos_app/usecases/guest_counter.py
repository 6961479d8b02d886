"""The counter's room for guests: what ``counter.guests`` offers."""

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.find_guests import find_guest, read_card, search_guests, take_guest
from pos_app.usecases.guest_results import FormChecked, GuestForm, GuestFound, RegisteredGuest
from pos_app.usecases.register_guest import check_guest, register_guest
from pos_app.usecases.registration import RegistrationRules, registration_rules
from pos_app.usecases.results import LookUp
from pos_app.usecases.source import Source


class GuestCounter(Struct, frozen=True):
    """Blocking, as the counter itself; every method may raise ``UserError``."""

    desk: Desk
    staff: int | None

    def search(self, text: str) -> tuple[GuestFound, ...]:
        """Find guests as somebody types; see :func:`pos_app.usecases.find_guests.search_guests`."""
        return search_guests(self.desk, text)

    def find(self, guest_id: int) -> GuestFound | None:
        """Find a guest by number."""
        return find_guest(self.desk, guest_id)

    def take(self, guest_id: int, source: Source = Source.TYPED) -> LookUp:
        """Look at a guest as if their card had been scanned, to put them on a bill; ``guest_unknown``."""
        return take_guest(self.desk, guest_id, source)

    def read_card(self, text: str, source: Source) -> LookUp | None:
        """Judge a text that is a guest's card; None for anything else, of which nothing is noted then."""
        return read_card(self.desk, text, source)

    def rules(self) -> RegistrationRules:
        """Say what the network asks of a registration."""
        return registration_rules(self.desk)

    def check(self, form: GuestForm) -> FormChecked:
        """Say what is wrong with a form, and who may be the same guest; writes nothing."""
        return check_guest(self.desk, form)

    def register(
        self, form: GuestForm, source: Source = Source.TYPED, *, somebody_else: bool = False
    ) -> RegisteredGuest:
        """Register a guest; see :func:`pos_app.usecases.register_guest.register_guest`."""
        return register_guest(self.desk, form, self.staff, source, somebody_else=somebody_else)
