"""What stands in the QR code of a guest's card.

Two forms, both capital letters and digits only, which a QR code holds most densely::

    CSC1:<network>.<card>.<key>.<mac>           printed: good until its key is withdrawn
    CSC2:<network>.<card>.<key>.<step>.<mac>    on a phone: renewed every half minute

Numbers are base 32; the mac is HMAC-SHA256, cut to 120 bits, over everything before it, under a key that is
the card's own (derived from the network's key of that number). A phone holds only its own card's key, so
that no phone can make another's card; a screenshot dies with its step.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.rules.base32 import from_text, number_from_text, number_to_text, to_text
from sync.rules.moment import Moment
from sync.rules.reasons import Reason

STEP_MS = 30_000
MAX_STEPS_APART = 1
"""How many steps a phone's clock may be off, either way, beyond the till's own uncertainty."""

MAX_UNCERTAIN_STEPS = 10
"""A till whose clock is vaguer than this cannot judge a renewed card at all, and says so."""

MAC_BYTES = 15
KEY_BYTES = 32

_PRINTED = "CSC1"
_RENEWED = "CSC2"
_PRINTED_PARTS = 4
_RENEWED_PARTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CardKeys:
    """A network's card keys by number. New cards are written under ``current``; the others still read.

    Rotation: add a key, make it current, and take the old one out when its cards are replaced.
    """

    network: int
    current: int
    keys: Mapping[int, bytes] = field(repr=False)

    def card_key(self, key: int, card: int) -> bytes | None:
        """Derive a card's own key (32 bytes); None for a key that was withdrawn or never existed."""
        secret = self.keys.get(key)
        if secret is None:
            return None
        return hmac.digest(secret, f"countersign/card/1/{self.network}/{card}".encode(), hashlib.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardText:
    """The parts of a card's text, not yet judged. ``step`` is None in a printed card."""

    network: int
    card: int
    key: int
    step: int | None
    signed: str
    mac: bytes


def write_card(keys: CardKeys, card: int) -> str:
    """Write the text of a printed card under the current key. Raises ``KeyError`` when there is none."""
    secret = keys.card_key(keys.current, card)
    if secret is None:
        raise KeyError(keys.current)
    return _written(_PRINTED, (keys.network, card, keys.current), secret)


def write_renewed_card(*, network: int, card: int, key: int, card_key: bytes, at_ms: int) -> str:
    """Write the text that a phone shows at an instant; ``card_key`` is all that the phone holds."""
    return _written(_RENEWED, (network, card, key, max(0, at_ms) // STEP_MS), card_key)


def read_card_text(text: str) -> CardText | None:
    """Take a card's text apart; None for a text that is no card at all."""
    form, _, rest = text.partition(":")
    parts = rest.split(".")
    if (form, len(parts)) not in ((_PRINTED, _PRINTED_PARTS), (_RENEWED, _RENEWED_PARTS)):
        return None
    numbers = [number_from_text(part) for part in parts[:-1]]
    mac = from_text(parts[-1])
    known = [number for number in numbers if number is not None]
    if mac is None or len(mac) != MAC_BYTES or len(known) != len(numbers):
        return None
    return CardText(
        network=known[0],
        card=known[1],
        key=known[2],
        step=known[3] if form == _RENEWED else None,
        signed=text.rpartition(".")[0],
        mac=mac,
    )


def judge_card(seen: CardText, keys: CardKeys, moment: Moment) -> Reason:
    """Judge a card's text by keys and time: ``card_ok``, or why not.

    ``other_network``; ``card_inactive`` for a key that was withdrawn; ``not_loaded`` for one that is newer
    than any known here (numbers only rise); ``forged_code``; ``card_stale`` for an old picture;
    ``clock_in_doubt`` where this clock cannot tell. Whether the card's guest still has the card is not
    known here.
    """
    if seen.network != keys.network:
        return Reason.OTHER_NETWORK
    secret = keys.card_key(seen.key, seen.card)
    if secret is None:
        newest = max(keys.keys, default=0)
        return Reason.NOT_LOADED if seen.key > newest else Reason.CARD_INACTIVE
    if not hmac.compare_digest(_mac(seen.signed, secret), seen.mac):
        return Reason.FORGED_CODE
    return Reason.CARD_OK if seen.step is None else _judge_step(seen.step, moment)


def _judge_step(step: int, moment: Moment) -> Reason:
    vague = abs(moment.uncertainty_ms)
    if moment.doubtful or vague > MAX_UNCERTAIN_STEPS * STEP_MS:
        return Reason.CLOCK_IN_DOUBT
    earliest = (moment.at_ms - vague) // STEP_MS - MAX_STEPS_APART
    latest = (moment.at_ms + vague) // STEP_MS + MAX_STEPS_APART
    return Reason.CARD_OK if earliest <= step <= latest else Reason.CARD_STALE


def _written(form: str, numbers: tuple[int, ...], secret: bytes) -> str:
    signed = f"{form}:{'.'.join(number_to_text(number) for number in numbers)}"
    return f"{signed}.{to_text(_mac(signed, secret))}"


def _mac(signed: str, secret: bytes) -> bytes:
    return hmac.digest(secret, signed.encode("ascii"), hashlib.sha256)[:MAC_BYTES]
