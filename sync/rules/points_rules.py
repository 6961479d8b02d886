"""What a network has decided about its points: what they are worth, how long they live, who may give them by hand."""

from dataclasses import dataclass

from sync.rules.ledger.book import Shortfall
from sync.rules.local_time import DAY_MS
from sync.rules.money import FULL_BP, exponent_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLimit:
    """How many points a person of a role may credit or debit at once."""

    role: str
    points: int


DEFAULT_ROLE_LIMITS = (
    RoleLimit(role="cashier", points=0),
    RoleLimit(role="it", points=0),
    RoleLimit(role="shift_manager", points=1_000),
    RoleLimit(role="office", points=100_000),
    RoleLimit(role="owner", points=1_000_000),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRules:
    """The network's rules for points.

    ``point_value_minor`` is what one point pays (None: one whole unit of the currency, 0: points pay no
    bills), ``most_bp`` the largest part of a bill that they may pay. ``life_days`` is None for points that
    stay. ``shortfall`` says what happens when earned points are taken back that were spent already. Above
    ``second_person_above`` points a credit or debit by hand needs a second person.
    """

    point_value_minor: int | None = None
    most_bp: int = FULL_BP
    life_days: int | None = None
    shortfall: Shortfall = Shortfall.OWE
    role_limits: tuple[RoleLimit, ...] = DEFAULT_ROLE_LIMITS
    second_person_above: int = 100

    def value_minor(self, currency: str) -> int:
        """Return what one point pays, in minor units of the currency."""
        if self.point_value_minor is not None:
            return max(0, self.point_value_minor)
        unit: int = 10 ** exponent_of(currency)
        return unit

    def expires_at_ms(self, earned_at_ms: int) -> int | None:
        """Return when points that are earned now are gone; None for points that stay."""
        return None if self.life_days is None else earned_at_ms + self.life_days * DAY_MS

    def most_by_hand(self, role: str) -> int:
        """Return how many points a role may credit or debit at once; a role without a limit may none."""
        return next((limit.points for limit in self.role_limits if limit.role == role), 0)
