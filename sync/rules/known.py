"""What the caller of the rules knows besides code, guest and basket."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Counts as far as they are known where the verdict is made; hints for a clear and early answer.

    The limits themselves are held by leases: a till that knows too little asks for one and is told. The
    days of the ``…_today`` counts are calendar days in the campaign's zone. ``budget_left_minor`` is None
    where nothing is known. ``referral_enabled`` is the network's switch (document 001).
    """

    code_uses_by_guest: int = 0
    campaign_uses_by_guest: int = 0
    campaign_uses_today: int = 0
    guest_uses_today: int = 0
    budget_left_minor: int | None = None
    referral_enabled: bool = True


NOTHING_KNOWN = Known()
