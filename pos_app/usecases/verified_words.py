"""What a checked receipt proves, in sentences: the same in the window and on the command line."""

from pos_app.usecases.verify_receipt import Held, Signature, Verified
from sync.rules.money import format_amount
from sync.rules.receipt_text import ReceiptKind
from sync.rules.wording.wall_clock import instant_text

_KINDS: dict[ReceiptKind, tuple[str, str]] = {
    ReceiptKind.SALE: ("Receipt", "Чек"),
    ReceiptKind.VOID: ("Void", "Отмена"),
    ReceiptKind.REFUND: ("Refund", "Возврат"),
}
_SIGNATURES: dict[Signature, tuple[str, str]] = {
    Signature.GOOD: ("The receipt is genuine.", "Чек подлинный."),
    Signature.ALTERED: (
        "The receipt was altered: it proves nothing.",
        "Чек изменён: он ничего не подтверждает.",
    ),
    Signature.UNKNOWN_TILL: (
        "No till of this network has printed the receipt.",
        "Ни одна касса этой сети не печатала этот чек.",
    ),
    Signature.OTHER_NETWORK: ("The receipt is of another network.", "Это чек другой сети."),
    Signature.UNCHECKED: (
        "The receipt is another till's, and the office cannot be asked now.",
        "Это чек другой кассы, а спросить офис сейчас нельзя.",
    ),
}
_HELD: dict[Held, tuple[str, str]] = {
    Held.HERE: (
        "This till holds its event, with the same content.",
        "Событие хранится на этой кассе без изменений.",
    ),
    Held.OFFICE: (
        "The office holds its event, with the same content.",
        "Событие хранится в офисе без изменений.",
    ),
    Held.NOT_YET: (
        "The office has not heard of it yet: its till may still be offline.",
        "Офис о нём ещё не знает: касса, возможно, без связи.",
    ),
    Held.DIFFERENT: (
        "Its event is held with another content: tell the office.",
        "Событие хранится с другим содержанием: сообщите в офис.",
    ),
    Held.UNASKED: ("", ""),
}


def verified_sentence(verified: Verified, language: str) -> str:
    """Say whether it is genuine."""
    if verified.signature is Signature.GOOD and verified.held is Held.DIFFERENT:
        return _say(_HELD[Held.DIFFERENT], language)
    return _say(_SIGNATURES[verified.signature], language)


def verified_advice(verified: Verified, zone: str, language: str) -> str:
    """Say what it proves (or, unproved, what it claims), and who holds the event."""
    proof = verified.proof
    parts = [f"{_say(_KINDS[proof.kind], language)} {proof.receipt}"]
    parts.append(instant_text(proof.at_ms, zone, language))
    place = ", ".join(name for name in (verified.restaurant_name, verified.till_name) if name)
    parts += [part for part in (place, verified.cashier) if part]
    parts.append(format_amount(proof.paid_minor, proof.currency, language))
    said = " · ".join(parts)
    if not verified.proved:
        claims = ("It claims: {said}.", "На нём написано: {said}.")
        return _say(claims, language).format(said=said)
    held = _say(_HELD[verified.held], language)
    return f"{said}. {held}".strip()


def _say(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language == "ru" else pair[0]
