"""Reports and lists as CSV, for a spreadsheet: plain figures in the smallest whole shape, nothing that runs."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from pos_app.usecases.shift_results import AttemptSeen, SaleEntry, ShiftReport
from sync.protocol.shift_figures import Figures
from sync.rules.money import exponent_of, plain_number

_RUNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is taken for a formula by spreadsheets."""
_MONEY = frozenset(name for name in Figures.__struct_fields__ if name.endswith("_minor"))


def report_csv(report: ShiftReport) -> str:
    """Write a report: one row a person, the first one for all; amounts as decimals of the named currency."""
    rows: list[Sequence[object]] = [
        ("report", "Z" if report.closing else "X"),
        ("number", report.number),
        ("restaurant", report.restaurant_name),
        ("till", report.till_name),
        ("opened", _instant(report.opened_at_ms)),
        ("closed", _instant(report.closed_at_ms)),
        ("as_of", _instant(report.at_ms)),
        ("currency", report.currency),
        ("float", _money(report.float_minor, report.currency)),
        ("expected", _money(report.expected_minor, report.currency)),
        ("counted", _money(report.counted_minor, report.currency)),
        ("other", _money(report.other_minor, report.currency)),
        ("difference", _money(report.difference_minor, report.currency)),
        (),
        ("person", *(name.removesuffix("_minor") for name in Figures.__struct_fields__)),
        ("*", *_figures(report.figures.whole, report.currency)),
    ]
    rows += [
        (report.names.get(each.staff) or f"#{each.staff}", *_figures(each.figures, report.currency))
        for each in report.figures.by_staff
    ]
    rows += [(), ("refused", "count"), *report.figures.refused.items()]
    return _csv(rows)


def sales_csv(sales: Iterable[SaleEntry]) -> str:
    """Write a list of sales."""
    header = (
        "receipt",
        "at",
        "cashier",
        "currency",
        "total",
        "discount",
        "paid",
        "points_paid",
        "back",
        "voided",
    )
    rows: list[Sequence[object]] = [header]
    rows += [
        (
            sale.receipt,
            _instant(sale.at_ms),
            sale.staff,
            sale.currency,
            _money(sale.total_minor, sale.currency),
            _money(sale.discount_minor, sale.currency),
            _money(sale.paid_minor, sale.currency),
            _money(sale.points_paid_minor, sale.currency),
            _money(sale.back_minor, sale.currency),
            int(sale.voided),
        )
        for sale in sales
    ]
    return _csv(rows)


def attempts_csv(attempts: Iterable[AttemptSeen]) -> str:
    """Write a list of failed attempts."""
    rows: list[Sequence[object]] = [("at", "reason", "sentence", "source", "cashier")]
    rows += [(_instant(each.at_ms), each.reason, each.sentence, each.source, each.staff) for each in attempts]
    return _csv(rows)


def _csv(rows: Iterable[Sequence[object]]) -> str:
    """Write rows with a mark at the front by which spreadsheets know UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([[_cell(value) for value in row] for row in rows])
    return "\ufeff" + text.getvalue()


def _cell(value: object) -> object:
    """Let no text begin as a formula; figures are no texts."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value


def _money(minor: int | None, currency: str) -> object:
    return "" if minor is None else Decimal(plain_number(minor, exponent_of(currency)))


def _figures(figures: Figures, currency: str) -> list[object]:
    return [
        _money(getattr(figures, name), currency) if name in _MONEY else getattr(figures, name)
        for name in Figures.__struct_fields__
    ]


def _instant(at_ms: int | None) -> str:
    return "" if at_ms is None else f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
