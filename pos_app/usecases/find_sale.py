"""Finding a sale that is to be given back: by the code on its receipt, its event's id, or the receipt's number.

This till's own sales are found without the office; those of another till the office is asked for, because only it
knows what of them was given back elsewhere.
"""

import re
from uuid import UUID

from pos_app.usecases.desk import Desk
from pos_app.usecases.refund import left_of
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import FoundSale
from sync.protocol.payloads import Sale
from sync.protocol.receipts import read_receipt
from sync.protocol.sales import SaleRequest, SaleSeen
from sync.till.journal.undo_book import Undoable
from sync.till.office import OfficeError, Unreachable

_EVENT = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE)
_NUMBER = re.compile(r"\D{0,8}?([0-9]{1,15})", re.ASCII)


def find_sale(desk: Desk, text: str) -> tuple[FoundSale, ...]:
    """Return what the text names, the newest first: one sale, or several whose receipts bear the same number.

    A number is looked up among this till's own receipts, then among those of the restaurant's other tills. Writes
    nothing. Raises ``UserError`` ``not_a_receipt``, ``sale_unknown``, ``sale_out_of_reach`` (another till's, and the
    office does not answer), and what the office says when it refuses.
    """
    named = _read(text)
    if named is None:
        raise spoken_error("not_a_receipt", desk.language)
    own = desk.files.call(lambda: _own(desk, named))
    if own and isinstance(named, UUID):
        return own
    try:
        others = _elsewhere(desk, named)
    except OfficeError as error:
        if own:
            return own
        if isinstance(error, Unreachable):
            raise spoken_error("sale_out_of_reach", desk.language) from error
        raise
    known = {each.event for each in own}
    found = own + tuple(each for each in others if each.event not in known)
    if not found:
        raise spoken_error("sale_unknown", desk.language)
    return tuple(sorted(found, key=lambda each: (each.own, each.at_ms), reverse=True))


def _read(text: str) -> UUID | int | None:
    """Read the event's id out of a receipt's code or any text that holds it; else the receipt's number."""
    stripped = text.strip()
    proof = read_receipt(stripped)
    if proof is not None:
        return proof.event
    event = _EVENT.search(stripped)
    if event is not None:
        return UUID(event[0])
    number = _NUMBER.fullmatch(stripped)
    return None if number is None else int(number[1])


def _own(desk: Desk, named: UUID | int) -> tuple[FoundSale, ...]:
    """Look, on the files' thread, into this till's own journal."""
    journal = desk.till.journal
    events = [named] if isinstance(named, UUID) else journal.with_receipt(named)
    originals = dict.fromkeys(journal.original_of(event) for event in events)
    found = [journal.undoable(event) for event in originals]
    return tuple(_of_this_till(desk, each) for each in found if each is not None)


def _of_this_till(desk: Desk, found: Undoable) -> FoundSale:
    sale = found.payload if isinstance(found.payload, Sale) else None
    left = () if sale is None else left_of(found, sale)
    return FoundSale(
        event=found.event,
        own=True,
        till_name=desk.identity.till_name,
        restaurant_name=desk.identity.restaurant_name,
        at_ms=found.at_ms,
        sale=sale,
        left=tuple(0 for _ in left) if found.voided else left,
        done=found.voided or (bool(found.undone) and not any(left)),
    )


def _elsewhere(desk: Desk, named: UUID | int) -> tuple[FoundSale, ...]:
    if desk.sales is None:
        raise Unreachable("offline", "The till keeps to itself.", sent=False)
    request = SaleRequest(event=named) if isinstance(named, UUID) else SaleRequest(receipt=named)
    return tuple(_seen(each) for each in desk.sales.find(request).sales)


def _seen(seen: SaleSeen) -> FoundSale:
    return FoundSale(
        event=seen.event,
        own=False,
        till_name=seen.till_name,
        restaurant_name=seen.restaurant_name,
        at_ms=seen.at_ms,
        sale=seen.sale,
        left=seen.left,
        done=seen.done,
    )
