"""Who may change what belongs to the machine and not to the cashier: by PIN, offline as online."""

from pos_app.usecases.desk import Desk
from pos_app.usecases.managers import MANAGERS
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.sign_in import identify
from sync.protocol.feed import StaffRow

KEEPERS = MANAGERS | {"it"}
"""Roles that set up the machine."""


def unlock_settings(desk: Desk, pin: str) -> StaffRow:
    """Say who opens the machine's settings.

    Raises ``UserError`` ``not_for_settings`` for a colleague of another role, and what ``identify`` raises.
    """
    row = identify(desk, pin)
    if row.role not in KEEPERS:
        raise spoken_error("not_for_settings", desk.language)
    return row
