"""Rows of the campaigns."""

from sync.central.http.allowed.audience import ADMINS, MANAGERS, Rows

_ROOT = "/api/campaigns"

ROWS: Rows = {
    ("GET", _ROOT): MANAGERS,
    ("POST", _ROOT): ADMINS,
    ("POST", f"{_ROOT}/try"): ADMINS,
    ("GET", f"{_ROOT}/{{campaign_id}}"): MANAGERS,
    ("PATCH", f"{_ROOT}/{{campaign_id}}"): ADMINS,
    ("DELETE", f"{_ROOT}/{{campaign_id}}"): ADMINS,
    ("GET", f"{_ROOT}/{{campaign_id}}/stats"): ADMINS,
}
