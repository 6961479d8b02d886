"""What the window says between its screens: opening, enrolling, being filled, stopped, sound again."""

from PySide6.QtCore import QCoreApplication

from pos_app.ui.screens.message_screen import CANCEL, Message


def _say(text: str) -> str:
    return QCoreApplication.translate("Flow", text)


def opening() -> Message:
    """Say that the till is being opened."""
    return _working("till", _say("Opening the till…"), "")


def enrolling(central: str) -> Message:
    """Say that the till asks the office at this address to take it."""
    return Message(
        sign="link",
        colour="accent",
        title=_say("Enrolling this till…"),
        sentence=central,
        progress=-1,
        button=_say("Cancel"),
        key=CANCEL,
    )


def waiting(problem: str, percent: int, *, may_try: bool) -> Message:
    """Say why the first copy does not come; ``percent`` of it is here already, -1 for nothing."""
    return Message(
        sign="cloud_off",
        colour="ask_text",
        title=_say("Waiting for the office"),
        sentence=_say("Nobody can sign in before this till has its first copy from the office."),
        advice=f"{problem} {_say('The till asks again by itself.')}" if may_try else problem,
        progress=percent if percent >= 0 else None,
        button=_say("Try now") if may_try else "",
    )


def kept_apart() -> str:
    """Say why a till that was told to keep to itself is not filled."""
    return _say("This till was told to work without the office. Start it once without that setting.")


def filling(percent: int, *, may_cancel: bool) -> Message:
    """Say how much of the first copy has come; ``percent`` is -1 while that is not known."""
    return Message(
        sign="download",
        colour="accent",
        title=_say("Loading codes and guests…"),
        sentence=_say("This till gets its first copy from the office. It is done once."),
        advice=_say("Keep it connected; an interrupted load goes on where it stopped."),
        progress=percent,
        button=_say("Cancel") if may_cancel else "",
        key=CANCEL,
    )


def cannot_open(said: tuple[str, str]) -> Message:
    """Say why the till cannot be opened: sentence and advice."""
    return _trouble(_say("The till cannot be opened"), said, _say("Try again"))


def stopped(said: tuple[str, str]) -> Message:
    """Say why nothing may be sold now: sentence and advice."""
    return _trouble(_say("Selling is stopped"), said, _say("Check the files"))


def sound_again(found: str) -> Message:
    """Say that selling can go on, and what was found about the sale that was under way."""
    title = _say("The files are sound again")
    return Message(sign="accept", colour="accept", title=title, sentence=found, button=_say("Go on"))


def not_a_badge() -> tuple[str, str]:
    """Say that what was shown signs nobody in: sentence and advice."""
    return _say("This is not a badge."), _say("Show your own, or enter your PIN.")


def check_the_network() -> str:
    """Advise what a person must do where an enrolled till would try again by itself."""
    return _say("Check the address and this machine's network, then try again.")


def _working(sign: str, title: str, sentence: str) -> Message:
    return Message(sign=sign, colour="accent", title=title, sentence=sentence, progress=-1)


def _trouble(title: str, said: tuple[str, str], button: str) -> Message:
    sentence, advice = said
    return Message(
        sign="refuse", colour="refuse", title=title, sentence=sentence, advice=advice, button=button
    )
