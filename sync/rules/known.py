"""What the caller of the rules knows besides code, guest and basket, and how far that holds a limit.

- Limits of uses (a code's, a guest's of a campaign, a budget) are held by leases, whatever is known here.
- A limit by day counts calendar days in the campaign's zone. A till counts its own uses exactly, voids taken
  off; of all tills together it knows what the office has told: that the day's limit is reached. Uses that
  other tills made and the office has not passed on yet are unknown to it, so that several tills together
  may go beyond the limit. Central counts every use when it arrives and opens a case (``rule_difference``)
  for each one beyond the limit. Who needs a limit that cannot be exceeded takes a code with so many uses.
- A limit by day and guest is counted the same way, by each till for itself and by central for all; tills are
  not told of one another's guests.
- A referral code counts once per person: a till refuses a guest who used it here, central opens a case for
  one who used it twice at different tills. The owner and the beneficiary of a code are refused everywhere.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Counts as far as they are known where the verdict is made; hints for a clear and early answer.

    The days of the ``…_today`` counts are calendar days in the campaign's zone. ``budget_left_minor`` is
    None where nothing is known. ``referral_enabled`` is the network's switch (document 001).
    """

    code_uses_by_guest: int = 0
    campaign_uses_by_guest: int = 0
    campaign_uses_today: int = 0
    guest_uses_today: int = 0
    budget_left_minor: int | None = None
    referral_enabled: bool = True


NOTHING_KNOWN = Known()
