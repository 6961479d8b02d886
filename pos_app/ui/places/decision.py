"""An ask verdict is decided: a reason, then a manager's PIN or badge; the use case does the rest."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from pos_app.ui.places.asking import ask_second_person
from pos_app.ui.places.surroundings import Surroundings
from pos_app.ui.sheets.decide_sheet import DecideSheet
from pos_app.usecases.results import LookUp


def _say(text: str) -> str:
    return QCoreApplication.translate("Decision", text)


def decision_reasons() -> list[tuple[str, str]]:
    """Return why a manager decides as they do."""
    return [
        ("clock_checked", _say("Date and time checked")),
        ("guest_known", _say("The guest is known")),
        ("office_called", _say("The office was called")),
        ("other", _say("Something else (see note)")),
    ]


def decide(around: Surroundings, look: LookUp, then: Callable[[LookUp], None]) -> None:
    """Ask a manager about a look-up; ``then`` gets it as it was decided, after COMMIT."""
    sheet = DecideSheet(_say("A manager decides"), look.message, look.gives, decision_reasons())

    def decided(allow: bool, reason: str, note: str) -> None:  # noqa: FBT001 - a signal's argument
        def attempt(pin: str) -> LookUp:
            return around.counter.decide(look, allow=allow, reason=reason, note=note, pin=pin)

        def done(result: LookUp) -> None:
            around.news.recorded.emit()
            then(result)

        title = _say("Allow this use?") if allow else _say("Refuse this use?")
        ask_second_person(
            around, title, _say("A shift manager enters the PIN or shows the badge."), attempt, done
        )

    sheet.decided.connect(decided)
    around.sheets.open(sheet)
