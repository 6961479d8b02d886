"""What the camera sees reaches the screen that is up, and its codes the counter."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from pos_app.scanner.sources import CameraSource, SourceKind, film_source
from pos_app.scanner.state import SourceState, StateNews
from pos_app.ui.camera_bridge import PREVIEW_WIDTH, preview_of, scaled_corners
from pos_app.ui.flow import Screen
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from tests.builders.qr_picture import held_up
from tests.builders.till_window import LUNCH, PIN, VOUCHER, settle, wait_for
from tests.pos_app.ui.conftest import Open

FPS = 25


def a_film(folder: Path, text: str) -> Path:
    """A second of a code in the middle of a grey picture."""
    frame = held_up(text)
    path = folder / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (640, 480))
    for _ in range(FPS):
        writer.write(frame)
    writer.release()
    return path


def test_a_code_in_the_film_becomes_a_verdict_once(open_window: Open, home: Path, tmp_path: Path) -> None:
    window = open_window(home, film=a_film(tmp_path, LUNCH))
    window.flow.sign_in(PIN)
    wait_for(lambda: window.screen_now is Screen.TILL)
    window.cameras.choose(film_source(tmp_path / "film.avi"))
    wait_for(lambda: window.till.verdict.banner.text.tone == "accept")
    settle(window)
    (look,) = window.desk_open.basket.look_ups
    assert look.source is Source.CAMERA
    wait_for(lambda: window.till.camera.view.showing)
    assert window.till.camera.picker.currentText() == "Demo film"


def test_the_chosen_camera_is_kept_for_the_next_start(open_window: Open, home: Path, tmp_path: Path) -> None:
    film = film_source(a_film(tmp_path, LUNCH))
    window = open_window(home, film=tmp_path / "film.avi")
    window.till.camera.picker.activated.emit(0)
    settle(window)
    assert film.id in (home / "settings.json").read_text()


def test_a_film_that_is_none_is_said_in_its_place(open_window: Open, home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.avi"
    broken.write_bytes(b"no film" * 100)
    window = open_window(home, film=broken)
    window.flow.sign_in(PIN)
    wait_for(lambda: window.screen_now is Screen.TILL)
    wait_for(lambda: "cannot be read" in window.till.camera.view.accessibleName())
    assert not window.till.camera.view.showing


def test_a_lost_camera_is_said_and_the_rest_goes_on(till: TillWindow) -> None:
    till.till.camera.show_news(StateNews(SourceState.LOST, "Webcam", "The camera gives no picture."))
    assert "comes back by itself" in till.till.camera.view.accessibleName()
    till.switch_language("ru")
    assert "вернётся сама" in till.till.camera.view.accessibleName()
    till.desk_open.look_up(LUNCH, Source.TYPED)
    settle(till)
    assert till.till.verdict.banner.text.tone == "accept"


def test_a_camera_that_is_not_plugged_in_is_said_and_another_one_is_at_work_at_once(
    till: TillWindow, tmp_path: Path
) -> None:
    gone = CameraSource("Webcam", SourceKind.CAMERA, "/dev/nothing-is-here")
    till.cameras.choose(gone)
    view = till.till.camera.view
    wait_for(lambda: "comes back by itself" in view.accessibleName(), what="the lost camera's sentence")
    assert not view.showing
    till.take_scan(LUNCH, Source.WEDGE)
    settle(till)
    assert till.till.verdict.banner.text.tone == "accept"
    till.desk_open.start_over()
    till.cameras.choose(film_source(a_film(tmp_path, VOUCHER)))
    wait_for(lambda: bool(till.desk_open.basket.look_ups), what="a code from the other camera")
    settle(till)
    assert [look.source for look in till.desk_open.basket.look_ups] == [Source.CAMERA]
    wait_for(lambda: view.showing, what="its picture")


@pytest.mark.parametrize("shape", [(720, 1280, 3), (480, 640, 3), (480, 640), (1080, 1921, 3)])
def test_a_preview_is_small_and_keeps_its_colours(shape: tuple[int, ...]) -> None:
    image = np.zeros(shape, np.uint8)
    image[..., -1] = 200
    preview = preview_of(image)
    assert preview.width() == min(PREVIEW_WIDTH, shape[1])
    if len(shape) == 3:
        colour = preview.pixelColor(1, 1)
        assert (colour.red(), colour.green(), colour.blue()) == (200, 0, 0)


def test_corners_move_with_the_preview() -> None:
    corners = ((0.0, 0.0), (1280.0, 0.0), (1280.0, 720.0), (0.0, 720.0))
    assert scaled_corners(corners, 1280)[2] == (640.0, 360.0)
    assert scaled_corners(corners, 320)[2] == (1280.0, 720.0)
