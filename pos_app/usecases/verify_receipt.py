"""What a receipt's QR code proves: who signed it, whether it was altered, and whether its event is known."""

from enum import StrEnum

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.refusals import spoken_error
from sync.protocol.keys import VerifyKey
from sync.protocol.receipts import read_receipt, signed_by
from sync.protocol.sales import SaleRequest, SalesReply
from sync.rules.receipt_text import ReceiptProof
from sync.till.office import OfficeError


class Signature(StrEnum):
    """What the signature says. ``UNCHECKED``: the key is another till's, and the office cannot be asked now."""

    GOOD = "good"
    ALTERED = "altered"
    UNKNOWN_TILL = "unknown_till"
    OTHER_NETWORK = "other_network"
    UNCHECKED = "unchecked"


class Held(StrEnum):
    """Who has the event. ``DIFFERENT``: it is held with another content, which no honest till prints."""

    HERE = "here"
    OFFICE = "office"
    NOT_YET = "not_yet"
    DIFFERENT = "different"
    UNASKED = "unasked"


class Verified(Struct, frozen=True, kw_only=True):
    """What a code claims and what of it is proved. Names are empty where nobody could tell them."""

    proof: ReceiptProof
    signature: Signature
    held: Held
    till_name: str = ""
    restaurant_name: str = ""
    cashier: str = ""

    @property
    def proved(self) -> bool:
        """Whether till, time, receipt number and amount stand as printed, and nothing speaks against the event."""
        return self.signature is Signature.GOOD and self.held is not Held.DIFFERENT


def verify_receipt(desk: Desk, text: str) -> Verified:
    """Check a receipt's code; asks the office (3 s at most) about what another till has printed.

    Writes nothing. Raises ``UserError`` ``not_a_receipt`` for a text that is none.
    """
    proof = read_receipt(text)
    if proof is None:
        raise spoken_error("not_a_receipt", desk.language)
    if proof.network != desk.identity.network:
        return Verified(proof=proof, signature=Signature.OTHER_NETWORK, held=Held.UNASKED)
    if proof.till == desk.identity.till:
        return _of_this_till(desk, text, proof)
    reply = _ask(desk, proof)
    cashier = _name(desk, proof.staff)
    if reply is None:
        return _without_office(desk, text, proof, cashier)
    if reply.signer is None:
        return Verified(proof=proof, signature=Signature.UNKNOWN_TILL, held=_held(reply, proof))
    return Verified(
        proof=proof,
        signature=_signature(text, proof, reply.signer.public_key),
        held=_held(reply, proof),
        till_name=reply.signer.till_name,
        restaurant_name=reply.signer.restaurant_name,
        cashier=cashier,
    )


def _without_office(desk: Desk, text: str, proof: ReceiptProof, cashier: str) -> Verified:
    """Check another till's receipt by what the office has told of its keys; whether the event is held stays open."""
    settings = desk.settings()
    till = None if settings is None else settings.tills.get(proof.till)
    key = None if till is None else till.keys.get(proof.incarnation)
    if settings is None or till is None or key is None:
        return Verified(proof=proof, signature=Signature.UNCHECKED, held=Held.UNASKED, cashier=cashier)
    return Verified(
        proof=proof,
        signature=_signature(text, proof, key),
        held=Held.UNASKED,
        till_name=till.name,
        restaurant_name=settings.restaurants.get(till.restaurant, ""),
        cashier=cashier,
    )


def _of_this_till(desk: Desk, text: str, proof: ReceiptProof) -> Verified:
    journal = desk.till.journal
    keys, own = desk.files.call(lambda: (journal.keys_of_lives(), journal.recorded(proof.event)))
    key = keys.get(proof.incarnation)
    held = Held.UNASKED
    if own is not None:
        same = (own.committed.hash, own.incarnation) == (proof.hash, proof.incarnation)
        held = Held.HERE if same else Held.DIFFERENT
    else:
        # Let go long ago, or the newest of a journal that was put back: the office may hold it.
        reply = _ask(desk, proof)
        if reply is not None:
            held = _held(reply, proof)
            key = key or (reply.signer.public_key if reply.signer is not None else None)
    return Verified(
        proof=proof,
        signature=Signature.UNKNOWN_TILL if key is None else _signature(text, proof, key),
        held=held,
        till_name=desk.identity.till_name,
        restaurant_name=desk.identity.restaurant_name,
        cashier=_name(desk, proof.staff),
    )


def _signature(text: str, proof: ReceiptProof, key: bytes) -> Signature:
    good = signed_by(text, {(proof.till, proof.incarnation): VerifyKey(key)})
    return Signature.GOOD if good else Signature.ALTERED


def _held(reply: SalesReply, proof: ReceiptProof) -> Held:
    if reply.event_hash is None:
        return Held.NOT_YET
    return Held.OFFICE if reply.event_hash == proof.hash else Held.DIFFERENT


def _ask(desk: Desk, proof: ReceiptProof) -> SalesReply | None:
    """Ask the office; None when it cannot be asked or does not answer."""
    if desk.sales is None:
        return None
    try:
        return desk.sales.find(SaleRequest(event=proof.event, signer=(proof.till, proof.incarnation)))
    except OfficeError:
        return None


def _name(desk: Desk, staff: int | None) -> str:
    rows = desk.files.call(desk.till.cache.staff)
    return next((row.name for row in rows if row.id == staff), "")
