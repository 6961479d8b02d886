"""The walk through what all places share: rail, sheets, lock, settings, help, and how the till is."""

from collections.abc import Callable
from pathlib import Path

from pos_app.ui.places.asking import ask_for_reason, ask_second_person, ask_to_confirm
from pos_app.ui.places.place import PlaceName
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.condition import Condition
from pos_app.usecases.source import Source
from sync.rules.user_error import UserError
from sync.till.agent.board import SyncState
from tests.builders.rules import NOON
from tests.builders.till_window import (
    CARD,
    LUNCH,
    VOUCHER,
    a_home,
    a_world,
    scan,
    settle,
    signed_in,
    wait_for,
)

KEEPERS_PIN = "8642"
REASONS = {
    "en": ("Typed wrongly", "The guest left", "Not served", "Paid another way", "Something else"),
    "ru": ("Набрано неверно", "Гость ушёл", "Не подали", "Оплачено иначе", "Другое"),
}


Take = Callable[[TillWindow, str], None]


def frame(take: Take, make: Callable[..., TillWindow], folder: Path) -> None:
    """Take a picture of every state of the frame."""
    world = a_world()
    world.staff("Olga Brandt", pin=KEEPERS_PIN, role="shift_manager")
    window = make(a_home(folder, world), signed_in)
    _sheets(take, window)
    _settings(take, window)
    _conditions(take, window)
    window.guard.lock()
    wait_for(lambda: not window.rail.isVisible(), what="the lock")
    settle(window)
    take(window, "locked-with-an-open-sale")
    window.choices.choose(zoom=200)
    take(window, "sign-in-at-200-percent")
    window.choices.choose(zoom=100)
    window.close()


def _sheets(take: Take, window: TillWindow) -> None:
    scan(window, LUNCH, CARD)
    window.enter_amount("48.60")
    settle(window)
    window.show_help()
    take(window, "help")
    window.sheets.close_all()
    around, words = window.around, REASONS[window.language.name]
    reasons = [(str(number), each) for number, each in enumerate(words)]
    reason = ask_for_reason(around, words[0] + "?", "48.60 EUR", reasons, lambda *_what: None)
    window.take_scan(VOUCHER, Source.WEDGE)
    reason.choices[1].setChecked(True)
    take(window, "sheet-reason-with-a-code-kept")
    reason.cancel()
    wait_for(lambda: len(window.desk_open.basket.look_ups) == 3, what="the code that was kept")
    settle(window)

    def wrong(_pin: str) -> None:
        assert window.flow.running is not None
        window.flow.running.counter.unlock_settings("0000")

    pin = ask_second_person(around, words[1], "", wrong, lambda _none: None)
    pin.entered.emit("0000")
    settle(window)
    pin.pad.add("2")
    take(window, "sheet-pin-wrong")
    pin.cancel()
    assert not window.guard.may_close(asked_by_person=True)
    take(window, "sheet-close-over-an-open-sale")
    window.sheets.close_all()
    ask_to_confirm(around, words[2] + "?", words[3], words[4], lambda: None)
    take(window, "sheet-confirm")
    window.sheets.close_all()


def _settings(take: Take, window: TillWindow) -> None:
    window.places.go(PlaceName.SETTINGS)
    settle(window)
    take(window, "settings")
    window.choices.choose(zoom=200)
    take(window, "settings-at-200-percent")
    window.places.home()
    take(window, "sell-at-200-percent")
    window.choices.choose(zoom=100)


def _conditions(take: Take, window: TillWindow) -> None:
    window.agent.changed.emit(SyncState(unsettled=3, as_of_ms=NOON))
    for name, found in (
        ("disk-low", Condition(disk_low=True)),
        ("clock-in-doubt", Condition(clock_in_doubt=True)),
        ("leases-running-low", Condition(low_limits=4)),
        ("shift-not-open", Condition(shift_open=False)),
    ):
        window.conditions.changed.emit(found)
        take(window, name)
    away = UserError(
        "unreachable",
        "The central office cannot be reached.",
        "The till goes on working and tries again by itself.",
    )
    window.around.fail(away)
    wait_for(window.notice.isVisible, what="the notice")
    take(window, "notice")
