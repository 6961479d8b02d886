"""Once a day, while nothing else is to be done: is the replica still what central has? (DESIGN 6)."""

import logging

from sync.protocol.problems import ProblemType
from sync.till.cache.found import CacheStatus
from sync.till.cache.sums import sum_up
from sync.till.office import Office, Refused
from sync.till.sqlcipher import FAILURES
from sync.till.till import Till
from sync.till.worker import FilesPort

EVERY_MS = 24 * 3600 * 1000
TRIED_AGAIN_MS = 3600 * 1000
"""After a comparison that could not be made: too much was changing."""

log = logging.getLogger(__name__)


class Comparing:
    """Compares a till's replica with central, bucket by bucket."""

    def __init__(self, till: Till, files: FilesPort, office: Office) -> None:
        """Take what one till is made of."""
        self._till = till
        self._files = files
        self._office = office
        self._not_before_ms = 0

    def is_due(self, status: CacheStatus) -> bool:
        """Whether a day has gone by since the last comparison, by central's clock."""
        now_ms = status.as_of_ms or 0
        return now_ms >= max((status.compared_ms or 0) + EVERY_MS, self._not_before_ms)

    def went_apart(self, status: CacheStatus) -> bool:
        """Compare; return whether the replica is not what central has, so that it must be made anew.

        What this program cannot read is not compared: then nothing is said.
        """
        self._not_before_ms = (status.as_of_ms or 0) + TRIED_AGAIN_MS
        if status.unreadable:
            return False
        try:
            theirs = self._office.compare(status.epoch, status.number)
        except Refused as error:
            # An office of an earlier version does not know the question, and a place that is gone is no news.
            if error.problem.type not in {ProblemType.NOT_FOUND, ProblemType.CURSOR_GONE}:
                raise
            return False
        if not theirs.settled:
            return False
        try:
            ours = sum_up(self._till.home.cache_file, self._till.secrets.file_key, theirs.moving)
        except FAILURES as error:
            log.info("the replica could not be summed up: %s", error)
            return False
        if (ours.epoch, ours.number) != (theirs.epoch, theirs.number):
            return False
        self._files.call(lambda: self._till.cache.note_compared(status.as_of_ms or 0))
        apart = ours.sums ^ frozenset(theirs.sums)
        if apart:
            tables = sorted({each.table.value for each in apart})
            log.warning("the replica differs from central at %s in %s", ours.number, ", ".join(tables))
        return bool(apart)
