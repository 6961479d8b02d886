"""The walk through every screen and state of the till's window."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_server
from threading import Event

from PySide6.QtWidgets import QApplication

from pos_app.demo.film.make import make_film
from pos_app.demo.film.shot import Carrier, Manner, Shot
from pos_app.scanner.state import SourceState, StateNews
from pos_app.ui.flow import Screen
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from sync.rules.user_error import UserError
from sync.till.agent.board import SyncState
from tests.builders.desk import World
from tests.builders.rules import NOON, a_campaign, percent
from tests.builders.till_window import (
    CARD,
    LUNCH,
    REFERRAL,
    SECRET,
    USED,
    VIP,
    VOUCHER,
    a_home,
    a_window,
    a_world,
    scan,
    sell,
    settle,
    signed_in,
    wait_for,
)
from tests.screens.bill import bill
from tests.screens.faults import faults
from tests.screens.frame import frame
from tests.screens.guests import guests
from tests.screens.receipts import receipts
from tests.screens.shift import shift
from tests.screens.typing import typing

NOT_YET = "NOT-HERE-YET"
NOWHERE = "http://127.0.0.1:1"
"""An address at which nobody answers."""
LAST = "LAST-TABLE"
"""A code whose one use no till holds."""
_ROUNDS = 3
"""A new size makes layouts ask each other anew, some of them in the next round."""


@dataclass(frozen=True, kw_only=True)
class Dress:
    """How the window is dressed for one walk."""

    language: str
    theme: str
    width: int
    height: int

    @property
    def name(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}x{self.height}"


@dataclass
class _Camera:
    """Takes pictures of one window into one folder."""

    folder: Path
    dress: Dress
    made: list[Path] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def take(self, window: TillWindow, name: str) -> None:
        window.resize(self.dress.width, self.dress.height)
        for _ in range(_ROUNDS):
            QApplication.processEvents()
        self.faults += [f"{self.dress.name}/{name}: {fault}" for fault in faults(window)]
        self.made.append(window.grab_to(self.folder / f"{name}.png"))

    def window(self, home: Path, make: Callable[..., TillWindow], **choices: object) -> TillWindow:
        window = make(home, language=self.dress.language, theme=self.dress.theme, **choices)
        window.resize(self.dress.width, self.dress.height)
        return window


def a_film(folder: Path) -> Path:
    """A short film in which a lunch offer is held up."""
    shots = [Shot("Lunch −10 %", LUNCH, Carrier.PAPER, Manner.TILTED)]
    return make_film(folder / "film.avi", shots).path


def walk(dress: Dress, scratch: Path, out: Path, film: Path) -> tuple[list[Path], list[str]]:
    """Take a picture of every state in one dress; return their files, and what a measure finds wrong with them."""
    camera = _Camera(out / dress.name, dress)
    scratch = scratch / dress.name
    _before_the_till(camera, scratch)
    _sign_in(camera, scratch)
    _counter(camera, scratch / "counter", film)
    _troubles(camera, scratch / "troubles")
    bill(camera.take, camera.window, scratch / "bill")
    frame(camera.take, camera.window, scratch / "frame")
    guests(camera.take, camera.window, scratch / "guests")
    shift(camera.take, camera.window, scratch / "shift")
    receipts(camera.take, camera.window, scratch / "receipts")
    typing(camera.take, camera.window, scratch / "typing")
    return camera.made, camera.faults


def _before_the_till(camera: _Camera, scratch: Path) -> None:
    window = camera.window(scratch / "none", a_window)
    window.show()
    window.begin()
    wait_for(lambda: window.screen_now is Screen.ENROL)
    camera.take(window, "enrol")
    window.enrol.address.setText(NOWHERE)
    window.enrol.code.setText("11-ABCD-EFGH")
    window.enrol.submit()
    wait_for(lambda: window.screen_now is Screen.ENROL)
    camera.take(window, "enrol-unreachable")
    _enrolling(camera, window)
    window.close()
    empty = a_home(scratch / "empty", World(), load=False)
    window = camera.window(empty, a_window)
    window.show()
    window.begin()
    wait_for(lambda: window.screen_now is Screen.FILLING)
    settle(window)
    window.agent.changed.emit(SyncState(online=True, loaded=5, to_load=8))
    camera.take(window, "filling")
    window.close()
    window = camera.window(empty, a_window, offline=False)
    window.show()
    window.begin()
    wait_for(lambda: not window.message.button.isHidden(), what="the office found out of reach")
    camera.take(window, "filling-without-network")
    window.close()


def _enrolling(camera: _Camera, window: TillWindow) -> None:
    """Ask an office that takes its time, and leave."""
    with create_server(("127.0.0.1", 0)) as office:
        window.enrol.address.setText(f"http://127.0.0.1:{office.getsockname()[1]}")
        window.enrol.submit()
        wait_for(lambda: window.screen_now is Screen.FILLING)
        camera.take(window, "enrolling")
        window.flow.enrolling.loading.emit(3, 8)
        camera.take(window, "enrolling-first-copy")
        window.message.button.click()
    wait_for(lambda: window.screen_now is Screen.ENROL)
    settle(window)


def _sign_in(camera: _Camera, scratch: Path) -> None:
    window = camera.window(a_home(scratch / "locked"), a_window)
    window.show()
    window.begin()
    wait_for(lambda: window.screen_now is Screen.SIGN_IN)
    settle(window)
    window.sign_in.add("2")
    window.sign_in.add("4")
    camera.take(window, "sign-in")
    for name in ("sign-in-wrong", "", "", "", "sign-in-locked"):
        window.flow.sign_in("0000")
        settle(window)
        if name:
            camera.take(window, name)
    window.close()


def _counter(camera: _Camera, folder: Path, film: Path) -> None:
    world = a_world()
    last = world.campaign(a_campaign(id=6, name="Last tables"))
    world.code(LAST, last, max_uses=1)
    window = camera.window(a_home(folder, world), signed_in, film=film)
    wait_for(lambda: window.till.verdict.banner.text.tone == "accept", what="the code of the film")
    settle(window)
    camera.take(window, "accept-by-camera")
    window.cameras.watch(None)
    window.desk_open.start_over()
    camera.take(window, "ready")
    scan(window, LUNCH)
    camera.take(window, "accept")
    scan(window, LUNCH)
    camera.take(window, "ask-already-there")
    scan(window, CARD)
    camera.take(window, "guest")
    scan(window, VOUCHER)
    window.enter_amount("12.40")
    settle(window)
    camera.take(window, "too-small-for-voucher")
    window.enter_amount("48.60")
    settle(window)
    camera.take(window, "priced")
    window.confirm()
    settle(window)
    camera.take(window, "sold")
    sell(window, "120", [VIP])
    camera.take(window, "sold-vip")
    sell(window, "9.5")
    for name, text in (
        ("refuse-used-up", USED),
        ("refuse-unknown", "NO-SUCH-CODE"),
        ("refuse-needs-guest", REFERRAL),
        ("refuse-needs-office", LAST),
    ):
        scan(window, text)
        camera.take(window, name)
    window.enter_amount("1,2345")
    camera.take(window, "amount-unreadable")
    window.enter_amount("")
    window.bar.badge.click()
    camera.take(window, "standing-offline")
    window.agent.changed.emit(SyncState(online=True, last_contact_ms=NOON, as_of_ms=NOON))
    camera.take(window, "standing-online")
    window.close()


def _troubles(camera: _Camera, folder: Path) -> None:
    world = a_world()
    # Its campaign comes with a later page of the feed.
    world.code(NOT_YET, a_campaign(percent(500), id=77))
    window = camera.window(a_home(folder, world), signed_in)
    scan(window, NOT_YET)
    camera.take(window, "refuse-not-loaded-yet")
    answer = Event()
    window.thread_of_counter.submit(answer.wait, lambda _done: None, window.desk_open.fail)
    window.take_scan(SECRET, Source.CAMERA)
    wait_for(lambda: window.till.verdict.banner.text.sign == "wait", what="a word about waiting")
    camera.take(window, "asking-the-office")
    answer.set()
    settle(window)
    window.desk_open.start_over()
    window.till.camera.show_news(StateNews(SourceState.LOST, "Webcam", "The camera Webcam gives no picture."))
    window.agent.changed.emit(SyncState(online=True, update_needed=True, as_of_ms=NOON))
    camera.take(window, "camera-lost-update-needed")
    window.agent.changed.emit(SyncState(online=True, revoked=True, unsettled=3, as_of_ms=NOON))
    camera.take(window, "revoked")
    window.agent.changed.emit(SyncState(unsettled=3, as_of_ms=NOON))
    window.flow.stop_for(
        UserError(
            "commit_unknown",
            "The disk failed while this was being recorded (disk I/O error); whether it was is not known yet.",
            "Do not hand out anything on it and do not repeat it: the till checks its journal first.",
        )
    )
    camera.take(window, "stopped")
    window.message.button.click()
    wait_for(lambda: window.message.title.text() != "" and window.thread_of_counter.idle)
    camera.take(window, "checked-again")
    window.close()
