"""The till's window: a bar, one screen at a time, and the look and language of everything in it."""

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent

from pos_app.settings import Settings
from pos_app.ui.agent_bridge import AgentBridge
from pos_app.ui.camera_setup import CameraSetup
from pos_app.ui.cameras import Cameras
from pos_app.ui.code_offer import CodeOffer
from pos_app.ui.conditions import Conditions
from pos_app.ui.counter_desk import CounterDesk
from pos_app.ui.face import Face
from pos_app.ui.flow import Flow, Screen
from pos_app.ui.following import Following
from pos_app.ui.furnishing import Furnishing
from pos_app.ui.guard import Guard
from pos_app.ui.hand_scanners import HandScanners
from pos_app.ui.house import House
from pos_app.ui.intake import Intake
from pos_app.ui.keys import install_keys
from pos_app.ui.office_words import OfficeWords
from pos_app.ui.places.furnish import decide_about, load_places, makers, settings_maker
from pos_app.ui.places.sell import SellPlace
from pos_app.ui.places.surroundings import News, Surroundings
from pos_app.ui.printer_setup import PrinterSetup
from pos_app.ui.receipt_desk import ReceiptDesk
from pos_app.ui.reception import Reception
from pos_app.ui.standing_desk import StandingDesk
from pos_app.ui.tongue import Tongue
from pos_app.ui.voice import Voice
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.standing_panel import StandingPanel
from pos_app.ui.words.standing import Standing
from pos_app.usecases.results import LookUp, SignedIn
from pos_app.usecases.running import Running
from pos_app.usecases.source import Source
from sync.rules.user_error import UserError

SMALLEST = (1024, 600)
"""The least window, in pixels: an old touch screen."""


class TillWindow(Face):
    """One till on the screen.

    ``screen_changed`` carries the :class:`Screen` that came up; ``verdict_shown`` the ``LookUp`` whose
    verdict is on the card (its words stand; :attr:`verdict_painted` follows once they are painted);
    ``sale_done`` the ``Sold``, after COMMIT; ``standing_changed`` the ``Standing`` with the office;
    ``furnished`` tells that every place of the rail stands.
    """

    screen_changed = Signal(str)
    verdict_shown = Signal(object)
    verdict_painted = Signal()
    sale_done = Signal(object)
    standing_changed = Signal(object)
    furnished = Signal()

    def __init__(self, settings: Settings, house: House, size: QSize | None = None) -> None:
        super().__init__(settings)
        self.setMinimumSize(*SMALLEST)
        if size is not None:
            # Known before anything is dressed: dressing a whole window for another size takes as long again.
            self.resize(size)
        self.setAcceptDrops(True)
        self._house = house
        self.news = News(self)
        self.panel = StandingPanel(self)
        self.cameras = Cameras(self.till.camera, self._view_now, self)
        self.camera_setup = CameraSetup(self.cameras, self.choices, self.sheets)
        self.agent = AgentBridge(self)
        self.conditions = Conditions(self)
        self.flow = Flow(self, house, self.thread_of_counter, self)
        self.desk: CounterDesk | None = None
        self.intake = Intake(self.thread_of_counter, self)
        self.hand_scanners = HandScanners(settings, self)
        self.office_words = OfficeWords(self.flow, self.thread_of_counter, self.wardrobe, self._oops)
        self._tongue = Tongue(speech=self.office_words.speech, errors=self.errors)
        self.receipts = ReceiptDesk(self.choices, self._tongue, self.sheets, self)
        self.printer_setup = PrinterSetup(self.choices, self.receipts, self._tongue, self.sheets, self)
        self.code_offer = CodeOffer(self.thread_of_counter, self.sheets, self)
        self.standings = StandingDesk(self.bar, self.panel, self.notice, self._tongue, self._warnings)
        self.guard = Guard(
            self.flow,
            self.places,
            self.sheets,
            self.sign_in,
            has_open_sale=lambda: self.desk is not None and not self.desk.basket.empty,
            forget_sale=self._forget_sale,
        )
        self._furnishing = Furnishing(self.places, lambda: self.wardrobe.look, lambda: self.cameras.waking)
        self._furnishing.done.connect(self.furnished)
        self.voice = Voice(self.choices, self.till.verdict)
        self.reception = Reception(self.flow, self.sheets, self.places, self.code_offer, self.guard.idle.stir)
        Following(self.choices, self.cameras, self.hand_scanners, self.guard.idle, self)
        self._connect()
        install_keys(self)
        self.wardrobe.put_on()
        self.till.verdict.painted.connect(self.verdict_painted)

    # What the flow needs of its stage, and what a guided tour may drive.

    @property
    def screen_now(self) -> Screen:
        """The screen that is up."""
        return self.flow.screen

    @property
    def standing(self) -> Standing:
        """How the till stands with the office, as the badge shows it."""
        return self.standings.now

    @property
    def desk_open(self) -> CounterDesk:
        """The counter's work on the till screen; there is none before the till is open."""
        if self.desk is None:
            message = "the till is not open yet"
            raise RuntimeError(message)
        return self.desk

    def begin(self) -> None:
        """Look for cameras and open the till; returns at once."""
        self.thread_of_counter.submit(
            self._house.cameras,
            lambda found: self.cameras.offer(found, self._house.preferred(found)),
            self._oops,
        )
        self.winId()  # gives the window its handle, should it not have been shown yet
        self.hand_scanners.start(self.windowHandle())
        self.guard.idle.watch(self.windowHandle())
        self.flow.open()

    def go(self, screen: Screen) -> None:
        """Bring a screen up."""
        self._frame.bring_up(screen)
        self.cameras.refresh()
        self.standings.show_notice()
        self.guard.came_up(screen)
        if screen is Screen.SIGN_IN:
            self._furnishing.begin()
        self.screen_changed.emit(screen.value)

    def meet(self, running: Running) -> None:
        """Take an open till: its names, its counter, its agent."""
        counter = running.counter
        counter.speak(self.language.name)
        self.bar.show_till(counter.till_name, f"{counter.restaurant_name} · {counter.network_name}")
        self.desk = CounterDesk(self.till, self.thread_of_counter, counter, self._tongue)
        self.desk.verdict_shown.connect(self.verdict_shown)
        self.desk.sale_done.connect(self.sale_done)
        self.desk.badge_shown.connect(self.flow.take_badge)
        self.desk.failed.connect(self.flow.stop_for)
        self.voice.follow(self.desk)
        self.intake.failed.connect(self.desk.fail)
        self.code_offer.meet(counter)
        self._furnish(running, self.desk)
        self.agent.watch(running, self.thread_of_counter, self._oops)
        self.conditions.watch(running, self.thread_of_counter, self._oops)
        self.office_words.learn()

    def _furnish(self, running: Running, desk: CounterDesk) -> None:
        """Make the places of the rail."""
        self.around = Surroundings(
            running=running,
            thread=self.thread_of_counter,
            tongue=self._tongue,
            sheets=self.sheets,
            receipts=self.receipts,
            news=self.news,
            go=self.places.go,
            take_code=self.reception.take_for_sale,
            take_look=self._sell_look,
            fail=self._fail,
        )
        desk.offer_receipt(self.receipts.show)
        desk.sale_done.connect(self.receipts.take_sold)
        desk.undone.connect(self.receipts.take_undone)
        self.receipts.meet(running, self.thread_of_counter, self._oops)
        desk.offer_decision(partial(decide_about, self.around))
        self._furnishing.take(SellPlace(self.till, desk, self.news.sale_wanted.emit))
        settings = settings_maker(
            self.around,
            self.choices,
            try_sound=self.voice.try_out,
            set_printer_up=self.printer_setup.ask,
            set_camera_up=self.camera_setup.open,
        )
        self._furnishing.expect(load_places, (*makers(self.around), settings))
        self._furnishing.expect_later(self.typing.make_ready())

    def greet(self, who: SignedIn | None) -> None:
        """Show who stands at the till."""
        if who is not None:
            self._furnishing.finish()
        self.bar.show_cashier(who.name if who else "")
        self.places.greet(who)
        self.office_words.learn()
        self.agent.ask()

    def take_scan(self, text: str, source: Source) -> None:
        """Take a code from a hand scanner; see :class:`Reception`."""
        self.reception.take(text, source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Grow with the window."""
        super().resizeEvent(event)
        self.wardrobe.fit()
        self.standings.place(self.wardrobe.look)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish what is under way, then close the till's files; an open sale is not closed over unasked."""
        if not self.guard.may_close(asked_by_person=event.spontaneous()):
            event.ignore()
            return
        if self.desk is not None:
            self.desk.keeper.keep()
        self._furnishing.stop()
        self.cameras.stop()
        self.hand_scanners.stop()
        self.agent.stop()
        self.conditions.stop()
        self.voice.stop()
        self.receipts.stop()
        if self.thread_of_counter.stop():
            # Only then nobody works on the files any more; a thread that hangs is left to the system.
            self._house.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept a picture or a text, once somebody stands at the till."""
        if self.flow.screen is Screen.TILL and (event.mimeData().hasUrls() or event.mimeData().hasText()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read a picture that was dropped, or look a text up."""
        self.intake.take_data(event.mimeData())

    def _connect(self) -> None:
        self.bar.language_wanted.connect(self.switch_language)
        self.bar.theme_wanted.connect(self.switch_theme)
        self.bar.sign_out_wanted.connect(self.guard.lock)
        self.wardrobe.dressed.connect(self._dressed)
        self.wardrobe.spoken.connect(self._speak)
        self.reception.listen(self.cameras, self.intake, self.hand_scanners)
        self.code_offer.failed.connect(self._fail)
        self.places.went.connect(lambda _name: self.cameras.refresh())
        self.standings.follow(self.agent, self.conditions, self.receipts, self.news.trouble)
        self.hand_scanners.changed.connect(self.standings.show_notice)
        self.agent.changed.connect(self.flow.take_state)
        self.standings.changed.connect(self.standing_changed)
        self.till.camera.picture_wanted.connect(self.intake.ask_for_picture)
        self.standings.changed.connect(self.news.standing)
        self.conditions.changed.connect(self.news.condition)
        self.news.recorded.connect(self.agent.ask)
        self.news.recorded.connect(self.conditions.ask_soon)
        self.conditions.changed.connect(lambda now: self.rail.show_shift(is_open=now.shift_open))
        self.rail.help_wanted.connect(self.show_help)
        self.office_words.learned.connect(self.places.speak)
        self.office_words.learned.connect(self.news.settings)
        self.sale_done.connect(lambda _sold: self.news.recorded.emit())

    def _dressed(self) -> None:
        self.bar.show_choices(language=self.language.name, dark=self.wardrobe.dark)
        self.standings.place(self.wardrobe.look)

    def _speak(self) -> None:
        self.bar.show_choices(language=self.language.name, dark=self.wardrobe.dark)
        if self.flow.running is not None:
            self.flow.running.counter.speak(self.language.name)
        self.flow.speak()
        self.guard.speak()
        self.places.speak()
        self.standings.speak()

    def _forget_sale(self) -> None:
        self.desk_open.start_over()

    # What arrives from the other threads.

    def _view_now(self) -> CameraView | None:
        return self._frame.camera_view(self.flow.screen)

    def _sell_look(self, name: str, look: LookUp) -> None:
        self.places.home()
        self.desk_open.take_look(name, look)

    def _fail(self, error: UserError) -> None:
        self._oops(error)
        self.flow.stop_for(error)

    def _warnings(self) -> tuple[str, ...]:
        """Return what was found amiss at opening, said while somebody signs in, and what scanner or printer lacks."""
        running = self.flow.running
        at_opening = running.warnings if running is not None and self.flow.screen is Screen.SIGN_IN else ()
        return (*self.hand_scanners.trouble, *at_opening, *self.receipts.trouble)
