"""The place of sales: find one by its receipt, void it, give a part of it back."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from pos_app.ui.places.asking import ask_for_reason, ask_second_person, ask_to_confirm
from pos_app.ui.places.place import Place, PlaceName
from pos_app.ui.places.sales import sale_words as words
from pos_app.ui.places.surroundings import Surroundings
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.sheets.refund_sheet import RefundSheet
from pos_app.ui.widgets.place_key import place_key
from pos_app.usecases.network_settings import item_names
from pos_app.usecases.report_csv import sales_csv
from pos_app.usecases.report_files import list_name, save_report
from pos_app.usecases.results import FoundSale, Undone
from pos_app.usecases.shift_results import SaleEntry
from pos_app.usecases.source import Source
from pos_app.usecases.verified_words import verified_advice, verified_sentence
from pos_app.usecases.verify_receipt import Signature, Verified
from sync.protocol.feed import SettingsRow
from sync.protocol.receipts import read_receipt

SHOWN = 300
"""Sales of the list; an older one is found by its receipt."""

Attempt = Callable[[str | None], Undone]


def _say(text: str) -> str:
    return QCoreApplication.translate("Sales", text)


class SalesPlace(Place):
    """Shows this till's sales; a receipt that is scanned here is found."""

    name = PlaceName.SALES

    def __init__(self, around: Surroundings) -> None:
        self._view = SalesScreen()
        super().__init__(self._view)
        self._around = around
        self._sales: list[SaleEntry] = []
        self._several: tuple[FoundSale, ...] = ()
        self._chosen: FoundSale | None = None
        self._verified: Verified | None = None
        self._names: dict[str, str] = {}
        self._up = False
        view = self._view
        view.searched.connect(self.find)
        view.picked.connect(self._pick)
        view.void_wanted.connect(self.ask_to_void)
        view.refund_wanted.connect(self.ask_to_refund)
        view.undo_wanted.connect(self.ask_to_undo)
        view.csv_wanted.connect(self.save_csv)
        view.receipt_wanted.connect(self.show_receipt)
        place_key(view, "F2").activated.connect(view.field.setFocus)
        around.news.recorded.connect(self._refresh)
        around.news.sale_wanted.connect(self.show_sale)
        around.news.settings.connect(self._learn)

    def enter(self) -> None:
        """Come up with the newest sales."""
        self._up = True
        self._several = ()
        self._view.told.say("")
        self._view.field.clear()
        self._view.field.setFocus()
        self._load()

    def leave(self) -> None:
        """Forget what was chosen."""
        self._up = False
        self._chosen = self._verified = None
        self._paint_chosen()

    def take_code(self, text: str, source: Source) -> bool:  # noqa: ARG002 - however it was read
        """Find the sale of a receipt; every other code is for the sale that is being made."""
        if read_receipt(text) is None:
            return False
        self.find(text)
        return True

    def speak(self) -> None:
        """Say everything again."""
        self._paint()

    def find(self, text: str) -> None:
        """Find a sale by its receipt's code or number, or its event; say what the code of a receipt proves."""
        counter = self._around.counter
        self._verified = None
        if read_receipt(text) is not None:
            self._around.submit(lambda: counter.receipts.verify(text), self._prove)
        self._around.submit(lambda: counter.find_sale(text), self._found)

    def show_receipt(self) -> None:
        """Show the receipt of the chosen sale, to be printed again or saved."""
        if self._chosen is not None and self._chosen.own:
            self._around.receipts.show(self._chosen.event, self._chosen.at_ms)

    def show_sale(self, text: str) -> None:
        """Come up with one sale, as from a case."""
        self._around.go(PlaceName.SALES)
        self.find(text)

    def ask_to_void(self) -> None:
        """Ask why, and void the chosen sale as a whole."""
        found, counter = self._chosen, self._around.counter
        if found is None:
            return

        def why(reason: str, note: str) -> None:
            self._do(found, lambda pin: counter.void(found.event, reason, note, second_pin=pin, seen=found))

        title = _say("Void: {sale}").format(sale=words.found_title(found))
        sentence = _say("The sale counts as never made; codes and points come back.")
        ask_for_reason(self._around, title, sentence, words.refund_reasons(), why)

    def ask_to_refund(self) -> None:
        """Ask what goes back of the chosen sale, then why."""
        found = self._chosen
        if found is None or found.sale is None:
            return
        counter, speech = self._around.counter, self._around.tongue.speech()
        sheet = RefundSheet(
            _say("Give back: {sale}").format(sale=words.found_title(found)),
            _say("Up to {amount} can go back.").format(amount=speech.money(found.left_minor)),
            words.refund_lines(found, speech, self._names),
            found.left,
            currency=found.sale.currency,
            exponent=counter.exponent,
        )
        sheet.by_lines.connect(lambda lines: self._refund_why(found, {n: found.left[n] for n in lines}, None))
        sheet.by_amount.connect(lambda amount: self._refund_why(found, None, amount))
        sheet.wrong.connect(lambda error: sheet.show_problem(*self._around.tongue.errors().say(error)))
        self._around.sheets.open(sheet)

    def ask_to_undo(self) -> None:
        """Ask, and undo what this till did last."""
        ask_to_confirm(
            self._around,
            _say("Undo the last sale?"),
            _say("What this till sold last counts as never made; codes and points come back."),
            _say("Undo"),
            self._undo,
            danger=True,
        )

    def save_csv(self) -> None:
        """Save the list for a spreadsheet."""
        counter, running = self._around.counter, self._around.running
        sales, language = list(self._sales), self._around.tongue.speech().language
        name = list_name("sales", counter.till_name, running.now_ms(), counter.zone)
        self._around.submit(
            lambda: save_report(running.settings.home, f"{name}.csv", sales_csv(sales).encode(), language),
            lambda path: self._view.told.say(_say("Saved"), str(path), tone="accept"),
        )

    def _undo(self) -> None:
        self._around.submit(self._around.counter.undo_last, self._undone)

    def _refund_why(self, found: FoundSale, lines: dict[int, int] | None, amount: int | None) -> None:
        counter, speech = self._around.counter, self._around.tongue.speech()
        total = sum(lines.values()) if lines is not None else amount or 0

        def why(reason: str, note: str) -> None:
            self._do(
                found,
                lambda pin: counter.refund(
                    found.event, reason, note, amount_minor=amount, lines=lines, second_pin=pin, seen=found
                ),
            )

        title = _say("Give back {amount}").format(amount=speech.money(total))
        ask_for_reason(self._around, title, words.found_title(found), words.refund_reasons(), why)

    def _do(self, found: FoundSale, attempt: Attempt) -> None:
        """Record it; what another till has sold needs a second person."""
        if found.own:
            self._around.submit(lambda: attempt(None), self._undone)
            return
        ask_second_person(
            self._around,
            _say("A second person agrees"),
            _say("This was sold at {till}.").format(till=found.till_name),
            attempt,
            self._undone,
        )

    def _undone(self, undone: Undone) -> None:
        sentence, advice = words.undone_words(undone, self._around.tongue.speech())
        self._view.told.say(sentence, advice, tone="accept")
        self._around.news.recorded.emit()
        self._around.receipts.take_undone(undone)
        if self._chosen is not None and self._chosen.event == undone.original:
            self.find(str(undone.original))

    def _load(self) -> None:
        shift = self._around.counter.shift
        self._around.submit(lambda: shift.sales(SHOWN), self._take)

    def _refresh(self) -> None:
        if self._up:
            self._load()

    def _take(self, sales: list[SaleEntry]) -> None:
        self._sales = sales
        self._paint()

    def _learn(self, settings: SettingsRow) -> None:
        self._names = dict(item_names(settings))

    def _prove(self, verified: Verified) -> None:
        self._verified = verified
        self._chosen, self._several = None, ()
        self._paint()

    def _paint_proof(self) -> None:
        """Say what the scanned receipt proves, whether its sale is found or not."""
        verified, speech = self._verified, self._around.tongue.speech()
        if verified is None:
            self._view.proof.say("")
            return
        open_question = verified.signature is Signature.UNCHECKED
        self._view.proof.say(
            verified_sentence(verified, speech.language),
            verified_advice(verified, self._around.counter.zone, speech.language),
            tone="accept" if verified.proved else "ask" if open_question else "refuse",
        )

    def _found(self, found: tuple[FoundSale, ...]) -> None:
        self._several = found if len(found) > 1 else ()
        self._chosen = found[0] if len(found) == 1 else None
        self._view.field.clear()
        self._paint()

    def _pick(self, number: int) -> None:
        self._verified = None
        if self._several:
            self._chosen = self._several[number]
            self._paint()
        elif number < len(self._sales):
            self.find(str(self._sales[number].event))

    def _paint(self) -> None:
        speech, view = self._around.tongue.speech(), self._view
        if self._several:
            view.show_sales(words.found_lines(self._several, speech))
        else:
            view.show_sales(words.sale_lines(self._sales, speech))
        self._paint_chosen()

    def _paint_chosen(self) -> None:
        speech, view = self._around.tongue.speech(), self._view
        self._paint_proof()
        found = self._chosen
        if found is None:
            view.show_sale("", (), "", may_void=False, may_refund=False)
            return
        view.show_sale(
            words.found_title(found),
            words.found_facts(found, speech, self._names),
            words.found_state(found),
            may_void=found.untouched,
            may_refund=found.sale is not None and not found.done and found.left_minor > 0,
            may_print=found.own and found.sale is not None,
        )
