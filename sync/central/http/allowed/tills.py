"""Rows of the tills' own protocol."""

from sync.central.http.allowed.audience import Audience, Rows

SYNC_ROOT = "/sync/v1"

ROWS: Rows = {
    ("POST", f"{SYNC_ROOT}/enrol"): Audience.ANYONE,
    ("POST", f"{SYNC_ROOT}/token"): Audience.ANYONE,
    ("POST", f"{SYNC_ROOT}/renew"): Audience.ANYONE,
    ("POST", f"{SYNC_ROOT}/readmit"): Audience.ANYONE,
    ("GET", f"{SYNC_ROOT}/snapshot"): Audience.TILL,
    ("GET", f"{SYNC_ROOT}/snapshot/{{snapshot}}/{{chunk}}"): Audience.TILL,
    ("GET", f"{SYNC_ROOT}/feed"): Audience.TILL,
    ("GET", f"{SYNC_ROOT}/feed/sums"): Audience.TILL,
    ("POST", f"{SYNC_ROOT}/journal"): Audience.TILL,
    ("POST", f"{SYNC_ROOT}/leases"): Audience.TILL,
    ("POST", f"{SYNC_ROOT}/sales"): Audience.TILL,
    ("POST", f"{SYNC_ROOT}/contact"): Audience.TILL,
}
