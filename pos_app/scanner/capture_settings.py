"""What is asked of a camera, and what it lets be asked."""

from msgspec import Struct


class CaptureSettings(Struct, frozen=True):
    """What to ask of a camera; it may answer with something near. Sizes in pixels.

    ``focus`` from 0 (far) to 255 (near) turns the camera's own focusing off; None leaves it on.
    ``exposure_ms`` (1 to 500) does the same for its light. A film keeps its own size and pace;
    ``repeat_film`` says whether it begins again at its end.
    """

    width: int = 1280
    height: int = 720
    fps: int = 30
    focus: int | None = None
    exposure_ms: int | None = None
    repeat_film: bool = True


class Abilities(Struct, frozen=True):
    """What a camera lets be chosen."""

    focus: bool = False
    exposure: bool = False


NO_ABILITIES = Abilities()
