"""Sales and what went back of them, in words."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from pos_app.ui.words.line import Line
from pos_app.ui.words.speech import Speech
from pos_app.usecases.results import FoundSale, Undone
from pos_app.usecases.shift_results import SaleEntry


def _say(text: str) -> str:
    return QCoreApplication.translate("Sales", text)


def sale_lines(sales: Sequence[SaleEntry], speech: Speech) -> list[Line]:
    """List this till's sales."""
    lines = [_entry(sale, speech) for sale in sales]
    return lines or [Line(title=_say("Nothing was sold yet."), plain=True)]


def found_lines(found: Sequence[FoundSale], speech: Speech) -> list[Line]:
    """List sales of several tills whose receipts bear one number."""
    return [
        Line(
            title=found_title(each),
            note=f"{speech.clock(each.at_ms)} · {each.restaurant_name}, {each.till_name}",
            value=speech.money(each.sale.money_minor) if each.sale is not None else "",
            sign="receipt",
            faint=each.done,
        )
        for each in found
    ]


def found_title(found: FoundSale) -> str:
    """Name a sale by its receipt; a use without a sale has none."""
    if found.sale is None:
        return _say("A code without a sale")
    return _say("Receipt {number}").format(number=found.sale.receipt)


def found_facts(found: FoundSale, speech: Speech, names: Mapping[str, str]) -> list[Line]:
    """Write a sale line by line."""
    lines = [
        Line(title=speech.clock(found.at_ms), value=f"{found.restaurant_name}, {found.till_name}", plain=True)
    ]
    sale = found.sale
    if sale is None:
        return lines
    lines.append(Line(title=_say("Lines"), heading=True))
    for number, line in enumerate(sale.lines):
        paid = line.amount_minor - line.discount_minor
        lines.append(
            Line(
                title=_line_name(number, line.item, line.quantity, names),
                value=speech.money(paid),
                plain=True,
            )
        )
    lines.append(Line(title=_say("Sum"), heading=True))
    lines.append(Line(title=_say("Before discounts"), value=speech.money(sale.total_minor), plain=True))
    lines.append(Line(title=_say("Discounts"), value=speech.money(-sale.discount_minor), plain=True))
    lines.append(Line(title=_say("Paid"), value=speech.money(sale.money_minor), plain=True))
    if sale.points_paid_minor:
        lines.append(
            Line(
                title=_say("and with points"),
                value=f"{sale.points_spent} · {speech.money(sale.points_paid_minor)}",
                plain=True,
                part=True,
            )
        )
    if sale.points_earned:
        lines.append(Line(title=_say("Points earned"), value=str(sale.points_earned), plain=True))
    lines.append(Line(title=_say("Can still go back"), value=speech.money(found.left_minor), plain=True))
    return lines


def found_state(found: FoundSale) -> str:
    """Say how a sale stands, where anything is to be said."""
    if found.done:
        return _say("Everything has gone back.")
    if not found.untouched:
        return _say("A part has gone back already.")
    if not found.own:
        return _say("Of another till: a second person agrees.")
    return ""


def refund_lines(found: FoundSale, speech: Speech, names: Mapping[str, str]) -> list[Line]:
    """List a sale's lines with what of each can still go back."""
    if found.sale is None:
        return []
    return [
        Line(
            title=_line_name(number, line.item, line.quantity, names),
            note=_say("paid {amount}").format(amount=speech.money(line.amount_minor - line.discount_minor)),
            value=speech.money(left),
            plain=not left,
        )
        for number, (line, left) in enumerate(zip(found.sale.lines, found.left, strict=True))
    ]


def undone_words(undone: Undone, speech: Speech) -> tuple[str, str]:
    """Say what was given back: the sentence, and what to hand over."""
    done = _say("Recorded under receipt {number}.").format(number=undone.receipt)
    money = undone.amount_minor - undone.points_back_minor
    parts = []
    if money:
        parts.append(_say("Hand back {amount}.").format(amount=speech.money(money)))
    if undone.points_back:
        parts.append(_say("{points} points go back to the guest.").format(points=undone.points_back))
    if undone.points_taken:
        parts.append(_say("{points} earned points are taken back.").format(points=undone.points_taken))
    return done, " ".join(parts)


def refund_reasons() -> list[tuple[str, str]]:
    """Return why something goes back."""
    return [
        ("mistake", _say("Mistake at the till")),
        ("returned", _say("Goods returned")),
        ("wrong_item", _say("Wrong item")),
        ("complaint", _say("Complaint")),
        ("guest_left", _say("The guest left")),
        ("other", _say("Something else")),
    ]


def _entry(sale: SaleEntry, speech: Speech) -> Line:
    notes = [speech.clock(sale.at_ms), sale.staff]
    if sale.codes:
        notes.append(_say("codes: {count}").format(count=sale.codes))
    if sale.voided:
        notes.append(_say("voided"))
    elif sale.back_minor:
        notes.append(_say("{amount} back").format(amount=speech.number(sale.back_minor)))
    if not sale.settled:
        notes.append(_say("waits for the office"))
    gone = not sale.left_minor and (sale.voided or sale.back_minor)
    return Line(
        title=_say("Receipt {number}").format(number=sale.receipt),
        note=" · ".join(part for part in notes if part),
        value=speech.money(sale.money_minor),
        sign="undo" if sale.voided or sale.back_minor else "star" if sale.vip else "receipt",
        tone="ask" if sale.back_minor and not gone else "accent" if sale.vip and not gone else "",
        faint=bool(gone),
    )


def _line_name(number: int, item: str | None, quantity: int, names: Mapping[str, str]) -> str:
    name = names.get(item, item) if item else _say("Line {number}").format(number=number + 1)
    return f"{quantity} × {name}" if quantity > 1 else name
