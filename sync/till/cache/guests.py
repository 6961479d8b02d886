"""The replica's guests, for those who look for one without a card."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sync.protocol.feed import GuestRow
from sync.till.cache import guest_search
from sync.till.sqlcipher import Connection

T = TypeVar("T")


class Reader(Protocol):
    """Whoever holds the open file."""

    digest_key: bytes | None

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do work that only reads."""
        ...


class Guests:
    """Searching. Everything belongs to the files' thread, and finds nothing before enrolment."""

    def __init__(self, cache: Reader) -> None:
        """Search in an open replica."""
        self._cache = cache

    def search(self, text: str, limit: int) -> list[GuestRow]:
        """Find by the words of a name or their beginnings, by a phone's last four digits, or a whole number."""
        key = self._cache.digest_key
        if key is None:
            return []
        return self._cache.read(lambda connection: guest_search.search(connection, key, text, limit))

    def by_phone(self, phone: str) -> list[GuestRow]:
        """Find who has this whole phone number."""
        key = self._cache.digest_key
        if key is None:
            return []
        return self._cache.read(lambda connection: guest_search.by_phone(connection, key, phone))

    def by_like_name(self, name: str, limit: int) -> list[GuestRow]:
        """Find whose name differs from this one by a slip of a key at most."""
        return self._cache.read(lambda connection: guest_search.by_like_name(connection, name, limit))

    def has_heard_of(self, guest_id: int) -> bool:
        """Whether the office has ever told of this guest, be it that they are gone."""
        found = self._cache.read(
            lambda connection: connection.execute("SELECT 1 FROM guests WHERE id = ?", (guest_id,)).fetchone()
        )
        return found is not None
