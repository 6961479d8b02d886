"""Six digits, typed: what stands between a cashier's slip and somebody who tries them one after the other.

A wrong entry is counted in journal.db, where it survives a restart; after a few, each further one costs a
wait that doubles (``sync.rules.attempts``). Cards that are scanned are not touched by it.
"""

from pos_app.usecases.desk import Desk
from pos_app.usecases.source import Source
from sync.rules.attempts import NO_ATTEMPTS, Attempts, failed, wait_ms
from sync.rules.digits import read_digits

_NOTE = "digits.tries"


def is_typed_digits(text: str, source: Source) -> bool:
    """Whether a person has typed what may be a guest's six digits."""
    return source is Source.TYPED and read_digits(text) is not None


def digits_wait_s(desk: Desk) -> int:
    """Return how many seconds no six digits are looked at still; on the files' thread."""
    left_ms = wait_ms(_read(desk), desk.till.time.now().at_ms)
    return -(-left_ms // 1_000)


def charge_digits(desk: Desk) -> None:
    """Count one wrong entry; on the files' thread."""
    tries = failed(_read(desk), desk.till.time.now().at_ms)
    desk.till.journal.set_note(_NOTE, f"{tries.failures} {tries.last_ms}")


def forgive_digits(desk: Desk) -> None:
    """Forget wrong entries after a right one; on the files' thread."""
    if desk.till.journal.note(_NOTE) is not None:
        desk.till.journal.set_note(_NOTE, None)


def _read(desk: Desk) -> Attempts:
    note = desk.till.journal.note(_NOTE)
    if note is None:
        return NO_ATTEMPTS
    failures, _, last_ms = note.partition(" ")
    return Attempts(failures=int(failures), last_ms=int(last_ms))
