"""Rows of what belongs to no document: readiness, the description of the interface, signing in."""

from sync.central.http.allowed.audience import ADMINS, EVERYBODY, PLATFORM, Audience, Rows
from sync.central.schema.words import Role

_SIGNED_IN = EVERYBODY | PLATFORM | {Audience.GUEST}

ROWS: Rows = {
    ("GET", "/health"): Audience.ANYONE,
    ("GET", "/health/live"): Audience.ANYONE,
    ("GET", "/latest"): Audience.ANYONE,
    ("GET", "/metrics"): ADMINS | {Role.IT},
    ("GET", "/schema"): Audience.ANYONE,
    ("GET", "/schema/openapi.json"): Audience.ANYONE,
    # The framework's own "not found" below the description of the interface.
    ("GET", "/schema/{path}"): Audience.ANYONE,
    ("POST", "/api/auth/login"): Audience.ANYONE,
    ("POST", "/api/auth/register"): Audience.ANYONE,
    ("POST", "/api/auth/code"): Audience.ANYONE,
    ("POST", "/api/auth/verify"): Audience.ANYONE,
    ("POST", "/api/auth/refresh"): Audience.ANYONE,
    ("GET", "/api/auth/me"): _SIGNED_IN,
    ("POST", "/api/auth/logout"): _SIGNED_IN,
    ("POST", "/api/auth/password"): EVERYBODY | PLATFORM,
    ("GET", "/api/auth/sessions"): _SIGNED_IN,
    ("DELETE", "/api/auth/sessions/{session_id}"): _SIGNED_IN,
}
