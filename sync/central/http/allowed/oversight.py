"""Rows of what the office oversees: its tills, their shifts, what managers decided there, and the audit log."""

from sync.central.http.allowed.audience import ADMINS, MANAGERS, Rows
from sync.central.schema.words import Role

_TILL = "/api/tills/{till_id}"
_WHO_LOOKS_AFTER_TILLS = ADMINS | {Role.IT}

ROWS: Rows = {
    ("GET", "/api/tills"): MANAGERS | {Role.IT},
    ("POST", "/api/tills"): _WHO_LOOKS_AFTER_TILLS,
    ("GET", _TILL): MANAGERS | {Role.IT},
    ("PATCH", _TILL): _WHO_LOOKS_AFTER_TILLS,
    ("POST", f"{_TILL}/enrolment"): _WHO_LOOKS_AFTER_TILLS,
    ("POST", f"{_TILL}/revoke"): _WHO_LOOKS_AFTER_TILLS,
    ("POST", f"{_TILL}/recall"): _WHO_LOOKS_AFTER_TILLS,
    ("GET", "/api/shifts"): MANAGERS,
    ("GET", "/api/shifts/{shift_id}"): MANAGERS,
    ("GET", "/api/overrides"): MANAGERS,
    ("GET", "/api/audit"): ADMINS,
}
