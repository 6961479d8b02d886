"""How to speak now: asked anew each time, because the language may be switched at any time."""

from collections.abc import Callable
from dataclasses import dataclass

from pos_app.ui.error_text import ErrorText
from pos_app.ui.words.speech import Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """The words of the face in the language that is now installed."""

    speech: Callable[[], Speech]
    errors: Callable[[], ErrorText]
