"""What a program's key may be allowed: of each noun to read, to write, and of codes and guests to use."""

NOUNS = {
    "/api/vip": "vip",
    "/api/referral-codes": "referral",
    "/api/admin/promo-codes": "promo",
    "/api/v1/vouchers": "vouchers",
    "/api/guest": "guests",
    "/api/guests": "guests",
    "/api/restaurants": "restaurants",
    "/api/campaigns": "campaigns",
    "/api/codes": "codes",
    "/api/cases": "cases",
    "/api/alerts": "cases",
    "/api/loyalty": "loyalty",
    "/api/tiers": "loyalty",
    "/api/rewards": "loyalty",
    "/api/shifts": "shifts",
    "/api/overrides": "shifts",
    "/metrics": "metrics",
}
"""By the beginning of a route's path; what begins otherwise (people, keys, audit) is for people alone."""

USES = frozenset({"validate", "use", "scan", "claim", "redeem", "transaction"})
"""Last words of the paths of what a guest does with a code or their points: more than reading, less than editing."""

FOR_PEOPLE = frozenset({"/api/guests/{guest_id}/export", "/api/guests/{guest_id}/erase"})
"""Routes that no key opens: what they do, somebody has to stand for."""

SCOPES = frozenset(f"{noun}:{right}" for noun in NOUNS.values() for right in ("read", "use", "write"))


def scope_of(method: str, path: str) -> str | None:
    """Return the scope that opens a route to a key, None for a route that no key opens."""
    if path in FOR_PEOPLE:
        return None
    parts = path.split("/")
    noun = next(
        (NOUNS[start] for cut in range(len(parts), 1, -1) if (start := "/".join(parts[:cut])) in NOUNS), None
    )
    if noun is None:
        return None
    if method == "GET":
        return f"{noun}:read"
    return f"{noun}:{'use' if method == 'POST' and parts[-1] in USES else 'write'}"
