"""What the demo consists of, as ``resources/demo`` tells it."""

from importlib.resources import files
from typing import TypeVar

import msgspec

from sync.central.schema.words import Role
from sync.protocol.feed import Product
from sync.rules.campaign import ActiveHours, Benefit, Policy
from sync.rules.code import Kind

T = TypeVar("T")


class DemoRestaurant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A restaurant and the names of its tills."""

    name: str
    zone: str
    tills: tuple[str, ...]


class DemoStaff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person; everybody gets a badge as well."""

    name: str
    role: Role
    pin: str


class DemoReward(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something for points; the fields bear the reward's own names."""

    name: str
    points: int
    item: str | None = None
    tiers: tuple[str, ...] = ()


class DemoNetwork(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Places, people and the catalogue."""

    restaurants: tuple[DemoRestaurant, ...]
    staff: tuple[DemoStaff, ...]
    products: tuple[Product, ...]
    rewards: tuple[DemoReward, ...]


class DemoRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a campaign that the demo uses; they bear the campaign's own names."""

    kind: Kind
    name: str
    policy: Policy = Policy.LEASED
    starts_on: str | None = None
    ends_on: str | None = None
    active_hours: tuple[ActiveHours, ...] = ()
    benefit: Benefit = Benefit()
    min_basket_minor: int = 0
    vip_priority: bool = False


class DemoCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``count`` codes, of which ``first`` are written out and the others drawn.

    ``at_home`` gives the codes to the restaurants in turn; ``held_by_guests`` gives each to a guest;
    ``days`` is how long they live.
    """

    count: int
    name: str
    prefix: str = ""
    max_uses: int | None = None
    first: tuple[str, ...] = ()
    first_unlimited: bool = False
    group_id: str | None = None
    days: int | None = None
    at_home: bool = False
    held_by_guests: bool = False


class DemoCampaign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A campaign and its codes."""

    campaign: DemoRules
    codes: DemoCodes


class DemoTier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many guests a tier has, and what each begins with."""

    tier: str
    count: int
    points: int
    purchases: int


class DemoGuests(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Guests by tier; their names are combined, their phone numbers are of a range kept for fiction."""

    tiers: tuple[DemoTier, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    phone_prefix: str


def demo_network() -> DemoNetwork:
    """Read ``network.json``."""
    return _read("network.json", DemoNetwork)


def demo_campaigns() -> tuple[DemoCampaign, ...]:
    """Read ``campaigns.json``."""
    return _read("campaigns.json", tuple[DemoCampaign, ...])


def demo_guests() -> DemoGuests:
    """Read ``guests.json``."""
    return _read("guests.json", DemoGuests)


def _read(name: str, shape: type[T]) -> T:
    return msgspec.json.decode((files("resources") / "demo" / name).read_bytes(), type=shape)
