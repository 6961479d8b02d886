"""Rows of the vouchers (document 003)."""

from sync.central.http.allowed.audience import ADMINS, EVERYBODY, SELLERS, Audience, Rows

_GUESTS = frozenset({Audience.GUEST})
_ROOT = "/api/v1/vouchers"

ROWS: Rows = {
    ("GET", _ROOT): ADMINS,
    ("POST", _ROOT): ADMINS,
    ("GET", f"{_ROOT}/{{voucher_id}}"): ADMINS,
    ("PATCH", f"{_ROOT}/{{voucher_id}}"): ADMINS,
    ("DELETE", f"{_ROOT}/{{voucher_id}}"): ADMINS,
    ("GET", f"{_ROOT}/{{voucher_id}}/qr.png"): ADMINS,
    ("GET", f"{_ROOT}/{{voucher_id}}/qr.svg"): ADMINS,
    ("POST", f"{_ROOT}/{{voucher_id}}/scan"): Audience.OPTIONAL,
    ("POST", f"{_ROOT}/{{voucher_id}}/impressions"): Audience.OPTIONAL,
    ("POST", f"{_ROOT}/{{voucher_id}}/claim"): _GUESTS,
    ("POST", f"{_ROOT}/{{voucher_id}}/redeem"): SELLERS,
    ("GET", f"{_ROOT}/{{voucher_id}}/analytics"): ADMINS,
    ("GET", f"{_ROOT}/{{voucher_id}}/attempts"): ADMINS,
    ("PATCH", f"{_ROOT}/{{voucher_id}}/wallet"): _GUESTS,
    ("GET", f"{_ROOT}/wallet"): _GUESTS,
    ("PUT", f"{_ROOT}/wallet/order"): _GUESTS,
    ("GET", f"{_ROOT}/wallet/{{guest_id}}"): SELLERS,
    ("GET", f"{_ROOT}/config"): EVERYBODY,
    ("PUT", f"{_ROOT}/config"): ADMINS,
}
