"""Who may ask for what, written by hand: the office's own table is held to this one, route by route.

Each letter lets somebody in: ``c`` cashier, ``m`` shift manager, ``i`` IT, ``o`` office, ``w`` owner, ``p`` platform
owner, ``g`` guest, ``t`` till; ``*`` is everybody and nobody known. A new route needs a new row here: think about
it, and do not copy it from the code.
"""

STAFF = "cmiow"

EXPECTED = {
    # What belongs to no document.
    "GET /health": "*",
    "GET /latest": "*",
    "GET /schema": "*",
    "GET /schema/openapi.json": "*",
    "GET /schema/{path}": "*",
    # Signing in.
    "POST /api/auth/login": "*",
    "POST /api/auth/register": "*",
    "POST /api/auth/code": "*",
    "POST /api/auth/verify": "*",
    "POST /api/auth/refresh": "*",
    "GET /api/auth/me": STAFF + "pg",
    "POST /api/auth/logout": STAFF + "pg",
    "GET /api/auth/sessions": STAFF + "pg",
    "DELETE /api/auth/sessions/{session_id}": STAFF + "pg",
    # Keys of programs.
    "GET /api/keys": "w",
    "POST /api/keys": "w",
    "DELETE /api/keys/{key_id}": "w",
    # Restaurants.
    "GET /api/restaurants": STAFF,
    "POST /api/restaurants": "w",
    "GET /api/restaurants/{restaurant_id}": STAFF,
    "PATCH /api/restaurants/{restaurant_id}": "w",
    "DELETE /api/restaurants/{restaurant_id}": "w",
    # Referral codes.
    "GET /api/referral-codes": "ow",
    "POST /api/referral-codes": "ow",
    "POST /api/referral-codes/generate": "ow",
    "POST /api/referral-codes/use": "cmow",
    "GET /api/referral-codes/valid": "cmow",
    "GET /api/referral-codes/config": STAFF,
    "PUT /api/referral-codes/config": "ow",
    "GET /api/referral-codes/system-stats": "ow",
    "GET /api/referral-codes/{code_id}": "ow",
    "PATCH /api/referral-codes/{code_id}": "ow",
    "DELETE /api/referral-codes/{code_id}": "ow",
    "POST /api/referral-codes/{code_id}/toggle": "ow",
    "GET /api/referral-codes/{code_id}/stats": "ow",
    "GET /api/referral-codes/{code_id}/usage": "ow",
    "GET /api/referral-codes/{code_id}/used-by/{user_id}": "cmow",
    # Vouchers.
    "POST /api/v1/vouchers/{voucher_id}/scan": "*",
    "POST /api/v1/vouchers/{voucher_id}/impressions": "*",
    "POST /api/v1/vouchers/{voucher_id}/claim": "g",
    "POST /api/v1/vouchers/{voucher_id}/redeem": "cmow",
    "GET /api/v1/vouchers/{voucher_id}/analytics": "ow",
    "GET /api/v1/vouchers/{voucher_id}/attempts": "ow",
    "PATCH /api/v1/vouchers/{voucher_id}/wallet": "g",
    "GET /api/v1/vouchers/wallet": "g",
    "PUT /api/v1/vouchers/wallet/order": "g",
    "GET /api/v1/vouchers/wallet/{guest_id}": "cmow",
    "GET /api/v1/vouchers/config": STAFF,
    "PUT /api/v1/vouchers/config": "ow",
    # VIP codes (document 000).
    "POST /api/vip/validate": "cmow",
    "POST /api/vip/use": "cmow",
    "GET /api/vip/codes": "ow",
    "POST /api/vip/codes": "ow",
    "POST /api/vip/codes/individual": "ow",
    "POST /api/vip/codes/group": "ow",
    "GET /api/vip/codes/{code_id}": "ow",
    "PATCH /api/vip/codes/{code_id}": "ow",
    "DELETE /api/vip/codes/{code_id}": "ow",
    "GET /api/vip/codes/{code_id}/usage": "ow",
    "GET /api/vip/analytics": "ow",
    "POST /api/vip/codes/send": "ow",
    "POST /api/vip/codes/bulk_send": "ow",
    "GET /api/vip/recipients": "ow",
    "GET /api/vip/batches/{batch_id}": "ow",
    "POST /api/vip/batches/{batch_id}/pause": "ow",
    "POST /api/vip/batches/{batch_id}/resume": "ow",
    "POST /api/vip/batches/{batch_id}/cancel": "ow",
    # Tills.
    "POST /sync/v1/enrol": "*",
    "POST /sync/v1/token": "*",
    "POST /sync/v1/renew": "*",
    "POST /sync/v1/readmit": "*",
    "GET /sync/v1/snapshot": "t",
    "GET /sync/v1/snapshot/{snapshot}/{chunk}": "t",
    "GET /sync/v1/feed": "t",
    "GET /sync/v1/feed/sums": "t",
    "POST /sync/v1/journal": "t",
    "POST /sync/v1/leases": "t",
    "POST /sync/v1/sales": "t",
    "POST /sync/v1/contact": "t",
}
