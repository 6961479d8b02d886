"""Rows of the promo codes (document 002)."""

from sync.central.http.allowed.audience import ADMINS, SELLERS, Rows

_ROOT = "/api/admin/promo-codes"

ROWS: Rows = {
    ("GET", _ROOT): ADMINS,
    ("POST", _ROOT): ADMINS,
    ("GET", f"{_ROOT}/{{code_id}}"): ADMINS,
    ("PATCH", f"{_ROOT}/{{code_id}}"): ADMINS,
    ("DELETE", f"{_ROOT}/{{code_id}}"): ADMINS,
    ("POST", f"{_ROOT}/{{code_id}}/apply"): SELLERS,
    ("GET", f"{_ROOT}/{{code_id}}/offer-analytics"): ADMINS,
    ("GET", f"{_ROOT}/{{code_id}}/user-applications"): ADMINS,
}
