"""``verify``: what the QR code on a receipt proves. From a picture of it, or its text."""

import sys
from pathlib import Path

from pos_app.bootstrap import open_counter
from pos_app.cli.instant import instant
from pos_app.cli.output import require_output, write_json
from pos_app.settings import Settings
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.verified_words import verified_advice, verified_sentence
from pos_app.usecases.verify_receipt import Verified
from sync.protocol.receipts import read_receipt

STDIN = "-"
MAX_TEXT_CHARS = 4096


def run(settings: Settings, what: str) -> int:
    """Check a receipt: a picture's path, the text of its code, or ``-`` for a text on stdin.

    Prints one JSON line; 0 only when the receipt is proved. Raises ``UserError`` ``not_a_receipt``, and what the
    reading of pictures raises.
    """
    require_output()
    text = _text(settings, what)
    with open_counter(settings) as running:
        verified = running.counter.receipts.verify(text)
        write_json(_told(verified, running.counter.zone, settings.language))
    return 0 if verified.proved else 1


def _text(settings: Settings, what: str) -> str:
    if what == STDIN:
        return sys.stdin.readline(MAX_TEXT_CHARS).strip()
    if read_receipt(what) is not None:
        return what
    from pos_app.scanner.picture import read_picture

    texts = [read.text for read in read_picture(Path(what)) if read.readable]
    found = next((text for text in texts if read_receipt(text) is not None), None)
    if found is None:
        raise spoken_error("not_a_receipt", settings.language)
    return found


def _told(verified: Verified, zone: str, language: str) -> dict[str, object]:
    proof = verified.proof
    return {
        "proved": verified.proved,
        "signature": str(verified.signature),
        "held": str(verified.held),
        "kind": proof.kind.name.lower(),
        "event": str(proof.event),
        "receipt": proof.receipt,
        "till": proof.till,
        "till_name": verified.till_name,
        "restaurant": verified.restaurant_name,
        "at": instant(proof.at_ms),
        "staff": proof.staff,
        "cashier": verified.cashier,
        "amount_minor": proof.paid_minor,
        "currency": proof.currency,
        "message": f"{verified_sentence(verified, language)} {verified_advice(verified, zone, language)}",
    }
