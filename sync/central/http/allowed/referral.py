"""Rows of the referral codes (document 001)."""

from sync.central.http.allowed.audience import ADMINS, EVERYBODY, SELLERS, Rows

_ROOT = "/api/referral-codes"

ROWS: Rows = {
    ("GET", _ROOT): ADMINS,
    ("POST", _ROOT): ADMINS,
    ("POST", f"{_ROOT}/generate"): ADMINS,
    ("POST", f"{_ROOT}/use"): SELLERS,
    ("GET", f"{_ROOT}/valid"): SELLERS,
    ("GET", f"{_ROOT}/config"): EVERYBODY,
    ("PUT", f"{_ROOT}/config"): ADMINS,
    ("GET", f"{_ROOT}/system-stats"): ADMINS,
    ("GET", f"{_ROOT}/{{code_id}}"): ADMINS,
    ("PATCH", f"{_ROOT}/{{code_id}}"): ADMINS,
    ("DELETE", f"{_ROOT}/{{code_id}}"): ADMINS,
    ("POST", f"{_ROOT}/{{code_id}}/toggle"): ADMINS,
    ("GET", f"{_ROOT}/{{code_id}}/stats"): ADMINS,
    ("GET", f"{_ROOT}/{{code_id}}/usage"): ADMINS,
    ("GET", f"{_ROOT}/{{code_id}}/used-by/{{user_id}}"): SELLERS,
}
