"""The demo film, made and then read back the way a till reads a camera."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from pos_app.demo.film.make import FPS, make_film
from pos_app.demo.film.scene import HEIGHT, WIDTH
from pos_app.demo.film.shot import Carrier, Film, Manner, Shot, varied_shots
from pos_app.scanner.decoder import Decoder
from pos_app.scanner.read import Image
from pos_app.scanner.tracker import Tracker
from sync.rules.user_error import UserError

SHOTS = varied_shots([(f"{manner.value} offer", f"FILM-{manner.name}") for manner in Manner])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return make_film(tmp_path_factory.mktemp("film") / "demo.avi", SHOTS, seed=7)


def test_every_shot_is_read_in_most_of_its_pictures_and_counts_as_one_presentation(film: Film) -> None:
    decoder, tracker = Decoder(), Tracker()
    pictures = [0] * len(SHOTS)
    hits = [0] * len(SHOTS)
    presented: list[str] = []
    for number, picture in enumerate(_pictures(film.path)):
        at_s = number / FPS
        reads = decoder.decode(picture)
        presented += [read.text for read in tracker.feed(reads, at_s * 1000)]
        showing = [index for index, timed in enumerate(film.shots) if timed.start_s <= at_s < timed.end_s]
        assert {read.text for read in reads} <= {SHOTS[index].text for index in showing}
        for index in showing:
            pictures[index] += 1
            hits[index] += bool(reads)
    assert presented == [shot.text for shot in SHOTS]
    for shot, all_pictures, hit in zip(SHOTS, pictures, hits, strict=True):
        assert 1.5 * FPS <= all_pictures <= 2.5 * FPS + 1, shot
        assert hit > all_pictures / 2, shot


def test_codes_are_shown_in_every_manner_on_paper_and_on_phones() -> None:
    shots = varied_shots([("Offer", str(number)) for number in range(12)])
    assert {(shot.manner, shot.carrier) for shot in shots} == {
        (manner, carrier) for manner in Manner for carrier in Carrier
    }
    assert [shot.text for shot in shots] == [str(number) for number in range(12)]


def test_film_has_the_size_and_pace_of_a_webcam(film: Film) -> None:
    opened = cv2.VideoCapture(str(film.path))
    assert opened.get(cv2.CAP_PROP_FPS) == FPS
    assert opened.get(cv2.CAP_PROP_FRAME_COUNT) == pytest.approx(film.duration_s * FPS)
    assert opened.read()[1].shape == (HEIGHT, WIDTH, 3)
    opened.release()


def test_same_seed_gives_the_same_film_and_another_seed_another(tmp_path: Path) -> None:
    shot = [Shot("Voucher", "SAME-1")]
    one = make_film(tmp_path / "one.avi", shot, seed=3).path.read_bytes()
    two = make_film(tmp_path / "two.avi", shot, seed=3).path.read_bytes()
    other = make_film(tmp_path / "other.avi", shot, seed=4).path.read_bytes()
    assert one == two
    assert one != other


def test_progress_reaches_the_number_of_pictures(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    make_film(tmp_path / "empty.avi", [], progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == len(told)


def test_film_of_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        make_film(tmp_path / "no such folder" / "demo.avi", SHOTS[:1])
    assert refused.value.reason == "film_not_written"


def _pictures(path: Path) -> Iterator[Image]:
    opened = cv2.VideoCapture(str(path))
    got, picture = opened.read()
    while got:
        yield np.asarray(picture, dtype=np.uint8)
        got, picture = opened.read()
    opened.release()
