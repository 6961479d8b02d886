"""How to speak now: asked anew each time, because the language may be switched at any time."""

from collections.abc import Callable

from msgspec import Struct

from pos_app.ui.error_text import ErrorText
from pos_app.ui.words.speech import Speech


class Tongue(Struct, frozen=True, kw_only=True):
    """The words of the face in the language that is now installed."""

    speech: Callable[[], Speech]
    errors: Callable[[], ErrorText]
