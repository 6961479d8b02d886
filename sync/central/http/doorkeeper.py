"""Who was let in to the routes that have a short way: asked of the guard once a second, not with each request.

Somebody who is shut out meanwhile is forgotten as soon as this process hears of it
(:mod:`sync.central.services.shut_out`), and within that second in any case.
"""

import asyncio
import time
from collections import OrderedDict, defaultdict
from dataclasses import dataclass

from sync.central.services.login import GuestCaller, Person

ADMITTED_S = 1.0
"""How long somebody who was let in is believed."""
ASKED_AGAIN_S = 0.7
"""From when on one request goes the long way, while the others need not wait for it."""
PATIENCE_S = 10.0
"""How long a request waits for the guard's word about another one with the same token."""
MAX_CALLERS = 10_000
"""Of each route, so that thousands of guests who look at their points push no shop out."""

Who = Person | GuestCaller


@dataclass(slots=True)
class _Admitted:
    person: Who
    at_s: float


class Doorkeeper:
    """Who was let in to a few routes within the last second, by route and token.

    A route lets in whom its guard lets in: people alone, or guests too.
    """

    def __init__(self) -> None:
        """Begin with nobody."""
        self._people: defaultdict[str, OrderedDict[bytes, _Admitted]] = defaultdict(OrderedDict)
        self._asking: dict[tuple[bytes, str], asyncio.Event] = {}
        self._outdated: set[asyncio.Event] = set()

    def forget(self, network: int) -> None:
        """Believe nobody of a network any more without asking the guard again."""
        for people in self._people.values():
            for token in [token for token, known in people.items() if known.person.network == network]:
                del people[token]
        # What the guard was asked before may be answered as it was then.
        self._outdated.update(self._asking.values())

    def admit(self, token: bytes, route: str, person: Who) -> None:
        """Note that the guard has let somebody in."""
        if self._asking.get((token, route)) in self._outdated:
            self.asked(token, route, self._asking[(token, route)])
            return
        people = self._people[route]
        people[token] = _Admitted(person, time.monotonic())
        people.move_to_end(token)
        if len(people) > MAX_CALLERS:
            people.popitem(last=False)
        self.asked(token, route, self._asking.get((token, route)))

    async def person(self, token: bytes, route: str) -> Who | asyncio.Event | None:
        """Return who was let in. Where this request must ask the guard, return what :meth:`asked` is to be told.

        One request asks for all: a thousand that did the same at once would keep each other waiting. Where that
        one was not let in, the next asks.
        """
        key, people = (token, route), self._people[route]
        while True:
            known = people.get(token)
            age = ADMITTED_S if known is None else time.monotonic() - known.at_s
            asking = self._asking.get(key)
            if known is not None and age < (ASKED_AGAIN_S if asking is None else ADMITTED_S):
                return known.person
            if asking is None:
                asking = self._asking[key] = asyncio.Event()
                return asking
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await asking.wait()
            except TimeoutError:
                return None

    def asked(self, token: bytes, route: str, asking: asyncio.Event | None) -> None:
        """Let those go on who waited for the guard's word to this one request."""
        if asking is None:
            return
        self._outdated.discard(asking)
        if self._asking.get((token, route)) is asking:
            del self._asking[(token, route)]
        asking.set()
