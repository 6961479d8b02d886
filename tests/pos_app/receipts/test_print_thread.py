"""The printer's own thread: bounded, in order, and never in anybody's way."""

import queue
import threading
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from pos_app.receipts.print_thread import MAX_WAITING, Job, PrintThread
from pos_app.receipts.printed import FILE, MAX_KEPT, Printed
from pos_app.receipts.slip import Slip, Text
from sync.rules.user_error import UserError
from tests.builders.patience import LONG_S
from tests.builders.receipt_printer import read_paper
from tests.builders.receipts import a_setup


def a_slip(text: str) -> Slip:
    return Slip(title=text, blocks=(Text(text=text),))


def test_receipts_come_out_in_order_and_each_is_noted_before_it_is_told(tmp_path: Path) -> None:
    ends: queue.Queue[object] = queue.Queue()
    noted: list[str] = []

    def tell(name: str, error: Exception | None) -> None:
        ends.put((error, name in noted))

    thread = PrintThread()
    thread.start()
    setup = a_setup(f"file:{tmp_path}/out")
    for name in ("one", "two"):
        assert thread.submit(
            Job(
                setup=setup,
                make=partial(a_slip, name),
                ended=partial(tell, name),
                kept=partial(noted.append, name),
            )
        )
    assert [ends.get(timeout=LONG_S) for _ in range(2)] == [(None, True), (None, True)]
    assert thread.stop(LONG_S)
    assert read_paper((tmp_path / "out").read_bytes()).lines == ["one", "two"]


def test_a_failed_receipt_is_told_and_not_noted_and_the_next_one_prints(tmp_path: Path) -> None:
    ends: queue.Queue[Exception | None] = queue.Queue()
    noted: list[int] = []
    thread = PrintThread()
    thread.start()
    for number, place in enumerate((f"{tmp_path}/gone/out", f"{tmp_path}/out")):
        job = Job(
            setup=a_setup(f"file:{place}"),
            make=lambda: a_slip("x"),
            ended=ends.put,
            kept=partial(noted.append, number),
        )
        thread.submit(job)
    first, second = ends.get(timeout=LONG_S), ends.get(timeout=LONG_S)
    assert isinstance(first, UserError)
    assert second is None
    assert noted == [1]
    assert thread.stop(LONG_S)


def test_what_cannot_be_laid_out_is_told_too(tmp_path: Path) -> None:
    ends: queue.Queue[Exception | None] = queue.Queue()

    def broken() -> Slip:
        raise ZeroDivisionError

    thread = PrintThread()
    thread.start()
    thread.submit(Job(setup=a_setup(f"file:{tmp_path}/out"), make=broken, ended=ends.put))
    assert isinstance(ends.get(timeout=LONG_S), ZeroDivisionError)
    assert thread.stop(LONG_S)


def test_only_so_many_receipts_wait_and_stopping_drops_them(tmp_path: Path) -> None:
    held, started = threading.Event(), threading.Event()
    made: list[int] = []
    thread = PrintThread()
    thread.start()

    def slow() -> Slip:
        started.set()
        assert held.wait(LONG_S)
        return a_slip("slow")

    setup = a_setup(f"file:{tmp_path}/out")
    thread.submit(Job(setup=setup, make=slow, ended=lambda _error: None))
    assert started.wait(LONG_S)

    def job(number: int) -> Job:
        def make() -> Slip:
            made.append(number)
            return a_slip(str(number))

        return Job(setup=setup, make=make, ended=lambda _error: None)

    taken = [thread.submit(job(number)) for number in range(MAX_WAITING + 3)]
    assert taken == [True] * MAX_WAITING + [False] * 3
    # It is told to stop before the receipt that is under way goes on.
    assert not thread.stop(0)
    assert not thread.submit(job(99))
    held.set()
    assert thread.stop(LONG_S)
    assert not made


def test_copies_are_counted_across_starts(tmp_path: Path) -> None:
    event = uuid4()
    book = Printed(tmp_path)
    assert book.copy_of(event, 5) == 1
    book.count(event, 5)
    book.handle(event)
    again = Printed(tmp_path)
    assert again.copy_of(event, 5) == 2
    assert again.handled == event
    again.handle(None)
    assert Printed(tmp_path).handled is None


def test_what_was_forgotten_counts_as_printed(tmp_path: Path) -> None:
    book = Printed(tmp_path)
    book._counts = {UUID(int=number).hex: (1, number) for number in range(MAX_KEPT)}
    book.count(UUID(int=MAX_KEPT), MAX_KEPT)
    again = Printed(tmp_path)
    assert again.copy_of(UUID(int=0), 0) == 2
    assert again.copy_of(uuid4(), MAX_KEPT + 1) == 1
    assert again.copy_of(UUID(int=1), 1) == 2


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"counts": 3}', '{"counts": {"x": [1, 2]}, "handled": null}']
)
def test_a_note_that_cannot_be_read_begins_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    book = Printed(tmp_path)
    assert book.handled is None
    assert book.copy_of(uuid4(), 0) == 1
