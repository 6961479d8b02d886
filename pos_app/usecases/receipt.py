"""A receipt of what stands in the journal: gathered anew for each printing, signed by the till that recorded it."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from pos_app.receipts.content import GuestPart, Item, Kind, Letterhead, Off, Original, Receipt, Tax
from pos_app.receipts.words import say
from pos_app.usecases.desk import Desk
from pos_app.usecases.managers import names_of
from pos_app.usecases.network_settings import item_names
from pos_app.usecases.refusals import spoken_error
from sync.protocol.keys import SigningKey
from sync.protocol.payloads import Redemption, Refund, Sale, Void
from sync.protocol.receipts import sign_receipt
from sync.rules.money import exponent_of
from sync.rules.receipt_text import ReceiptKind, ReceiptProof
from sync.till.journal.entries import Recent

_PLAIN_TAX = "standard"
_REASONS: Mapping[str, tuple[str, str]] = {
    "mistake": ("Mistake at the till", "Ошибка на кассе"),
    "undo": ("Mistake at the till", "Ошибка на кассе"),
    "returned": ("Goods returned", "Возврат товара"),
    "wrong_item": ("Wrong item", "Не тот товар"),
    "complaint": ("Complaint", "Жалоба"),
}
"""Reasons that a guest may read; what else was written stays in the journal."""

_NO_LETTERHEAD = Letterhead()


def receipt_of(desk: Desk, event: UUID, *, copy: int = 1, letterhead: Letterhead = _NO_LETTERHEAD) -> Receipt:
    """Gather a sale's, void's or refund's receipt; writes nothing.

    Raises ``UserError`` ``receipt_gone`` for what this till has not recorded, or let go long ago.
    """
    names = names_of(desk)
    return desk.files.call(lambda: _Gatherer(desk, names, letterhead).receipt(event, copy))


def proof_of(desk: Desk, found: Recent) -> str:
    """Sign the text of a receipt's QR code; empty for an event of a life whose key this till no longer has."""
    payload = found.payload
    if not isinstance(payload, Sale | Void | Refund):
        return ""
    key = SigningKey(desk.till.secrets.signing_seed)
    if desk.till.journal.keys_of_lives().get(found.incarnation) != key.public:
        return ""
    kinds = {Sale: ReceiptKind.SALE, Void: ReceiptKind.VOID, Refund: ReceiptKind.REFUND}
    return sign_receipt(
        ReceiptProof(
            kind=kinds[type(payload)],
            network=desk.identity.network,
            till=desk.identity.till,
            incarnation=found.incarnation,
            seq=found.committed.seq,
            event=found.committed.event,
            hash=found.committed.hash,
            receipt=payload.receipt,
            at_ms=found.committed.at_ms,
            currency=payload.currency or desk.identity.currency,
            paid_minor=payload.paid_minor if isinstance(payload, Sale) else payload.amount_minor,
            staff=found.staff,
        ),
        key,
    )


class _Gatherer:
    """Works on the files' thread, in one visit."""

    def __init__(self, desk: Desk, names: Mapping[int, str], letterhead: Letterhead) -> None:
        self._desk, self._names, self._letterhead = desk, names, letterhead
        self._journal, self._cache = desk.till.journal, desk.till.cache
        self._items = item_names(desk.till.cache.settings())

    def receipt(self, event: UUID, copy: int) -> Receipt:
        """Gather what an event's receipt says."""
        found = self._journal.recorded(event)
        if found is None or not isinstance(found.payload, Sale | Void | Refund):
            raise spoken_error("receipt_gone", self._desk.language)
        if isinstance(found.payload, Sale):
            return self._sale(found, found.payload, copy)
        return self._back(found, found.payload, copy)

    def _sale(self, found: Recent, sale: Sale, copy: int) -> Receipt:
        return self._made(
            found,
            Kind.SALE,
            sale,
            copy,
            items=tuple(
                self._item(sale, number, line.amount_minor) for number, line in enumerate(sale.lines)
            ),
            off=self._off(sale),
            taxes=_taxes(sale),
            total_minor=sale.total_minor,
            discount_minor=sale.discount_minor,
            paid_minor=sale.paid_minor,
            points_minor=sale.points_paid_minor,
            vip=sale.vip,
            guest=self._guest(
                sale.guest_id, tier=sale.tier or "", earned=sale.points_earned, spent=sale.points_spent
            ),
        )

    def _back(self, found: Recent, back: Void | Refund, copy: int) -> Receipt:
        original = self._journal.recorded(back.original)
        sale = original.payload if original is not None and isinstance(original.payload, Sale) else None
        english, russian = _REASONS.get(back.reason, ("", ""))
        return self._made(
            found,
            Kind.VOID if isinstance(back, Void) else Kind.REFUND,
            back,
            copy,
            items=() if sale is None else self._given_back(sale, back),
            paid_minor=back.amount_minor,
            points_minor=back.points_back_minor,
            reason=russian if self._desk.language == "ru" else english,
            guest=self._guest(back.guest_id, back=back.points_back, taken=back.points_taken),
            original=Original(
                receipt=None if sale is None else sale.receipt,
                at_ms=None if original is None else original.committed.at_ms,
                event=str(back.original),
            ),
        )

    def _made(
        self, found: Recent, kind: Kind, payload: Sale | Void | Refund, copy: int, **parts: object
    ) -> Receipt:
        identity = self._desk.identity
        currency = payload.currency or identity.currency
        return Receipt(
            kind=kind,
            network_name=identity.network_name,
            restaurant_name=identity.restaurant_name,
            till_name=identity.till_name,
            cashier=self._names.get(found.staff or 0, ""),
            number=payload.receipt,
            at_ms=found.committed.at_ms,
            zone=identity.zone,
            currency=currency,
            exponent=exponent_of(currency),
            copy=copy,
            proof=proof_of(self._desk, found),
            event=str(found.committed.event),
            letterhead=self._letterhead,
            **parts,  # type: ignore[arg-type]  # the two callers above name fields of a receipt
        )

    def _item(self, sale: Sale, number: int, amount_minor: int) -> Item:
        line = sale.lines[number]
        name = "" if line.item is None else self._items.get(line.item, line.item)
        return Item(name=name, amount_minor=amount_minor, quantity=line.quantity, points=line.points)

    def _given_back(self, sale: Sale, back: Void | Refund) -> tuple[Item, ...]:
        if isinstance(back, Void):
            return tuple(
                self._item(sale, number, line.amount_minor - line.discount_minor)
                for number, line in enumerate(sale.lines)
            )
        return tuple(
            self._item(sale, part.line, part.amount_minor)
            for part in back.lines
            if part.line < len(sale.lines)
        )

    def _off(self, sale: Sale) -> tuple[Off, ...]:
        """Say what each code took off, and the tier."""
        off = [self._of_code(use) for use in sale.redemptions]
        if sale.tier_discount_minor:
            tier = say("tier", self._desk.language, name=sale.tier or "")
            off.append(Off(name=tier, amount_minor=sale.tier_discount_minor))
        return tuple(each for each in off if each is not None and each.amount_minor)

    def _of_code(self, use: UUID) -> Off | None:
        found = self._journal.recorded(use)
        if found is None or not isinstance(found.payload, Redemption):
            return None
        campaign = self._cache.campaign(found.payload.campaign_id)
        name = campaign.name if campaign is not None else found.payload.code_kind
        return Off(name=name, amount_minor=found.payload.discount_minor)

    def _guest(
        self,
        guest_id: int | None,
        *,
        tier: str = "",
        earned: int = 0,
        spent: int = 0,
        back: int = 0,
        taken: int = 0,
    ) -> GuestPart | None:
        """Gather the guest's part; a guest whom the replica does not know (any more) has points all the same."""
        if guest_id is None:
            return None
        row = self._cache.guest(guest_id)
        return GuestPart(
            name="" if row is None else _short(row.name),
            tier=tier or ("" if row is None else row.guest.tier),
            balance=None if row is None else row.guest.points,
            as_of_ms=None if row is None else row.guest.as_of_ms,
            earned=earned,
            spent=spent,
            back=back,
            taken=taken,
        )


def _short(name: str) -> str:
    """Shorten a name as papers that lie about should: ``Anna P.``."""
    first, *others = name.split()[:2] or [""]
    return f"{first} {others[0][0]}." if others else first


def _taxes(sale: Sale) -> tuple[Tax, ...]:
    """Add up what was paid in each tax group; a sale of plain lines alone has nothing to tell."""
    paid: defaultdict[str, int] = defaultdict(int)
    for line in sale.lines:
        paid[line.tax_group] += line.amount_minor - line.discount_minor
    if set(paid) <= {_PLAIN_TAX}:
        return ()
    return tuple(Tax(group=group, amount_minor=amount) for group, amount in sorted(paid.items()))
