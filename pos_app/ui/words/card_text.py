"""The words of the verdict card."""

from dataclasses import dataclass

from msgspec import Struct

MAX_FACTS = 4
"""How many small facts the card has room for."""


class BannerText(Struct, frozen=True, kw_only=True):
    """What the banner shows. ``tone`` names the colour: accept, ask, refuse, or quiet for none.

    ``sign`` is the icon: each tone of a verdict has a shape of its own.
    """

    tone: str
    sign: str
    headline: str
    subject: str = ""


class ActionText(Struct, frozen=True, kw_only=True):
    """Something that can be done about what the card says: a button, by name, with its icon and key."""

    name: str
    caption: str
    sign: str
    key: str


MAX_ACTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictText:
    """Everything the card says, in the language of the face.

    ``gives`` is large, in the verdict's colour; ``facts`` are (icon, sentence) pairs, at most
    ``MAX_FACTS``; ``actions`` are at most ``MAX_ACTIONS`` buttons. ``guest``: the guest card stands below.
    """

    banner: BannerText
    gives: str = ""
    message: str = ""
    advice: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    actions: tuple[ActionText, ...] = ()
    guest: bool = False
