"""Who was let in to the routes that have a short way: asked of the guard once a second, not with each request."""

import asyncio
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass

from sync.central.services.login import Person

ADMITTED_S = 1.0
"""How long somebody who was let in is believed."""
ASKED_AGAIN_S = 0.7
"""From when on one request goes the long way, while the others need not wait for it."""
MAX_CALLERS = 10_000


@dataclass(slots=True)
class _Admitted:
    person: Person
    at_s: float


class Doorkeeper:
    """Who was let in to these two routes within the last second, by token and path."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._people: OrderedDict[tuple[bytes, str], _Admitted] = OrderedDict()
        self._asking: dict[tuple[bytes, str], asyncio.Event] = {}

    def admit(self, token: bytes, path: str, person: Person) -> None:
        """Note that the guard has let somebody in."""
        self._people[(token, path)] = _Admitted(person, time.monotonic())
        self._people.move_to_end((token, path))
        if len(self._people) > MAX_CALLERS:
            self._people.popitem(last=False)

    async def person(self, token: bytes, path: str) -> Person | None:
        """Return who was let in; None where the guard must be asked, by this request."""
        key = (token, path)
        for _ in range(2):
            known = self._people.get(key)
            age = ADMITTED_S if known is None else time.monotonic() - known.at_s
            asking = self._asking.get(key)
            if known is not None and age < (ASKED_AGAIN_S if asking is None else ADMITTED_S):
                return known.person
            if asking is None:
                self._asking[key] = asyncio.Event()
                return None
            # Another request asks the guard just now; a thousand need not do the same.
            with suppress(TimeoutError):
                async with asyncio.timeout(ADMITTED_S):
                    await asking.wait()
        return None

    def asked(self, token: bytes, path: str) -> None:
        """Let those go on who waited for the guard's word about this token."""
        event = self._asking.pop((token, path), None)
        if event is not None:
            event.set()
