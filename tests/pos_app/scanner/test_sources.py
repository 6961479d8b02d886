"""What can be chosen as a source of pictures."""

from pathlib import Path

from pos_app.scanner import sources
from pos_app.scanner.sources import CameraSource, SourceKind, film_source, find_source, list_cameras

FRONT = CameraSource("Front", SourceKind.CAMERA, "/dev/video0")
BACK = CameraSource("Back", SourceKind.CAMERA, "/dev/video2")


def kernel_folder(folder: Path, devices: dict[str, tuple[str, str]]) -> Path:
    for device, (name, index) in devices.items():
        (folder / device).mkdir(parents=True)
        (folder / device / "name").write_text(f"{name}\n")
        (folder / device / "index").write_text(f"{index}\n")
    return folder


def test_cameras_are_listed_by_their_names_in_order_without_their_metadata_devices(tmp_path: Path) -> None:
    folder = kernel_folder(
        tmp_path,
        {
            "video10": ("Desk", "0"),
            "video0": ("Front", "0"),
            "video1": ("Front", "1"),
            "video2": ("Back", "0"),
        },
    )
    assert sources._kernel_cameras(folder) == [
        FRONT,
        BACK,
        CameraSource("Desk", SourceKind.CAMERA, "/dev/video10"),
    ]


def test_device_without_a_name_is_called_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "video3").mkdir()
    assert sources._kernel_cameras(tmp_path) == [
        CameraSource("/dev/video3", SourceKind.CAMERA, "/dev/video3")
    ]


def test_machine_without_cameras_lists_none(tmp_path: Path) -> None:
    assert sources._kernel_cameras(tmp_path / "no such folder") == []


def test_film_is_offered_after_the_cameras(tmp_path: Path) -> None:
    film = film_source(tmp_path / "demo.avi")
    assert list_cameras([film])[-1] == film
    assert film.id == f"film:{tmp_path / 'demo.avi'}"


def test_chosen_source_is_found_again_and_a_vanished_one_gives_the_first() -> None:
    assert find_source("camera:/dev/video2", [FRONT, BACK]) == BACK
    assert find_source("camera:/dev/video9", [FRONT, BACK]) == FRONT
    assert find_source("camera:/dev/video9", []) is None
