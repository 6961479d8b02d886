"""What the journal keeps of guests who registered at this till, beside its events."""

from uuid import UUID

from sync.till.journal import guest_keys
from sync.till.journal.guest_keys import WaitingGuest
from sync.till.journal.reading import JournalReading


class JournalGuests(JournalReading):
    """The sealed keys of registrations. All of it belongs to the files' thread, like the journal itself."""

    def keep_guest_key(self, event: UUID, sealed_key: bytes) -> None:
        """Make a key durable, before the event that needs it is committed."""
        self._file.write(lambda: guest_keys.keep(self._connection, event, sealed_key))

    def forget_guest_key(self, event: UUID) -> None:
        """Remove a key whose event was never recorded, or whose guest is erased."""
        self._file.write(lambda: guest_keys.forget(self._connection, event))

    def forget_guests(self, guests: frozenset[int]) -> None:
        """Remove the keys of guests whom the office has erased."""
        self._file.write(lambda: guest_keys.forget_guests(self._connection, guests))

    def guest_arrived(self, event: UUID) -> None:
        """Note that the feed has brought a guest who registered here."""
        self._file.write(lambda: guest_keys.known(self._connection, event))

    def waiting_guests(self) -> list[WaitingGuest]:
        """Return the registrations of which the feed has not told yet, the newest first."""
        return guest_keys.waiting(self._connection)
