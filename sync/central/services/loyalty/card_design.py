"""How the network's loyalty cards look: their words, their colours, and those of a tier (document 004)."""

import re
from typing import Annotated

import asyncpg
import msgspec

from sync.central.card_picture import CardFace
from sync.central.services.audit import record_by
from sync.central.services.login import Person
from sync.central.services.names import is_storable
from sync.rules.user_error import UserError

MAX_WORDS = 60
MAX_TIERS = 50
MIN_CONTRAST = 4.5
"""Words and their ground, by WCAG 2.1, AA: a card is read in a dim room too."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LINEAR_BELOW = 0.04045

Words = Annotated[str, msgspec.Meta(max_length=MAX_WORDS)]


class Colours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Three colours as ``#rrggbb``: the ground, the words on it, and the stripe."""

    ground: str = "#14213d"
    words: str = "#ffffff"
    stripe: str = "#fca311"


class CardDesign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card's face. ``title`` is the network's name where it is empty; ``tiers`` look otherwise, by their names."""

    title: Words = ""
    tagline: Words = ""
    colours: Colours = Colours()
    tiers: Annotated[dict[str, Colours], msgspec.Meta(max_length=MAX_TIERS)] = {}
    show_tier: bool = True


async def read_design(connection: asyncpg.Connection, network_id: int) -> CardDesign:
    """Return how the network's cards look."""
    kept = await connection.fetchval("SELECT card_design FROM networks WHERE id = $1", network_id)
    return msgspec.convert(kept, CardDesign)


async def set_design(connection: asyncpg.Connection, person: Person, design: CardDesign) -> CardDesign:
    """Let cards look so from now on; raises :class:`UserError` ``card_unfit``."""
    tiers: list[dict[str, object]] = await connection.fetchval(
        "SELECT tiers FROM networks WHERE id = $1 FOR NO KEY UPDATE", person.network
    )
    unknown = sorted(set(design.tiers) - {str(tier["name"]) for tier in tiers})
    if unknown:
        raise UserError("card_unfit", f"There is no tier {unknown[0][:50]}.", "Name tiers of the programme.")
    if not all(is_storable(text) for text in (design.title, design.tagline)):
        raise UserError("card_unfit", "A card's words are visible characters.", "Write them anew.")
    fitting = msgspec.structs.replace(
        design,
        colours=_fit(design.colours),
        tiers={name: _fit(colours) for name, colours in design.tiers.items()},
    )
    kept = msgspec.to_builtins(fitting)
    await connection.execute("UPDATE networks SET card_design = $2 WHERE id = $1", person.network, kept)
    await record_by(connection, person, "loyalty.card_design", f"network:{person.network}", kept)
    return fitting


async def face_of(connection: asyncpg.Connection, network_id: int, tier: str) -> CardFace:
    """Return the face of a card of a tier, "" for a guest without one."""
    design = await read_design(connection, network_id)
    name: str = await connection.fetchval("SELECT name FROM networks WHERE id = $1", network_id)
    colours = design.tiers.get(tier, design.colours)
    return CardFace(
        title=design.title or name,
        tagline=design.tagline,
        tier=tier if design.show_tier else "",
        ground=colours.ground,
        words=colours.words,
        stripe=colours.stripe,
    )


def _fit(colours: Colours) -> Colours:
    fitting = Colours(
        ground=_colour(colours.ground), words=_colour(colours.words), stripe=_colour(colours.stripe)
    )
    if contrast(fitting.ground, fitting.words) < MIN_CONTRAST:
        raise UserError(
            "card_unfit",
            f"{fitting.words} on {fitting.ground} is hard to read.",
            f"Choose colours with a contrast of at least {MIN_CONTRAST} : 1.",
        )
    return fitting


def _colour(text: str) -> str:
    fitting = text.strip().lower()
    if _COLOUR.fullmatch(fitting) is None:
        raise UserError("card_unfit", f"“{text[:20]}” is no colour.", "Write it as #rrggbb, such as #14213d.")
    return fitting


def contrast(one: str, other: str) -> float:
    """Return how well two colours stand apart: 1 (not at all) to 21, by WCAG 2.1."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= _LINEAR_BELOW else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
