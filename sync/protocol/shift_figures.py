"""What a shift comes to, in figures that till and office reckon alike (:mod:`sync.protocol.shift_tally`).

Amounts are integer minor units of the till's currency. A figure that is zero is not written.
"""

import msgspec


class Figures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was done, by everybody or by one person.

    ``sales_minor`` is what the sales were due before, ``discount_minor`` what came off (the tier's part of it
    apart), ``paid_minor`` the rest, of which ``points_paid_minor`` was paid with ``points_spent`` points.
    ``redemptions`` are all uses of codes, ``uses`` those without a sale. ``attempts`` were not accepted.
    ``back_minor`` went back by ``voids`` and ``refunds``, of which ``points_back_minor`` as ``points_back``
    points; ``points_taken`` were taken back from guests. ``credited`` and ``debited`` are points by hand.
    ``overrides`` counts what a manager decided, ``allowed`` what they let through.
    """

    sales: int = 0
    vip_sales: int = 0
    sales_minor: int = 0
    discount_minor: int = 0
    tier_discount_minor: int = 0
    paid_minor: int = 0
    points_paid_minor: int = 0
    points_spent: int = 0
    points_earned: int = 0
    redemptions: int = 0
    uses: int = 0
    attempts: int = 0
    voids: int = 0
    refunds: int = 0
    back_minor: int = 0
    points_back_minor: int = 0
    points_back: int = 0
    points_taken: int = 0
    credits: int = 0
    credited: int = 0
    debits: int = 0
    debited: int = 0
    overrides: int = 0
    allowed: int = 0

    @property
    def money_in_minor(self) -> int:
        """What guests paid in money."""
        return self.paid_minor - self.points_paid_minor

    @property
    def money_back_minor(self) -> int:
        """What went back in money."""
        return self.back_minor - self.points_back_minor

    @property
    def money_minor(self) -> int:
        """What the drawer and the card terminal must have gained together."""
        return self.money_in_minor - self.money_back_minor


class StaffFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One person's figures; ``staff`` 0 is the till itself."""

    staff: int
    figures: Figures


class ShiftFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything since the shift before was closed: ``events`` of the till's journal, and what they come to.

    ``by_staff`` is sorted by person, ``refused`` counts what was not accepted by its reason, ``first_receipt``
    and ``last_receipt`` are 0 where no receipt number was used.
    """

    events: int = 0
    whole: Figures = Figures()
    by_staff: tuple[StaffFigures, ...] = ()
    refused: dict[str, int] = {}
    first_receipt: int = 0
    last_receipt: int = 0
