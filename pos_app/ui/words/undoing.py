"""What the card says about undoing a sale."""

from PySide6.QtCore import QCoreApplication

from pos_app.ui.words.card_text import ActionText, BannerText, VerdictText
from pos_app.ui.words.speech import Speech
from pos_app.usecases.results import Sold, Undone


def _say(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("Undoing", text, None, count)


def undo_action() -> ActionText:
    """Offer to undo the sale that was just made."""
    return ActionText(name="undo", caption=_say("Undo this sale"), sign="undo", key="Ctrl+Z")


def yes_action() -> ActionText:
    """Offer to go through with it."""
    return ActionText(name="undo_yes", caption=_say("Undo"), sign="undo", key="Ctrl+Z")


def keep_action() -> ActionText:
    """Offer to let it be."""
    return ActionText(name="undo_no", caption=_say("Keep the sale"), sign="close", key="Ctrl+K")


def question_words(
    sold: Sold, speech: Speech, *, actions: tuple[ActionText, ...], kept: bool = False
) -> VerdictText:
    """Ask whether a sale is to be undone, or say that it stands."""
    number = _say("Receipt {number}, {when}").format(number=sold.receipt, when=speech.clock(sold.at_ms))
    if kept:
        return VerdictText(
            banner=BannerText(tone="accept", sign="accept", headline=_say("The sale stands"), subject=number),
            message=_say("Nothing was undone."),
        )
    return VerdictText(
        banner=BannerText(tone="ask", sign="ask", headline=_say("Undo this sale?"), subject=number),
        gives=speech.money(sold.money_minor),
        message=_say("Codes, points and budgets come back, and the money goes back to the guest."),
        actions=actions,
    )


def undone_words(undone: Undone, speech: Speech) -> VerdictText:
    """Say that a sale was undone: only after COMMIT."""
    facts = [
        (
            "receipt",
            _say("Receipt {number}, {when}").format(number=undone.receipt, when=speech.clock(undone.at_ms)),
        )
    ]
    if undone.points_back:
        facts.append(("card", _say("%n points go back to the guest", undone.points_back)))
    if undone.points_taken:
        facts.append(("card", _say("%n earned points were taken back", undone.points_taken)))
    money = undone.amount_minor - undone.points_back_minor
    return VerdictText(
        banner=BannerText(tone="accept", sign="undo", headline=_say("Sale undone")),
        gives=_say("Give back {amount}").format(amount=speech.money(money)) if money > 0 else "",
        message=_say("It is as if it had not been. This is safely recorded on this till."),
        facts=tuple(facts),
    )
