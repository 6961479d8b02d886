"""The guided tour: the demo without a display, driven through the real window and told line by line."""

import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from pos_app.bootstrap import enrol_till, open_counter
from pos_app.demo.clips import ClipShelf
from pos_app.demo.narrator import Narrator
from pos_app.demo.office_window import OfficeWindow
from pos_app.demo.patience import Patience
from pos_app.demo.stage import Sample, Stage
from pos_app.scanner.sources import film_source
from pos_app.ui.app import run_window
from pos_app.ui.flow import Screen
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.results import LookUp, Sold
from sync.rules.user_error import UserError

MINOR = 100


def guided_tour(stage: Stage, narrator: Narrator) -> int:
    """Play the tour in an off-screen window; 0 when everything happened as told, else 1."""
    guides: list[Guide] = []

    def drive(window: TillWindow) -> None:
        guides.append(Guide(window, stage, narrator))
        QTimer.singleShot(0, guides[0].play)

    run_window(stage.settings, open_counter=open_counter, enrol=enrol_till, drive=drive)
    return 0 if guides and guides[0].finished else 1


class Guide:
    """Leads one window through the story, step by step."""

    def __init__(self, window: TillWindow, stage: Stage, narrator: Narrator) -> None:
        self.finished = False
        self._window, self._stage, self._narrator = window, stage, narrator
        self._patience = Patience()
        self._office = OfficeWindow(stage.latest)
        self._seen: list[LookUp] = []
        self._sold: list[Sold] = []
        self._clips = ClipShelf(stage.folder / "clips")
        self._pictures = 0
        window.verdict_shown.connect(self._seen.append)
        window.sale_done.connect(self._sold.append)

    def play(self) -> None:
        """Tell the whole story; the window is closed at its end, also when something went wrong."""
        try:
            self._order_clips()
            self._sign_in()
            self._sell_online()
            self._refuse()
            self._go_on_without_central()
            self._settle()
            self._show_another_face()
            self._count_up()
            self.finished = True
        except UserError as error:
            self._narrator.say("failed", str(error))
            self._picture("failed")
        finally:
            self._clips.close()
            self._patience.close()
            self._window.close()

    def _order_clips(self) -> None:
        """Let the films be made while the story goes on, in the order in which they are wanted."""
        stage = self._stage
        for sample in (
            stage.sample("VIP-ANNA"), stage.card("GOLD"), stage.sample("HAPPY10"), stage.card("SILVER"),
            stage.sample("FRIEND"), stage.sample("SUMMER2020"), stage.sample("COFFEE"), stage.sample("GIFT"),
            stage.card("VIP"),
        ):  # fmt: skip
            self._clips.order(sample)

    def _sign_in(self) -> None:
        self._patience.until(lambda: self._window.screen_now is Screen.SIGN_IN, "The sign-in screen")
        self._picture("sign-in")
        name, pin = next(iter(self._stage.pins.items()))
        QTest.keyClicks(self._window.sign_in, pin)
        QTest.keyClick(self._window.sign_in, Qt.Key.Key_Return)
        self._patience.until(lambda: self._window.screen_now is Screen.TILL, "Signing in")
        self._narrator.say("sign-in", f"{name} signed in with a PIN, checked on the till itself")
        self._patience.until(lambda: self._window.standing.online, "Contact with central")

    def _sell_online(self) -> None:
        self._scan(self._stage.sample("VIP-ANNA"), "vip")
        self._confirm("42.50", "vip-sale")
        self._scan(self._stage.card("GOLD"), "card")
        self._scan(self._stage.sample("HAPPY10"), "promo")
        self._confirm("68.00", "card-and-promo-sale")
        self._scan(self._stage.card("SILVER"), None)
        self._scan(self._stage.sample("FRIEND"), "referral")
        self._confirm("31.20", None)

    def _refuse(self) -> None:
        self._scan(self._stage.sample("SUMMER2020"), "refused")

    def _go_on_without_central(self) -> None:
        self._patience.work(self._stage.central.stop, "Stopping central")
        self._narrator.say("central", "stopped; the till goes on alone")
        self._patience.until(lambda: not self._window.standing.online, "Noticing that central is away")
        self._scan(self._stage.sample("VIP-ANNA"), None)
        self._confirm("18.90", None, arrives=False)
        self._scan(self._stage.sample("COFFEE"), None)
        self._confirm("12.00", "offline", arrives=False)
        self._scan(self._stage.sample("GIFT"), "needs-office")
        self._patience.until(lambda: self._window.standing.waiting > 0, "Counting what waits")
        self._narrator.say(
            "offline", f"{self._window.standing.waiting} events wait, safe in the till's own journal"
        )

    def _settle(self) -> None:
        waiting = self._window.standing.waiting
        self._patience.work(self._stage.central.start, "Starting central again", limit_s=90)
        begun = time.monotonic()
        self._narrator.say("central", "is back")
        self._patience.until(
            lambda: self._window.standing.online and not self._window.standing.waiting, "Settling"
        )
        self._narrator.say(
            "settled", f"{waiting} events in {time.monotonic() - begun:.1f} s after central answered"
        )
        self._scan(self._stage.sample("GIFT"), "gift-online")
        self._confirm("55.00", "settled")

    def _show_another_face(self) -> None:
        self._window.switch_language("ru")
        self._window.switch_theme("dark")
        self._scan(self._stage.card("VIP"), "russian-dark")

    def _count_up(self) -> None:
        """Compare the till's journal with PostgreSQL, event by event."""
        running = self._window.flow.running
        if running is None:
            raise UserError("tour_stuck", "The till is not open.", "See the logs beside the till.")
        files, till = running.desk.files, running.desk.till
        last = self._patience.work(lambda: files.call(till.journal.status).last_seq, "Reading the journal")
        self._patience.until(lambda: not self._window.standing.waiting, "Settling the last events")
        rows = self._patience.work(
            lambda: self._stage.central.admin_lines("export-journal", "--till", str(self._stage.till_id)),
            "Exporting the journal",
        )
        if sorted(int(row["seq"]) for row in rows) != list(range(1, last + 1)):
            raise UserError(
                "lost", f"The till wrote {last} events and central holds {len(rows)}.", "This is a defect."
            )
        self._narrator.say(
            "proof", f"the till acknowledged {last} events; PostgreSQL holds each of them once"
        )
        shown = self._patience.work(self._office.look, "Looking at central")
        for sale in shown["sales"][:3]:
            self._narrator.say(
                "row",
                f"sale receipt {sale['receipt']}: {_money(sale['total_minor'], sale['currency'])} − "
                f"{_money(sale['discount_minor'], sale['currency'])} at {sale['restaurant']}, {sale['till']}",
            )
        self._narrator.say("pictures", f"{self._pictures} of the till's window in {self._stage.folder}")

    def _scan(self, sample: Sample, picture: str | None) -> None:
        """Hold a code before the camera and wait for its verdict."""
        # The last thing shown leaves the picture first, so that nothing is read a second time.
        self._window.cameras.watch(None)
        clip = self._patience.work(lambda: self._clips.take(sample), "Making a film")
        known = len(self._seen)
        source = film_source(clip)
        self._window.cameras.offer([source], source)
        self._patience.until(lambda: len(self._seen) > known, f"Reading “{sample.name}” from the film")
        look = self._seen[-1]
        self._picture(picture)
        self._narrator.say(
            "scan", f"{sample.kind} {sample.text}: {look.outcome.value} ({look.reason}); {look.message}"
        )
        if look.gives:
            self._narrator.say("gives", f"{look.gives} (by {look.by.value})")

    def _confirm(self, amount: str, picture: str | None, *, arrives: bool = True) -> None:
        """Enter an amount, press Confirm, and follow the sale to central."""
        known = len(self._sold)
        self._window.enter_amount(amount)
        self._patience.until(self._window.till.basket.confirm_button.isEnabled, "Pricing the sale")
        self._window.confirm()
        self._patience.until(lambda: len(self._sold) > known, "Recording the sale")
        sold = self._sold[-1]
        committed = time.monotonic()
        currency = sold.currency
        self._narrator.say(
            "sale",
            f"receipt {sold.receipt}: {_money(sold.total_minor, currency)} − {_money(sold.discount_minor, currency)} = "
            f"{_money(sold.paid_minor, currency)}, event {sold.seq} of the till's journal",
        )
        if arrives:
            self._patience.work(lambda: self._office.wait_for_sale(sold.event), "Reaching central")
            self._narrator.say("sync", f"in central's PostgreSQL {time.monotonic() - committed:.2f} s later")
        self._picture(picture)
        self._window.cameras.watch(None)

    def _picture(self, name: str | None) -> Path | None:
        if name is None:
            return None
        self._pictures += 1
        return self._window.grab_to(self._stage.folder / f"{self._pictures:02d}-{name}.png")


def _money(minor: int, currency: str) -> str:
    return f"{minor // MINOR}.{minor % MINOR:02d} {currency}"
