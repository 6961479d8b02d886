"""Rows of the restaurants."""

from sync.central.http.allowed.audience import EVERYBODY, OWNERS, Rows

ROWS: Rows = {
    ("GET", "/api/restaurants"): EVERYBODY,
    ("POST", "/api/restaurants"): OWNERS,
    ("GET", "/api/restaurants/{restaurant_id}"): EVERYBODY,
    ("GET", "/api/restaurants/{restaurant_id}/logo.png"): EVERYBODY,
    ("PATCH", "/api/restaurants/{restaurant_id}"): OWNERS,
    ("DELETE", "/api/restaurants/{restaurant_id}"): OWNERS,
}
