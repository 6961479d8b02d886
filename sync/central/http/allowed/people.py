"""Rows of people and of programs' keys."""

from sync.central.http.allowed.audience import ADMINS, OWNERS, PLATFORM, Rows

ROWS: Rows = {
    ("GET", "/api/keys"): OWNERS,
    ("POST", "/api/keys"): OWNERS,
    ("DELETE", "/api/keys/{key_id}"): OWNERS,
    ("GET", "/api/staff"): ADMINS,
    ("POST", "/api/staff"): OWNERS,
    ("GET", "/api/staff/{staff_id}"): ADMINS,
    ("PATCH", "/api/staff/{staff_id}"): OWNERS,
    ("POST", "/api/staff/{staff_id}/sign-out"): OWNERS,
    ("GET", "/api/platform/networks"): PLATFORM,
    ("POST", "/api/platform/networks"): PLATFORM,
    ("GET", "/api/platform/networks/{network_id}"): PLATFORM,
}
