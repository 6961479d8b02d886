"""What the use cases say besides the rules' reasons and their own refusals, in the languages of the settings."""

from sync.rules.code import Code
from sync.rules.wording.wall_clock import instant_text

_PHRASES: dict[str, tuple[str, str]] = {
    "guest": ("{name}, {tier}, {points} points", "{name}, {tier}, баллов: {points}"),
    "as_of": ("{text} (as of {when})", "{text} (по состоянию на {when})"),
    "tier_points": ("{percent} % as points for {tier}", "{percent} % баллами за уровень {tier}"),
    "tier_discount": ("{percent} % off for {tier}", "скидка {percent} % за уровень {tier}"),
    "first_used": ("First used {when}.", "Впервые использован {when}."),
    "first_used_at": ("First used {when}, {where}.", "Впервые использован {when}, {where}."),
    "unsettled": (
        "{count} events are only on this till; connect it to the office until they are sent.",
        "Событий только на этой кассе: {count}; подключите её к офису, пока они не будут отправлены.",
    ),
    "received": (
        "The office has received everything; it keeps no backup of it yet.",
        "Офис получил всё; резервной копии у него ещё нет.",
    ),
    "not_backed_up": (
        "The office has received everything, but {count} events are not in its backup yet.",
        "Офис получил всё, но в его резервной копии ещё нет событий: {count}.",
    ),
    "backed_up": (
        "The office has received everything and holds it in a backup.",
        "Офис получил всё и хранит в резервной копии.",
    ),
    "allowed_headline": ("Allowed", "Разрешено"),
    "allowed": ("{name} has allowed this use.", "Применение разрешено: {name}."),
    "not_allowed_headline": ("Not allowed", "Не разрешено"),
    "not_allowed": ("{name} has not allowed this use.", "Применение не разрешено: {name}."),
    "badge": ("This is the badge of {name}.", "Это бейдж: {name}."),
    "badge_headline": ("Badge", "Бейдж"),
    "badge_advice": ("Sign in with it, or scan a guest's code.", "Войдите с ним или считайте код гостя."),
}


def phrase(key: str, language: str, **values: object) -> str:
    """Say a phrase in English or Russian."""
    return _PHRASES[key][1 if language == "ru" else 0].format(**values)


def percent(basis_points: int, language: str) -> str:
    """Write basis points as a percentage: 1000 → ``10``, 1250 → ``12.5`` (``12,5`` in Russian)."""
    text = f"{basis_points / 100:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "ru" else text


def history(code: Code, zone: str, language: str) -> str:
    """Say when and where a code was first used; empty when nobody has used it."""
    if code.first_used_at_ms is None:
        return ""
    when = instant_text(code.first_used_at_ms, zone, language)
    if code.first_used_where:
        return phrase("first_used_at", language, when=when, where=code.first_used_where)
    return phrase("first_used", language, when=when)
