"""The things that carry a code: a sheet of paper or a phone, held by a hand."""

import cv2
import numpy as np
import qrcode

from pos_app.demo.film.canvas import (
    HEIGHT,
    WIDTH,
    Canvas,
    CutOut,
    capsule,
    polygon,
    rounded,
    rounded_light,
    soft,
)
from pos_app.demo.film.scene import Colour
from pos_app.demo.film.shot import Carrier, Shot

CODE_SIDE = 430
"""Side of a code with its margin, in pixels of the cut-out."""
_MIDDLE = WIDTH // 2
_INK: Colour = (52, 44, 40)
_GREY: Colour = (120, 114, 110)
_WHITE: Colour = (255, 255, 255)
_SCREEN_BLACK: Colour = (28, 24, 22)
_ACCENTS: tuple[Colour, ...] = ((150, 84, 30), (60, 120, 40), (50, 50, 170), (140, 50, 120), (30, 110, 190))
_SKIN = np.array((124, 152, 200))
_CLOTH: tuple[Colour, ...] = ((92, 66, 48), (60, 60, 64), (110, 96, 84), (70, 46, 96))


def draw_carrier(shot: Shot, rng: np.random.Generator) -> CutOut:
    """Draw what the shot shows, in a hand."""
    accent = _ACCENTS[int(rng.integers(len(_ACCENTS)))]
    blue, green, red = (_SKIN * rng.uniform(0.62, 1.08)).astype(int).tolist()
    skin: Colour = (blue, green, red)
    canvas = Canvas()
    if shot.carrier is Carrier.PHONE:
        _arm(canvas, skin, _CLOTH[int(rng.integers(len(_CLOTH)))], grip=1000)
        _ball_of_thumb(canvas, skin)
        _phone(canvas, shot, accent)
        _fingertips(canvas, skin)
        anchor, glow = (float(_MIDDLE), 500.0), 1.0
    else:
        _arm(canvas, skin, _CLOTH[int(rng.integers(len(_CLOTH)))], grip=880)
        _paper(canvas, shot, accent, rng)
        _thumb(canvas, skin)
        anchor, glow = (float(_MIDDLE), 455.0), 0.0
    return canvas.cut_out(anchor, glow)


def _code(canvas: Canvas, text: str, middle_y: int, ink: Colour) -> None:
    """Print the code with its white margin of four modules, centred at this height."""
    symbol = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    symbol.add_data(text)
    modules = np.where(np.array(symbol.get_matrix())[:, :, None], np.array(ink), 255).astype(np.uint8)
    picture = cv2.resize(modules, (CODE_SIDE, CODE_SIDE), interpolation=cv2.INTER_NEAREST)
    left, top = _MIDDLE - CODE_SIDE // 2, middle_y - CODE_SIDE // 2
    area = canvas.colour[top : top + CODE_SIDE, left : left + CODE_SIDE]
    area[:] = (area.astype(np.uint16) * picture // 255).astype(np.uint8)


def _paper(canvas: Canvas, shot: Shot, accent: Colour, rng: np.random.Generator) -> None:
    """Draw a printed sheet: heading, code, small print, a dotted line to tear along."""
    sheet = rounded((180, 60), (720, 900), 4)
    slope = np.linspace(0, 14, WIDTH)[None, :] + np.linspace(0, 16, HEIGHT)[:, None]
    fibres = cv2.GaussianBlur(rng.normal(0, 7, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 1.4)
    tone = (246 - slope + fibres)[:, :, None] * np.array((0.965, 0.99, 1.0))
    canvas.lay(sheet, np.clip(tone, 0, 255).astype(np.uint8))
    canvas.lay(rounded((180, 60), (720, 170), 4), accent, 0.94)
    canvas.write(shot.label, (_MIDDLE, 130), size=48, colour=_WHITE, weight=600)
    canvas.write("Show this code at the till", (_MIDDLE, 215), size=26, colour=_GREY)
    _code(canvas, shot.text, 455, _INK)
    canvas.write(shot.text, (_MIDDLE, 715), size=30, colour=_INK, weight=500)
    for x in range(196, 710, 18):
        cv2.line(canvas.colour, (x, 765), (x + 9, 765), _GREY, 2)
    for line, (left, right) in enumerate(((220, 680), (220, 650), (220, 560))):
        y = 800 + 26 * line
        cv2.line(canvas.colour, (left, y), (right, y), (176, 172, 170), 6)
    # A fold across the middle catches the light on one side and not on the other.
    canvas.shade(soft(polygon((180, 604), (720, 600), (720, 640), (180, 646)), 14), 0.07)


def _phone(canvas: Canvas, shot: Shot, accent: Colour) -> None:
    """Draw a phone with an app on its screen that shows the code on a card."""
    body = rounded((165, 40), (735, 1130), 70)
    canvas.lay(body, rounded_light(body, (58, 54, 52), 14))
    screen = rounded((185, 60), (715, 1110), 54)
    canvas.lay(screen, (244, 240, 238))
    canvas.lay(np.minimum(screen, polygon((185, 60), (715, 60), (715, 225), (185, 225))), accent)
    canvas.write("12:45", (262, 104), size=26, colour=_WHITE, weight=600)
    canvas.lay(capsule((430, 92), (470, 92), 30), _SCREEN_BLACK)
    canvas.lay(rounded((610, 82), (656, 104), 5), _WHITE)
    canvas.write(shot.label, (_MIDDLE, 190), size=44, colour=_WHITE, weight=600)
    canvas.shade(soft(rounded((215, 268), (685, 742), 28), 10), 0.16)
    canvas.lay(rounded((215, 260), (685, 734), 28), _WHITE)
    _code(canvas, shot.text, 500, _SCREEN_BLACK)
    canvas.write(shot.text, (_MIDDLE, 800), size=34, colour=_INK, weight=600)
    canvas.write("Hold it in front of the camera", (_MIDDLE, 850), size=26, colour=_GREY)
    canvas.lay(rounded((235, 905), (665, 985), 38), accent)
    canvas.write("My wallet", (_MIDDLE, 957), size=32, colour=_WHITE, weight=600)
    canvas.lay(capsule((380, 1080), (520, 1080), 8), _SCREEN_BLACK)
    # The glass mirrors a window: two slanted bands of light across the screen.
    glare = np.maximum(
        polygon((560, 60), (690, 60), (330, 1110), (200, 1110)),
        polygon((710, 60), (715, 60), (420, 1110), (390, 1110)),
    )
    canvas.lay(np.minimum(screen, soft(glare, 5)), _WHITE, 0.11)


def _arm(canvas: Canvas, skin: Colour, cloth: Colour, grip: int) -> None:
    """Draw what is behind the thing: forearm in a sleeve, palm, and fingers that hold from behind."""
    palm = np.maximum(
        polygon((330, grip - 60), (640, grip - 40), (650, grip + 190), (590, grip + 330), (380, grip + 330)),
        capsule((400, grip + 110), (560, grip + 130), 230),
    )
    forearm = polygon((375, grip + 220), (600, grip + 220), (665, HEIGHT), (345, HEIGHT))
    hand = np.maximum(soft(palm, 9), forearm)
    _, solid = cv2.threshold(hand, 127, 255, cv2.THRESH_BINARY)
    canvas.lay(
        soft(np.asarray(solid, dtype=np.uint8), 1.5), rounded_light(np.asarray(solid, np.uint8), skin, 70)
    )
    sleeve = polygon((330, grip + 400), (650, grip + 400), (760, HEIGHT), (250, HEIGHT))
    canvas.lay(soft(sleeve, 2), rounded_light(sleeve, cloth, 90))


def _thumb(canvas: Canvas, skin: Colour) -> None:
    """Lay the thumb over the sheet's lower edge, with its shadow and nail."""
    _finger(canvas, skin, (545, 1010), (500, 850), 92)
    nail = capsule((499, 838), (496, 818), 44)
    canvas.lay(soft(nail, 3), _lighter(skin), 0.7)


def _ball_of_thumb(canvas: Canvas, skin: Colour) -> None:
    """Let the palm reach out beside the phone, to where its thumb begins."""
    ball = np.maximum(capsule((600, 1150), (752, 985), 120), capsule((300, 1140), (185, 960), 110))
    canvas.lay(soft(ball, 1.5), rounded_light(ball, skin, 60))


def _lighter(colour: Colour) -> Colour:
    blue, green, red = colour
    return min(255, blue + 26), min(255, green + 26), min(255, red + 26)


def _fingertips(canvas: Canvas, skin: Colour) -> None:
    """Lay four fingertips over the phone's edge, and the thumb over the other."""
    for y in (760, 850, 938, 1020):
        _finger(canvas, skin, (150, y + 14), (196, y), 66)
    _finger(canvas, skin, (770, 960), (712, 800), 84)


def _finger(canvas: Canvas, skin: Colour, root: tuple[int, int], tip: tuple[int, int], width: int) -> None:
    finger = capsule(root, tip, width)
    shadow = capsule((root[0] - 8, root[1] + 10), (tip[0] - 8, tip[1] + 6), width)
    canvas.shade(soft(shadow, 12), 0.4)
    canvas.lay(soft(finger, 1.5), rounded_light(finger, skin, width * 0.45))
