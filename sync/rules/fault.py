"""What is wrong with something a person wants to save: the field, and why, in the person's language.

The English problem is what the code says; the Russian one is found by it in
:mod:`sync.rules.wording.faults`, where a test sees to it that none is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.rules.user_error import UserError
from sync.rules.wording.faults import ADVICE, RUSSIAN_FAULTS

_MAX_QUOTED_CHARS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One contradiction: the field's name as programs know it, and the problem with its figures.

    ``problem`` is a template in English; ``params`` fills its placeholders.
    """

    field: str
    problem: str
    params: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        """The whole sentence in English."""
        return self.said("en")

    def said(self, language: str) -> str:
        """Say it in a language (``en``, ``ru``, or a locale such as ``ru_RU``; others read English)."""
        template = RUSSIAN_FAULTS.get(self.problem, self.problem) if _is_russian(language) else self.problem
        return f"{self.field} {template.format_map(dict(self.params))}."


class Faulty(UserError):
    """Something contradicts itself and is not saved. ``faults`` holds every contradiction."""

    def __init__(self, reason: str, faults: Sequence[Fault], language: str = "en") -> None:
        """Say all faults in a language."""
        super().__init__(
            reason,
            " ".join(each.said(language) for each in faults),
            ADVICE["ru" if _is_russian(language) else "en"],
        )
        self.faults = tuple(faults)

    def in_language(self, language: str) -> "Faulty":
        """Say the same in another language."""
        return Faulty(self.reason, self.faults, language)


def fault(field: str, problem: str, **params: object) -> Fault:
    """Make a fault; a parameter that is no text is written as one."""
    return Fault(
        field=field, problem=problem, params=tuple((name, str(each)) for name, each in params.items())
    )


def quoted(text: str) -> str:
    """Show what somebody wrote, in quotation marks and not at length."""
    return repr(text[:_MAX_QUOTED_CHARS])


def refuse(reason: str, faults: Sequence[Fault], language: str = "en") -> None:
    """Raise one :class:`Faulty` that says every fault; nothing happens when there is none."""
    if faults:
        raise Faulty(reason, faults, language)


def _is_russian(language: str) -> bool:
    return language[:2].lower() == "ru"
