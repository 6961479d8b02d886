"""What the journal keeps of guests who registered at this till, beside its events."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sync.protocol.contact import MAX_ASKED_GUESTS
from sync.till.journal import guest_keys
from sync.till.journal.guest_keys import WaitingGuest
from sync.till.journal.reading import JournalReading


class GuestsAsked(NamedTuple):
    """Registrations of which the office is asked, and in which turn of asking: a later turn begins anew."""

    turn: int
    events: tuple[UUID, ...]


class JournalGuests(JournalReading):
    """The sealed keys of registrations. All of it belongs to the files' thread, like the journal itself."""

    _turn = 0

    def keep_guest_key(self, event: UUID, sealed_key: bytes) -> None:
        """Make a key durable, before the event that needs it is committed."""
        self._file.write(lambda: guest_keys.keep(self._connection, event, sealed_key))

    def forget_guest_key(self, event: UUID) -> None:
        """Remove a key whose event was never recorded, or whose guest is erased."""
        self._file.write(lambda: guest_keys.forget(self._connection, event))

    def forget_guests(self, guests: frozenset[int]) -> None:
        """Remove the keys of guests whom the office has erased."""
        self._file.write(lambda: guest_keys.forget_guests(self._connection, guests))

    def ask_after_guests(self) -> None:
        """Note that guests may have been erased of whom the feed will not tell; what was asked before is no answer."""
        self._turn += 1
        if guest_keys.asked_of_all(self._connection):
            self._file.write(lambda: guest_keys.ask_again(self._connection))

    def guests_to_ask(self) -> GuestsAsked:
        """Return the registrations of which the office is to be asked next whether their guests were erased."""
        return GuestsAsked(self._turn, guest_keys.to_ask(self._connection, MAX_ASKED_GUESTS))

    def heard_of_guests(self, asked: GuestsAsked, erased: Collection[int]) -> None:
        """Remove the keys of those who are erased, and ask of these no more."""
        if not asked.events:
            return

        def take() -> None:
            guest_keys.forget_guests(self._connection, frozenset(erased))
            if asked.turn == self._turn:
                guest_keys.heard(self._connection, asked.events, MAX_ASKED_GUESTS)

        self._file.write(take)

    def guest_arrived(self, event: UUID) -> None:
        """Note that the feed has brought a guest who registered here."""
        self._file.write(lambda: guest_keys.known(self._connection, event))

    def waiting_guests(self) -> list[WaitingGuest]:
        """Return the registrations of which the feed has not told yet, the newest first."""
        return guest_keys.waiting(self._connection)
