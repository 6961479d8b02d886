"""The words of receipts, in the languages of the settings."""

from sync.rules.money import format_amount
from sync.rules.wording.plural import english_form, russian_form

_WORDS: dict[str, tuple[str, str]] = {
    "sale": ("Receipt {number}", "Чек № {number}"),
    "void": ("Void {number}", "Отмена № {number}"),
    "refund": ("Refund {number}", "Возврат № {number}"),
    "copy": ("COPY {count}", "КОПИЯ {count}"),
    "vip": ("VIP – first in the queue", "VIP – вне очереди"),
    "till": ("Till", "Касса"),
    "cashier": ("Cashier", "Кассир"),
    "amount": ("Amount", "Сумма"),
    "reward": ("Reward", "Награда"),
    "total": ("Total", "Итого"),
    "discount": ("Discount", "Скидка"),
    "tier": ("Tier {name}", "Уровень {name}"),
    "due": ("To pay", "К оплате"),
    "with_points": ("with points", "баллами"),
    "in_money": ("in money", "деньгами"),
    "tax": ("Tax group {name}", "Налог. группа {name}"),
    "guest": ("Guest", "Гость"),
    "tier_of": ("Tier", "Уровень"),
    "earned": ("Points earned", "Начислено баллов"),
    "spent": ("Points spent", "Списано баллов"),
    "points_back": ("Points returned", "Возвращено баллов"),
    "points_taken": ("Points taken back", "Удержано баллов"),
    "balance": ("Balance as of {when}", "Баланс на {when}"),
    "gone_back": ("Given back", "Возвращено"),
    "original": ("Of receipt {number}", "По чеку № {number}"),
    "original_when": ("of {when}", "от {when}"),
    "original_event": ("Of the sale {event}", "По продаже {event}"),
    "reason": ("Reason", "Причина"),
    "proof": (
        "Scan at any till of the network: it proves this receipt.",
        "Считайте на любой кассе сети: код подтверждает этот чек.",
    ),
    "event": ("Event {event}", "Событие {event}"),
    "tax_id": ("Tax number {number}", "ИНН {number}"),
    "thanks": ("Thank you!", "Спасибо!"),
    "test": ("Printer test", "Проверка принтера"),
    "test_text": (
        "If you can read this line, letters are right: ÄÖ é ß.",
        "Если эта строка читается, с буквами всё в порядке.",
    ),
    "test_width": ("Width {width} mm, {columns} signs", "Ширина {width} мм, {columns} знаков"),
}

_POINTS = {
    "en": ("{count} point", "{count} points"),
    "ru": ("{count} балл", "{count} балла", "{count} баллов"),
}


def say(key: str, language: str, **values: object) -> str:
    """Say a phrase in English or Russian."""
    return _WORDS[key][1 if language == "ru" else 0].format(**values)


def points(count: int, language: str) -> str:
    """Count points: ``1 point``, ``5 баллов``."""
    spoken, form = ("ru", russian_form) if language == "ru" else ("en", english_form)
    return _POINTS[spoken][form(count)].format(count=count)


def money(amount_minor: int, currency: str, language: str, exponent: int) -> str:
    """Write an amount with its currency."""
    return format_amount(amount_minor, currency, language, exponent)


def number(amount_minor: int, currency: str, language: str, exponent: int) -> str:
    """Write an amount without its currency, for the lines above the sum."""
    return money(amount_minor, currency, language, exponent).rpartition("\u00a0")[0]
