"""Rows of people and of programs' keys."""

from sync.central.http.allowed.audience import OWNERS, PLATFORM, Rows

ROWS: Rows = {
    ("GET", "/api/keys"): OWNERS,
    ("POST", "/api/keys"): OWNERS,
    ("DELETE", "/api/keys/{key_id}"): OWNERS,
    ("GET", "/api/platform/networks"): PLATFORM,
    ("POST", "/api/platform/networks"): PLATFORM,
    ("GET", "/api/platform/networks/{network_id}"): PLATFORM,
}
