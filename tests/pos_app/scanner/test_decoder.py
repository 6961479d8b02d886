"""Pictures in, codes out: what is read, what is not, and within which time."""

import functools
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from pos_app.scanner import zbar
from pos_app.scanner.decoder import SEARCH_ALL_EVERY, Decoder
from pos_app.scanner.read import Image
from pos_app.scanner.zxing import look
from tests.bench.decode import Score, measure
from tests.bench.degraded import Degraded, degraded_pictures
from tests.builders.codes import code_picture, table_with


@pytest.fixture
def without_zbar(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which the system library of pyzbar is not installed."""
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    zbar._reader.cache_clear()
    yield
    zbar._reader.cache_clear()


def test_code_is_read_with_its_place_in_the_picture() -> None:
    code = code_picture("VIP-7K3M")
    [read] = Decoder().decode(table_with((code, 300, 200)))
    assert (read.text, read.raw, read.retries) == ("VIP-7K3M", b"VIP-7K3M", 0)
    margin = 4 * 5
    far = len(code) - margin
    expected = [(300 + x, 200 + y) for x, y in ((margin, margin), (far, margin), (far, far), (margin, far))]
    assert np.allclose(read.corners, expected, atol=4)


def test_grey_inverted_mirrored_and_turned_codes_are_read() -> None:
    picture = table_with((code_picture("TURN-1"), 300, 200))
    grey = picture[:, :, 0]
    for seen in (grey, 255 - grey, np.fliplr(grey), np.rot90(grey), np.rot90(grey, 2)):
        assert [read.text for read in Decoder().decode(np.ascontiguousarray(seen))] == ["TURN-1"]


def test_several_codes_in_one_picture_are_all_returned_each_once() -> None:
    codes = [code_picture(text) for text in ("ONE", "TWO", "THREE", "ONE")]
    picture = table_with(*((code, 40 + 300 * number, 200) for number, code in enumerate(codes)))
    assert sorted(read.text for read in Decoder().decode(picture)) == ["ONE", "THREE", "TWO"]


def test_picture_without_a_code_gives_nothing() -> None:
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    blocks = cv2.resize(noise[:45, :80], (1280, 720), interpolation=cv2.INTER_NEAREST)
    black_and_white = np.where(noise[:90, :160, 0] > 127, 255, 0).astype(np.uint8)
    modules = cv2.resize(black_and_white, (1280, 720), interpolation=cv2.INTER_NEAREST)
    for picture in (table_with(), noise, blocks, modules, np.zeros((1, 1), np.uint8)):
        for decoder in (Decoder(), Decoder(deadline_ms=5000, thorough=True)):
            assert decoder.decode(np.asarray(picture, dtype=np.uint8)) == []


def test_binary_code_of_three_kilobytes_is_kept_and_said_to_be_no_text() -> None:
    payload = bytes(np.random.default_rng(5).integers(0, 256, 2900, dtype=np.uint8))
    [read] = Decoder().decode(code_picture(payload, module_px=4))
    assert read.raw == payload
    assert not read.readable
    assert read.text == ""


def test_code_that_zxing_sees_but_does_not_read_is_read_in_another_attempt() -> None:
    hard = _seen_but_not_read()
    [read] = Decoder(deadline_ms=60_000).decode(hard.image)
    assert read.text == hard.text
    assert read.retries > 0


def test_after_the_deadline_nothing_more_is_tried() -> None:
    clock = iter(range(0, 1_000_000, 10))
    assert (
        Decoder(deadline_ms=33, clock_s=lambda: float(next(clock))).decode(_seen_but_not_read().image) == []
    )


def test_code_is_followed_and_a_second_one_is_seen_within_three_pictures() -> None:
    decoder = Decoder()
    first, second = code_picture("FIRST"), code_picture("SECOND")
    alone = table_with((first, 100, 100))
    assert [read.text for read in decoder.decode(alone)] == ["FIRST"]
    assert [read.text for read in decoder.decode(table_with((first, 112, 95)))] == ["FIRST"]
    both = table_with((first, 112, 95), (second, 800, 300))
    seen = [{read.text for read in decoder.decode(both)} for _ in range(SEARCH_ALL_EVERY)]
    assert {"FIRST", "SECOND"} in seen


def test_code_that_jumps_across_the_picture_is_found_in_the_same_picture() -> None:
    decoder = Decoder()
    code = code_picture("JUMP")
    decoder.decode(table_with((code, 20, 20)))
    [read] = decoder.decode(table_with((code, 1000, 450)))
    assert read.text == "JUMP"
    assert read.corners[0][0] > 1000


def test_camera_that_changes_its_size_is_followed_anew() -> None:
    decoder = Decoder()
    picture = table_with((code_picture("SIZE"), 1000, 450))
    assert decoder.decode(picture)
    smaller = np.asarray(cv2.resize(picture, (640, 360), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    assert [read.text for read in decoder.decode(smaller)] == ["SIZE"]
    assert decoder.decode(np.zeros((2, 2, 3), np.uint8)) == []


def test_without_zbar_codes_are_still_read_and_its_absence_is_told_once(
    without_zbar: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert Decoder().decode(code_picture("PLAIN"))[0].text == "PLAIN"
        for _ in range(2):
            zbar.look_again(code_picture("PLAIN"))
    assert [record.name for record in caplog.records] == ["pos_app.scanner.zbar"]
    assert zbar.zbar_missing()


def test_more_degraded_pictures_are_read_than_by_zxing_alone_and_none_wrongly() -> None:
    pictures = list(degraded_pictures(seed=2024, count=48))
    ours = [{read.text for read in Decoder(deadline_ms=60_000).decode(one.image)} for one in pictures]
    alone = [{read.text for read in look(_grey(one.image)).reads} for one in pictures]
    assert all(texts <= {one.text} for texts, one in zip(ours, pictures, strict=True))
    assert all(more >= less for more, less in zip(ours, alone, strict=True))
    assert sum(map(bool, ours)) > sum(map(bool, alone))


def test_real_pictures_are_read_at_least_as_often_as_by_the_better_library_and_never_wrongly(
    shared: Path,
) -> None:
    if not (shared / "qr").is_dir():
        pytest.skip("the pictures do not stand beside this clone")
    sets: dict[str, dict[str, Score]] = {}
    for score in measure(shared / "qr"):
        sets.setdefault(score.set, {})[score.reader] = score
    for scores in sets.values():
        ours = scores.pop("ours")
        assert ours.false == 0
        assert ours.hits >= max(score.hits for score in scores.values())


@functools.cache
def _seen_but_not_read() -> Degraded:
    for one in degraded_pictures(seed=1, count=64):
        sight = look(_grey(one.image))
        if sight.unread and not sight.reads and Decoder(deadline_ms=60_000).decode(one.image):
            return one
    raise AssertionError("no picture of this seed is hard enough")


def _grey(image: Image) -> Image:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
