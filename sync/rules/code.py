"""One scannable secret of a campaign, as a till or the office knows it when it judges it."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of code it is; the four kinds of the source documents."""

    VIP = "VIP"
    PROMO = "PROMO"
    REFERRAL = "REFERRAL"
    VOUCHER = "VOUCHER"


class CodeStatus(StrEnum):
    """The life of a code. ``EXPIRED`` is also what auto-deactivation sets (document 002)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    EXPIRED = "expired"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code without its text: the text never leaves the office except on the guest's paper.

    ``max_uses`` is None for an unlimited code. ``uses`` is what central had counted when this row was
    sent: a hint for the cashier's sentence, never the limit itself (the limit is held by leases).
    ``first_used_at_ms`` and ``first_used_where`` answer "when and where was it used?".
    ``holder_guest_id`` is the guest to whom a personal code belongs (a referral code's owner, a claimed
    voucher's holder); ``beneficiary_id`` the guest who profits from a referral code.
    """

    id: int
    campaign_id: int
    kind: Kind
    name: str = ""
    status: CodeStatus = CodeStatus.ACTIVE
    max_uses: int | None = None
    uses: int = 0
    expires_at_ms: int | None = None
    group_id: str | None = None
    holder_guest_id: int | None = None
    beneficiary_id: int | None = None
    home_restaurant_id: int | None = None
    first_used_at_ms: int | None = None
    first_used_where: str | None = None
    auto_deactivated_at_ms: int | None = None
