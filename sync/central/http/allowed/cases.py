"""Rows of the cases and of the alerts that open some."""

from sync.central.http.allowed.audience import ADMINS, MANAGERS, Rows

ROWS: Rows = {
    ("GET", "/api/cases"): MANAGERS,
    ("GET", "/api/cases/{case_id}"): MANAGERS,
    ("PATCH", "/api/cases/{case_id}"): ADMINS,
    ("GET", "/api/alerts"): ADMINS,
    ("PUT", "/api/alerts"): ADMINS,
}
