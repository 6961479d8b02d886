"""Who may decide what a cashier may not: found by PIN, offline as online."""

from pos_app.usecases.desk import Desk
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.sign_in import identify
from sync.protocol.feed import StaffRow

MANAGERS = frozenset({"shift_manager", "office", "owner"})
"""Roles that decide an ask verdict and close a shift."""


def identify_manager(desk: Desk, pin: str) -> StaffRow:
    """Say which manager a PIN belongs to.

    Raises ``UserError`` ``not_a_manager`` for a colleague of another role, and what ``identify`` raises.
    """
    row = identify(desk, pin)
    if row.role not in MANAGERS:
        raise spoken_error("not_a_manager", desk.language)
    return row


def names_of(desk: Desk) -> dict[int, str]:
    """Return everybody's name by number, of people who have left too, as far as the replica has them."""
    return {row.id: row.name for row in desk.files.call(desk.till.cache.staff)}


def role_of(desk: Desk, staff: int) -> str:
    """Return the role that somebody has now; empty for somebody who is not known or not active."""
    rows = desk.files.call(desk.till.cache.staff)
    return next((row.role for row in rows if row.id == staff and row.active), "")
