"""What a caller asks to be booked for a guest."""

from decimal import Decimal
from typing import Literal

import msgspec

from sync.central.services.login import Login


class NewTransaction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be booked.

    A SALE has an ``amount`` (before the tier's discount); a REDEMPTION a ``reward_id``, or ``points``; a MANUAL
    operation ``points`` (above zero to credit, below to debit) and a ``reason``, and above the network's limit the
    ``approval`` of a second person. ``order_id`` is the caller's own number: booked once.
    """

    type: Literal["SALE", "REDEMPTION", "MANUAL"]
    amount: Decimal | None = None
    points: int | None = None
    reward_id: int | None = None
    restaurant_id: int | None = None
    order_id: str | int | None = None
    reason: str = ""
    note: str = ""
    approval: Login | None = None
