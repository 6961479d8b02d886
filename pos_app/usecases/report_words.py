"""A shift's report as rows of words and figures: the same on the screen, on paper, in CSV and in PDF."""

from msgspec import Struct

from pos_app.usecases.shift_results import ShiftReport
from sync.protocol.shift_figures import Figures
from sync.rules.explain import explain
from sync.rules.money import format_amount
from sync.rules.wording.wall_clock import instant_text

_WORDS: dict[str, tuple[str, str]] = {
    "x": ("X report", "X-отчёт"),
    "z": ("Z report", "Z-отчёт"),
    "shift": ("Shift", "Смена"),
    "drawer": ("Drawer", "Касса"),
    "sales": ("Sales", "Продажи"),
    "back": ("Given back", "Возвраты"),
    "points": ("Points", "Баллы"),
    "codes": ("Codes", "Коды"),
    "people": ("By person", "По сотрудникам"),
    "refused": ("Not accepted, by reason", "Не принято, по причинам"),
    "number": ("Number", "Номер"),
    "place": ("Place", "Место"),
    "opened": ("Opened", "Открыта"),
    "closed": ("Closed", "Закрыта"),
    "as_of": ("As of", "По состоянию на"),
    "receipts": ("Receipts", "Чеки"),
    "float": ("Float", "Размен"),
    "money_in": ("Paid in money", "Оплачено деньгами"),
    "money_back": ("Given back in money", "Возвращено деньгами"),
    "expected": ("Should be there", "Должно быть"),
    "counted": ("Counted", "Посчитано"),
    "other": ("Card and other", "Карты и прочее"),
    "difference": ("Difference", "Расхождение"),
    "count": ("Number of sales", "Число продаж"),
    "vip": ("of them VIP", "из них VIP"),
    "due": ("Before discounts", "До скидок"),
    "discount": ("Discounts", "Скидки"),
    "tier": ("of them by tier", "из них за уровень"),
    "paid": ("Paid", "Оплачено"),
    "points_paid": ("of it with points", "из них баллами"),
    "voids": ("Voids", "Отмены"),
    "refunds": ("Refunds", "Возвраты по чекам"),
    "amount_back": ("Amount", "Сумма"),
    "back_points": ("of it as points", "из них баллами"),
    "earned": ("Earned", "Начислено"),
    "spent": ("Spent", "Списано"),
    "returned": ("Returned", "Возвращено"),
    "taken": ("Taken back", "Удержано"),
    "credits": ("Credited by hand", "Начислено вручную"),
    "debits": ("Debited by hand", "Списано вручную"),
    "redemptions": ("Used", "Применено"),
    "uses": ("of them without a sale", "из них без продажи"),
    "attempts": ("Not accepted", "Не принято"),
    "overrides": ("Decided by a manager", "Решено менеджером"),
    "allowed": ("of them allowed", "из них разрешено"),
    "till": ("The till itself", "Сама касса"),
    "note": ("Note", "Примечание"),
}


class Row(Struct, frozen=True):
    """One line of a report. ``part`` rows belong to the row above them; ``alarm`` ones deserve a look."""

    label: str
    value: str
    part: bool = False
    alarm: bool = False


class Section(Struct, frozen=True):
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


def report_title(report: ShiftReport, language: str) -> str:
    """Name a report: ``Z report 12``."""
    return f"{_say('z' if report.closing else 'x', language)} {report.number}"


def report_sections(report: ShiftReport, language: str) -> tuple[Section, ...]:
    """Write a whole report in a language."""
    writer = _Writer(report, language)
    whole = report.figures.whole
    sections = (
        writer.shift(),
        writer.drawer(whole),
        writer.sales(whole),
        writer.back(whole),
        writer.points(whole),
        writer.codes(whole),
        writer.people(),
        writer.refused(),
    )
    return tuple(section for section in sections if section.rows)


def _say(key: str, language: str) -> str:
    return _WORDS[key][1 if language == "ru" else 0]


class _Writer:
    """Writes one report's sections."""

    def __init__(self, report: ShiftReport, language: str) -> None:
        self._report, self._language = report, language

    def shift(self) -> Section:
        """Say which shift it is."""
        report = self._report
        rows = [self._row("number", str(report.number))]
        rows.append(self._row("place", f"{report.restaurant_name}, {report.till_name}"))
        if report.opened_at_ms is not None:
            rows.append(self._row("opened", self._when(report.opened_at_ms, report.opened_by)))
        if report.closed_at_ms is None:
            rows.append(self._row("as_of", self._when(report.at_ms, "")))
        else:
            rows.append(self._row("closed", self._when(report.closed_at_ms, report.closed_by)))
        first, last = report.figures.first_receipt, report.figures.last_receipt
        if last:
            rows.append(self._row("receipts", f"{first} – {last}"))
        if report.note:
            rows.append(self._row("note", report.note))
        return self._section("shift", rows)

    def drawer(self, whole: Figures) -> Section:
        """Say what should be in the drawer, and what is."""
        report = self._report
        rows = [
            self._money("float", report.float_minor),
            self._money("money_in", whole.money_in_minor),
            self._money("money_back", -whole.money_back_minor),
            self._money("expected", report.expected_minor),
        ]
        if report.counted_minor is not None and report.difference_minor is not None:
            rows.append(self._money("counted", report.counted_minor))
            rows.append(self._money("other", report.other_minor))
            rows.append(
                self._money("difference", report.difference_minor, alarm=report.difference_minor != 0)
            )
        return self._section("drawer", rows)

    def sales(self, whole: Figures) -> Section:
        """Say what was sold."""
        return self._section(
            "sales",
            [
                self._row("count", str(whole.sales)),
                self._row("vip", str(whole.vip_sales), part=True),
                self._money("due", whole.sales_minor),
                self._money("discount", -whole.discount_minor),
                self._money("tier", -whole.tier_discount_minor, part=True),
                self._money("paid", whole.paid_minor),
                self._money("points_paid", whole.points_paid_minor, part=True),
            ],
        )

    def back(self, whole: Figures) -> Section:
        """Say what was given back."""
        return self._section(
            "back",
            [
                self._row("voids", str(whole.voids)),
                self._row("refunds", str(whole.refunds)),
                self._money("amount_back", whole.back_minor),
                self._money("back_points", whole.points_back_minor, part=True),
            ],
        )

    def points(self, whole: Figures) -> Section:
        """Say what became of points."""
        return self._section(
            "points",
            [
                self._row("earned", str(whole.points_earned)),
                self._row("spent", str(whole.points_spent)),
                self._row("returned", str(whole.points_back)),
                self._row("taken", str(whole.points_taken)),
                self._row("credits", f"{whole.credited} ({whole.credits})"),
                self._row("debits", f"{whole.debited} ({whole.debits})"),
            ],
        )

    def codes(self, whole: Figures) -> Section:
        """Say how codes fared."""
        return self._section(
            "codes",
            [
                self._row("redemptions", str(whole.redemptions)),
                self._row("uses", str(whole.uses), part=True),
                self._row("attempts", str(whole.attempts)),
                self._row("overrides", str(whole.overrides)),
                self._row("allowed", str(whole.allowed), part=True),
            ],
        )

    def people(self) -> Section:
        """Say who did how much."""
        report = self._report
        rows = [
            Row(
                self._person(each.staff),
                f"{each.figures.sales} · {self._amount(each.figures.paid_minor)}",
            )
            for each in report.figures.by_staff
        ]
        return self._section("people", rows)

    def refused(self) -> Section:
        """Say why codes were not accepted, the most frequent reason first."""
        counted = sorted(self._report.figures.refused.items(), key=lambda each: (-each[1], each[0]))
        rows = [Row(explain(reason, (), self._language).headline, str(count)) for reason, count in counted]
        return self._section("refused", rows)

    def _person(self, staff: int) -> str:
        return self._report.names.get(staff) or (_say("till", self._language) if staff == 0 else f"#{staff}")

    def _section(self, title: str, rows: list[Row]) -> Section:
        return Section(_say(title, self._language), tuple(rows))

    def _row(self, label: str, value: str, *, part: bool = False) -> Row:
        return Row(_say(label, self._language), value, part=part)

    def _money(self, label: str, minor: int, *, part: bool = False, alarm: bool = False) -> Row:
        return Row(_say(label, self._language), self._amount(minor), part=part, alarm=alarm)

    def _amount(self, minor: int) -> str:
        return format_amount(minor, self._report.currency, self._language)

    def _when(self, at_ms: int, who: str) -> str:
        when = instant_text(at_ms, self._report.zone, self._language)
        return f"{when}, {who}" if who else when
