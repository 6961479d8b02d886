"""What is said about a camera while it is being set up."""

from PySide6.QtCore import QCoreApplication, QLocale

from pos_app.scanner.meter import Advice, Reading
from pos_app.scanner.sources import CameraSource, SourceKind

_PERCENT = 100
_TONES = {Advice.GOOD: "accept", Advice.SHOW_A_CODE: "quiet", Advice.WAIT: "quiet"}


def _say(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("CameraWords", text, None, count)


def source_name(source: CameraSource) -> str:
    """Name a camera, or the film."""
    return _say("Demo film") if source.kind is SourceKind.FILM else source.name


def rate_words(reading: Reading, size: tuple[int, int]) -> str:
    """Say how many of the last pictures were read, how many come a second, and how large they are."""
    if reading.advice is Advice.WAIT:
        return _say("Waiting for pictures…")
    return _say("Read in {rate} % of the pictures · {fps} a second · {width} × {height}").format(
        rate=round(reading.rate * _PERCENT),
        fps=QLocale().toString(reading.fps, "f", 0),
        width=size[0],
        height=size[1],
    )


def advice_words(advice: Advice) -> tuple[str, str, str]:
    """Return the sentence, what to do, and the tone."""
    words = {
        Advice.GOOD: (_say("Codes are read well."), _say("Leave the camera as it stands.")),
        Advice.SHOW_A_CODE: (_say("The picture is good."), _say("Now hold a code before the camera.")),
        Advice.WAIT: (_say("There is no picture yet."), _say("Some cameras take some seconds.")),
        Advice.TOO_DARK: (
            _say("It is too dark."),
            _say("Bring a lamp nearer, or choose a longer exposure."),
        ),
        Advice.TOO_BRIGHT: (
            _say("It is too bright."),
            _say("Turn the camera away from the light, or choose a shorter exposure."),
        ),
        Advice.GLARE: (
            _say("Something glares."),
            _say("Tilt the code a little, dim the phone, or choose a shorter exposure."),
        ),
        Advice.TOO_FAR: (
            _say("The code is too far away."),
            _say("Hold it nearer, or choose a larger picture."),
        ),
        Advice.OUT_OF_FOCUS: (
            _say("The picture is out of focus."),
            _say("Hold the code a hand further away, wipe the lens, or set the focus by hand."),
        ),
        Advice.TOO_SLOW: (
            _say("Pictures come slowly."),
            _say("Choose a smaller picture, more light or a shorter exposure."),
        ),
        Advice.HOLD_STILL: (
            _say("The code is seen but seldom read."),
            _say("Hold it still, nearer and flat."),
        ),
    }
    sentence, help_ = words[advice]
    return sentence, help_, _TONES.get(advice, "ask")
