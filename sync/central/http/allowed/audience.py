"""Who can be let in by a row of the table: anyone, a till, or people of certain roles."""

from enum import Enum

from sync.central.schema.words import Role


class Audience(Enum):
    """Callers that are no person."""

    ANYONE = "anyone"
    """No proof needed, or the request itself carries it (a one-time code, a password, a signed link)."""
    OPTIONAL = "optional"
    """Anyone; but who shows a token is known by it, and it must be a good one."""
    TILL = "till"
    """A till with its token."""
    GUEST = "guest"
    """A guest who has proved their phone. What belongs to another guest is not there for them."""


Allowed = Audience | frozenset[Role | Audience]
Rows = dict[tuple[str, str], Allowed]
"""By method and path, as the route declares it."""

EVERYBODY = frozenset(Role) - {Role.PLATFORM_OWNER}
"""Everybody who works for the network."""
ADMINS = frozenset({Role.OFFICE, Role.OWNER})
"""Who makes codes and campaigns, and sees figures and people."""
SELLERS = frozenset({Role.CASHIER, Role.SHIFT_MANAGER, Role.OFFICE, Role.OWNER})
"""Who uses codes for a guest who stands before them, by the office's interface instead of a till."""
MANAGERS = frozenset({Role.SHIFT_MANAGER, Role.OFFICE, Role.OWNER})
"""Who may look over a restaurant's shoulder and correct by hand."""
OWNERS = frozenset({Role.OWNER})
"""Who decides about people and money of the network itself."""
PLATFORM = frozenset({Role.PLATFORM_OWNER})
"""Who runs the installation: looks after all networks, and into none of their books."""
