"""Rows of codes of any kind."""

from sync.central.http.allowed.audience import ADMINS, Rows

_BULK = "/api/codes/bulk"

ROWS: Rows = {
    ("POST", "/api/codes/import"): ADMINS,
    ("GET", _BULK): ADMINS,
    ("POST", _BULK): ADMINS,
    ("GET", f"{_BULK}/{{order_id}}"): ADMINS,
    ("POST", f"{_BULK}/{{order_id}}/cancel"): ADMINS,
    ("GET", f"{_BULK}/{{order_id}}/codes.csv"): ADMINS,
    ("GET", f"{_BULK}/{{order_id}}/sheet.pdf"): ADMINS,
    ("POST", "/api/codes/sheet.pdf"): ADMINS,
}
