"""Looking up what another till has recorded, and how much of it can still be given back."""

from uuid import UUID

import msgspec

from sync.protocol.payloads import Sale

MAX_FOUND = 20
"""Sales in one answer: receipt numbers are each till's own, so that several may bear the same."""


class SaleRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask by event (of the sale or use, or of a void or refund of it), or else by the number on the receipt.

    A number finds the sales of the asking till's own restaurant, an event those of the whole network.
    """

    event: UUID | None = None
    receipt: int | None = None


class SaleSeen(msgspec.Struct, frozen=True, kw_only=True):
    """One sale, or use without a sale (``sale`` is None then), as the office knows it.

    ``left`` is what of each line can still be given back, in minor units; ``points_taken`` what its guest lost
    again of the points earned with it; ``done`` whether nothing is left to undo.
    """

    event: UUID
    till: int
    till_name: str
    restaurant_name: str
    at_ms: int
    sale: Sale | None = None
    left: tuple[int, ...] = ()
    points_taken: int = 0
    done: bool = False


class SalesReply(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, newest first; nothing where the office has not heard of it (yet)."""

    sales: tuple[SaleSeen, ...] = ()
    server_ms: int = 0
