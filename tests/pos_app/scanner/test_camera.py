"""The camera loop on real films, and on captures that fail the way cameras do."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Queue

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from pos_app.scanner.camera import CameraLoop, Patience
from pos_app.scanner.capture import Capture, check_film, open_source
from pos_app.scanner.capture_settings import Abilities, CaptureSettings
from pos_app.scanner.frame import Frame, Nothing
from pos_app.scanner.grabber import Grabber
from pos_app.scanner.read import Image, Read
from pos_app.scanner.sources import CameraSource, SourceKind, film_source
from pos_app.scanner.state import SourceState, StateNews
from pos_app.scanner.trouble import camera_lost
from sync.rules.user_error import UserError
from tests.builders.codes import code_picture, table_with, write_film
from tests.builders.patience import LONG_S

CAMERA = CameraSource("Front", SourceKind.CAMERA, "/dev/video99")
QUICK = Patience(opening_s=LONG_S, stall_s=LONG_S, retry_s=(0.001,))


class Watcher:
    """Collects what a loop tells, and waits for it."""

    def __init__(self) -> None:
        self.frames = 0
        self.reads: Queue[str] = Queue()
        self.news: Queue[StateNews] = Queue()
        self.looked_at = threading.Semaphore(1)

    def film_in_step(self, source: CameraSource, settings: CaptureSettings) -> Capture:
        """Open a film of which this watcher misses no picture."""
        return InStep(open_source(source, settings), self.looked_at)

    def loop(
        self,
        source: CameraSource,
        *,
        opener: Callable[[CameraSource, CaptureSettings], Capture] = open_source,
        patience: Patience = QUICK,
        repeat_film: bool = True,
    ) -> CameraLoop:
        loop = CameraLoop(
            source,
            on_frame=self._frame,
            on_reads=self._reads,
            on_state=self.news.put,
            settings=CaptureSettings(repeat_film=repeat_film),
            patience=patience,
            opener=opener,
        )
        loop.start()
        return loop

    def state(self) -> SourceState:
        return self.news.get(timeout=LONG_S).state

    def until(self, state: SourceState) -> StateNews:
        while True:
            news = self.news.get(timeout=LONG_S)
            if news.state is state:
                return news

    def _reads(self, reads: Sequence[Read], _frame: Frame) -> None:
        for read in reads:
            self.reads.put(read.text)

    def _frame(self, _frame: Frame, _reads: Sequence[Read]) -> None:
        self.frames += 1
        self.looked_at.release()


class InStep:
    """A film whose next picture comes when the one before was looked at: a slow machine misses none."""

    def __init__(self, film: Capture, looked_at: threading.Semaphore) -> None:
        self._film, self._looked_at = film, looked_at

    def read(self) -> tuple[bool, npt.NDArray[np.generic]]:
        assert self._looked_at.acquire(timeout=LONG_S)
        got, picture = self._film.read()
        if not got:
            # There is nothing to look at; when the film begins again, its first picture waits for nobody.
            self._looked_at.release()
        return got, picture

    def get(self, prop_id: int, /) -> float:
        return self._film.get(prop_id)

    def set(self, prop_id: int, value: float, /) -> bool:
        return self._film.set(prop_id, value)

    def release(self) -> None:
        self._film.release()


class Pictures:
    """A capture that delivers these pictures and then fails, as a camera that is unplugged."""

    def __init__(self, pictures: Sequence[Image]) -> None:
        self._left = list(pictures)
        self.released = False
        self.asked: list[tuple[int, float]] = []
        self.set_all = threading.Event()

    def read(self) -> tuple[bool, npt.NDArray[np.generic]]:
        return (True, self._left.pop(0)) if self._left else (False, np.zeros((0,), np.uint8))

    def get(self, _prop_id: int, /) -> float:
        return 30.0

    def set(self, prop_id: int, value: float, /) -> bool:
        self.asked.append((prop_id, value))
        if prop_id == cv2.CAP_PROP_EXPOSURE:
            self.set_all.set()
        return True

    def release(self) -> None:
        self.released = True


class Stuck(Pictures):
    """A capture whose driver does not return from a read until the test lets it."""

    def __init__(self, pictures: Sequence[Image]) -> None:
        super().__init__(pictures)
        self.let_go = threading.Event()

    def read(self) -> tuple[bool, npt.NDArray[np.generic]]:
        if not self._left:
            self.let_go.wait(LONG_S)
        return super().read()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Code A, nothing for longer than the tracker waits, code B, nothing again."""
    first, second = (table_with((code_picture(text), 300, 200)) for text in ("A", "B"))
    nothing = [table_with()] * 70
    pictures = [first] * 24 + nothing + [second] * 24 + nothing
    return write_film(tmp_path_factory.mktemp("film") / "two codes.avi", pictures, fps=60)


def test_film_is_played_and_each_showing_is_one_read(film: Path) -> None:
    watcher = Watcher()
    loop = watcher.loop(film_source(film), opener=watcher.film_in_step, repeat_film=False)
    assert [watcher.state() for _ in range(3)] == [SourceState.OPENING, SourceState.LIVE, SourceState.ENDED]
    assert loop.stop()
    assert list(watcher.reads.queue) == ["A", "B"]
    assert watcher.frames > 0


def test_film_begins_again_at_its_end_and_its_codes_count_again(film: Path) -> None:
    watcher = Watcher()
    loop = watcher.loop(film_source(film), opener=watcher.film_in_step)
    assert [watcher.reads.get(timeout=LONG_S) for _ in range(4)] == ["A", "B", "A", "B"]
    assert loop.stop()
    watcher.looked_at.release()
    assert [news.state for news in watcher.news.queue] == [SourceState.OPENING, SourceState.LIVE]


@pytest.mark.parametrize("content", [None, b"", b"garbage" * 1000])
def test_unreadable_film_is_told_with_a_sentence_and_ends_the_loop(
    content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "broken.avi"
    if content is not None:
        path.write_bytes(content)
    watcher = Watcher()
    loop = watcher.loop(film_source(path))
    news = watcher.until(SourceState.UNREADABLE)
    assert "broken.avi" in news.sentence
    assert news.advice
    assert loop.stop()
    with pytest.raises(UserError) as refused:
        check_film(film_source(path))
    assert refused.value.reason == ("film_missing" if content is None else "film_unreadable")


def test_film_that_holds_no_picture_is_unreadable(film: Path, tmp_path: Path) -> None:
    headless = tmp_path / "cut.avi"
    headless.write_bytes(film.read_bytes()[:300])
    watcher = Watcher()
    loop = watcher.loop(film_source(headless))
    assert watcher.until(SourceState.UNREADABLE)
    assert loop.stop()


def test_good_film_passes_the_check(film: Path) -> None:
    check_film(film_source(film))


def test_lost_camera_is_told_and_comes_back_by_itself() -> None:
    picture = table_with((code_picture("BACK"), 300, 200))
    captures = [Pictures([picture] * 2), Pictures([]), Pictures([picture] * 2)]
    opened: list[Pictures] = []

    def opener(source: CameraSource, _settings: CaptureSettings) -> Capture:
        # Unplugged: the device cannot even be opened until it is plugged in again.
        if not captures:
            raise camera_lost(source)
        opened.append(captures.pop(0))
        return opened[-1]

    watcher = Watcher()
    loop = watcher.loop(CAMERA, opener=opener)
    states = [watcher.state() for _ in range(5)]
    assert loop.stop()
    lost, live = SourceState.LOST, SourceState.LIVE
    assert states == [SourceState.OPENING, live, lost, live, lost]
    assert all(capture.released for capture in opened)
    assert list(watcher.reads.queue) == ["BACK"]


def test_camera_that_never_was_is_told_by_its_name_and_tried_again() -> None:
    watcher = Watcher()
    loop = watcher.loop(CAMERA)
    news = watcher.until(SourceState.LOST)
    assert news.source == "Front"
    assert "Front" in news.sentence
    assert loop.stop()


def test_camera_that_hangs_is_lost_and_never_opened_twice() -> None:
    hanging = Stuck([table_with()])
    opened: list[Capture] = []

    def opener(_source: CameraSource, _settings: CaptureSettings) -> Capture:
        opened.append(hanging)
        return hanging

    watcher = Watcher()
    patience = Patience(opening_s=LONG_S, stall_s=0.01, retry_s=(0.001,))
    loop = watcher.loop(CAMERA, opener=opener, patience=patience)
    watcher.until(SourceState.LOST)
    assert loop.stop(timeout_s=LONG_S)
    assert opened == [hanging]
    hanging.let_go.set()


def test_slow_taker_gets_the_newest_picture_and_the_others_are_dropped() -> None:
    delivered = [np.full((4, 4), number, np.uint8) for number in range(1, 51)]
    stuck = Stuck(delivered)
    grabber = Grabber(CAMERA, CaptureSettings(), lambda _source, _settings: stuck)
    while grabber.delivered < len(delivered):
        threading.Event().wait(0.001)
    frame = grabber.take(LONG_S)
    assert isinstance(frame, Frame)
    assert (frame.number, int(frame.image[0, 0])) == (50, 50)
    assert grabber.take(0) is Nothing.NONE_YET
    stuck.let_go.set()
    assert grabber.stop(LONG_S)


def test_loop_may_be_stopped_from_its_own_callback(film: Path) -> None:
    stopped = threading.Event()
    loops: Queue[CameraLoop] = Queue()

    def stop_at_first(_reads: Sequence[Read], _frame: Frame) -> None:
        assert loops.get(timeout=LONG_S).stop()
        stopped.set()

    loop = CameraLoop(
        film_source(film), on_frame=lambda *_: None, on_reads=stop_at_first, on_state=lambda _news: None
    )
    loop.start()
    loops.put(loop)
    assert stopped.wait(LONG_S)
    assert loop.stop(LONG_S)


def test_loop_that_was_never_started_stops_at_once() -> None:
    assert CameraLoop(
        CAMERA, on_frame=lambda *_: None, on_reads=lambda *_: None, on_state=lambda _news: None
    ).stop()


def test_opencv_and_ffmpeg_write_nothing_to_stderr(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    garbage = tmp_path / "noise.avi"
    garbage.write_bytes(b"RIFF\x00\x01\x00\x00AVI LIST" + bytes(range(256)) * 100)
    cut = write_film(tmp_path / "cut.avi", [table_with()] * 10)
    cut.write_bytes(cut.read_bytes()[:-9000])
    for path in (garbage, cut):
        watcher = Watcher()
        loop = watcher.loop(film_source(path), repeat_film=False)
        while watcher.state() not in (SourceState.ENDED, SourceState.UNREADABLE):
            pass
        assert loop.stop()
    with pytest.raises(UserError):
        open_source(CAMERA, CaptureSettings())
    with pytest.raises(UserError):
        open_source(CameraSource("By number", SourceKind.CAMERA, 63), CaptureSettings())
    assert capfd.readouterr().err == ""


def test_what_the_driver_offers_is_told_and_focus_and_light_change_while_pictures_come() -> None:
    camera = Pictures([table_with()] * 100_000)
    watcher = Watcher()
    loop = watcher.loop(CAMERA, opener=lambda _source, _settings: camera)
    assert watcher.until(SourceState.LIVE).abilities == Abilities(focus=True, exposure=True)
    loop.use(CaptureSettings(focus=120, exposure_ms=10))
    assert camera.set_all.wait(LONG_S)
    assert loop.stop()
    assert (cv2.CAP_PROP_FOCUS, 120.0) in camera.asked
    assert (cv2.CAP_PROP_AUTOFOCUS, 0) in camera.asked
    assert any(name == cv2.CAP_PROP_EXPOSURE for name, _ in camera.asked)
    assert not watcher.news.qsize()


def test_another_size_opens_the_camera_anew_and_is_no_loss() -> None:
    sizes: list[int] = []

    def opener(_source: CameraSource, settings: CaptureSettings) -> Capture:
        sizes.append(settings.width)
        return Pictures([table_with()] * 100_000)

    watcher = Watcher()
    loop = watcher.loop(CAMERA, opener=opener)
    watcher.until(SourceState.LIVE)
    loop.use(CaptureSettings(width=640, height=480))
    assert [watcher.state() for _ in range(2)] == [SourceState.OPENING, SourceState.LIVE]
    assert loop.stop()
    assert sizes == [1280, 640]


def test_a_film_lets_nothing_be_chosen(film: Path) -> None:
    watcher = Watcher()
    loop = watcher.loop(film_source(film))
    assert watcher.until(SourceState.LIVE).abilities == Abilities()
    assert loop.stop()
