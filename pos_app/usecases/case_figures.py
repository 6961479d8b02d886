"""The particulars of a case as a person reads them: names for numbers, amounts and counts as the language writes them."""

import re
from collections.abc import Callable, Mapping

from pos_app.usecases.desk import Desk
from sync.protocol.leases import LimitKind
from sync.rules.explain import explain
from sync.rules.money import format_amount

Both = tuple[str, str]

_LABELS: dict[str, Both] = {
    "code": ("Code", "Код"),
    "campaign": ("Campaign", "Акция"),
    "guest": ("Guest", "Гость"),
    "merged": ("Registered again as", "Записан снова как"),
    "staff": ("By", "Кто"),
    "approved_by": ("Allowed by", "Разрешил"),
    "seq": ("Entry of the journal", "Запись журнала"),
    "till_said": ("This till said", "Касса ответила"),
    "office_says": ("By the office's rules", "По правилам офиса"),
    "tier": ("Level", "Уровень"),
    "events": ("Entries", "Записей"),
    "sales": ("Sales", "Продажи"),
    "vip_sales": ("VIP sales", "VIP-продажи"),
    "sales_minor": ("Before discounts", "До скидок"),
    "discount_minor": ("Discounts", "Скидки"),
    "tier_discount_minor": ("Discounts by level", "Скидки за уровень"),
    "paid_minor": ("Paid", "Оплачено"),
    "points_paid_minor": ("Paid with points", "Оплачено баллами"),
    "points_spent": ("Points spent", "Списано баллов"),
    "points_earned": ("Points earned", "Начислено баллов"),
    "redemptions": ("Codes used", "Применено кодов"),
    "uses": ("Used without a sale", "Применено без продажи"),
    "attempts": ("Not accepted", "Не принято"),
    "voids": ("Voids", "Отмены"),
    "refunds": ("Refunds", "Возвраты"),
    "back_minor": ("Given back", "Возвращено"),
    "points_back_minor": ("Given back as points", "Возвращено баллами"),
    "points_back": ("Points given back", "Баллов возвращено"),
    "points_taken": ("Points taken back", "Баллов удержано"),
    "credits": ("Credits by hand", "Начислений вручную"),
    "credited": ("Points credited", "Начислено вручную"),
    "debits": ("Debits by hand", "Списаний вручную"),
    "debited": ("Points debited", "Списано вручную"),
    "overrides": ("Decided by a manager", "Решено менеджером"),
    "allowed": ("Of them allowed", "Из них разрешено"),
}
"""What is told beside the sentence, in this order. What has no words here is of use to the office alone."""

_SUBJECTS: dict[str, tuple[Both, str]] = {
    LimitKind.USES: (("Uses of {}", "Применений: {}"), "code"),
    LimitKind.POINTS: (("Points of {}", "Баллов, {}"), "guest"),
    LimitKind.BUDGET: (("Budget of {}", "Бюджет: {}"), "campaign"),
    LimitKind.GUEST_USES: (("Uses of {}", "Применений: {}"), "campaign"),
    LimitKind.RISK: (("Uses of {}", "Применений: {}"), "campaign"),
    LimitKind.CREDIT: (("Points by hand", "Баллов вручную"), ""),
}
"""Of what units are used, and what the number of each limit's subject names."""

_REASONS: dict[str, Both] = {
    "over_role_limit": ("A role may not give so many.", "Роль не позволяет столько."),
    "second_person": ("A second person was needed.", "Был нужен второй сотрудник."),
    "same_person": ("One person allowed it to themselves.", "Сотрудник разрешил это себе сам."),
}
_WHY_IT_WAITS: tuple[tuple[str, Both], ...] = (
    (
        r"that it undoes is not known",
        ("What it undoes has not come there yet.", "То, что она отменяет, туда ещё не пришло."),
    ),
    (r"guest \d+ is not known", ("The office does not know its guest yet.", "Офис ещё не знает её гостя.")),
    (r"there is no code", ("The office does not know its code.", "Офис не знает её кода.")),
    (r"shift .* is not open", ("The office does not know its shift yet.", "Офис ещё не знает её смены.")),
    (
        r"lease .* not this till",
        ("The office does not know its allotment yet.", "Офис ещё не знает её доли."),
    ),
    (
        r"unknown kind",
        (
            "It is of a kind that the office learns with its next update.",
            "Офис узнает записи такого вида после обновления.",
        ),
    ),
    (r"points that cannot be", ("Its number of points cannot be.", "В ней невозможное число баллов.")),
    (r"cannot be (read|stored|opened)", ("Its content cannot be read.", "Её содержимое не читается.")),
    (r"is taken", ("Its number is taken.", "Её номер занят.")),
)
"""How the office says why an entry waits, and what of it concerns a person at the till."""


class Teller:
    """Writes the particulars of cases in the language of a desk; on the files' thread, for names are looked up."""

    def __init__(self, desk: Desk) -> None:
        """Take the names and the currency of a desk."""
        self._desk, self._cache = desk, desk.till.cache
        self._place = 1 if desk.language == "ru" else 0
        settings = self._cache.settings()
        self._exponent = settings.currency_exponent if settings is not None else None
        self._staff = {row.id: row.name for row in self._cache.staff()}
        self._ways: dict[str, Callable[[int], str]] = {
            "code": self._code,
            "campaign": self._campaign,
            "guest": self._guest,
            "merged": self._guest,
            "staff": self._person,
            "approved_by": self._person,
        }

    def tell(self, detail: Mapping[str, str]) -> dict[str, str]:
        """Return the particulars by the office's names, each as a person reads it."""
        told = {name: self._write(name, value) for name, value in detail.items()}
        for gave in ("till_gave", "office_gives"):
            told[gave] = self._gave(detail.get(f"{gave}.discount_minor"), detail.get(f"{gave}.points"))
        told["subject"] = self._subject(detail)
        if detail.get("limit") == LimitKind.BUDGET:
            told["units"] = self._amount(detail.get("units", ""))
        return {name: value for name, value in told.items() if value}

    def rows(self, detail: Mapping[str, str], *, but: str) -> tuple[tuple[str, str], ...]:
        """Return what is not said in the sentence ``but`` already, each with its label."""
        told = self.tell(detail)
        return tuple(
            (label[self._place], told[name])
            for name, label in _LABELS.items()
            if name in detail and name in told and told[name] not in but
        )

    def _write(self, name: str, value: str) -> str:
        way, number = self._ways.get(name), _number(value)
        if way is not None:
            return way(number) if number is not None else ""
        if name in ("till_said", "office_says"):
            return explain(value, (), self._desk.language).headline
        if name == "reason":
            return self._reason(value)
        if " / " in value:
            ours, office = (self._figure(name, each) for each in value.split(" / ", 1))
            return ("here {}, at the office {}", "здесь {}, в офисе {}")[self._place].format(ours, office)
        # "None", "True" and the like say something to a program; a nought says nothing.
        return self._figure(name, value) if number or (number is None and _is_text(value)) else ""

    def _figure(self, name: str, value: str) -> str:
        return self._amount(value) if name.endswith("_minor") else value

    def _amount(self, value: str) -> str:
        number = _number(value)
        if number is None:
            return ""
        return format_amount(number, self._desk.identity.currency, self._desk.language, self._exponent)

    def _gave(self, discount: str | None, points: str | None) -> str:
        """Say what a code gave: money, points, both, or nothing."""
        if discount is None or points is None:
            return ""
        parts = [] if _number(discount) == 0 else [self._amount(discount)]
        if _number(points) != 0:
            parts.append(("{} points", "баллов: {}")[self._place].format(points))
        return ", ".join(parts) or ("nothing", "ничего")[self._place]

    def _subject(self, detail: Mapping[str, str]) -> str:
        """Say of what units were used: each limit has another subject."""
        number = _number(detail.get("subject", ""))
        if number is None:
            return ""
        words, kind = _SUBJECTS.get(detail.get("limit", ""), (("", ""), ""))
        return words[self._place].format(self._ways.get(kind, str)(number))

    def _reason(self, value: str) -> str:
        known = _REASONS.get(value)
        if known is None:
            known = next((words for sign, words in _WHY_IT_WAITS if re.search(sign, value)), None)
        return known[self._place] if known is not None else ""

    def _code(self, number: int) -> str:
        found = self._cache.code(number)
        name = found.code.name if found is not None else ""
        return name or ("code {}", "код {}")[self._place].format(number)

    def _campaign(self, number: int) -> str:
        found = self._cache.campaign(number)
        return found.name if found is not None else ("campaign {}", "акция {}")[self._place].format(number)

    def _guest(self, number: int) -> str:
        found = self._cache.guest(number)
        name = found.name if found is not None else ""
        return name or ("guest {}", "гость {}")[self._place].format(number)

    def _person(self, number: int) -> str:
        return self._staff.get(number) or f"#{number}"


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def _is_text(value: str) -> bool:
    return value not in ("None", "True", "False", "")
