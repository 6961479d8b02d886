"""Which offers a promo code was applied to, and what it brought there (document 002)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sync.rules.price import Priced

UNNAMED = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferApplication:
    """One use of a code on one offer (an item of the catalogue). ``bonus_minor`` is what the guest saved."""

    code_id: int
    offer_id: str
    offer_name: str
    applied_at_ms: int
    bonus_minor: int
    conversion_id: str
    guest_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFigures:
    """All uses of a code on one offer."""

    offer_id: str
    offer_name: str
    uses: int
    total_bonus_minor: int
    unique_guests: int


def applications(
    priced: Priced,
    code_id: int,
    *,
    at_ms: int,
    conversion_id: str,
    names: dict[str, str],
    guest_id: int | None = None,
) -> list[OfferApplication]:
    """List the offers that a code was applied to on one bill: every item it made cheaper, once.

    ``names`` are the catalogue's names by item; ``conversion_id`` is the sale.
    """
    bonus: dict[str, int] = {}
    for gives in priced.gives:
        if gives.code_id == code_id:
            for line, off in zip(priced.lines, gives.discount_by_line, strict=True):
                if off:
                    item = line.line.item or UNNAMED
                    bonus[item] = bonus.get(item, 0) + off
    return [
        OfferApplication(
            code_id=code_id,
            offer_id=item,
            offer_name=names.get(item, item),
            applied_at_ms=at_ms,
            bonus_minor=saved,
            conversion_id=conversion_id,
            guest_id=guest_id,
        )
        for item, saved in bonus.items()
    ]


def breakdown(uses: Iterable[OfferApplication]) -> list[OfferFigures]:
    """Add uses up by offer, the most used first."""
    by_offer: dict[str, list[OfferApplication]] = {}
    for use in uses:
        by_offer.setdefault(use.offer_id, []).append(use)
    figures = [
        OfferFigures(
            offer_id=offer_id,
            offer_name=together[-1].offer_name,
            uses=len(together),
            total_bonus_minor=sum(use.bonus_minor for use in together),
            unique_guests=len({use.guest_id for use in together if use.guest_id is not None}),
        )
        for offer_id, together in by_offer.items()
    ]
    return sorted(figures, key=lambda one: (-one.uses, one.offer_id))
