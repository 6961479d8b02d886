"""Help: every key that does something now. What buttons carry is read from them, so that it cannot be out of date."""

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from pos_app.ui.places.place import Place, PlaceName
from pos_app.ui.places.rail import KEYS, Rail
from pos_app.ui.sheets.help_sheet import HelpSheet
from pos_app.ui.widgets.sign import Button

_LAST = 99


def _say(text: str) -> str:
    return QCoreApplication.translate("Help", text)


def help_sheet(place: Place, rail: Rail) -> HelpSheet:
    """Make the sheet for the place that is up."""
    here = sorted({*_of_fields(place.name), *_of_buttons(place.screen)}, key=_order)
    places = [(KEYS[name], button.word) for name, button in rail.buttons.items() if button.isVisibleTo(rail)]
    everywhere = [
        ("F1", _say("This help")),
        ("Ctrl+L", _say("Lock, or change the cashier")),
        ("Ctrl+O", _say("How the till stands with the office")),
        ("Ctrl+G", _say("The other language")),
        ("Ctrl+T", _say("Light or dark colours")),
        ("Ctrl+P", _say("Receipts that were not printed, or the newest one")),
        ("Ctrl+D", _say("Put away what was said above the screen")),
        ("F11", _say("Full screen")),
        ("Tab", _say("To the next field or button")),
        (_say("Space"), _say("Press the button that has the frame")),
        ("Esc", _say("Back")),
    ]
    return HelpSheet(
        _say("Keys"),
        _say("A hand scanner needs none of them: just scan, wherever you are."),
        [(rail.buttons[place.name].word, here), (_say("Places"), places), (_say("Everywhere"), everywhere)],
        _say("Close"),
    )


def _of_buttons(screen: QWidget) -> Iterator[tuple[str, str]]:
    for button in screen.findChildren(Button):
        if button.key and button.isVisibleTo(screen):
            yield button.key, button.accessibleName()


def _of_fields(name: PlaceName) -> list[tuple[str, str]]:
    """Name the keys that put the focus somewhere: no button carries them."""
    match name:
        case PlaceName.SELL:
            return [
                ("F2", _say("Type a code")),
                ("F4", _say("Choose a camera")),
                ("F5", _say("Type the amount")),
                ("×", _say("So many of the next amount or item, as in 3×4.50")),
                ("+", _say("Put the typed amount on the bill, and type the next")),
                ("Ctrl+Shift+V", _say("Paste a code or a picture")),
            ]
        case PlaceName.GUESTS | PlaceName.SALES:
            return [("F2", _say("Search"))]
        case _:
            return []


def _order(pair: tuple[str, str]) -> tuple[bool, int, str]:
    """Sort F2 before F10, and both before keys with Ctrl."""
    key = pair[0]
    figures = key.removeprefix("F")
    return "+" in key, int(figures) if figures.isdigit() else _LAST, key
