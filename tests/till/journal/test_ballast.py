from pathlib import Path

import pytest

from sync.till.journal.ballast import BALLAST_BYTES, MIN_FREE_BYTES, Ballast
from tests.builders.till import enrolled_till

PLENTY = MIN_FREE_BYTES + BALLAST_BYTES


def room(path: Path, free_bytes: int = PLENTY) -> Ballast:
    return Ballast(path, lambda: free_bytes)


def test_it_holds_room_that_really_lies_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "ballast"
    room(path).keep()
    assert path.stat().st_size == BALLAST_BYTES
    assert path.stat().st_blocks * 512 >= BALLAST_BYTES
    assert path.stat().st_mode & 0o077 == 0


def test_it_is_not_made_where_it_would_take_the_room_that_sales_need(tmp_path: Path) -> None:
    path = tmp_path / "ballast"
    room(path, PLENTY - 1).keep()
    assert not path.exists()


def test_it_is_given_up_once_and_made_again_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "ballast"
    free = [PLENTY]
    ballast = Ballast(path, lambda: free[0])
    ballast.keep()
    assert ballast.give_up()
    assert not path.exists()
    assert not ballast.give_up()
    free[0] = 0
    ballast.keep()
    assert not path.exists()
    free[0] = PLENTY
    ballast.keep()
    assert path.stat().st_size == BALLAST_BYTES


def test_one_that_a_crash_left_half_made_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "ballast"
    path.write_bytes(b"half")
    room(path).keep()
    assert path.stat().st_size == BALLAST_BYTES


def test_a_folder_that_takes_none_is_no_failure(tmp_path: Path) -> None:
    ballast = room(tmp_path / "gone" / "ballast")
    ballast.keep()
    assert not ballast.give_up()


@pytest.mark.parametrize("free_bytes", [PLENTY, MIN_FREE_BYTES])
def test_a_till_keeps_room_when_it_is_opened(tmp_path: Path, free_bytes: int) -> None:
    till = enrolled_till(tmp_path, free_bytes=free_bytes)
    assert (till.home.folder / "ballast").exists() == (free_bytes == PLENTY)
    till.close()
