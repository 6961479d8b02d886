"""Points given or taken by hand: whose, how many and why; a second person where the network asks for one."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject

from pos_app.ui.places.asking import ask_second_person
from pos_app.ui.places.shift.report_lines import credit_reasons
from pos_app.ui.places.surroundings import Surroundings
from pos_app.ui.sheets.guest_sheet import GuestSheet
from pos_app.ui.sheets.points_sheet import PointsSheet
from pos_app.ui.words.line import Line
from pos_app.usecases.guest_results import GuestFound
from pos_app.usecases.results import Credited
from pos_app.usecases.shift_results import CreditLimits
from pos_app.usecases.source import Source
from sync.rules.user_error import UserError

Done = Callable[[Credited], None]


def _say(text: str) -> str:
    return QCoreApplication.translate("ByHand", text)


def ask_whose_points(around: Surroundings, done: Done) -> GuestSheet:
    """Ask for the guest first, then as :func:`ask_points`."""
    return _GuestAsking(around, done).sheet


class _GuestAsking(QObject):
    """One sheet that asks whose points; it lives as long as the sheet."""

    def __init__(self, around: Surroundings, done: Done) -> None:
        self.sheet = GuestSheet(_say("Points by hand"), _say("Scan the guest's card, or find the guest."))
        super().__init__(self.sheet)
        self._around, self._done = around, done
        self._found: tuple[GuestFound, ...] = ()
        self.sheet.searched.connect(self._search)
        self.sheet.picked.connect(self._pick)
        self.sheet.scanned.connect(self._scan)
        around.sheets.open(self.sheet)

    def _search(self, text: str) -> None:
        if text.strip():
            self._around.submit(lambda: self._around.counter.guests.search(text), self._show)
        else:
            self._show(())

    def _show(self, guests: tuple[GuestFound, ...]) -> None:
        if self.sheet.ended:
            return
        self._found = guests
        asked = bool(self.sheet.field.text().strip())
        nobody = [Line(title=_say("Nobody was found."), plain=True)] if asked else []
        self.sheet.show_found([_guest_line(each) for each in guests] or nobody)

    def _pick(self, number: int) -> None:
        if 0 <= number < len(self._found):
            self._known(self._found[number])

    def _scan(self, text: str, source: Source) -> None:
        counter = self._around.counter

        def find() -> GuestFound | None:
            """Find whose card it is; what another code has claimed goes back at once."""
            look = counter.look_up(text, source)
            counter.release(look)
            return None if look.guest is None else counter.guests.find(look.guest.id)

        self._around.submit(find, self._known)

    def _known(self, guest: GuestFound | None) -> None:
        if self.sheet.ended:
            return
        if guest is None:
            self.sheet.show_problem(
                _say("This is no guest's card."), _say("Find the guest by name or phone.")
            )
            return
        self.sheet.finish()
        ask_points(self._around, guest.guest.id, guest.name, self._done)


def ask_points(around: Surroundings, guest_id: int, name: str, done: Done) -> None:
    """Ask how many and why, and record it; what does not go is said in the sheet, which stays."""
    around.submit(
        around.counter.shift.credit_limits, lambda limits: _ask(around, guest_id, name, limits, done)
    )


def _ask(around: Surroundings, guest_id: int, name: str, limits: CreditLimits, done: Done) -> None:
    sheet = PointsSheet(_say("Points for {name}").format(name=name), _limits_words(limits), credit_reasons())

    def recorded(credited: Credited) -> None:
        sheet.finish()
        around.news.recorded.emit()
        done(credited)

    def refused(error: UserError) -> None:
        if not sheet.ended:
            sheet.show_problem(*around.tongue.errors().say(error))

    def enter(points: int, reason: str, note: str) -> None:
        def attempt(second_pin: str | None = None) -> Credited:
            return around.counter.credit_points(guest_id, points, reason, note, second_pin=second_pin)

        def failed(error: UserError) -> None:
            refused(error)
            if error.reason == "second_person":
                sentence, advice = around.tongue.errors().say(error)
                ask_second_person(around, sentence, advice, attempt, recorded, refused)

        around.submit(attempt, recorded, failed)

    sheet.entered.connect(enter)
    around.sheets.open(sheet)


def _limits_words(limits: CreditLimits) -> str:
    if not limits.mine:
        return _say("Your role gives and takes no points by hand: let a manager sign in.")
    may = _say("You may give or take up to {most} points at once.").format(most=limits.mine)
    second = _say("Above {above} a second person agrees.").format(above=limits.second_above)
    here = _say("Left here without the office: {left}.").format(left=limits.leased)
    return f"{may} {second} {here}"


def _guest_line(found: GuestFound) -> Line:
    guest = found.guest
    phone = f"··· {found.phone_last4}" if found.phone_last4 else ""
    return Line(
        title=found.name,
        note=" · ".join(part for part in (phone, guest.tier) if part),
        value=str(guest.points),
        sign="person",
    )
