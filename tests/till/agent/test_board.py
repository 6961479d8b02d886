"""The board tells its changes in the order in which they happened, however many duties note something at once."""

import threading

from sync.till.agent.board import Board, SyncState


def test_no_duty_can_overtake_another_one_that_is_telling_its_change() -> None:
    board = Board()
    told: list[SyncState] = []
    overtaken: list[bool] = []

    def try_to_overtake() -> None:
        free = board.changed.acquire(blocking=False)
        if free:
            board.changed.release()
        overtaken.append(free)

    def hear(state: SyncState) -> None:
        told.append(state)
        other = threading.Thread(target=try_to_overtake)
        other.start()
        other.join()

    board.on_change = hear
    board.note_cache(as_of_ms=1)
    board.note_snapshot(loaded=1, to_load=2)
    assert overtaken == [False, False]
    assert told[-1] == board.read()


def test_what_changes_nothing_is_not_told() -> None:
    board = Board()
    told: list[SyncState] = []
    board.on_change = told.append
    for _ in range(2):
        board.note_cache(as_of_ms=1)
    assert [state.as_of_ms for state in told] == [1]
