"""Rows of the VIP codes (document 000)."""

from sync.central.http.allowed.audience import SELLERS, Rows

ROWS: Rows = {
    ("POST", "/api/vip/validate"): SELLERS,
    ("POST", "/api/vip/use"): SELLERS,
}
