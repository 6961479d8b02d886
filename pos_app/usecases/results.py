"""What the use cases hand back: plain, frozen, free of the GUI.

Every amount is in integer minor units of the named currency, every instant in milliseconds since the
Unix epoch, UTC. Texts are in the language of the settings and ready to be shown.
"""

from dataclasses import dataclass
from uuid import UUID

from msgspec import Struct

from pos_app.usecases.source import By, Source
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Sale, SaleLine
from sync.rules.campaign import Campaign
from sync.rules.code import Code
from sync.rules.sale import Guest
from sync.rules.verdict import Outcome, Verdict


class CodeSeen(Struct, frozen=True, kw_only=True):
    """The text belongs to a code. ``campaign`` is None while the feed has not brought it yet."""

    code: Code
    campaign: Campaign | None


class GuestSeen(Struct, frozen=True, kw_only=True):
    """The text is a guest's card."""

    guest: Guest
    name: str
    phone_last4: str = ""


class StaffSeen(Struct, frozen=True, kw_only=True):
    """The text is a colleague's badge: nothing to redeem, but ``Counter.sign_in_badge`` takes it."""

    staff_id: int
    name: str


class Nothing(Struct, frozen=True, kw_only=True):
    """The text is nobody's. ``loaded`` is False while the replica may simply not have it yet."""

    loaded: bool


Subject = CodeSeen | GuestSeen | StaffSeen | Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Units that are durably leased to this till and meant for this use; not yet spent."""

    kind: LimitKind
    subject: int
    guest: int
    lease: UUID
    units: int
    by: By


class Decided(Struct, frozen=True, kw_only=True):
    """What a manager decided of an ask verdict: the event that says so, and who it was."""

    event: UUID
    by: int
    by_name: str
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """What a text is, and whether it may be used.

    ``headline`` is one or two words to be read at arm's length, ``message`` the sentence, ``advice`` what
    to do next (may be empty), ``gives`` what one use gives in words (``10 % off``, empty for none).
    ``history`` says when and where it was first used (empty when it was not). ``as_of_ms`` is the
    instant at which the balance or the replica was true, None when there was never any contact.
    ``decided`` is what a manager said where the verdict asks.
    """

    subject: Subject
    source: Source
    digest: bytes
    verdict: Verdict
    headline: str
    message: str
    advice: str = ""
    gives: str = ""
    history: str = ""
    by: By = By.CACHE
    claims: tuple[Claim, ...] = ()
    as_of_ms: int | None = None
    decided: Decided | None = None

    @property
    def accepted(self) -> bool:
        """Whether it may be used: without asking anybody, or because a manager has allowed it."""
        return self.verdict.accepted or self.allows(self.verdict)

    def allows(self, verdict: Verdict) -> bool:
        """Whether a manager has allowed what this verdict, of now, asks: the same question as then."""
        return (
            self.decided is not None
            and self.decided.allowed
            and verdict.outcome is Outcome.ASK
            and verdict.reason == self.verdict.reason
        )

    @property
    def outcome(self) -> Outcome:
        """Accept, ask or refuse."""
        return self.verdict.outcome

    @property
    def reason(self) -> str:
        """The stable identifier of the reason."""
        return self.verdict.reason

    @property
    def lease(self) -> UUID | None:
        """The lease that this use will spend from, if any."""
        return self.claims[0].lease if self.claims else None

    @property
    def guest(self) -> Guest | None:
        """The guest whose card it is."""
        return self.subject.guest if isinstance(self.subject, GuestSeen) else None

    @property
    def code(self) -> Code | None:
        """The code that it is."""
        return self.subject.code if isinstance(self.subject, CodeSeen) else None

    @property
    def vip(self) -> bool:
        """Whether it puts the order first in the queue."""
        subject = self.subject
        return (
            isinstance(subject, CodeSeen) and subject.campaign is not None and subject.campaign.vip_priority
        )


class Redeemed(Struct, frozen=True, kw_only=True):
    """What became of one code, said only after COMMIT.

    ``event``, ``seq`` and ``at_ms`` name the event in the journal: the redemption, the sale (a card with
    an amount) or, when it was not accepted, the attempt. ``event`` and ``seq`` are None when nothing had
    to be written (a check, or a card without an amount).
    """

    verdict: Verdict
    headline: str
    message: str
    advice: str
    by: By
    event: UUID | None
    seq: int | None
    at_ms: int
    gives: str = ""


class Given(Struct, frozen=True, kw_only=True):
    """One code of a basket: its own share of the discount, in the order in which codes were applied."""

    look_up: LookUp
    verdict: Verdict
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A basket with everything that was scanned, before it is confirmed. Nothing is written.

    ``given`` are the codes that apply, ``left_out`` those that this basket refuses or that do not go
    together with the others (each with its reason).
    """

    currency: str
    lines: tuple[SaleLine, ...]
    total_minor: int
    discount_minor: int
    tier_discount_minor: int
    paid_minor: int
    points_earned: int
    given: tuple[Given, ...] = ()
    left_out: tuple[Given, ...] = ()
    guest: Guest | None = None
    vip: bool = False
    priority: bool = False


class Sold(Struct, frozen=True, kw_only=True):
    """A sale that stands in the journal. ``redemptions`` are the events committed with it.

    Of ``paid_minor``, ``points_paid_minor`` was paid with ``points_spent`` points.
    """

    receipt: int
    event: UUID
    seq: int
    at_ms: int
    currency: str
    total_minor: int
    discount_minor: int
    tier_discount_minor: int
    paid_minor: int
    points_earned: int
    vip: bool
    redemptions: tuple[UUID, ...]
    lines: tuple[SaleLine, ...]
    points_spent: int = 0
    points_paid_minor: int = 0

    @property
    def money_minor(self) -> int:
        """What was paid in money: what lists and cards call paid, the points standing apart."""
        return self.paid_minor - self.points_paid_minor


class SignedIn(Struct, frozen=True, kw_only=True):
    """Who stands at the till now. ``method`` is ``pin`` or ``badge``."""

    staff_id: int
    name: str
    role: str
    method: str


class Undone(Struct, frozen=True, kw_only=True):
    """A void or refund that stands in the journal.

    ``amount_minor`` is what goes back, of which ``points_back_minor`` as ``points_back`` points and the rest in
    money; ``points_taken`` is what the guest had earned. Of another till's sale this till knows only what was typed, unless it was looked
    up before (``Counter.find_sale``).
    """

    receipt: int
    event: UUID
    seq: int
    at_ms: int
    original: UUID
    currency: str | None
    amount_minor: int
    points_back: int
    points_taken: int
    guest_id: int | None
    points_back_minor: int = 0


class FoundSale(Struct, frozen=True, kw_only=True):
    """A sale, or a use without one (``sale`` is None then), that was looked up to be given back.

    ``own``: this till recorded it; what another one did needs a second person. ``left`` is what of each line can
    still be given back, in minor units; ``done`` whether nothing is left to undo at all.
    """

    event: UUID
    own: bool
    till_name: str
    restaurant_name: str
    at_ms: int
    sale: Sale | None
    left: tuple[int, ...]
    done: bool

    @property
    def left_minor(self) -> int:
        """What of the whole sale can still be given back."""
        return sum(self.left)

    @property
    def untouched(self) -> bool:
        """Whether nothing of it was given back yet, so that it can be voided."""
        return not self.done and (self.sale is None or self.left_minor == self.sale.paid_minor)


class Credited(Struct, frozen=True, kw_only=True):
    """Points that were given (above zero) or taken by hand. They can be spent once the office has booked them."""

    event: UUID
    seq: int
    at_ms: int
    guest_id: int
    points: int
    approved_by: int | None
