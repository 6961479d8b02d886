"""Colours that can be read, signs that need no colour, sizes that a finger can hit."""

import re
from dataclasses import fields

import pytest
from PySide6.QtGui import QImage

from pos_app.ui.resource_files import ICONS
from pos_app.ui.theme.contrast import contrast, failures
from pos_app.ui.theme.icons import pixmap
from pos_app.ui.theme.look import Look, look_for
from pos_app.ui.theme.stylesheet import stylesheet
from pos_app.ui.theme.tokens import DARK, LIGHT, THEMES, Tokens


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_every_text_can_be_read_on_its_ground(tokens: Tokens) -> None:
    assert failures(tokens) == []


def test_contrast_is_the_one_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_tokens_are_colours(tokens: Tokens) -> None:
    for field in fields(tokens):
        if field.name != "name":
            assert re.fullmatch(r"#[0-9a-f]{6}", getattr(tokens, field.name)), field.name


def test_the_verdicts_signs_differ_by_shape_alone(qapp: object) -> None:
    """In one colour, a tenth of the pixels at least tells one sign from another."""
    pictures = {name: pixmap(name, "#000000", 64).toImage() for name in ("accept", "ask", "refuse")}
    for one, first in pictures.items():
        for other, second in pictures.items():
            if one < other:
                assert _differing(first, second) > 64 * 64 / 10, (one, other)


def _differing(one: QImage, other: QImage) -> int:
    return sum(
        (one.pixelColor(x, y).alpha() > 127) != (other.pixelColor(x, y).alpha() > 127)
        for x in range(one.width())
        for y in range(one.height())
    )


@pytest.mark.parametrize("file", sorted(ICONS.glob("*.svg")), ids=lambda file: file.stem)
def test_an_icon_is_drawn_in_the_colour_that_is_asked_for(qapp: object, file: object) -> None:
    image = pixmap(file.stem, "#ff0000", 32).toImage()  # type: ignore[attr-defined]  # a path
    painted = [
        image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 200
    ]
    assert painted
    assert all((colour.red(), colour.green(), colour.blue()) == (255, 0, 0) for colour in painted)


@pytest.mark.parametrize(
    ("width", "height", "scale", "compact"),
    [(1024, 600, 1.0, True), (1280, 800, 1.0, False), (1920, 1080, 1.25, False), (3840, 2160, 2.625, False)],
)
def test_the_face_grows_with_the_window(width: int, height: int, scale: float, *, compact: bool) -> None:
    look = look_for(LIGHT, width, height)
    assert (look.scale, look.compact) == (scale, compact)


def test_a_person_may_ask_for_twice_the_size() -> None:
    assert look_for(LIGHT, 1024, 600, zoom=2).scale == 2


def test_the_stylesheet_holds_every_length_and_colour() -> None:
    for look in (Look(tokens=LIGHT), Look(tokens=DARK, scale=2.5)):
        assert "$" not in stylesheet(look)
