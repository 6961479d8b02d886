"""Rows of the VIP codes (document 000)."""

from sync.central.http.allowed.audience import ADMINS, SELLERS, Rows

ROWS: Rows = {
    ("POST", "/api/vip/validate"): SELLERS,
    ("POST", "/api/vip/use"): SELLERS,
    ("GET", "/api/vip/codes"): ADMINS,
    ("POST", "/api/vip/codes"): ADMINS,
    ("POST", "/api/vip/codes/individual"): ADMINS,
    ("POST", "/api/vip/codes/group"): ADMINS,
    ("GET", "/api/vip/codes/{code_id}"): ADMINS,
    ("PATCH", "/api/vip/codes/{code_id}"): ADMINS,
    ("DELETE", "/api/vip/codes/{code_id}"): ADMINS,
    ("GET", "/api/vip/codes/{code_id}/usage"): ADMINS,
    ("GET", "/api/vip/analytics"): ADMINS,
    ("POST", "/api/vip/codes/send"): ADMINS,
    ("POST", "/api/vip/codes/bulk_send"): ADMINS,
    ("GET", "/api/vip/recipients"): ADMINS,
    ("GET", "/api/vip/batches/{batch_id}"): ADMINS,
    ("POST", "/api/vip/batches/{batch_id}/pause"): ADMINS,
    ("POST", "/api/vip/batches/{batch_id}/resume"): ADMINS,
    ("POST", "/api/vip/batches/{batch_id}/cancel"): ADMINS,
}
