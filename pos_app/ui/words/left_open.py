"""What the card says at the first start after a stop in the middle of a sale."""

from PySide6.QtCore import QCoreApplication

from pos_app.ui.words.card_text import BannerText, VerdictText
from pos_app.ui.words.speech import Speech
from pos_app.usecases.open_sale import OpenSale
from sync.protocol.payloads import Sale


def _say(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("LeftOpen", text, None, count)


def finished_words(sale: Sale, at_ms: int, speech: Speech) -> VerdictText:
    """Say that the sale which was open is recorded."""
    return VerdictText(
        banner=BannerText(
            tone="accept",
            sign="accept",
            headline=_say("The last sale is done"),
            subject=_say("Receipt {number}, {when}").format(number=sale.receipt, when=speech.clock(at_ms)),
        ),
        gives=_say("Paid {amount}").format(amount=speech.money(sale.money_minor)),
        message=_say("The till stopped while it was being recorded. It is recorded, once: do not repeat it."),
    )


def unfinished_words(sale: OpenSale, speech: Speech) -> VerdictText:
    """Say that nothing of the sale which was open is recorded, and what to do."""
    total = sum(line.each_minor * line.quantity for line in sale.lines)
    facts = (
        [("ticket", _say("%n codes were scanned for it. Scan them again.", sale.codes))] if sale.codes else []
    )
    return VerdictText(
        banner=BannerText(tone="ask", sign="ask", headline=_say("A sale was not finished")),
        gives=speech.money(total) if total else f"{sale.typed} {speech.currency}".strip(),
        message=_say("The till stopped before it was confirmed. Nothing of it is recorded."),
        advice=_say("The amounts are back on the bill: confirm it, or start over (F6)."),
        facts=tuple(facts),
    )
