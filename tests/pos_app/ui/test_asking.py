"""A verdict that asks: the card offers a manager's decision, and what was decided stands on the bill, or does not."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_app.ui.sheets.decide_sheet import DecideSheet
from pos_app.ui.sheets.pin_sheet import PinSheet
from pos_app.ui.till_window import TillWindow
from sync.protocol.payloads import Sale
from sync.rules.campaign import Stacking
from tests.builders.rules import a_campaign, percent
from tests.builders.till_window import a_home, a_world, scan, settle, signed_in
from tests.pos_app.ui.conftest import Open

Opening = Callable[[Callable[..., TillWindow]], Open]

MARIA = "8642"
LATE = "ENDS-ANY-MINUTE"
SOON_MS = 60_000
"""Nearer than a till without the office is sure of the time after a cold start."""


@pytest.fixture
def asked(opening: Opening, tmp_path: Path) -> TillWindow:
    """A till at which a code was shown that ends about now."""
    world = a_world()
    world.staff("Maria Stein", pin=MARIA, role="shift_manager")
    campaign = world.campaign(a_campaign(percent(3000), id=30, stacking=Stacking.COMBINABLE))
    world.code(LATE, campaign, expires_at_ms=round(time.time() * 1000) + SOON_MS)
    window = opening(signed_in)(a_home(tmp_path / "till", world))
    scan(window, LATE)
    return window


def decide(window: TillWindow, *, allow: bool) -> None:
    QTest.mouseClick(window.till.verdict.buttons[0], Qt.MouseButton.LeftButton)
    sheet = window.sheets.up
    assert isinstance(sheet, DecideSheet)
    sheet.choices[0].click()
    (sheet.allow if allow else sheet.refuse).click()
    pin = window.sheets.up
    assert isinstance(pin, PinSheet)
    for figure in MARIA:
        QTest.keyClick(pin, ord(figure))
    QTest.keyClick(pin, Qt.Key.Key_Return)
    settle(window)


def test_the_card_asks_and_nothing_stands_on_the_bill_before_somebody_has_answered(asked: TillWindow) -> None:
    text = asked.till.verdict.text
    assert text is not None
    assert text.banner.tone == "ask"
    assert asked.till.verdict.buttons[0].text().strip() == "A manager decides"
    assert asked.desk_open.basket.empty


def test_what_a_manager_allows_stands_on_the_bill_and_is_sold(asked: TillWindow) -> None:
    decide(asked, allow=True)
    banner = asked.till.verdict.banner.text
    assert (banner.tone, banner.headline, banner.subject) == ("accept", "Allowed", LATE)
    assert not asked.till.verdict.buttons[0].isVisible()
    asked.enter_amount("10")
    settle(asked)
    assert asked.till.basket.figures[2].text() == "7.00\u00a0EUR"
    asked.confirm()
    settle(asked)
    assert asked.flow.running is not None
    (sale,) = asked.flow.running.counter.latest_sales(5)
    assert isinstance(sale.payload, Sale)
    assert (sale.payload.paid_minor, len(sale.payload.redemptions)) == (700, 1)


def test_what_a_manager_does_not_allow_stays_off_and_is_not_asked_again(asked: TillWindow) -> None:
    decide(asked, allow=False)
    banner = asked.till.verdict.banner.text
    assert (banner.tone, banner.headline) == ("refuse", "Not allowed")
    assert not asked.till.verdict.buttons[0].isVisible()
    assert asked.desk_open.basket.empty
