import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from sync.rules.user_error import UserError
from sync.till.worker import MAX_WAITING, DirectFiles, Files
from tests.builders.patience import LONG_S
from tests.builders.till import enrolled_till, sell

T = TypeVar("T")


def test_work_of_many_threads_runs_one_after_another_on_one_thread(tmp_path: Path) -> None:
    files = Files()
    till = files.call(lambda: enrolled_till(tmp_path))
    ran_on: set[str] = set()

    def work() -> None:
        ran_on.add(threading.current_thread().name)
        sell(till)

    def cashier() -> None:
        for _ in range(20):
            files.call(work)

    threads = [threading.Thread(target=cashier) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    status = files.call(till.journal.status)
    assert files.call(till.journal.verify).ok
    files.call(till.close)
    files.close()
    assert ran_on == {"till-files"}
    assert (status.last_seq, status.next_receipt) == (81, 41)


def test_what_work_raises_travels_to_the_caller() -> None:
    files = Files()
    with pytest.raises(ZeroDivisionError):
        files.call(lambda: 1 // 0)
    assert files.call(lambda: 2) == 2
    files.close()


def test_work_that_could_not_begin_in_time_never_runs() -> None:
    files, may_go_on, begun = Files(), threading.Event(), threading.Event()
    ran: list[str] = []

    def hold() -> None:
        begun.set()
        may_go_on.wait()

    first = files.submit(hold)
    begun.wait()
    with pytest.raises(UserError) as refused:
        files.call(lambda: ran.append("late"), timeout_s=0.01)
    may_go_on.set()
    first.result()
    files.close()
    assert refused.value.reason == "till_busy"
    assert ran == []


class WatchedFiles(Files):
    """Lets a caller wait from the moment at which its work has begun, and tells when it has outwaited its turn."""

    def __init__(self) -> None:
        self.begun, self.outwaited = threading.Event(), threading.Event()
        super().__init__()

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        future = super().submit(work)
        assert self.begun.wait(LONG_S)
        return future

    def _wait_for_running(self, future: "Future[T]") -> T:
        self.outwaited.set()
        return super()._wait_for_running(future)


def test_work_that_has_begun_is_waited_for() -> None:
    files = WatchedFiles()

    def slow() -> str:
        files.begun.set()
        files.outwaited.wait()
        return "done"

    assert files.call(slow, timeout_s=0.01) == "done"
    files.close()


def test_a_time_out_of_the_work_itself_is_not_taken_for_waiting() -> None:
    files = Files()

    def timed_out() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        files.call(timed_out)
    files.close()


def test_the_queue_has_an_end() -> None:
    files, may_go_on, begun = Files(), threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        may_go_on.wait()

    files.submit(hold)
    begun.wait()
    for _ in range(MAX_WAITING):
        files.submit(lambda: None)
    with pytest.raises(UserError) as refused:
        files.submit(lambda: None)
    assert refused.value.reason == "till_busy"
    may_go_on.set()
    files.close()


def test_closing_does_what_is_queued_and_then_refuses() -> None:
    files = Files()
    ran: list[int] = []
    for number in range(100):
        files.submit(partial(ran.append, number))
    files.close()
    files.close()
    assert ran == list(range(100))
    with pytest.raises(UserError) as refused:
        files.call(lambda: None)
    assert refused.value.reason == "till_closed"


def test_idle_work_is_done_once_after_a_pause() -> None:
    rested = threading.Event()
    files = Files()
    files.when_idle(rested.set)
    files.call(lambda: None)
    assert rested.wait(LONG_S)
    files.close()


def test_a_call_from_the_files_thread_itself_runs_at_once() -> None:
    files = Files()
    assert files.call(lambda: files.call(lambda: "inner")) == "inner"
    files.close()


def test_the_direct_form_runs_inline() -> None:
    files = DirectFiles()
    assert files.call(threading.current_thread) is threading.current_thread()
    assert files.submit(lambda: 3).result() == 3
    with pytest.raises(ZeroDivisionError):
        files.submit(lambda: 1 // 0).result()
    files.close()
