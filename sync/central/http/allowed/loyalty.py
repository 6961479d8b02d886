"""Rows of guests and of the loyalty programme."""

from sync.central.http.allowed.audience import ADMINS, EVERYBODY, MANAGERS, OWNERS, SELLERS, Audience, Rows

_GUEST = "/api/guest/{guest_id}"
_OR_THE_GUEST = SELLERS | {Audience.GUEST}
_WHO_READS = EVERYBODY | {Audience.GUEST}

ROWS: Rows = {
    ("GET", "/api/guests"): MANAGERS,
    ("POST", "/api/guests"): SELLERS,
    ("GET", "/api/guests/{guest_id}/export"): ADMINS | {Audience.GUEST},
    ("POST", "/api/guests/{guest_id}/erase"): ADMINS,
    ("GET", _GUEST): _OR_THE_GUEST,
    ("PATCH", _GUEST): ADMINS,
    ("GET", f"{_GUEST}/balance"): _OR_THE_GUEST,
    ("GET", f"{_GUEST}/history"): _OR_THE_GUEST,
    ("POST", f"{_GUEST}/transaction"): SELLERS,
    ("GET", f"{_GUEST}/credits"): MANAGERS,
    ("PUT", f"{_GUEST}/tier"): ADMINS,
    ("GET", f"{_GUEST}/tier-changes"): _OR_THE_GUEST,
    ("GET", f"{_GUEST}/children"): _OR_THE_GUEST,
    ("PUT", f"{_GUEST}/children"): _OR_THE_GUEST,
    ("GET", f"{_GUEST}/cards"): _OR_THE_GUEST,
    ("POST", f"{_GUEST}/cards"): _OR_THE_GUEST,
    ("POST", f"{_GUEST}/cards/digits"): _OR_THE_GUEST,
    ("DELETE", f"{_GUEST}/cards/{{card_id}}"): MANAGERS | {Audience.GUEST},
    ("GET", "/api/restaurants/{restaurant_id}/guests"): MANAGERS,
    ("GET", "/api/restaurants/{restaurant_id}/analytics"): MANAGERS,
    ("GET", "/api/loyalty"): _WHO_READS,
    ("PATCH", "/api/loyalty"): OWNERS,
    ("GET", "/api/loyalty/credits"): MANAGERS,
    ("GET", "/api/loyalty/card-design"): _WHO_READS,
    ("PUT", "/api/loyalty/card-design"): ADMINS,
    ("GET", "/api/loyalty/card-design/preview.svg"): _WHO_READS,
    ("GET", "/api/tiers"): _WHO_READS,
    ("GET", "/api/rewards"): _WHO_READS,
    ("POST", "/api/rewards"): ADMINS,
    ("GET", "/api/rewards/{reward_id}"): _WHO_READS,
    ("PATCH", "/api/rewards/{reward_id}"): ADMINS,
    ("DELETE", "/api/rewards/{reward_id}"): ADMINS,
}
