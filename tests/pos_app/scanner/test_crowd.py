"""Parts of pictures in which so much looks like a code that nothing is tried again."""

import itertools

import cv2
import numpy as np
import pytest

from pos_app.scanner import zbar
from pos_app.scanner.attempts import Doubt
from pos_app.scanner.crowd import MAX_PATTERNS, is_crowded
from pos_app.scanner.decoder import MAX_SEEN, Decoder
from pos_app.scanner.read import Image
from tests.bench.adversarial import adversarial_pictures
from tests.builders.codes import code_picture, table_with


def _sheet(count: int) -> Image:
    """Lay so many small codes side by side."""
    rows = [
        np.hstack([code_picture(f"C{row}{column}", module_px=3) for column in range(count)])
        for row in range(2)
    ]
    return np.ascontiguousarray(np.vstack(rows))


@pytest.mark.parametrize("module_px", [2, 3, 5, 9])
def test_one_code_is_no_crowd_however_large_blurred_or_grainy_it_is(module_px: int) -> None:
    code = code_picture("VIP-7K3M-9QRS", module_px=module_px)
    grain = np.random.default_rng(7).normal(0, 6, code.shape)
    grainy = np.clip(code * 0.6 + 40 + grain, 0, 255).astype(np.uint8)
    blurred = np.asarray(cv2.GaussianBlur(code, (0, 0), module_px * 0.6), dtype=np.uint8)
    for part in (code, grainy, blurred, np.ascontiguousarray(np.rot90(code))):
        assert not is_crowded(part)


def test_a_sheet_of_codes_is_a_crowd() -> None:
    assert not is_crowded(_sheet(1))
    assert is_crowded(_sheet(MAX_PATTERNS // 2))


def test_a_plain_or_tiny_part_is_no_crowd() -> None:
    for shape in ((1, 1), (3, 200), (200, 3), (64, 64)):
        assert not is_crowded(np.full(shape, 128, np.uint8))


def test_the_patterns_of_a_doubtful_part_are_counted_once_for_all_attempts() -> None:
    part = _sheet(MAX_PATTERNS // 2)
    doubt = Doubt(part, ((0, 0), (1, 0), (1, 1), (0, 1)))
    assert doubt.crowded
    part[:] = 128
    assert not is_crowded(part)
    assert doubt.crowded


def test_in_a_crowd_nothing_is_tried_again_and_it_stays_told_where_something_was_seen() -> None:
    asked = itertools.count()
    for one in adversarial_pictures(seed=3):
        if one.name == "broken codes of 3 pixels a module":
            decoder = Decoder(deadline_ms=60_000, clock_s=lambda: float(next(asked)) * 0)
            assert decoder.decode(one.image) == []
            assert len(decoder.unread) == MAX_SEEN
            # The clock is asked when the picture comes, before and after the look, and before every attempt.
            assert next(asked) == 3
            return
    raise AssertionError("there is no such picture")


def test_nothing_is_read_where_no_code_is() -> None:
    for one in adversarial_pictures(seed=4):
        if "code" not in one.name.replace("bar codes", ""):
            assert Decoder().decode(one.image) == [], one.name


def test_many_codes_that_stay_are_read_in_every_picture() -> None:
    codes = [
        (code_picture(f"MANY-{number}", module_px=3), 110 * (number % 11), 110 * (number // 11))
        for number in range(55)
    ]
    decoder = Decoder(follows=True)
    picture = table_with(*codes, shade=250)
    assert [len(decoder.decode(picture)) for _ in range(3)] == [55, 55, 55]


def test_what_hard_pictures_need_is_loaded_when_told_and_not_by_a_cameras_first_picture() -> None:
    zbar._reader.cache_clear()
    decoder = Decoder(follows=True)
    decoder.decode(table_with())
    assert zbar._reader.cache_info().currsize == 0
    decoder.get_ready()
    assert zbar._reader.cache_info().currsize == 1
