"""The command that measures readers on folders of pictures."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from pos_app.scanner.read import Image
from tests.builders.codes import code_picture, table_with

ROOT = Path(__file__).resolve().parent.parent.parent


def decode(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.bench.decode", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def images(tmp_path: Path) -> Path:
    pictures: dict[str, tuple[Image, str | None]] = {
        "good/one.png": (code_picture("ONE"), "ONE"),
        "good/two.jpg": (table_with((code_picture("TWO"), 300, 200)), "TWO"),
        "good/binary.png": (code_picture(b"\x00\xff\x10"), None),
        "none/table.png": (table_with(), None),
        "lying/three.webp": (code_picture("THREE"), "SOMETHING ELSE"),
    }
    for name, (picture, text) in pictures.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), picture)
        if text is not None:
            path.with_suffix(".txt").write_text(text)
    (tmp_path / "good" / "binary.txt").write_bytes(b"\x00\xff\x10")
    (tmp_path / "none" / "garbage.png").write_bytes(b"no picture")
    return tmp_path


def test_each_reader_and_set_is_one_line_of_json(images: Path) -> None:
    done = decode("--images", str(images), "--json")
    assert done.returncode == 0, done.stderr
    scores = [json.loads(line) for line in done.stdout.splitlines()]
    fields = {"reader", "set", "images", "hits", "false", "ms_median", "ms_p95"}
    assert all(set(score) == fields for score in scores)
    found = {(one["set"], one["reader"]): (one["images"], one["hits"], one["false"]) for one in scores}
    for reader in ("ours", "zxing-cpp"):
        assert found["good", reader] == (3, 3, 0)
        assert found["none", reader] == (2, 0, 0)
        assert found["lying", reader] == (1, 0, 1)


def test_without_json_it_is_a_line_for_a_person(images: Path) -> None:
    done = decode("--images", str(images))
    assert done.returncode == 0
    assert "good" in done.stdout
    assert "3 of    3 read, 0 false" in done.stdout


def test_folder_without_pictures_is_said_and_no_success(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        done = decode("--images", str(folder), "--json")
        assert done.returncode == 1
        assert str(folder) in done.stderr
        assert done.stdout == ""
