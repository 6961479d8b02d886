"""A priced bill by tax group: sums of exact lines, so that the groups sum to the bill."""

from dataclasses import dataclass

from sync.rules.price import Priced


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxGroup:
    """What a tax group's lines cost, what came off them, and what is paid (minor units)."""

    name: str
    total_minor: int
    discount_minor: int
    paid_minor: int


def tax_groups(priced: Priced) -> tuple[TaxGroup, ...]:
    """Add the lines of a bill up by tax group, in the order in which the groups first appear."""
    sums: dict[str, list[int]] = {}
    for line in priced.lines:
        group = sums.setdefault(line.line.tax_group, [0, 0, 0])
        group[0] += line.line.amount_minor
        group[1] += line.discount_minor
        group[2] += line.paid_minor
    return tuple(
        TaxGroup(name=name, total_minor=total, discount_minor=off, paid_minor=paid)
        for name, (total, off, paid) in sums.items()
    )
