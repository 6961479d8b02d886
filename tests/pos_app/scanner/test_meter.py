"""What a picture is like, and the one thing that is said about it."""

import cv2
import numpy as np
import pytest

from pos_app.scanner.decoder import Decoder
from pos_app.scanner.measuring import measure
from pos_app.scanner.meter import ENOUGH, Advice, Meter, Reading
from pos_app.scanner.quality import Quality
from pos_app.scanner.read import Image
from tests.builders.codes import code_picture, table_with

FRAME_MS = 33.0


def held(module_px: int = 8) -> Image:
    return table_with((code_picture("SET-UP-1", module_px=module_px), 400, 100))


def measured(picture: Image) -> Quality:
    decoder = Decoder(deadline_ms=1000)
    reads = decoder.decode(picture)
    return measure(picture, reads, decoder.unread)


def told(*pictures: Image, frame_ms: float = FRAME_MS) -> Reading:
    """What is said after a second of these pictures in turn."""
    meter = Meter()
    qualities = [measured(picture) for picture in pictures]
    for number in range(30):
        meter.feed(qualities[number % len(qualities)], number * frame_ms)
    return meter.reading()


def test_a_good_picture_of_a_code_is_said_to_be_good() -> None:
    reading = told(held())
    assert reading.advice is Advice.GOOD
    assert reading.rate == 1
    assert reading.fps == pytest.approx(1000 / FRAME_MS)


@pytest.mark.parametrize("sigma", [1.5, 2.5, 4.0])
def test_the_blur_of_a_lens_is_measured_in_pixels(sigma: float) -> None:
    blur_px = measured(np.asarray(cv2.GaussianBlur(held(16), (0, 0), sigma), dtype=np.uint8)).blur_px
    assert blur_px is not None
    assert blur_px == pytest.approx(sigma, rel=0.35)


def test_a_plain_wall_has_no_blur_to_measure() -> None:
    assert measured(np.full((720, 1280, 3), 128, np.uint8)).blur_px is None


def test_a_code_is_measured_by_its_longest_side() -> None:
    assert measured(held(4)).code_px == pytest.approx(21 * 4, abs=6)


def test_darkness_is_said_before_anything_else() -> None:
    dark = np.asarray(cv2.GaussianBlur(held(), (0, 0), 9) // 12, dtype=np.uint8)
    assert told(dark).advice is Advice.TOO_DARK


def test_a_window_behind_is_too_bright() -> None:
    assert told(np.full((720, 1280, 3), 245, np.uint8)).advice is Advice.TOO_BRIGHT


def test_a_reflex_on_the_code_is_glare() -> None:
    picture = held(12)
    cv2.circle(picture, (550, 330), 90, (255, 255, 255), cv2.FILLED)
    assert told(picture).advice is Advice.GLARE


def test_the_white_of_a_phones_screen_is_no_glare() -> None:
    assert measured(held(12)).glare == 0


def test_a_lens_out_of_focus_is_said() -> None:
    blurred = np.asarray(cv2.GaussianBlur(held(), (0, 0), 6), dtype=np.uint8)
    assert told(blurred).advice is Advice.OUT_OF_FOCUS


def test_a_code_that_is_far_away_is_said() -> None:
    far = Quality(brightness=120, glare=0, blur_px=1.0, code_px=50, read=False)
    meter = Meter()
    for number in range(ENOUGH):
        meter.feed(far, number * FRAME_MS)
    assert meter.reading().advice is Advice.TOO_FAR


def test_a_table_without_a_code_asks_for_one() -> None:
    sharp = np.asarray(cv2.resize(table_with(), (1280, 720)), dtype=np.uint8)
    cv2.rectangle(sharp, (560, 260), (720, 460), (10, 10, 10), cv2.FILLED)
    assert told(sharp).advice is Advice.SHOW_A_CODE


def test_a_slow_camera_is_said_even_when_it_reads() -> None:
    assert told(held(), frame_ms=200).advice in (Advice.TOO_SLOW, Advice.HOLD_STILL)
    assert told(np.asarray(held()), frame_ms=140).advice is Advice.TOO_SLOW


def test_a_code_that_is_read_now_and_then_asks_for_a_steady_hand() -> None:
    reading = told(held(), table_with((code_picture("SET-UP-1", module_px=8)[:150], 400, 200)))
    assert reading.advice in (Advice.HOLD_STILL, Advice.SHOW_A_CODE)
    assert reading.rate == pytest.approx(0.5)


def test_nothing_is_said_before_a_few_pictures_came_and_after_a_new_beginning() -> None:
    meter = Meter()
    good = measured(held())
    for number in range(ENOUGH - 1):
        meter.feed(good, number * FRAME_MS)
        assert meter.reading().advice is Advice.WAIT
    meter.feed(good, ENOUGH * FRAME_MS)
    assert meter.reading().advice is not Advice.WAIT
    meter.forget()
    assert meter.reading() == Reading(0.0, 0.0, Advice.WAIT)


def test_what_lies_back_more_than_two_seconds_counts_no_more() -> None:
    meter = Meter()
    empty = measured(table_with())
    for number in range(60):
        meter.feed(empty, number * FRAME_MS)
    good = measured(held())
    for number in range(60, 130):
        meter.feed(good, number * FRAME_MS)
    assert meter.reading().rate == 1
