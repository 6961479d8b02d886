"""The counter: everything that a person, or a kiosk, can do at one till."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from pos_app.usecases import sign_in as session
from pos_app.usecases.at_till import AtTill
from pos_app.usecases.case_inbox import Inbox, inbox
from pos_app.usecases.claims import give_back
from pos_app.usecases.deciding import decide
from pos_app.usecases.desk import Desk
from pos_app.usecases.find_sale import find_sale
from pos_app.usecases.giving_back import Why
from pos_app.usecases.guest_counter import GuestCounter
from pos_app.usecases.look_up import look_up, look_up_carried, note_attempt, unreadable
from pos_app.usecases.manual_credit import manual_credit
from pos_app.usecases.open_sale import OpenSales
from pos_app.usecases.paying_points import points_offer
from pos_app.usecases.price import price
from pos_app.usecases.quote import Quote, quote
from pos_app.usecases.receipt_counter import ReceiptCounter
from pos_app.usecases.redeem import redeem, refuse
from pos_app.usecases.refund import refund, refundable
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.registration import Registration, may_register
from pos_app.usecases.results import (
    Credited,
    FoundSale,
    LookUp,
    Priced,
    Redeemed,
    SignedIn,
    Sold,
    StaffSeen,
    Undone,
)
from pos_app.usecases.sell import sell
from pos_app.usecases.settings_lock import unlock_settings
from pos_app.usecases.shift_counter import ShiftCounter
from pos_app.usecases.shift_reading import ShiftReader
from pos_app.usecases.source import Source
from pos_app.usecases.void import undo_last, void
from sync.protocol.feed import StaffRow
from sync.protocol.payloads import Sale, Void
from sync.rules.rewards import PartPayment, Reward
from sync.rules.sale import Guest, Line
from sync.till.cache.found import FoundStaff
from sync.till.journal.entries import Recent


class Counter(AtTill):
    """Blocking; call it on a worker thread, never on the GUI's and never on that of the till's files.

    Every method may raise ``UserError`` for what a person can understand and mend; the till's state is
    then as if it had not been called, except that failed attempts are journaled.
    """

    def __init__(self, desk: Desk) -> None:
        """Stand behind an open, enrolled till. Nobody is signed in."""
        super().__init__(desk)
        self._signed_in: SignedIn | None = None
        self._shift_reader = ShiftReader()

    @property
    def signed_in(self) -> SignedIn | None:
        """Who stands at the till; None for nobody (a kiosk)."""
        return self._signed_in

    def staff(self) -> list[StaffRow]:
        """Return who may sign in, by name."""
        return session.staff_list(self._desk)

    def sign_in(self, pin: str, *, staff_id: int | None = None) -> SignedIn:
        """Sign in by PIN; ``UserError`` ``wrong_pin``, ``locked_out`` or ``no_staff``."""
        return self._take_over(session.sign_in(self._desk, pin, staff_id=staff_id))

    def sign_in_badge(self, text: str) -> SignedIn:
        """Sign in by a badge; ``UserError`` ``wrong_badge`` or ``locked_out``."""
        return self._take_over(session.sign_in_badge(self._desk, text))

    def is_badge(self, text: str) -> bool:
        """Whether a text is a colleague's badge. Costs no try and writes nothing.

        A camera sees guests' codes too while nobody is signed in, and they are no attempts to sign in.
        """
        return isinstance(self._desk.files.call(lambda: self._desk.till.cache.find(text)), FoundStaff)

    def unlock_settings(self, pin: str) -> StaffRow:
        """Say who opens the machine's settings; see :func:`pos_app.usecases.settings_lock.unlock_settings`."""
        return unlock_settings(self._desk, pin)

    def sign_out(self, why: str = "signed_out") -> None:
        """End the session; nothing happens when there is none."""
        if self._signed_in is not None:
            session.sign_out(self._desk, self._signed_in, why)
            self._signed_in = None

    def look_up(
        self, text: str, source: Source, *, lines: Sequence[Line] = (), guest: Guest | None = None
    ) -> LookUp:
        """Judge a text; a limited code gets its unit here, and a refusal is journaled as an attempt.

        Whatever comes of it, hand the result to :meth:`sell` or to :meth:`release`.
        """
        look = look_up(self._desk, text, source, lines=lines, guest=guest)
        if not look.accepted and not isinstance(look.subject, StaffSeen):
            note_attempt(self._desk, look, self._staff_id)
        return look

    def decide(self, look: LookUp, *, allow: bool, reason: str, note: str = "", pin: str) -> LookUp:
        """Let a manager decide an ask verdict; see :func:`pos_app.usecases.deciding.decide`."""
        return decide(self._desk, look, allow=allow, reason=reason, note=note, pin=pin, staff=self._staff_id)

    def cases(self) -> Inbox:
        """Return what needs a person's attention at this till."""
        return inbox(self._desk)

    @property
    def shift(self) -> ShiftCounter:
        """The room for shifts, reports and lists of what was done here."""
        return ShiftCounter(self._desk, self._shift_reader, self._staff_id)

    def look_up_carried(self, code_id: int, *, lines: Sequence[Line] = (), guest: Guest) -> LookUp | None:
        """Judge a voucher of a guest's wallet, and take its unit, as :meth:`look_up` does with a text."""
        look = look_up_carried(self._desk, code_id, lines=lines, guest=guest)
        if look is not None and not look.accepted:
            note_attempt(self._desk, look, self._staff_id)
        return look

    def price(self, lines: Sequence[Line], look_ups: Sequence[LookUp]) -> Priced:
        """Say what the bill comes to and what each code gives; writes nothing."""
        return price(self._desk, lines, look_ups)

    def quote(
        self,
        lines: Sequence[Line],
        look_ups: Sequence[LookUp],
        *,
        points: int = 0,
        rewards: Sequence[Reward] = (),
    ) -> Quote:
        """Price a bill, and say what else could be done with it; writes nothing."""
        return quote(self._desk, lines, look_ups, points=points, rewards=rewards)

    def points_offer(self, priced: Priced) -> PartPayment:
        """Say how many of the guest's points could pay how much of a bill."""
        return points_offer(self._desk, priced)

    def sell(
        self,
        lines: Sequence[Line],
        look_ups: Sequence[LookUp],
        *,
        points: int = 0,
        rewards: Sequence[int] = (),
    ) -> Sold:
        """Record the sale with all its codes in one transaction; see :func:`pos_app.usecases.sell.sell`."""
        return sell(self._desk, lines, look_ups, self._staff_id, points=points, rewards=rewards)

    def find_sale(self, text: str) -> tuple[FoundSale, ...]:
        """Find what is to be given back by its receipt; see :func:`pos_app.usecases.find_sale.find_sale`."""
        return find_sale(self._desk, text)

    def void(
        self,
        original: UUID,
        reason: str,
        note: str = "",
        *,
        second_pin: str | None = None,
        seen: FoundSale | None = None,
    ) -> Undone:
        """Undo a whole sale or use; see :func:`pos_app.usecases.void.void`.

        ``seen`` is what :meth:`find_sale` said of it, which another till's sale should be given back by.
        """
        return void(self._desk, original, self._why(reason, note, second_pin, seen))

    def undo_last(self) -> Undone:
        """Undo what this till did last."""
        return undo_last(self._desk, self._why("undo", "", None))

    def refund(
        self,
        original: UUID,
        reason: str,
        note: str = "",
        *,
        amount_minor: int | None = None,
        lines: Mapping[int, int] | None = None,
        second_pin: str | None = None,
        seen: FoundSale | None = None,
    ) -> Undone:
        """Give back a part of a sale, or its rest; see :func:`pos_app.usecases.refund.refund` and :meth:`void`."""
        why = self._why(reason, note, second_pin, seen)
        return refund(self._desk, original, why, amount_minor=amount_minor, lines=lines)

    def refundable(self, original: UUID) -> tuple[int, ...]:
        """Return what of each line of one of this till's sales can still be given back."""
        return refundable(self._desk, original)

    def credit_points(
        self, guest_id: int, points: int, reason: str, note: str, *, second_pin: str | None = None
    ) -> Credited:
        """Give or take points by hand; see :func:`pos_app.usecases.manual_credit.manual_credit`."""
        if self._signed_in is None:
            raise spoken_error("sign_in_first", self._desk.language)
        return manual_credit(
            self._desk,
            guest_id,
            points,
            reason=reason,
            note=note,
            staff=self._signed_in.staff_id,
            second_pin=second_pin,
        )

    def recent_credits(self, limit: int) -> list[Recent]:
        """Return this till's own newest credits and debits by hand, newest first."""
        return self._desk.files.call(lambda: self._desk.till.journal.recent_credits(limit))

    def redeem(
        self, text: str, source: Source, *, amount_minor: int | None = None, check_only: bool = False
    ) -> Redeemed:
        """Judge and use one code at once; see :func:`pos_app.usecases.redeem.redeem`."""
        return redeem(
            self._desk,
            text,
            source,
            amount_minor=amount_minor,
            check_only=check_only,
            staff=self._staff_id,
        )

    @property
    def guests(self) -> GuestCounter:
        """Finding and registering guests."""
        return GuestCounter(self._desk, self._staff_id)

    def may_register(self, referral: str | None = None) -> Registration:
        """Say whether a new guest may register, with a referral code or without one; writes nothing."""
        return may_register(self._desk, referral)

    def refuse_unreadable(self, content: bytes, source: Source) -> Redeemed:
        """Answer, and journal, what can be no code at all (longer than any, for one)."""
        return refuse(self._desk, unreadable(self._desk, content, source), self._staff_id)

    def release(self, look: LookUp) -> None:
        """Take a look-up off the bill: what was asked for on the spot goes back to the office."""
        give_back(self._desk, look.claims)

    def recent(self, limit: int) -> list[Recent]:
        """Return this till's own newest sales and redemptions, newest first."""
        return self._desk.files.call(lambda: self._desk.till.journal.recent(limit))

    @property
    def open_sale(self) -> OpenSales:
        """The room for the sale that is being made, and for what a power cut left of it."""
        return OpenSales(self._desk)

    @property
    def receipts(self) -> ReceiptCounter:
        """The room for receipts: laying them out, and checking one that somebody brings."""
        return ReceiptCounter(self._desk)

    def latest_sales(self, limit: int) -> list[Recent]:
        """Return this till's own newest sales, and the voids among them, newest first."""
        kinds = (Sale.KIND, Void.KIND)
        return self._desk.files.call(lambda: self._desk.till.journal.recent_of(limit, kinds))

    def _why(self, reason: str, note: str, second_pin: str | None, seen: FoundSale | None = None) -> Why:
        """Name who gives back; a second person proves to be one by PIN."""
        second = None if second_pin is None else session.identify(self._desk, second_pin).id
        if second is not None and second == self._staff_id:
            raise spoken_error("same_person", self._desk.language)
        return Why(staff=self._staff_id, reason=reason, note=note, approved_by=second, seen=seen)

    @property
    def _staff_id(self) -> int | None:
        return self._signed_in.staff_id if self._signed_in is not None else None

    def _take_over(self, newcomer: SignedIn) -> SignedIn:
        if self._signed_in is not None:
            session.sign_out(self._desk, self._signed_in, "switched")
        self._signed_in = newcomer
        return newcomer
