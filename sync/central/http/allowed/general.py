"""Rows of what belongs to no document: readiness, the description of the interface, signing in."""

from sync.central.http.allowed.audience import EVERYBODY, Audience, Rows

ROWS: Rows = {
    ("GET", "/health"): Audience.ANYONE,
    ("GET", "/latest"): Audience.ANYONE,
    ("GET", "/schema"): Audience.ANYONE,
    ("GET", "/schema/openapi.json"): Audience.ANYONE,
    # The framework's own "not found" below the description of the interface.
    ("GET", "/schema/{path}"): Audience.ANYONE,
    ("POST", "/api/auth/login"): Audience.ANYONE,
    ("GET", "/api/auth/me"): EVERYBODY,
}
