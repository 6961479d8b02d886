"""How this till is, beside how it stands with the office: clock, disk, shift, and what leases are left."""

from msgspec import Struct

from pos_app.usecases.desk import Desk
from sync.rules.user_error import UserError

MAX_LOW_LIMITS = 100
"""More than this many limits that run low need not be counted."""


class Condition(Struct, frozen=True, kw_only=True):
    """What a person may have to act on.

    ``low_limits`` counts limited codes and allowances that were used lately and of which little is left here.
    """

    clock_in_doubt: bool = False
    disk_low: bool = False
    shift_open: bool = True
    low_limits: int = 0


def condition(desk: Desk) -> Condition:
    """Look at everything in one visit to the files' thread; writes nothing."""
    return desk.files.call(lambda: _condition(desk))


def _condition(desk: Desk) -> Condition:
    journal = desk.till.journal
    return Condition(
        clock_in_doubt=desk.till.time.now().doubtful,
        disk_low=_disk_low(desk),
        shift_open=journal.shift_marks().open,
        low_limits=len(journal.low_limits(MAX_LOW_LIMITS)),
    )


def _disk_low(desk: Desk) -> bool:
    try:
        desk.till.journal.check_free()
    except UserError:
        return True
    return False
