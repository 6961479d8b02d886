"""From place to place: by touch and by key, and where a code goes that is scanned on the way."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from pos_app.ui.places.place import Place, PlaceName
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from tests.builders.till_window import CARD, LUNCH, settle, wait_for


class Cupboard(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)


class CardPlace(Place):
    """A place that asks for guests' cards, and for nothing else."""

    name = PlaceName.GUESTS

    def __init__(self) -> None:
        self.cupboard = Cupboard()
        super().__init__(self.cupboard)
        self.taken: list[str] = []

    def enter(self) -> None:
        self.cupboard.field.setFocus()

    def take_code(self, text: str, source: Source) -> bool:
        if text.startswith("CARD-"):
            self.taken.append(text)
            return True
        return False


@pytest.fixture
def cards(till: TillWindow) -> CardPlace:
    place = CardPlace()
    till.places.add(place)
    till.activateWindow()
    wait_for(till.isActiveWindow)
    return place


def test_a_place_comes_up_by_touch_and_by_key_with_the_focus_where_work_begins(
    till: TillWindow, cards: CardPlace
) -> None:
    QTest.mouseClick(till.rail.buttons[PlaceName.GUESTS], Qt.MouseButton.LeftButton)
    assert cards.cupboard.isVisible()
    assert cards.cupboard.field.hasFocus()
    QTest.keyClick(till, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert till.till.isVisible()
    assert till.till.basket.amount.hasFocus()
    assert till.rail.buttons[PlaceName.SELL].isChecked()
    QTest.keyClick(till, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert cards.cupboard.isVisible()
    assert till.rail.buttons[PlaceName.GUESTS].isChecked()


def test_a_place_that_asks_for_a_code_gets_it(till: TillWindow, cards: CardPlace) -> None:
    till.places.go(PlaceName.GUESTS)
    till.take_scan(CARD, Source.WEDGE)
    settle(till)
    assert cards.taken == [CARD]
    assert cards.cupboard.isVisible()
    assert till.desk_open.basket.empty


def test_any_other_code_is_judged_for_the_sale_and_brings_it_up(till: TillWindow, cards: CardPlace) -> None:
    till.places.go(PlaceName.GUESTS)
    till.take_scan(LUNCH, Source.WEDGE)
    settle(till)
    assert till.till.isVisible()
    assert till.till.verdict.banner.text.tone == "accept"


def test_a_count_stands_on_the_rail_and_is_said(till: TillWindow, cards: CardPlace) -> None:
    cards.count_changed.emit(3)
    assert till.rail.buttons[PlaceName.GUESTS].accessibleName() == "Guests: 3"
    cards.count_changed.emit(0)
    assert till.rail.buttons[PlaceName.GUESTS].accessibleName() == "Guests"


def test_places_that_this_till_does_not_have_are_not_offered(till: TillWindow) -> None:
    assert till.rail.buttons[PlaceName.SELL].isVisible()
    offered = {place.name for place in till.places.all}
    assert {name for name, button in till.rail.buttons.items() if button.isVisible()} == offered


def test_the_rail_is_there_only_while_somebody_is_signed_in(till: TillWindow) -> None:
    assert till.rail.isVisible()
    till.flow.sign_out()
    settle(till)
    assert not till.rail.isVisible()
