"""The colours of the till's face: one frozen set of tokens per theme, and nothing else knows a colour."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Colours as ``#rrggbb``. ``on_x`` is text on ``x``; ``x_soft`` a tint of ``x`` with text ``x_text``.

    ``ground`` lies behind everything, ``surface`` is a card, ``raised`` a key on a card, ``pressed`` the
    same key under a finger. ``text`` and ``muted`` are written on any of the first three. ``line`` draws
    hairlines that carry no meaning; ``outline`` draws borders that do (fields, focus-less controls).
    """

    name: str
    ground: str
    surface: str
    raised: str
    pressed: str
    line: str
    outline: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_pressed: str
    on_accent: str
    accent_soft: str
    accent_text: str
    accept: str
    on_accept: str
    accept_soft: str
    accept_text: str
    ask: str
    on_ask: str
    ask_soft: str
    ask_text: str
    refuse: str
    on_refuse: str
    refuse_soft: str
    refuse_text: str


LIGHT = Tokens(
    name="light",
    ground="#eef0f4",
    surface="#ffffff",
    raised="#f3f5f9",
    pressed="#dfe4ee",
    line="#dde1e9",
    outline="#7d8798",
    text="#141a24",
    muted="#535d6e",
    disabled="#939cab",
    accent="#2b55d9",
    accent_pressed="#1f43b4",
    on_accent="#ffffff",
    accent_soft="#e6ecfd",
    accent_text="#2347b8",
    accept="#0f7b46",
    on_accept="#ffffff",
    accept_soft="#e1f4e9",
    accept_text="#0b6337",
    ask="#ffc247",
    on_ask="#2e1f00",
    ask_soft="#fff3d9",
    ask_text="#7a4d00",
    refuse="#c3272f",
    on_refuse="#ffffff",
    refuse_soft="#fde8e8",
    refuse_text="#a31b23",
)

DARK = Tokens(
    name="dark",
    ground="#0d1015",
    surface="#171c24",
    raised="#222934",
    pressed="#303947",
    line="#29313d",
    outline="#76849a",
    text="#eef1f6",
    muted="#a7b1c1",
    disabled="#66707f",
    accent="#8ba6ff",
    accent_pressed="#a9bdff",
    on_accent="#0a1230",
    accent_soft="#1e2a4a",
    accent_text="#b4c5ff",
    accept="#17824c",
    on_accept="#ffffff",
    accept_soft="#12301f",
    accept_text="#6fdca2",
    ask="#ffca5c",
    on_ask="#2e1f00",
    ask_soft="#3a2c0c",
    ask_text="#ffd583",
    refuse="#d13a41",
    on_refuse="#ffffff",
    refuse_soft="#41181b",
    refuse_text="#ffa6a8",
)

THEMES = {"light": LIGHT, "dark": DARK}
