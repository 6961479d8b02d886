"""The counter's thread keeps order, hands errors back, and never grows without limit."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QTimer
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from pos_app.ui.counter_thread import MAX_STEPS, MAX_WAITING, CounterThread
from sync.rules.user_error import UserError
from tests.builders.till_window import wait_for


def unexpected(what: object) -> None:
    pytest.fail(f"this was not expected: {what}")


@pytest.fixture
def thread(qtbot: QtBot) -> Iterator[CounterThread]:
    made = CounterThread()
    made.start()
    yield made
    assert made.stop()


def test_work_is_done_in_order_and_away_from_the_window(thread: CounterThread) -> None:
    here = threading.get_ident()
    done: list[tuple[int, bool, bool]] = []

    def work(number: int) -> tuple[int, bool]:
        return number, threading.get_ident() != here

    def note(result: tuple[int, bool]) -> None:
        done.append((*result, threading.get_ident() == here))

    for number in range(10):
        thread.submit(partial(work, number), note, unexpected)
    wait_for(lambda: thread.idle)
    assert done == [(number, True, True) for number in range(10)]


def test_an_error_for_a_person_goes_to_whoever_asked(thread: CounterThread) -> None:
    told: list[str] = []

    def fail() -> str:
        raise UserError("no", "No.", "Wait.")

    thread.submit(fail, told.append, lambda error: told.append(error.reason))
    wait_for(lambda: thread.idle)
    assert told == ["no"]


def test_a_bug_is_raised_where_it_is_seen(thread: CounterThread) -> None:
    def bug() -> str:
        raise ZeroDivisionError

    with capture_exceptions() as seen:
        thread.submit(bug, unexpected, unexpected)
        wait_for(lambda: thread.idle)
    assert [kind for kind, _, _ in seen] == [ZeroDivisionError]


def test_more_than_the_limit_is_turned_away_at_once(thread: CounterThread) -> None:
    gate = threading.Event()
    done: list[object] = []
    taken = [thread.submit(gate.wait, done.append, unexpected) for _ in range(MAX_WAITING + 3)]
    gate.set()
    assert taken == [True] * MAX_WAITING + [False] * 3
    wait_for(lambda: thread.idle)
    assert len(done) == MAX_WAITING


def test_what_follows_from_a_result_is_done_in_order_each_in_a_breath_of_its_own(
    thread: CounterThread,
) -> None:
    done: list[str] = []
    between = QTimer()
    between.timeout.connect(lambda: done.append("finger"))
    between.start(0)

    def follow(_result: object) -> None:
        for step in ("words", "bill"):
            thread.soon(partial(done.append, step))
        done.append("answer")

    thread.submit(lambda: None, follow, unexpected)
    wait_for(lambda: thread.idle)
    between.stop()
    assert [step for step in done if step != "finger"] == ["answer", "words", "bill"]
    words, bill = done.index("words"), done.index("bill")
    assert "finger" in done[done.index("answer") : words]
    assert "finger" in done[words:bill]


def test_steps_without_number_are_not_put_off_for_ever(thread: CounterThread) -> None:
    done: list[int] = []
    for number in range(MAX_STEPS + 1):
        thread.soon(partial(done.append, number))
    assert done == list(range(MAX_STEPS))
    assert not thread.idle
    wait_for(lambda: thread.idle)
    assert done == list(range(MAX_STEPS + 1))


def test_stopping_does_what_was_put_off(qtbot: QtBot) -> None:
    thread = CounterThread()
    thread.start()
    done: list[str] = []
    thread.soon(partial(done.append, "words"))
    assert thread.stop()
    assert done == ["words"]


def test_stopping_finishes_what_was_submitted(qtbot: QtBot) -> None:
    thread = CounterThread()
    thread.start()
    done: list[int] = []
    for number in range(5):
        thread.submit(partial(done.append, number), lambda _nothing: None, unexpected)
    assert thread.stop()
    assert done == [0, 1, 2, 3, 4]
