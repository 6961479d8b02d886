"""Says what a case means, with the figures that the office told of it."""

from collections.abc import Mapping
from string import Formatter

from pos_app.usecases.case_phrase import TELL, Phrase
from pos_app.usecases.case_phrases import OFFICE_CASES
from pos_app.usecases.limit_case_phrases import FINDINGS, LIMIT_CASES

CASES = {**OFFICE_CASES, **LIMIT_CASES, **FINDINGS}
_NEWER = Phrase(
    title=("A case for the office", "Случай для офиса"),
    what=(
        "The office has a case about this till that this version of the program cannot put into words.",
        "У офиса есть случай об этой кассе, для которого в этой версии программы нет слов.",
    ),
    advice=TELL,
)


def case_words(kind: str, language: str, told: Mapping[str, str] | None = None) -> tuple[str, str, str]:
    """Return title, what happened with the figures that were ``told``, and what to do."""
    phrase, place = CASES.get(kind, _NEWER), 1 if language == "ru" else 0
    what = phrase.what[place]
    if phrase.figures is not None and told is not None:
        sentence = phrase.figures[place]
        if all(told.get(name) for _, name, _, _ in Formatter().parse(sentence) if name):
            what = f"{what} {sentence.format_map(told)}"
    return phrase.title[place], what, phrase.advice[place]
