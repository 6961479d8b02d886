"""Links that the operating system opens reach the sale of the till that runs."""

import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QDir
from PySide6.QtNetwork import QLocalSocket

from pos_app.ui import link_door
from pos_app.ui.link_door import MAX_BYTES, door_name, hand_over
from pos_app.ui.opened_links import OpenedLinks
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from tests.builders.patience import LONG_MS
from tests.builders.till_window import LUNCH, PIN, settle, wait_for
from tests.pos_app.ui.conftest import Open
from tests.pos_app.ui.test_intake import a_picture

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
"""Nothing can be brought to the front where there is no screen."""

LINK = f"https://trattoria.example/v/{LUNCH}"


@pytest.fixture(autouse=True)
def _patient_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program would rather open a till of its own than wait long; here it always hears."""
    monkeypatch.setattr(link_door, "WAIT_MS", LONG_MS)


@pytest.fixture
def elsewhere() -> Callable[[Callable[[], bool]], bool]:
    """Do something as another program would: on a thread of its own, while the window works on."""

    def do(work: Callable[[], bool]) -> bool:
        with ThreadPoolExecutor(1) as pool:
            done: Future[bool] = pool.submit(work)
            wait_for(done.done, what="the other program")
            return done.result()

    return do


def test_a_link_is_handed_to_the_till_that_runs(
    till: TillWindow, home: Path, elsewhere: Callable[[Callable[[], bool]], bool]
) -> None:
    OpenedLinks(till)
    till.screen_changed.emit("till")
    assert elsewhere(lambda: hand_over(home, LINK))
    wait_for(lambda: not till.desk_open.basket.empty, what="the code of the link")
    (look,) = till.desk_open.basket.look_ups
    assert look.source is Source.LINK
    assert look.code is not None
    assert look.code.name == "Lunch −10 %"


def test_the_socket_of_a_till_that_was_killed_is_taken_over_and_goes_with_the_next_one(
    till: TillWindow, home: Path, elsewhere: Callable[[Callable[[], bool]], bool]
) -> None:
    left = Path(QDir.tempPath(), door_name(home))
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(left))
    links = OpenedLinks(till)
    till.screen_changed.emit("till")
    assert elsewhere(lambda: hand_over(home, LINK))
    links.door.close()
    assert not left.exists()


def test_a_link_that_starts_the_till_waits_for_somebody_to_sign_in(open_window: Open, home: Path) -> None:
    window = open_window(home)
    OpenedLinks(window, LINK)
    settle(window)
    assert window.desk_open.basket.empty
    window.flow.sign_in(PIN)
    wait_for(lambda: not window.desk_open.basket.empty, what="the code of the link")


@pytest.mark.parametrize("written", [str, lambda picture: picture.as_uri()])
def test_a_picture_that_is_shared_with_the_till_is_read_and_its_source_noted(
    till: TillWindow, tmp_path: Path, written: Callable[[Path], str]
) -> None:
    links = OpenedLinks(till)
    links.take(written(a_picture(tmp_path, LUNCH)))
    wait_for(lambda: not till.desk_open.basket.empty, what="the code of the picture")
    assert [look.source for look in till.desk_open.basket.look_ups] == [Source.SHARE]


@pytest.mark.parametrize("file", ["/nowhere/at-all.png", "file:///etc/hostname"])
def test_a_shared_file_without_a_code_is_said_and_harms_nothing(till: TillWindow, file: str) -> None:
    OpenedLinks(till).take(file)
    settle(till)
    assert till.desk_open.basket.empty
    assert till.till.verdict.banner.text.tone == "refuse"


def test_without_a_till_nobody_takes_a_link(tmp_path: Path) -> None:
    assert not hand_over(tmp_path / "nothing", LINK)


def test_what_is_no_link_harms_nothing(
    till: TillWindow, home: Path, elsewhere: Callable[[Callable[[], bool]], bool]
) -> None:
    links = OpenedLinks(till)
    till.screen_changed.emit("till")
    heard: list[str] = []
    links.door.opened.connect(heard.append)

    def say(content: bytes) -> bool:
        caller = QLocalSocket()
        caller.connectToServer(door_name(home))
        connected = caller.waitForConnected(LONG_MS)
        caller.write(content)
        caller.waitForBytesWritten(LONG_MS)
        caller.disconnectFromServer()
        return connected

    for content in (b"", b"\xff\xfe\x00", b"x" * (MAX_BYTES + 1), b"  "):
        assert elsewhere(partial(say, content))
    assert elsewhere(lambda: hand_over(home, LINK))
    wait_for(lambda: bool(heard), what="a link after all that")
    assert heard == [LINK]
