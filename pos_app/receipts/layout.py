"""Puts a receipt together: what stands where, in which words. The same for paper, PDF and the preview."""

from collections.abc import Iterator

from pos_app.receipts.content import Item, Kind, Letterhead, Receipt
from pos_app.receipts.slip import Align, Block, Code, Logo, Pair, Rule, Slip, Space, Text
from pos_app.receipts.words import money, number, points, say
from sync.rules.wording.wall_clock import instant_text

SMALLEST_WIDTH_MM = 58


def receipt_slip(receipt: Receipt, language: str) -> Slip:
    """Lay a receipt out in a language."""
    writer = _Writer(receipt, language)
    blocks = [
        *_head(receipt.letterhead, receipt.network_name, receipt.restaurant_name),
        *writer.title(),
        *writer.items(),
        *writer.sums(),
        *writer.taxes(),
        *writer.guest(),
        *writer.proof(),
        *_foot(receipt.letterhead, "" if receipt.kind is not Kind.SALE else say("thanks", language)),
    ]
    return Slip(title=say(receipt.kind, language, number=receipt.number), blocks=tuple(blocks))


def report_slip(
    title: str,
    sections: tuple[tuple[str, tuple[tuple[str, str, bool, bool], ...]], ...],
    *,
    network_name: str,
    restaurant_name: str,
    letterhead: Letterhead,
) -> Slip:
    """Lay a shift's report out: sections of rows (label, value, whether part of the row above, whether alarming)."""
    blocks: list[Block] = [
        *_head(letterhead, network_name, restaurant_name),
        Text(text=title, align=Align.CENTRE, bold=True, large=True),
    ]
    for heading, rows in sections:
        blocks += [Rule(), Text(text=heading, bold=True)]
        blocks += [
            Pair(left=label, right=value, part=part, bold=alarming) for label, value, part, alarming in rows
        ]
    return Slip(title=title, blocks=(*blocks, Rule(double=True)))


def trial_slip(*, width_mm: int, columns: int, code: str, letterhead: Letterhead, language: str) -> Slip:
    """Lay out what shows whether a printer is set up right: letters, width, logo, QR code."""
    blocks: list[Block] = [Logo(letterhead.logo)] if letterhead.logo is not None else []
    blocks += [
        Text(text=say("test", language), align=Align.CENTRE, bold=True, large=True),
        Rule(),
        Text(text=say("test_text", language)),
        Text(text=say("test_width", language, width=width_mm, columns=columns)),
        Text(text="".join(str(each % 10) for each in range(1, columns + 1))),
        Pair(left=say("due", language), right=money(123450, "EUR", language, 2), bold=True, large=True),
        Code(code),
    ]
    return Slip(title=say("test", language), blocks=tuple(blocks))


def _head(letterhead: Letterhead, network_name: str, restaurant_name: str) -> Iterator[Block]:
    if letterhead.logo is not None:
        yield Logo(letterhead.logo)
    yield Text(text=network_name, align=Align.CENTRE, bold=True, large=True)
    yield Text(text=letterhead.name or restaurant_name, align=Align.CENTRE)
    for line in letterhead.head:
        yield Text(text=line, align=Align.CENTRE)
    yield Rule()


def _foot(letterhead: Letterhead, thanks: str) -> Iterator[Block]:
    for line in letterhead.foot or ((thanks,) if thanks else ()):
        yield Text(text=line, align=Align.CENTRE)


class _Writer:
    """Writes the parts of one receipt."""

    def __init__(self, receipt: Receipt, language: str) -> None:
        self._of, self._language = receipt, language

    def title(self) -> Iterator[Block]:
        """Say what it is, whose, and when."""
        of = self._of
        if of.copy > 1:
            yield Text(text=self._say("copy", count=of.copy), align=Align.CENTRE, bold=True, large=True)
        if of.vip:
            yield Text(text=self._say("vip"), align=Align.CENTRE, bold=True)
        yield Pair(left=say(of.kind, self._language, number=of.number), right=self._when(of.at_ms), bold=True)
        yield Pair(left=self._say("till"), right=of.till_name)
        if of.cashier:
            yield Pair(left=self._say("cashier"), right=of.cashier)
        original = of.original
        if original is not None:
            if original.receipt is None:
                yield Text(text=self._say("original_event", event=original.event))
            else:
                since = (
                    ""
                    if original.at_ms is None
                    else self._say("original_when", when=self._when(original.at_ms))
                )
                yield Pair(left=self._say("original", number=original.receipt), right=since)
        if of.reason:
            yield Pair(left=self._say("reason"), right=of.reason)
        yield Rule()

    def items(self) -> Iterator[Block]:
        """List what was sold or given back."""
        for item in self._of.items:
            yield Pair(left=self._item(item), right=self._number(item.amount_minor))
            if item.points:
                yield Pair(left=self._say("reward"), right=points(item.points, self._language), part=True)
        if self._of.items:
            yield Rule()

    def sums(self) -> Iterator[Block]:
        """Add it up: before, each discount, what was paid, and with what."""
        of = self._of
        if of.kind is Kind.SALE and of.discount_minor:
            yield Pair(left=self._say("total"), right=self._number(of.total_minor))
            yield Pair(left=self._say("discount"), right=self._number(-of.discount_minor))
            for off in of.off:
                yield Pair(left=off.name, right=self._number(-off.amount_minor), part=True)
        due = "due" if of.kind is Kind.SALE else "gone_back"
        yield Pair(left=self._say(due), right=self._money(of.paid_minor), bold=True, large=True)
        if of.points_minor:
            yield Pair(left=self._say("with_points"), right=self._number(of.points_minor), part=True)
            yield Pair(
                left=self._say("in_money"), right=self._number(of.paid_minor - of.points_minor), part=True
            )

    def taxes(self) -> Iterator[Block]:
        """Say what was paid in each tax group."""
        for tax in self._of.taxes:
            yield Pair(left=self._say("tax", name=tax.group), right=self._number(tax.amount_minor))

    def guest(self) -> Iterator[Block]:
        """Say what became of the guest's points."""
        guest = self._of.guest
        if guest is None:
            return
        yield Rule()
        if guest.name:
            yield Pair(left=self._say("guest"), right=guest.name)
        if guest.tier:
            yield Pair(left=self._say("tier_of"), right=guest.tier)
        for key, count in (
            ("spent", guest.spent),
            ("earned", guest.earned),
            ("points_back", guest.back),
            ("points_taken", guest.taken),
        ):
            if count:
                yield Pair(left=self._say(key), right=str(count))
        if guest.balance is not None and guest.as_of_ms is not None:
            # Never a figure without its instant: another till may have moved it since.
            yield Pair(
                left=self._say("balance", when=self._when(guest.as_of_ms)),
                right=points(guest.balance, self._language),
            )

    def proof(self) -> Iterator[Block]:
        """Print what the receipt can be proved by."""
        of = self._of
        yield Rule()
        if of.proof:
            yield Code(of.proof)
            yield Text(text=self._say("proof"), align=Align.CENTRE)
        elif of.event:
            yield Text(text=self._say("event", event=of.event))
        yield Space()

    def _item(self, item: Item) -> str:
        name = item.name or self._say("amount")
        return f"{item.quantity} × {name}" if item.quantity > 1 else name

    def _say(self, key: str, **values: object) -> str:
        return say(key, self._language, **values)

    def _when(self, at_ms: int) -> str:
        return instant_text(at_ms, self._of.zone, self._language)

    def _money(self, amount_minor: int) -> str:
        return money(amount_minor, self._of.currency, self._language, self._of.exponent)

    def _number(self, amount_minor: int) -> str:
        return number(amount_minor, self._of.currency, self._language, self._of.exponent)
