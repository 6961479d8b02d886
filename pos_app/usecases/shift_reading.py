"""Reading the journal for a shift's figures: piece by piece, and only what has come since the last look."""

from collections import defaultdict

from pos_app.usecases.desk import Desk
from pos_app.usecases.shift_results import Hour
from sync.protocol.payloads import Sale
from sync.protocol.shift_figures import ShiftFigures
from sync.protocol.shift_tally import Tally
from sync.till.journal.journal import Journal
from sync.till.journal.shift_book import MAX_EVENTS, Placed

HOUR_MS = 60 * 60 * 1000
MAX_HOURS = 24 * 31
"""Hours that are told apart; a shift that is longer has its oldest ones in the sums alone."""
_BEGINNING = -1


class ShiftReader:
    """Adds up what happened since the newest Z report; keeps what it has read."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._hours: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
        self._begin(_BEGINNING)

    @property
    def by_hour(self) -> tuple[Hour, ...]:
        """What was sold hour by hour, as far as it was read."""
        newest = sorted(self._hours.items())[-MAX_HOURS:]
        return tuple(
            Hour(at_ms=hour * HOUR_MS, sales=sales, paid_minor=paid) for hour, (sales, paid) in newest
        )

    def catch_up(self, desk: Desk) -> ShiftFigures:
        """Read on to the end of the journal; nobody waits for the files longer than for one piece."""
        while desk.files.call(lambda: self.read_some(desk.till.journal)):
            pass
        return self._tally.figures()

    def read_all(self, journal: Journal) -> ShiftFigures:
        """On the files' thread: read what is left, so that nothing comes in between; then return the figures."""
        while self.read_some(journal):
            pass
        return self._tally.figures()

    def read_some(self, journal: Journal) -> bool:
        """On the files' thread: read one piece; return whether there may be more."""
        closed = journal.shift_marks().closed
        since = _BEGINNING if closed is None else closed.position
        if since != self._since:
            self._begin(since)
        if self._at != since and journal.has_let_go_behind(self._at):
            # A till that uses no shifts has let events go that were not read: what was read before them no longer
            # goes on in what is there, and the office reckons a first report from its newest events alone.
            self._begin(since)
        placed = journal.events_after(self._at)
        for each in placed:
            self._add(each)
        return len(placed) == MAX_EVENTS

    def _begin(self, since: int) -> None:
        """Begin a shift at zero, behind the report before."""
        self._since = self._at = since
        self._tally = Tally()
        self._hours.clear()

    def _add(self, placed: Placed) -> None:
        self._at = placed.position
        envelope = placed.envelope
        self._tally.add(None if envelope is None else envelope.staff, placed.payload)
        if envelope is not None and isinstance(placed.payload, Sale):
            hour = self._hours[envelope.trusted_ms // HOUR_MS]
            hour[0] += 1
            hour[1] += placed.payload.paid_minor
