"""How much of what anybody may ask in a minute. Tills are not limited: what they bring has happened already.

A person or program that is known gets room for all that an installation can do, and little room for codes that do not
exist; somebody unknown gets little of everything. ``COUNTERSIGN_RATES`` changes single limits: ``name=limit,…``.
"""

from collections.abc import Mapping

import msgspec

from sync.central.services.rates import Rate
from sync.rules.user_error import UserError

RATES_VARIABLE = "COUNTERSIGN_RATES"
MAX_LIMIT = 1_000_000_000
HOUR_S = 60 * 60


class Rates(msgspec.Struct, frozen=True):
    """The limits of an installation. Of ``wrong`` ones only failures count; of all others every request."""

    caller: Rate = Rate("caller", 3_000_000)
    """A member of staff or a program: as much as an installation can answer, so that one cannot count for hours."""
    guest: Rate = Rate("guest", 600)
    address: Rate = Rate("address", 6_000)
    """Somebody unknown, by network address: a restaurant's guests share one."""
    scans: Rate = Rate("scans", 60_000)
    """Scans and impressions by one address."""
    scans_of_code: Rate = Rate("scans_of_code", 600_000)
    """Scans and impressions of one voucher by people unknown."""
    messages: Rate = Rate("messages", 30)
    """Text messages asked for from one address: each costs money."""
    wrong_codes: Rate = Rate("wrong_codes", 120, singly=True)
    """Codes that do not exist, by one caller or unknown address. Each process keeps one unit for a caller who names
    codes: there must be more of them than processes."""
    wrong_codes_hour: Rate = Rate("wrong_codes_hour", 600, HOUR_S, singly=True)
    """The same in an hour: 33 million texts of five characters take six years to try."""
    wrong_logins: Rate = Rate("wrong_logins", 60)
    """Wrong passwords from one address."""
    wrong_logins_account: Rate = Rate("wrong_logins_account", 10)
    """Wrong passwords for one account, from wherever."""
    wrong_digits: Rate = Rate("wrong_digits", 30)
    """Wrong six digits from one address, beside the five that each code of a text message bears."""
    wrong_digits_hour: Rate = Rate("wrong_digits_hour", 100, HOUR_S)
    wrong_enrolments: Rate = Rate("wrong_enrolments", 20)
    """Wrong enrolment codes from one address."""
    wrong_tokens: Rate = Rate("wrong_tokens", 60)
    """Refresh tokens and tills' proofs that do not hold, from one address (and till)."""
    cases: Rate = Rate("cases", 1, HOUR_S)
    """Cases about one who guesses."""


def choose_rates(environment: Mapping[str, str]) -> Rates:
    """Return the limits with those changed that the environment names; raises :class:`UserError` ``rates_unfit``."""
    rates = Rates()
    known = set(Rates.__struct_fields__)
    for entry in filter(None, (part.strip() for part in environment.get(RATES_VARIABLE, "").split(","))):
        name, _, limit = (part.strip() for part in entry.partition("="))
        if name not in known or not limit.isascii() or not limit.isdigit() or not 0 < int(limit) <= MAX_LIMIT:
            raise UserError(
                "rates_unfit",
                f"{RATES_VARIABLE} has “{entry[:40]}”, which is no limit.",
                f"Write it as in wrong_codes=60. There are: {', '.join(sorted(known))}.",
            )
        rate: Rate = getattr(rates, name)
        rates = msgspec.structs.replace(rates, **{name: rate._replace(limit=int(limit))})
    return rates
