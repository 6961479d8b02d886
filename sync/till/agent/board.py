"""Where the agent's duties note how they fare, and where everybody else reads it without waiting."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError
from sync.till.office import Mismatch, Refused, Unreachable

ALARM_AGE_MS = 4 * 60 * 60 * 1000
"""An event that waits longer than this for central is worth a person's attention."""

RELIST_AWAITED = "relist_awaited"
"""Why a restored office does not take events yet. It is told before all other trouble: a machine that was replaced has
that of its own refused contact besides, which says that what was recorded there may still be uploaded."""

_NO_LONGER_A_TILL = {ProblemType.TILL_REVOKED, ProblemType.TILL_FENCED}


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """How the till stands with central, as the screen shows it. Times are milliseconds since the epoch.

    ``online``: the newest exchange was answered. ``unsettled`` events wait for central, the oldest since
    ``oldest_ms``; ``alarm`` when that is too long ago. ``as_of_ms``: how current the replica is.
    ``problem``: a sentence for a person, or None. ``loaded`` of ``to_load``: how far a
    snapshot is that is being made at central or taken (both 0 otherwise). ``cases`` of this till are open.
    """

    online: bool = False
    unsettled: int = 0
    oldest_ms: int | None = None
    alarm: bool = False
    last_contact_ms: int | None = None
    update_needed: bool = False
    revoked: bool = False
    problem: str | None = None
    as_of_ms: int | None = None
    loaded: int = 0
    to_load: int = 0
    cases: int = 0


class Board:
    """The one :class:`SyncState` of an agent. Safe to use from every thread; reading never waits."""

    def __init__(self, *, on_back: Callable[[], None] | None = None) -> None:
        """``on_back`` is called when central answers after having been out of reach.

        ``on_change`` (an attribute) is called with each change in turn, on the thread that caused it. Neither may
        wait for anything.
        """
        self.on_back = on_back
        self.on_change: Callable[[SyncState], None] | None = None
        self.changed = threading.Condition()
        self._state = SyncState()
        self._problems: dict[str, UserError] = {}

    def read(self) -> SyncState:
        """Return the newest state."""
        return self._state

    def heard(self, duty: str) -> None:
        """Note that central answered this duty; call ``on_back`` when others had not reached it before."""
        with self.changed:
            # Whoever was not reached is reached now; any other trouble stands until that duty itself
            # hears better.
            away = {name for name, error in self._problems.items() if isinstance(error, Unreachable)}
            for name in away | {duty}:
                self._problems.pop(name, None)
        self._change(lambda state: replace(state, online=True))
        if away - {duty} and self.on_back is not None:
            self.on_back()

    def missed(self, duty: str, error: UserError) -> None:
        """Note that a duty failed, and why."""
        with self.changed:
            self._problems[duty] = error
        if isinstance(error, Refused):
            self._change(lambda state: replace(state, online=True))
        elif isinstance(error, Unreachable | Mismatch):
            old = error.reason == "version"
            self._change(lambda state: replace(state, online=False, update_needed=state.update_needed or old))
        else:
            # The till's own trouble (a full disk, say), or central in contradiction with it: the line holds.
            self._change(lambda state: state)

    def note_journal(self, *, unsettled: int, oldest_ms: int | None, now_ms: int) -> None:
        """Note what waits for central."""
        alarm = oldest_ms is not None and now_ms - oldest_ms > ALARM_AGE_MS
        self._change(lambda state: replace(state, unsettled=unsettled, oldest_ms=oldest_ms, alarm=alarm))

    def note_cache(self, *, as_of_ms: int | None) -> None:
        """Note how current the replica is; a snapshot is no longer under way."""
        self._change(lambda state: replace(state, as_of_ms=as_of_ms, loaded=0, to_load=0))

    def note_snapshot(self, *, loaded: int, to_load: int) -> None:
        """Note how far a snapshot has come, in whatever counts."""
        self._change(lambda state: replace(state, loaded=loaded, to_load=to_load))

    def note_contact(self, *, server_ms: int, update_needed: bool, cases: int = 0) -> None:
        """Note a contact at central's time, and how many cases of this till are open."""
        self._change(
            lambda state: replace(state, last_contact_ms=server_ms, update_needed=update_needed, cases=cases)
        )

    def _change(self, change: Callable[[SyncState], SyncState]) -> None:
        with self.changed:
            problem = min(
                self._problems.values(), key=lambda error: error.reason != RELIST_AWAITED, default=None
            )
            state = replace(
                change(self._state),
                problem=None if problem is None else str(problem),
                # A revoked till may still upload, so one duty's success does not end another's refusal.
                revoked=any(_revokes(error) for error in self._problems.values()),
            )
            if state == self._state:
                return
            self._state = state
            self.changed.notify_all()
            # Told in the order in which it happened: whoever shows it would else be left with an older state, when
            # another duty overtakes this one between the change and the call.
            if self.on_change is not None:
                self.on_change(state)


def _revokes(error: UserError) -> bool:
    return isinstance(error, Refused) and error.problem.type in _NO_LONGER_A_TILL
