"""The place of cases: an inbox that works without a network, as the office filled it last."""

from PySide6.QtCore import QCoreApplication

from pos_app.ui.places.place import Place, PlaceName
from pos_app.ui.places.surroundings import Surroundings
from pos_app.ui.screens.cases_screen import CasesScreen
from pos_app.ui.words.line import Line
from pos_app.ui.words.speech import Speech
from pos_app.ui.words.standing import Standing
from pos_app.usecases.case_inbox import CaseSeen, Inbox
from pos_app.usecases.condition import Condition
from pos_app.usecases.results import SignedIn


def _say(text: str) -> str:
    return QCoreApplication.translate("Cases", text)


class CasesPlace(Place):
    """Carries the number of open cases on the rail."""

    name = PlaceName.CASES

    def __init__(self, around: Surroundings) -> None:
        self._view = CasesScreen()
        super().__init__(self._view)
        self._around = around
        self._inbox = Inbox(open=0, cases=())
        self._chosen: CaseSeen | None = None
        self._told: tuple[object, ...] = ()
        self._found: tuple[bool, bool] = (False, False)
        self._view.picked.connect(self._pick)
        self._view.sale_wanted.connect(self.show_sale)
        around.news.standing.connect(self._ask)
        around.news.condition.connect(self._look)

    def enter(self) -> None:
        """Come up with what is known now."""
        self._chosen = None
        self._load()
        self._view.list.setFocus()

    def greet(self, who: SignedIn | None) -> None:
        """Count anew for whoever comes."""
        if who is not None:
            self._load()

    def speak(self) -> None:
        """Say everything again."""
        self._load()

    def show_sale(self) -> None:
        """Bring up the sale that the chosen case is about."""
        case = self._chosen
        if case is not None and case.event is not None:
            self._around.news.sale_wanted.emit(str(case.event))

    def _ask(self, standing: Standing) -> None:
        """Read anew when the office told of more or fewer cases, or the till finds something about the way there."""
        told = (standing.cases, standing.alarm, standing.as_of_ms is None)
        if told != self._told:
            self._told = told
            self._load()

    def _look(self, condition: Condition) -> None:
        """Read anew when the till finds something about itself, or no longer does."""
        found = (condition.clock_in_doubt, condition.disk_low)
        if found != self._found:
            self._found = found
            self._load()

    def _load(self) -> None:
        self._around.submit(self._around.counter.cases, self._take)

    def _take(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.count_changed.emit(inbox.open)
        chosen = self._chosen
        self._chosen = next(
            (
                case
                for case in inbox.cases
                if chosen and (case.number, case.kind) == (chosen.number, chosen.kind)
            ),
            next(iter(inbox.cases), None),
        )
        self._paint()

    def _pick(self, number: int) -> None:
        if number < len(self._inbox.cases):
            self._chosen = self._inbox.cases[number]
            self._paint()

    def _paint(self) -> None:
        speech, view, inbox = self._around.tongue.speech(), self._view, self._inbox
        lines = [_line(case, speech) for case in inbox.cases]
        nothing = [Line(title=_say("Nothing needs your attention."), plain=True)]
        said = _say("{count} open").format(count=inbox.open) if inbox.open else _say("None open")
        view.show_cases(lines or nothing, said)
        case = self._chosen
        if case is None:
            view.show_case("", "", "", (), has_sale=False)
            return
        view.list.select(inbox.cases.index(case))
        view.show_case(
            case.title, case.what, case.advice, _facts(case, speech), has_sale=case.event is not None
        )


def _line(case: CaseSeen, speech: Speech) -> Line:
    number = (
        _say("found by this till")
        if case.number is None
        else _say("Case {number}").format(number=case.number)
    )
    when = "" if case.at_ms is None else speech.clock(case.at_ms)
    return Line(
        title=case.title,
        note=" · ".join(part for part in (number, when) if part),
        sign="alert",
        tone="ask" if case.number is not None else "refuse",
    )


def _facts(case: CaseSeen, speech: Speech) -> list[Line]:
    """Write the particulars, for a call about the case."""
    if case.number is None:
        return []
    lines = [Line(title=_say("Number"), value=str(case.number), plain=True)]
    if case.at_ms is not None:
        lines.append(Line(title=_say("Opened"), value=speech.clock(case.at_ms), plain=True))
    lines += [Line(title=label, value=value, plain=True) for label, value in case.detail]
    return lines
