"""Picture files that a person opens, pastes or drops."""

import contextlib
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from pos_app.scanner.header import picture_size
from pos_app.scanner.picture import MAX_BYTES, MAX_PIXELS, read_picture, unpack
from pos_app.scanner.read import Image
from sync.rules.user_error import UserError
from tests.bench.degraded import degraded_pictures
from tests.builders.codes import code_picture, table_with

KINDS = [".png", ".jpg", ".webp", ".gif"]
MOVING = [".gif", ".webp", ".png"]


def packed(image: Image, kind: str = ".png") -> bytes:
    return bytes(cv2.imencode(kind, image)[1])


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", KINDS)
def test_code_in_a_picture_is_read_from_its_bytes_and_from_its_file(kind: str, tmp_path: Path) -> None:
    data = packed(table_with((code_picture("SHOT-1"), 200, 100)), kind)
    file = tmp_path / f"screenshot{kind}"
    file.write_bytes(data)
    assert [read.text for read in read_picture(data)] == ["SHOT-1"]
    assert [read.text for read in read_picture(file)] == ["SHOT-1"]


def test_all_codes_of_a_picture_are_offered() -> None:
    picture = table_with((code_picture("LEFT"), 50, 100), (code_picture("RIGHT"), 700, 100))
    assert sorted(read.text for read in read_picture(packed(picture))) == ["LEFT", "RIGHT"]


def test_transparent_picture_is_read_as_on_white() -> None:
    code = code_picture("CLEAR")
    transparent = np.dstack((np.zeros_like(code), np.zeros_like(code), np.zeros_like(code), 255 - code))
    assert read_picture(packed(transparent))[0].text == "CLEAR"


def test_sixteen_bit_picture_is_read() -> None:
    deep = code_picture("DEEP").astype(np.uint16) * 257
    assert read_picture(bytes(cv2.imencode(".png", deep)[1]))[0].text == "DEEP"


def test_large_photograph_is_read() -> None:
    wall = np.full((5000, 7000), 120, np.uint8)
    code = code_picture("BIG", module_px=20)
    wall[1000 : 1000 + len(code), 2000 : 2000 + len(code)] = code
    assert read_picture(packed(wall, ".jpg"))[0].text == "BIG"


def test_small_code_in_a_large_photograph_is_read_at_full_size() -> None:
    wall = np.full((5000, 7000), 120, np.uint8)
    code = code_picture("TINY", module_px=3)
    wall[1000 : 1000 + len(code), 2000 : 2000 + len(code)] = code
    assert read_picture(packed(wall))[0].text == "TINY"


def test_hard_pictures_are_read_more_often_than_from_a_camera() -> None:
    read = []
    for one in degraded_pictures(seed=77, count=24):
        with contextlib.suppress(UserError):
            read.append(([found.text for found in read_picture(packed(one.image))], [one.text]))
    assert all(found == expected for found, expected in read)
    assert len(read) >= 20


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (b"", "picture_unreadable"),
        (b"no picture at all", "picture_unreadable"),
        (b"\x89PNG\r\n\x1a\n", "picture_unreadable"),
        (packed(code_picture("CUT"))[:80], "picture_unreadable"),
        (b"\xff\xd8\xff\xe0" + bytes(500), "picture_unreadable"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(40), "picture_unreadable"),
        (png_of_size(100_000, 100_000), "picture_too_big"),
        (png_of_size(MAX_PIXELS // 1000 + 1, 1000), "picture_too_big"),
        (png_of_size(100, 100), "picture_unreadable"),
        (png_of_size(0, 0), "picture_unreadable"),
        (packed(table_with()), "picture_without_code"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "picture_is_pdf"),
        (b"\xef\xbb\xbf\r\n%PDF-1.4\n", "picture_is_pdf"),
        (b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic", "picture_is_heic"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00", "picture_is_heic"),
        (b"GIF89a", "picture_unreadable"),
        (b"GIF89a\x10\x00\x10\x00" + bytes(40), "picture_unreadable"),
        (b"GIF89a\xff\xff\xff\xff" + bytes(40), "picture_too_big"),
        (packed(np.zeros((1, 1), np.uint8)), "picture_without_code"),
    ],
)
def test_bad_pictures_are_refused_with_a_sentence(picture: bytes, reason: str) -> None:
    with pytest.raises(UserError) as refused:
        read_picture(picture)
    assert refused.value.reason == reason
    assert refused.value.sentence.endswith(".")
    assert refused.value.advice


def test_missing_file_and_folder_are_refused_with_their_name(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.png", tmp_path):
        with pytest.raises(UserError) as refused:
            read_picture(path)
        assert refused.value.reason == "picture_missing"
        assert path.name in refused.value.sentence


def test_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.png"
    with file.open("wb") as holes:
        holes.truncate(MAX_BYTES + 1)
    with pytest.raises(UserError) as refused:
        read_picture(file)
    assert refused.value.reason == "picture_too_big"


def test_smallest_webp_is_a_picture() -> None:
    assert unpack(packed(np.full((1, 1, 3), 200, np.uint8), ".webp")).shape == (1, 1, 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (31, 700), (640, 480)])
def test_size_is_read_from_the_first_bytes(kind: str, size: tuple[int, int]) -> None:
    picture = np.full((size[1], size[0], 3), 90, np.uint8)
    assert picture_size(packed(picture, kind)) == size
    lossy = bytes(cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, 60])[1])
    assert picture_size(lossy) == size


def moving(kind: str, *pictures: Image) -> bytes:
    animation = cv2.Animation()
    animation.frames = list(pictures)
    animation.durations = [100] * len(pictures)
    return bytes(cv2.imencodeanimation(kind, animation)[1])


@pytest.mark.parametrize("kind", MOVING)
def test_code_that_comes_only_later_in_a_moving_picture_is_read(kind: str) -> None:
    empty, shown = table_with(), table_with((code_picture("MOVES"), 200, 100))
    assert read_picture(moving(kind, empty, empty, shown, empty))[0].text == "MOVES"


@pytest.mark.parametrize("kind", MOVING)
def test_moving_picture_without_a_code_or_cut_off_is_refused(kind: str) -> None:
    data = moving(kind, table_with(), table_with(shade=90))
    for picture in (data, data[: len(data) // 2]):
        with pytest.raises(UserError) as refused:
            read_picture(picture)
        assert refused.value.reason in ("picture_without_code", "picture_unreadable")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photograph_that_says_it_is_turned_is_read(orientation: int) -> None:
    tag = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + struct.pack("<H", 1) + tag + bytes(4)
    jpeg = packed(table_with((code_picture("TURNED"), 200, 100)), ".jpg")
    turned = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
    assert read_picture(turned)[0].text == "TURNED"


def test_photograph_of_fifty_megapixels_is_read() -> None:
    wall = np.full((6120, 8160), 120, np.uint8)
    code = code_picture("FIFTY", module_px=30)
    wall[3000 : 3000 + len(code), 2000 : 2000 + len(code)] = code
    assert read_picture(packed(wall, ".jpg"))[0].text == "FIFTY"


def test_damaged_pictures_of_any_cut_are_no_bug() -> None:
    for kind in KINDS:
        data = packed(code_picture("CUT"), kind)
        for length in range(0, len(data), 7):
            with contextlib.suppress(UserError):
                read_picture(data[:length])
