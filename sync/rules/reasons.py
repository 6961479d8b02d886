"""Every reason that a verdict can have: a stable identifier, and what to say about it.

The identifiers are part of events and of the interface for programs: they are added, never renamed. The
words stand in :mod:`sync.rules.wording`, one file a language.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Stable identifiers of everything the rules can answer."""

    OK = "ok"
    CARD_OK = "card_ok"

    # The text that was scanned.
    UNKNOWN_CODE = "unknown_code"
    NOT_LOADED = "not_loaded"
    UNREADABLE_CODE = "unreadable_code"
    OTHER_NETWORK = "other_network"
    FORGED_CODE = "forged_code"
    NOT_VALID = "not_valid"

    # The code and its campaign.
    INACTIVE = "inactive"
    ARCHIVED = "archived"
    EXPIRED = "expired"
    USED_UP = "used_up"
    USED_UP_TODAY = "used_up_today"
    CAMPAIGN_PAUSED = "campaign_paused"
    CAMPAIGN_BROKEN = "campaign_broken"
    BUDGET_SPENT = "budget_spent"
    REFERRAL_DISABLED = "referral_disabled"
    UPDATE_NEEDED = "update_needed"

    # When.
    NOT_STARTED = "not_started"
    ENDED = "ended"
    OUTSIDE_HOURS = "outside_hours"
    CLOCK_IN_DOUBT = "clock_in_doubt"

    # Where.
    WRONG_RESTAURANT = "wrong_restaurant"
    WRONG_TILL = "wrong_till"
    TILL_REVOKED = "till_revoked"
    NEEDS_OFFICE = "needs_office"
    ONLINE_ONLY_OFFLINE = "online_only_offline"
    HELD_ELSEWHERE = "held_elsewhere"
    ALLOWANCE_SPENT = "allowance_spent"

    # For whom.
    NEEDS_GUEST = "needs_guest"
    GUEST_BLOCKED = "guest_blocked"
    WRONG_TIER = "wrong_tier"
    OWN_CODE = "own_code"
    OTHER_GUESTS_CODE = "other_guests_code"
    ALREADY_USED_BY_GUEST = "already_used_by_guest"
    ALREADY_CLAIMED = "already_claimed"
    GUEST_LIMIT_TODAY = "guest_limit_today"
    NOT_FIRST_PURCHASE = "not_first_purchase"
    NOT_ENOUGH_POINTS = "not_enough_points"
    REFERRAL_REQUIRED = "referral_required"

    # For what.
    MIN_BASKET = "min_basket"
    WRONG_ITEMS = "wrong_items"
    WRONG_CURRENCY = "wrong_currency"
    NOT_COMBINABLE = "not_combinable"
    ALREADY_IN_BASKET = "already_in_basket"

    # Cards.
    CARD_INACTIVE = "card_inactive"
    CARD_STALE = "card_stale"
    DIGITS_STALE = "digits_stale"
    TOO_MANY_ATTEMPTS = "too_many_attempts"

    # What a person typed as an amount.
    AMOUNT_MISSING = "amount_missing"
    AMOUNT_UNREADABLE = "amount_unreadable"
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    AMOUNT_TOO_FINE = "amount_too_fine"
    AMOUNT_NEGATIVE = "amount_negative"
    AMOUNT_TOO_LARGE = "amount_too_large"


# A caller without a name (the web shop's guest, a stranger with a list of guesses) learns only what anyone
# who holds a good code may learn. Everything that would tell a real code from a guess is "not valid":
# unknown, used up, expired and blocked look the same.
_SAID_TO_ANYONE = frozenset(
    {
        Reason.OK,
        Reason.CARD_OK,
        Reason.UNREADABLE_CODE,
        Reason.NOT_STARTED,
        Reason.OUTSIDE_HOURS,
        Reason.WRONG_RESTAURANT,
        Reason.NEEDS_GUEST,
        Reason.WRONG_TIER,
        Reason.NOT_FIRST_PURCHASE,
        Reason.MIN_BASKET,
        Reason.WRONG_ITEMS,
        Reason.WRONG_CURRENCY,
        Reason.NOT_COMBINABLE,
        Reason.ALREADY_IN_BASKET,
        Reason.REFERRAL_DISABLED,
        Reason.REFERRAL_REQUIRED,
        Reason.NOT_ENOUGH_POINTS,
        Reason.TOO_MANY_ATTEMPTS,
        Reason.AMOUNT_MISSING,
        Reason.AMOUNT_UNREADABLE,
        Reason.AMOUNT_AMBIGUOUS,
        Reason.AMOUNT_TOO_FINE,
        Reason.AMOUNT_NEGATIVE,
        Reason.AMOUNT_TOO_LARGE,
    }
)


def public_reason(reason: str) -> Reason:
    """Return what a guest-facing, anonymous caller may be told in place of this reason.

    ``not_valid`` for everything that would help someone who guesses codes; an anonymous caller cannot
    tell "unknown" from "used up". A reason this program does not know is ``not_valid`` too.
    """
    known = known_reason(reason)
    return known if known in _SAID_TO_ANYONE else Reason.NOT_VALID


def known_reason(reason: str) -> Reason | None:
    """Return the identifier as a member, or None when a newer program made it."""
    try:
        return Reason(reason)
    except ValueError:
        return None
