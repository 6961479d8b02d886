"""What becomes of a code: uses counted and taken back, auto-deactivation, the badge it shows.

The document on promo codes (002) sets a code to ``expired`` with a stamp when its last use is counted,
unless the campaign switched that off; the one on VIP codes (000) and the one on referral codes (001) judge
the same four conditions with and without the archive.
"""

import dataclasses
from enum import StrEnum

from sync.rules.campaign import Campaign
from sync.rules.code import Code, CodeStatus, Kind
from sync.rules.local_time import DAY_MS

REFERRAL_LIFE_MS = 7 * DAY_MS
REFERRAL_MAX_USES = 100


class Badge(StrEnum):
    """What a list of codes shows beside each (green, grey, red, yellow, grey)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    EXPIRED = "expired"
    LIMIT_REACHED = "limit_reached"
    ARCHIVED = "archived"


def is_expired(code: Code, now_ms: int) -> bool:
    """Whether its instant of expiry has come; at that instant it is expired."""
    return code.expires_at_ms is not None and now_ms >= code.expires_at_ms


def limit_reached(code: Code) -> bool:
    """Whether it has been used as often as it may be."""
    return code.max_uses is not None and code.uses >= code.max_uses


def valid_for_use(code: Code, now_ms: int) -> bool:
    """Judge the code alone, as documents 000 and 001 do: active, not archived, not used up, not expired."""
    return badge(code, now_ms) is Badge.ACTIVE


def badge(code: Code, now_ms: int) -> Badge:
    """Say how a code stands; what a person decided outweighs what time and use brought."""
    if code.status is CodeStatus.ARCHIVED:
        return Badge.ARCHIVED
    if code.status is CodeStatus.INACTIVE:
        return Badge.INACTIVE
    if code.auto_deactivated_at_ms is not None or limit_reached(code):
        return Badge.LIMIT_REACHED
    if code.status is CodeStatus.EXPIRED or is_expired(code, now_ms):
        return Badge.EXPIRED
    return Badge.ACTIVE


def uses_left(code: Code) -> int | None:
    """How often it may still be used; None for an unlimited code."""
    return None if code.max_uses is None else max(0, code.max_uses - code.uses)


def count_use(code: Code, campaign: Campaign, at_ms: int, where: str | None = None) -> Code:
    """Count one use: the first one is remembered, the last one may deactivate the code.

    A use beyond the limit is counted too: what has happened has happened.
    """
    used = dataclasses.replace(code, uses=code.uses + 1)
    if code.first_used_at_ms is None:
        used = dataclasses.replace(used, first_used_at_ms=at_ms, first_used_where=where)
    if not campaign.auto_deactivate_on_max_uses or not limit_reached(used):
        return used
    if used.status is not CodeStatus.ACTIVE:
        return used
    return dataclasses.replace(used, status=CodeStatus.EXPIRED, auto_deactivated_at_ms=at_ms)


def take_back_use(code: Code) -> Code:
    """Take one use back (a void): a code that its limit had deactivated becomes active again.

    The memory of the first use goes only with the only use. Taking back what was never counted changes
    nothing.
    """
    if code.uses <= 0:
        return code
    back = dataclasses.replace(code, uses=code.uses - 1)
    if back.uses == 0:
        back = dataclasses.replace(back, first_used_at_ms=None, first_used_where=None)
    if back.auto_deactivated_at_ms is not None and not limit_reached(back):
        back = dataclasses.replace(back, status=CodeStatus.ACTIVE, auto_deactivated_at_ms=None)
    return back


def with_defaults(code: Code, created_at_ms: int) -> Code:
    """Fill what the makers of a code left open: a referral code lives 7 days and counts 100 uses."""
    if code.kind is not Kind.REFERRAL:
        return code
    return dataclasses.replace(
        code,
        max_uses=REFERRAL_MAX_USES if code.max_uses is None else code.max_uses,
        expires_at_ms=created_at_ms + REFERRAL_LIFE_MS if code.expires_at_ms is None else code.expires_at_ms,
    )
