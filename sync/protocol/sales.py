"""Looking up what another till has recorded, and how much of it can still be given back."""

from uuid import UUID

import msgspec

from sync.protocol.payloads import Sale

MAX_FOUND = 20
"""Sales in one answer: receipt numbers are each till's own, so that several may bear the same."""


class SaleRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask by event (of the sale or use, or of a void or refund of it), or else by the number on the receipt.

    A number finds the sales of the asking till's own restaurant, an event those of the whole network. ``signer``
    (till and incarnation) asks whose key a receipt's code can be checked by.
    """

    event: UUID | None = None
    receipt: int | None = None
    signer: tuple[int, int] | None = None


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


class SignerSeen(msgspec.Struct, frozen=True, kw_only=True):
    """Who a till is, or was in that life, and the public key by which what it signed is checked."""

    public_key: bytes
    till_name: str
    restaurant_name: str


class SalesReply(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, newest first; nothing where the office has not heard of it (yet).

    ``signer`` is None for a till that the network does not have. ``event_hash`` is that of the event that was
    asked for, as the office holds it; None where it holds none.
    """

    sales: tuple[SaleSeen, ...] = ()
    server_ms: int = 0
    signer: SignerSeen | None = None
    event_hash: bytes | None = None
