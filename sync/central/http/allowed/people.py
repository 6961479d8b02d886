"""Rows of people and of programs' keys."""

from sync.central.http.allowed.audience import OWNERS, Rows

ROWS: Rows = {
    ("GET", "/api/keys"): OWNERS,
    ("POST", "/api/keys"): OWNERS,
    ("DELETE", "/api/keys/{key_id}"): OWNERS,
}
