"""What a caller without a till asks of the engine, and what it is answered.

The web shop, a phone, the office itself: none of them has a journal, so that a use is decided and counted in one
transaction of the database, from the same limits that tills lease their units of.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

import msgspec

from sync.rules.code import Kind
from sync.rules.explain import Explanation, explain
from sync.rules.reasons import Reason
from sync.rules.sale import Basket

ONLINE = "online"
"""What allowed such a use (``redemptions.by``): the office's own word."""
SOURCE = "LINK"
"""How the code came, where a caller does not say: not read by a camera."""
REQUEST_BYTES = 16
NO_BASKET = Basket(known=False)
EVERY_KIND = frozenset(Kind)

_NO_PARAMS: Mapping[str, str] = MappingProxyType({})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One use that somebody asks for.

    ``caller`` is who asks, as the audit log names them (``staff:5``, ``key:3``, ``guest:7``). ``operation`` makes it
    happen once (:func:`sync.central.services.idempotency.operation_id`, or a new id). ``code`` is the text as it was
    written, or the id of a code that the caller has found. Codes of other ``kinds`` are unknown to this caller.
    ``order_id`` is the caller's own number.
    """

    network: int
    caller: str
    operation: UUID
    code: str | int
    kinds: frozenset[Kind] = EVERY_KIND
    guest: int | None = None
    basket: Basket = NO_BASKET
    restaurant: int | None = None
    staff: int | None = None
    order_id: int | None = None
    source: str = SOURCE

    @property
    def request(self) -> bytes:
        """The digest by which a repeated request is known from another one under the same operation."""
        if self.guest is None and self.restaurant is None and self.basket is NO_BASKET:
            content = f"{self.code!r}\0{self.order_id}"
        else:
            content = f"{self.code!r}\0{self.order_id}\0{self.guest}\0{self.restaurant}\0{self.basket!r}"
        return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=REQUEST_BYTES).digest()


class CodeSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The code as the caller may see it; ``uses`` is the count after this use, as it was answered first."""

    id: int
    code: str
    name: str
    kind: Kind
    campaign_id: int
    max_uses: int | None
    uses: int


class Redeemed(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. ``reason`` is ``ok`` or why not; a repeated request gets it again, ``replayed``.

    ``discount_minor`` and ``points`` are what the use gives: the caller books the points
    (:mod:`sync.central.services.points`); nothing else has to be done for the use itself.
    """

    operation: UUID
    reason: str
    params: Mapping[str, str] = _NO_PARAMS
    code: CodeSeen | None = None
    discount_minor: int = 0
    points: int = 0
    replayed: bool = False

    @property
    def accepted(self) -> bool:
        """Whether it was used."""
        return self.reason == Reason.OK

    def said(self, language: str = "en") -> Explanation:
        """Return the words for a person who may know why (staff); others get ``public_reason`` first."""
        return explain(self.reason, self.params, language)
