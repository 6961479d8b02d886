"""What the Guests place says: lines of a search, of who may be the same guest, and the guest that was chosen."""

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from pos_app.ui.words.guest import GuestText, guest_text
from pos_app.ui.words.line import Line
from pos_app.ui.words.speech import Speech
from pos_app.usecases.guest_results import Alike, Duplicate, GuestFound
from pos_app.usecases.results import LookUp


class ProfileText(Struct, frozen=True, kw_only=True):
    """Everything on the card of a guest who was chosen. ``refused`` says why they cannot go onto a bill."""

    name: str
    phone: str
    purchases: str
    loyalty: GuestText
    waiting: str = ""
    refused: str = ""
    advice: str = ""


def _say(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("Guests", text, None, count)


def found_lines(found: Sequence[GuestFound]) -> list[Line]:
    """Say who was found."""
    return [_line(each, _points(each), each.guest.tier) for each in found]


def duplicate_lines(duplicates: Sequence[Duplicate]) -> list[Line]:
    """Say who may be the newcomer, and in what they are alike."""
    alike = {
        Alike.PHONE: _say("The same phone number"),
        Alike.CARD: _say("This card is theirs"),
        Alike.NAME: _say("Nearly the same name"),
    }
    return [_line(each.found, alike[each.alike], sure=each.alike is not Alike.NAME) for each in duplicates]


def profile_text(found: GuestFound, look: LookUp, speech: Speech) -> ProfileText:
    """Say everything about one guest."""
    guest = found.guest
    waiting = ""
    if found.waiting:
        waiting = _say("Registered here. The office hears of it as soon as it can be reached.")
    return ProfileText(
        name=found.name,
        phone=_say("Phone ending in {digits}").format(digits=found.phone_last4) if found.phone_last4 else "",
        purchases=_say("%n purchases", guest.purchases),
        loyalty=guest_text(look, None, (), speech),
        waiting=waiting,
        refused="" if look.accepted else look.message,
        advice="" if look.accepted else look.advice,
    )


def how_many(found: Sequence[GuestFound], most: int) -> str:
    """Say how many were found; more than are shown ask for another letter."""
    if len(found) >= most:
        return _say("Many guests answer to this: type more.")
    return _say("%n guests", len(found)) if found else _say("Nobody answers to this.")


def _points(found: GuestFound) -> str:
    return _say("%n points", found.guest.points)


def _line(found: GuestFound, *notes: str, sure: bool = False) -> Line:
    parts = (*notes, _say("new here") if found.waiting else "")
    return Line(
        title=found.name,
        note=" · ".join(part for part in parts if part),
        value=f"…{found.phone_last4}" if found.phone_last4 else "",
        sign="alert" if sure else "wait" if found.waiting else "person",
        tone="ask" if sure else "",
    )
