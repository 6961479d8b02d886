"""What anybody may ask of this process: how much, and how often wrongly (limits: :mod:`sync.central.http.rates`).

Guessing is bounded in two ways. Somebody unknown (signing in, a code from a text message) takes a unit before each try
and gets it back when it was right, so that no number of tries at once gets past the limit. A caller who is known may
use thousands of codes at once, which must not wait for each other: this process holds a unit for a wrong one beforehand,
and counts wrong ones afterwards. So a caller names as many wrong codes one after the other as the limit says, by however
many processes; tries that are under way at once when the last unit goes are let through. Whoever nobody knows names
nothing but the ids of vouchers, of 122 random bits: nothing is held for them, and the one wrong try by which a process
learns that nothing is left is answered as one too many, like those that follow.
Whoever reaches a limit of wrong ones is a case, once an hour.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sync.central.clock import Clock
from sync.central.database import Database
from sync.central.http.addresses import told, whose
from sync.central.http.rates import Rates
from sync.central.http.throttle import Subject, Throttle
from sync.central.services.guessing import note_guessing
from sync.central.services.login import GuestCaller, Person
from sync.central.services.rates import Rate
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.reasons import Reason

_log = logging.getLogger(__name__)
_WRONG_CODES = (ProblemType.NOT_FOUND, ProblemType.CODE_REFUSED)

WRONG_PROOF = frozenset({ProblemType.UNAUTHENTICATED})
"""What a wrong password, token or code of a text message ends in."""

Subjects = Sequence[tuple[Rate, str]]


class Bounds:
    """The limits of one process, and the units that it has borrowed."""

    def __init__(self, database: Database, key: bytes, rates: Rates, clock: Clock | None = None) -> None:
        """Count by ``database`` and its clock, unless ``clock`` is another; ``key`` makes digests of whom it counts."""
        self.rates = rates
        self._database = database
        self._throttle = Throttle(database, key, clock or database.clock)

    async def let_in(self, caller: Person | GuestCaller | None, address: str) -> None:
        """Count a request of a caller, or of an address where nobody is known; raises ``too-many-requests``."""
        if caller is None:
            await self.take(self.rates.address, whose(address))
            return
        rate = self.rates.guest if isinstance(caller, GuestCaller) else self.rates.caller
        subject = _name(caller)
        if not self._throttle.take_at_once(rate, subject):
            await self._throttle.take(rate, subject)

    async def take(self, rate: Rate, subject: str) -> None:
        """Count one of something; raises ``too-many-requests``."""
        if not self._throttle.take_at_once(rate, subject):
            await self._throttle.take(rate, subject)

    @asynccontextmanager
    async def guess(
        self, tries: Subjects, wrong: frozenset[ProblemType], *, address: str, network: int | None = None
    ) -> AsyncIterator[None]:
        """Let somebody try whom nobody knows; what ends in a refusal of a kind in ``wrong`` stays counted."""
        taken = []
        for rate, subject in tries:
            try:
                taken.append((rate, subject, await self._throttle.take(rate, subject)))
            except BaseException as error:
                self._give_back(taken)
                if isinstance(error, Refusal):
                    await self._tell(rate, address=address, network=network)
                raise
        try:
            yield
        except Refusal as refusal:
            if refusal.problem not in wrong:
                self._give_back(taken)
            raise
        except BaseException:
            self._give_back(taken)
            raise
        self._give_back(taken)

    @asynccontextmanager
    async def proof(
        self, tries: Subjects, wrong: frozenset[ProblemType], *, address: str
    ) -> AsyncIterator[None]:
        """Let somebody prove what nobody guesses (a signature, a long secret): wrong ones are counted afterwards.

        However many tills enrol at one moment from one address, none waits for the others.
        """
        for rate, subject in tries:
            try:
                self._throttle.check(rate, subject)
            except Refusal:
                await self._tell(rate, address=address, network=None)
                raise
        try:
            yield
        except Refusal as refusal:
            if refusal.problem in wrong:
                for rate, subject in tries:
                    await self._throttle.charge(rate, subject)
            raise

    async def may_name_codes(self, caller: Person | GuestCaller) -> None:
        """Raise ``too-many-requests`` for somebody who has named too many codes that do not exist."""
        subject = _name(caller)
        for rate in (self.rates.wrong_codes, self.rates.wrong_codes_hour):
            if not self._throttle.holds(rate, subject):
                await self._throttle.hold(rate, subject)

    async def let_name_a_code(self, caller: Person | GuestCaller) -> None:
        """Do what :meth:`let_in` and :meth:`may_name_codes` do: by one look where there are units, as there mostly are."""
        rates = self.rates
        rate = rates.guest if isinstance(caller, GuestCaller) else rates.caller
        if not self._throttle.take_holding(rate, (rates.wrong_codes, rates.wrong_codes_hour), _name(caller)):
            await self.let_in(caller, "")
            await self.may_name_codes(caller)

    async def wrong_code(self, caller: Person | GuestCaller | None, address: str = "") -> None:
        """Count a code that does not exist; raises ``too-many-requests`` where somebody unknown had named enough.

        Their process learns only by this one that others have counted the rest.
        """
        subject: Subject = whose(address) if caller is None else _name(caller)
        beyond: list[Rate] = []
        for rate in (self.rates.wrong_codes, self.rates.wrong_codes_hour):
            charged = await self._throttle.charge(rate, subject)
            if not charged:
                beyond.append(rate)
            if not charged or self._spent(rate, subject):
                network = None if caller is None else caller.network
                actor = "" if caller is None else caller.actor
                await self._tell(rate, address=address, network=network, actor=actor)
        for rate in beyond if caller is None else ():
            self._throttle.check(rate, subject)

    @asynccontextmanager
    async def naming_a_code(
        self, caller: Person | GuestCaller | None, address: str = ""
    ) -> AsyncIterator[None]:
        """Let somebody name a code; one that does not exist (``not-found``, or refused as unknown) is counted."""
        if caller is None:
            await self._throttle.foresee(self.rates.wrong_codes, whose(address))
            await self._throttle.foresee(self.rates.wrong_codes_hour, whose(address))
        else:
            await self.may_name_codes(caller)
        try:
            yield
        except Refusal as refusal:
            if refusal.problem in _WRONG_CODES and refusal.reason in ("", Reason.UNKNOWN_CODE):
                await self.wrong_code(caller, address)
            raise

    def _spent(self, rate: Rate, subject: Subject) -> bool:
        try:
            self._throttle.check(rate, subject)
        except Refusal:
            return True
        return False

    def _give_back(self, taken: Sequence[tuple[Rate, str, int]]) -> None:
        for rate, subject, since_s in taken:
            self._throttle.give_back(rate, subject, since_s)

    async def _tell(self, rate: Rate, *, address: str, network: int | None, actor: str = "") -> None:
        """Open a case about whoever guesses, once in an hour for each address (or caller) and network."""
        subject = f"{network} {actor or whose(address)}"
        if not await self._throttle.charge(self.rates.cases, subject):
            return
        _log.warning("somebody guesses: %s reached by %s", rate.name, actor or told(address))
        await note_guessing(
            self._database, network, what=rate.name, limit=rate.limit, who=actor or told(address)
        )


def _name(caller: Person | GuestCaller) -> Subject:
    if isinstance(caller, GuestCaller):
        return (caller.network, "guest", caller.guest)
    return (
        (caller.network, "staff", caller.staff) if caller.key is None else (caller.network, "key", caller.key)
    )
