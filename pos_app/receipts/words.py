"""The words of receipts, in the languages of the settings."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync.rules.money import format_amount

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
    "thanks": ("Thank you!", "Спасибо!"),
    "test": ("Printer test", "Проверка принтера"),
    "test_text": (
        "If you can read this line, letters are right: ÄÖ é ß.",
        "Если эта строка читается, с буквами всё в порядке.",
    ),
    "test_width": ("Width {width} mm, {columns} signs", "Ширина {width} мм, {columns} знаков"),
}

_RUSSIAN_POINTS = ("{count} балл", "{count} балла", "{count} баллов")
_TEENS = range(11, 15)
_FEW = range(2, 5)


def say(key: str, language: str, **values: object) -> str:
    """Say a phrase in English or Russian."""
    return _WORDS[key][1 if language == "ru" else 0].format(**values)


def points(count: int, language: str) -> str:
    """Count points: ``1 point``, ``5 баллов``."""
    if language != "ru":
        return f"{count} point" if abs(count) == 1 else f"{count} points"
    last, two = abs(count) % 10, abs(count) % 100
    form = 2 if two in _TEENS else 0 if last == 1 else 1 if last in _FEW else 2
    return _RUSSIAN_POINTS[form].format(count=count)


def when(at_ms: int, zone: str, language: str) -> str:
    """Write an instant in the restaurant's own time: ``2026-11-21 14:02`` or ``21.11.2026 14:02``."""
    try:
        place: ZoneInfo | None = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        place = None
    at = datetime.fromtimestamp(at_ms / 1000, place or UTC)
    return f"{at:%d.%m.%Y %H:%M}" if language == "ru" else f"{at:%Y-%m-%d %H:%M}"


def money(amount_minor: int, currency: str, language: str, exponent: int) -> str:
    """Write an amount with its currency."""
    return format_amount(amount_minor, currency, language, exponent)


def number(amount_minor: int, currency: str, language: str, exponent: int) -> str:
    """Write an amount without its currency, for the lines above the sum."""
    return money(amount_minor, currency, language, exponent).rpartition("\u00a0")[0]
