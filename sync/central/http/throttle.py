"""Rate limits as a request meets them: counted in this process, out of units that all processes share.

Whoever has units left passes without a question to the database. The worst case of a limit L with N processes: never
more than L in a window, all processes together, and never fewer than ``L - (N - 1) * (L / 16 - 1)`` before the first
"wait" (units that the other processes have borrowed and not used). Where something is counted afterwards
(:meth:`Throttle.charge`), what is under way at that moment comes on top.
"""

import asyncio
import hmac
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from sync.central.clock import Clock
from sync.central.database import Database
from sync.central.services.rates import Borrowed, Rate, borrow
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

MAX_SUBJECTS = 20_000
"""How many subjects one process keeps in mind; units of the one that came longest ago are lost, never given twice."""
DIGEST_BYTES = 16
_MS = 1000

Subject = str | tuple[int, str, int]
"""Whom or what is counted: a text, or a caller as (network, kind, number)."""


@dataclass(slots=True)
class _Account:
    """What this process has of one subject's window."""

    since_s: int
    left: int = 0
    drained: bool = False
    charged: bool = False
    borrowing: "asyncio.Task[Borrowed] | None" = None


class Throttle:
    """The rate limits of one process."""

    def __init__(self, database: Database, key: bytes, clock: Clock) -> None:
        """Borrow by ``database``, where subjects stand under digests by ``key``; ``clock`` says which window it is."""
        self._database = database
        self._clock = clock
        self._key = key
        self._accounts: OrderedDict[tuple[str, Subject], _Account] = OrderedDict()

    def take_at_once(self, rate: Rate, subject: Subject) -> bool:
        """Take a unit without waiting; False when this process must borrow first (:meth:`take`)."""
        account = self._account(rate, subject)
        if account.left <= 0:
            return False
        account.left -= 1
        return True

    def take_holding(self, rate: Rate, held: Sequence[Rate], subject: Subject) -> bool:
        """Take a unit of ``rate`` at once, if this process has one of it and of each that is ``held``; else take none."""
        now_s = self._clock.now_ms() // _MS
        for one in held:
            if self._with_units(one, subject, now_s) is None:
                return False
        account = self._with_units(rate, subject, now_s)
        if account is None:
            return False
        account.left -= 1
        return True

    async def take(self, rate: Rate, subject: Subject) -> int:
        """Take a unit and return from which window, for :meth:`give_back`.

        Raises :class:`Refusal` ``too-many-requests``, with the seconds until the next window.
        """
        account = self._account(rate, subject)
        while account.left <= 0:
            if account.drained:
                raise self._too_many(rate, account)
            await self._borrow(rate, subject, account)
        account.left -= 1
        return account.since_s

    def give_back(self, rate: Rate, subject: Subject, since_s: int) -> None:
        """Give back a unit: what it was taken for turned out well. That of a window that is over is gone."""
        account = self._account(rate, subject)
        if account.since_s == since_s:
            account.left += 1

    def check(self, rate: Rate, subject: Subject) -> None:
        """Raise as :meth:`take` for a subject of whose window nothing is left, as far as this process knows."""
        account = self._accounts.get((rate.name, subject))
        if account is not None and account.drained and account.left <= 0:
            account = self._account(rate, subject)
            if account.drained:
                raise self._too_many(rate, account)

    def holds(self, rate: Rate, subject: Subject) -> bool:
        """Return whether this process has a unit of the subject's window already (:meth:`hold`)."""
        return self._account(rate, subject).left > 0

    async def hold(self, rate: Rate, subject: Subject) -> None:
        """See to it that this process has a unit for what may turn out wrong; raises as :meth:`take` without one.

        Nothing is taken: whoever is right never waits but for the first unit of a window. A limit L is then exact over
        all processes for tries one after the other; of those under way at once when the last unit goes, each one more
        may pass.
        """
        account = self._account(rate, subject)
        while account.left <= 0:
            if account.drained:
                raise self._too_many(rate, account)
            await self._borrow(rate, subject, account)

    async def foresee(self, rate: Rate, subject: Subject) -> None:
        """Raise as :meth:`take` for a subject of whose window nothing is left anywhere; nothing is taken.

        Only whoever has been charged before may wait for the database here.
        """
        if (rate.name, subject) not in self._accounts:
            return
        account = self._account(rate, subject)
        while account.left <= 0 and account.charged and not account.drained:
            await self._borrow(rate, subject, account)
        if account.left <= 0 and account.drained:
            raise self._too_many(rate, account)

    async def charge(self, rate: Rate, subject: Subject) -> bool:
        """Take a unit for what has happened already; False when there was none left to take."""
        account = self._account(rate, subject)
        account.charged = True
        # Many who wait for the same share may leave nothing of it: only a window that is drained has none left.
        while account.left <= 0 and not account.drained:
            await self._borrow(rate, subject, account)
        if account.left <= 0:
            return False
        account.left -= 1
        return True

    def _with_units(self, rate: Rate, subject: Subject, now_s: int) -> _Account | None:
        account = self._accounts.get((rate.name, subject))
        if account is None or account.left <= 0 or not 0 <= now_s - account.since_s < rate.window_s:
            return None
        return account

    def _account(self, rate: Rate, subject: Subject) -> _Account:
        since_s = self._clock.now_ms() // _MS
        since_s -= since_s % rate.window_s
        key = (rate.name, subject)
        account = self._accounts.get(key)
        if account is None or account.since_s != since_s:
            account = self._accounts[key] = _Account(since_s)
            self._accounts.move_to_end(key)
            if len(self._accounts) > MAX_SUBJECTS:
                self._accounts.popitem(last=False)
        return account

    async def _borrow(self, rate: Rate, subject: Subject, account: _Account) -> None:
        """Borrow once for all who wait for it; who fails, fails for all."""
        if account.borrowing is None:
            account.borrowing = asyncio.create_task(self._fetch(rate, subject, account))
            account.borrowing.add_done_callback(_seen)
        await asyncio.shield(account.borrowing)

    async def _fetch(self, rate: Rate, subject: Subject, account: _Account) -> Borrowed:
        digest = hmac.digest(self._key, f"{rate.name}\0{subject}".encode("utf-8", "replace"), "sha256")
        try:
            borrowed = await borrow(self._database, rate, digest[:DIGEST_BYTES], account.since_s)
        finally:
            account.borrowing = None
        account.left += borrowed.units
        account.drained = borrowed.drained
        return borrowed

    def _too_many(self, rate: Rate, account: _Account) -> Refusal:
        left_s = account.since_s + rate.window_s - self._clock.now_ms() // _MS
        return Refusal(
            ProblemType.TOO_MANY,
            "There were too many requests, or too many wrong ones.",
            "Wait, then try again.",
            retry_after_s=max(1, left_s),
        )


def _seen(task: "asyncio.Task[Borrowed]") -> None:
    """Look at how it ended, also where everybody who waited for it has gone."""
    if not task.cancelled():
        task.exception()
