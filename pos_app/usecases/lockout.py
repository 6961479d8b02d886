"""Wrong PINs cost time: a few tries are free, then each one doubles the wait.

A try is charged before the PIN is looked at and given back when it was right, so that pulling the plug
during the check buys nothing. The count lives in journal.db and survives a restart.
"""

from msgspec import Struct

from pos_app.usecases.desk import Desk

FREE_TRIES = 5
FIRST_WAIT_MS = 30_000
LONGEST_WAIT_MS = 15 * 60 * 1000
_NOTE = "sign_in.tries"


class Tries(Struct, frozen=True):
    """Wrong entries in a row, and the trusted instant before which no further one is looked at."""

    failed: int = 0
    until_ms: int = 0

    def wait_ms(self, now_ms: int) -> int:
        """How long to wait still. A clock that was set back makes nobody wait longer than the longest."""
        return min(max(0, self.until_ms - now_ms), LONGEST_WAIT_MS)

    def left(self) -> int:
        """How many tries are free still."""
        return max(0, FREE_TRIES - self.failed)

    def charged(self, now_ms: int) -> "Tries":
        """Count one more failure, and let it cost what it costs."""
        failed = self.failed + 1
        if failed < FREE_TRIES:
            return Tries(failed, 0)
        doublings = min(failed - FREE_TRIES, LONGEST_WAIT_MS.bit_length())
        return Tries(failed, now_ms + min(FIRST_WAIT_MS << doublings, LONGEST_WAIT_MS))


def charge(desk: Desk) -> tuple[Tries, Tries]:
    """Charge one try, durably; return the count before and after it. A locked till charges nothing."""

    def change() -> tuple[Tries, Tries]:
        before, now_ms = _read(desk), desk.till.time.now().at_ms
        if before.wait_ms(now_ms):
            return before, before
        after = before.charged(now_ms)
        desk.till.journal.set_note(_NOTE, f"{after.failed} {after.until_ms}")
        return before, after

    return desk.files.call(change)


def forgive(desk: Desk) -> None:
    """Forget all failures: somebody who belongs here has signed in."""
    desk.files.call(lambda: desk.till.journal.set_note(_NOTE, None))


def _read(desk: Desk) -> Tries:
    failed, _, until_ms = (desk.till.journal.note(_NOTE) or "0 0").partition(" ")
    return Tries(int(failed), int(until_ms))
