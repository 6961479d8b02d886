"""From a reason's identifier to words for a person."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter

from sync.rules.reasons import Reason, known_reason
from sync.rules.wording.english import ENGLISH
from sync.rules.wording.entry import Entry
from sync.rules.wording.russian import RUSSIAN

LANGUAGES: Mapping[str, Mapping[Reason, Entry]] = {"en": ENGLISH, "ru": RUSSIAN}
DEFAULT_LANGUAGE = "en"

MAX_PARAM_CHARS = 200
"""What is shown of one parameter: a name from the office is never longer."""

_NEWER = {
    "en": Entry(
        headline="Update needed",
        sentence="The answer was “{reason}”, which this version does not know.",
        advice="Tell IT to update this program.",
    ),
    "ru": Entry(
        headline="Нужно обновление",
        sentence="Ответ «{reason}» этой версии программы неизвестен.",
        advice="Попросите ИТ обновить программу.",
    ),
}
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?")
_AMOUNT = re.compile(r"(-?)(\d+)(?:\.(\d+))? ([A-Z]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a screen shows: read the headline from afar, the sentence close by; then do the advice."""

    sentence: str
    advice: str
    headline: str


def explain(
    reason: str,
    params: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    language: str = DEFAULT_LANGUAGE,
) -> Explanation:
    """Say a reason in a language (``en``, ``ru``, or a locale such as ``ru_RU``; others read English).

    ``params`` are a verdict's parameters; dates and amounts in them are written as the language writes
    them. Missing parameters leave out the detail that needs them, and an identifier of a newer program
    is named rather than guessed at.
    """
    tongue = language[:2].lower()
    if tongue not in LANGUAGES:
        tongue = DEFAULT_LANGUAGE
    known = known_reason(reason)
    values = {name: _shown(value, tongue) for name, value in dict(params).items()}
    if known is None:
        entry = _NEWER[tongue]
        values["reason"] = str(reason)[:MAX_PARAM_CHARS]
        return Explanation(
            sentence=entry.sentence.format_map(values), advice=entry.advice, headline=entry.headline
        )
    entry = LANGUAGES[tongue][known]
    details = [detail.format_map(values) for detail in entry.details if placeholders(detail) <= values.keys()]
    return Explanation(
        sentence=" ".join((entry.sentence, *details)), advice=entry.advice, headline=entry.headline
    )


def placeholders(template: str) -> set[str]:
    """Name the parameters that a template needs."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _shown(value: str, tongue: str) -> str:
    """Write one parameter as its language does; anything but a date or an amount stays as it is."""
    text = value[:MAX_PARAM_CHARS]
    amount = _AMOUNT.fullmatch(text)
    if amount:
        sign, whole, fraction, currency = amount.groups()
        grouped = f"{int(whole):,}"
        point = "."
        if tongue == "ru":
            grouped, point = grouped.replace(",", "\u00a0"), ","
        number = grouped if fraction is None else f"{grouped}{point}{fraction}"
        return f"{sign}{number}\u00a0{currency}"
    written = _DATE.fullmatch(text)
    if written is None:
        return text
    try:
        when = datetime.fromisoformat(text) if written.group(1) else date.fromisoformat(text)
    except ValueError:
        return text
    return _written_date(when, tongue)


def _written_date(when: date, tongue: str) -> str:
    if tongue == "ru":
        day = f"{when.day:02d}.{when.month:02d}.{when.year}"
    else:
        day = f"{when.day} {_MONTHS_EN[when.month - 1]} {when.year}"
    return f"{day}, {when:%H:%M}" if isinstance(when, datetime) else day
