"""The same duties on threads: real clocks, real files' thread, nothing waits for anything else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.protocol.leases import LimitKind
from sync.protocol.problems import ProblemType
from sync.till.enrol import Machine, enrol
from sync.till.home import TillHome
from tests.builders.patience import LONG_MS, LONG_S
from tests.builders.small_central import ENROLMENT_CODE, SmallCentral
from tests.builders.talking_server import Heard, Reply, TalkingServer, problem, talking_server
from tests.builders.working_till import WorkingTill


@contextmanager
def running(folder: Path) -> Iterator[tuple[SmallCentral, TalkingServer, WorkingTill]]:
    central = SmallCentral()
    central.publish(1, "LUNCH-1")
    home = TillHome(folder / "till")
    with talking_server(central) as server:
        enrol(home, code=ENROLMENT_CODE, central=server.url, app_version="1", machine=Machine(pause=None))
        made = WorkingTill(home)
        try:
            yield central, server, made
        finally:
            server.released.set()
            made.close()


def test_commit_is_at_central_without_being_asked_for(tmp_path: Path) -> None:
    with running(tmp_path) as (central, _, till):
        till.commit()
        till.commit()
        state = till.threads.settle_all(LONG_S)
        assert state.unsettled == 0
        assert state.online
        assert state.last_contact_ms is not None
        assert len(central.events) == 3
        board = till.threads.agent.board
        with board.changed:
            assert till.states[-1] == board.read()


def test_upload_does_not_wait_for_a_download_that_hangs(tmp_path: Path) -> None:
    with running(tmp_path) as (central, server, till):
        till.threads.settle_all(LONG_S)
        hanging, arrived = threading.Event(), threading.Event()

        def hang(heard: Heard) -> Reply | None:
            if heard.path.endswith(("/feed", "/contact")):
                hanging.set()
                return server.hang(heard)
            return None

        central.before = hang
        central.after = lambda heard: arrived.set() if heard.path.endswith("/journal") else None
        assert hanging.wait(LONG_S)
        till.commit()
        assert arrived.wait(LONG_S)
        assert len(central.events) == 2


def test_what_waits_is_counted_while_central_is_away_and_settles_when_it_is_back(tmp_path: Path) -> None:
    with running(tmp_path) as (central, _, till):
        till.threads.settle_all(LONG_S)
        central.before = lambda _: Reply(status=503, media_type="text/html")
        for _ in range(5):
            till.commit()
        assert till.wait_until(unsettled=5).oldest_ms is not None
        central.before = lambda _: None
        assert till.threads.settle_all(LONG_S).unsettled == 0
        assert len(central.events) == 6


def test_units_asked_for_on_the_spot_go_back_before_everything_is_called_settled(tmp_path: Path) -> None:
    with running(tmp_path) as (central, _, till):
        central.pool[1] = 1
        reply = till.spot.ask(LimitKind.USES, 1, sale_bound=True, wait_ms=LONG_MS)
        assert reply is not None
        assert reply.grant is not None
        held = till.files.call(till.till.journal.leases)
        assert till.spot.release(held[0].lease)
        assert till.threads.settle_all(LONG_S).unsettled == 0
        assert central.open_grants() == []


def test_settling_a_till_that_is_out_ends_when_its_journal_is_there(tmp_path: Path) -> None:
    with running(tmp_path) as (central, _, till):
        till.threads.settle_all(LONG_S)
        central.before = lambda heard: (
            problem(ProblemType.TILL_REVOKED, 403) if heard.path.endswith("/contact") else None
        )
        till.commit()
        # Longer than a test may take: contact is refused for ever, and is not waited for.
        state = till.threads.settle_all(100 * LONG_S)
        assert (state.unsettled, state.revoked) == (0, True)
        assert len(central.events) == 2


def test_settling_gives_up_at_its_deadline_and_says_what_waits(tmp_path: Path) -> None:
    with running(tmp_path) as (central, _, till):
        till.threads.settle_all(LONG_S)
        central.before = lambda _: Reply(status=503, media_type="text/html")
        till.commit()
        board = till.threads.agent.board
        with board.changed:
            # Whoever asks for less than a moment may be told of the time before the office was asked.
            assert board.changed.wait_for(
                lambda: board.read().unsettled == 1 and board.read().problem is not None, LONG_S
            )
        state = till.threads.settle_all(0.5)
        assert state.unsettled == 1
        assert state.problem is not None
