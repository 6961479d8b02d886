"""What can happen at a till: one struct per kind of event.

Fields are only ever added, with a default, and ``kind_version`` counts them; a payload is never
rewritten. Amounts are integer minor units. Texts that a guest owns (codes, phone numbers) never stand
here, only identifiers and keyed digests.
"""

from uuid import UUID

import msgspec

from sync.protocol.event import Envelope
from sync.protocol.shift_figures import ShiftFigures
from sync.protocol.wire import WireError, read_canonical


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all payloads; ``KIND`` and ``KIND_VERSION`` name it in the envelope."""

    KIND = ""
    KIND_VERSION = 1


class TillEnrolled(Payload, frozen=True, kw_only=True):
    """The anchor of a chain: the first event of every incarnation."""

    KIND = "till.enrolled"
    app_version: str
    public_key: str


class SessionOpened(Payload, frozen=True, kw_only=True):
    """A cashier signed in (by ``pin`` or ``badge``)."""

    KIND = "session.opened"
    method: str


class SessionClosed(Payload, frozen=True, kw_only=True):
    """A cashier signed out, was locked out, or another took over."""

    KIND = "session.closed"
    why: str


class Redemption(Payload, frozen=True, kw_only=True):
    """One use of one code. ``by`` tells what allowed it: lease, online or cache.

    ``source`` is how the code came in (CAMERA, GALLERY, LINK, SHARE, WEDGE, SERIAL, TYPED). ``sale`` is
    the event id of the sale that it belongs to, None when only the code was taken. An ``outcome`` that asked
    stands because a manager decided so: in the event ``override``.
    """

    KIND = "redemption"
    KIND_VERSION = 2
    code_id: int
    campaign_id: int
    code_kind: str
    rules_version: int
    outcome: str
    reason: str
    by: str
    source: str
    basket_minor: int | None = None
    currency: str | None = None
    discount_minor: int = 0
    points: int = 0
    guest_id: int | None = None
    sale: UUID | None = None
    override: UUID | None = None


class Attempt(Payload, frozen=True, kw_only=True):
    """A code or card that was not accepted. ``digest`` is its keyed digest in hex, never its text."""

    KIND = "attempt"
    outcome: str
    reason: str
    source: str
    digest: str
    by: str = "cache"
    code_id: int | None = None
    campaign_id: int | None = None
    guest_id: int | None = None


class SaleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a sale; ``discount_minor`` is its exact share of all discounts.

    ``reward`` is set for a reward of the catalogue, taken for ``points`` of the guest and for no money.
    """

    amount_minor: int
    discount_minor: int = 0
    item: str | None = None
    category: str | None = None
    quantity: int = 1
    tax_group: str = "standard"
    reward: int | None = None
    points: int = 0


class Sale(Payload, frozen=True, kw_only=True):
    """A confirmed sale.

    ``total_minor`` is what was due before, ``discount_minor`` what came off, ``paid_minor`` the rest;
    the tier's discount is part of ``discount_minor`` and stated apart. ``redemptions`` are the event ids
    committed in the same transaction. ``receipt`` is the till's own running number. Of ``paid_minor``,
    ``points_paid_minor`` was paid with ``points_spent`` of the guest's points, the rest in money; the points
    of rewards are among them.
    """

    KIND = "sale"
    KIND_VERSION = 3
    receipt: int
    currency: str
    lines: tuple[SaleLine, ...]
    total_minor: int
    discount_minor: int
    paid_minor: int
    tier_discount_minor: int = 0
    points_earned: int = 0
    guest_id: int | None = None
    tier: str | None = None
    vip: bool = False
    redemptions: tuple[UUID, ...] = ()
    points_spent: int = 0
    points_paid_minor: int = 0

    @property
    def money_minor(self) -> int:
        """What was paid in money: what lists and cards call paid, the points standing apart."""
        return self.paid_minor - self.points_paid_minor

    @property
    def reward_points(self) -> int:
        """Those of ``points_spent`` that went for rewards."""
        return sum(line.points for line in self.lines)


class Void(Payload, frozen=True, kw_only=True):
    """A whole sale, or a use without a sale, is as if it had not been.

    ``original`` is the event that it undoes, of this till or of another. ``amount_minor`` is what the sale
    had to pay (0 for a use), ``points_back`` the part of it that goes back as points (worth
    ``points_back_minor``, the rest goes back in money), ``points_taken`` what the guest had earned. ``reason`` is an identifier of the till's, ``note`` what the cashier wrote,
    ``approved_by`` the second person. ``receipt`` is the till's own running number.
    """

    KIND = "void"
    KIND_VERSION = 2
    receipt: int
    original: UUID
    reason: str
    currency: str | None = None
    amount_minor: int = 0
    points_back: int = 0
    points_taken: int = 0
    guest_id: int | None = None
    note: str = ""
    approved_by: int | None = None
    points_back_minor: int = 0


class RefundedLine(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one line of the original sale comes back; ``line`` counts from 0."""

    line: int
    amount_minor: int


class Refund(Payload, frozen=True, kw_only=True):
    """Part of a sale, or what is left of it, is given back; there may be several.

    ``lines`` name the original's lines; without any the amount is taken from them in their order. ``in_order``
    says that nobody chose these lines: the till has taken an amount from them in their order, and central may
    take it from others. The other fields are those of a void.
    """

    KIND = "refund"
    KIND_VERSION = 3
    receipt: int
    original: UUID
    reason: str
    currency: str
    amount_minor: int
    lines: tuple[RefundedLine, ...] = ()
    points_back: int = 0
    points_taken: int = 0
    guest_id: int | None = None
    note: str = ""
    approved_by: int | None = None
    points_back_minor: int = 0
    in_order: bool = False


class PointsAdjusted(Payload, frozen=True, kw_only=True):
    """A guest's points were credited (above zero) or debited (below) by hand.

    ``reason`` is an identifier, ``note`` what was written, ``approved_by`` the second person (None where the
    network asks for none).
    """

    KIND = "points.adjusted"
    guest_id: int
    points: int
    reason: str
    note: str = ""
    approved_by: int | None = None


class Override(Payload, frozen=True, kw_only=True):
    """A manager decided what the rules left to a person (an ``ask`` verdict), with PIN and reason.

    ``asked`` is the verdict's reason, ``allowed`` the decision, ``reason`` an identifier of why, ``note`` what
    was written, ``approved_by`` the manager; the envelope names who stood at the till. ``digest`` is that of
    the scanned text, as in an attempt. What was allowed names this event when it is used.
    """

    KIND = "override"
    asked: str
    allowed: bool
    reason: str
    approved_by: int
    digest: str
    source: str
    code_id: int | None = None
    campaign_id: int | None = None
    code_kind: str = ""
    guest_id: int | None = None
    note: str = ""


class ShiftOpened(Payload, frozen=True, kw_only=True):
    """A shift began with so much money in the drawer. ``number`` counts this till's shifts."""

    KIND = "shift.opened"
    number: int
    currency: str
    float_minor: int = 0


class ShiftClosed(Payload, frozen=True, kw_only=True):
    """A shift ended: its Z report. ``shift`` is the event that opened it, at ``opened_ms``.

    ``figures`` count every event of this till behind the report before. ``expected_minor`` is the float and all
    money in and out; ``counted_minor`` was counted in the drawer, ``other_minor`` was paid by card and the like.
    ``approved_by`` is the manager who closed it, where that is not who stood at the till.
    """

    KIND = "shift.closed"
    shift: UUID
    number: int
    currency: str
    float_minor: int
    expected_minor: int
    counted_minor: int
    figures: ShiftFigures
    opened_ms: int
    opened_by: int | None = None
    other_minor: int = 0
    note: str = ""
    approved_by: int | None = None

    @property
    def difference_minor(self) -> int:
        """What is there beyond what should be (below zero: missing)."""
        return self.counted_minor + self.other_minor - self.expected_minor


class GuestRegistered(Payload, frozen=True, kw_only=True):
    """A guest registered at this till.

    ``guest_id`` follows from the event's id (:func:`sync.protocol.guest_data.guest_id_of`). ``sealed`` is what
    the guest said, under a key that is not part of the event; ``phone_digest`` is the number's keyed digest in
    hex. ``consent`` names what the guest agreed to, ``consent_text`` the text that was shown. ``referral_code``
    is the code that came with them, whose use is an event of its own; ``card`` the number of a card that was
    handed over, ``card_digest`` its text's keyed digest in hex. Before ``not_before_ms`` it certainly was not, also
    where the event's trusted instant stands on a wall clock that nobody has confirmed.
    """

    KIND = "guest.registered"
    KIND_VERSION = 2
    guest_id: int
    sealed: bytes
    phone_digest: str | None = None
    consent: tuple[str, ...] = ()
    consent_text: str = ""
    referral_code: int | None = None
    card: int | None = None
    card_digest: str | None = None
    not_before_ms: int | None = None


class LeaseClosed(Payload, frozen=True, kw_only=True):
    """The till will spend nothing more of this lease; ``spent`` is all that it ever spent of it.

    What it put back into the lease (:class:`sync.protocol.event.Restore`) does not count as spent.
    """

    KIND = "lease.closed"
    lease: UUID
    spent: int
    why: str


class ChainBreak(Payload, frozen=True, kw_only=True):
    """The first event after damage: what was found, and the last event known to be whole."""

    KIND = "chain.break"
    found: str
    last_good_incarnation: int
    last_good_seq: int


_PAYLOADS: dict[str, type[Payload]] = {
    payload.KIND: payload
    for payload in (
        TillEnrolled,
        SessionOpened,
        SessionClosed,
        Redemption,
        Attempt,
        Sale,
        Void,
        Refund,
        PointsAdjusted,
        GuestRegistered,
        Override,
        ShiftOpened,
        ShiftClosed,
        LeaseClosed,
        ChainBreak,
    )
}


def read_payload(kind: str, kind_version: int, body: bytes) -> Payload | None:
    """Decode a payload, or None for a kind or version this program does not know.

    Raises ``WireError`` for a payload of a known kind that does not have its shape.
    """
    payload = _PAYLOADS.get(kind)
    if payload is None or kind_version > payload.KIND_VERSION:
        return None
    if kind_version < 1:
        msg = f"{kind}: version {kind_version} cannot be"
        raise WireError(msg)
    return read_canonical(body, payload)


def payload_of(envelope: Envelope) -> Payload | None:
    """Decode what an envelope is around; see :func:`read_payload`."""
    return read_payload(envelope.kind, envelope.kind_version, bytes(envelope.payload))
