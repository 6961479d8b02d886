"""Up: batches, lost answers, gaps, and a central that forgets."""

from sync.protocol.payloads import TillEnrolled
from sync.protocol.problems import ProblemType
from sync.protocol.upload import MAX_BATCH_EVENTS, Ack, Batch
from sync.protocol.wire import unpack
from sync.till.agent.backoff import CAP_MS
from tests.builders.agent_world import World
from tests.builders.small_central import NOW_MS
from tests.builders.talking_server import Heard, Reply, message, problem


def batches(world: World) -> list[Batch]:
    return [unpack(heard.body, Batch) for heard in world.server.heard if heard.path.endswith("/journal")]


def test_first_event_of_the_chain_says_that_the_till_was_enrolled(world: World) -> None:
    world.settle_down()
    assert world.central.kinds() == [TillEnrolled.KIND]


def test_commit_goes_up_at_the_next_step(world: World) -> None:
    world.settle_down()
    world.commit(3)
    assert world.agent.rounds["upload"].wait_ms() == 0
    world.settle_down()
    assert len(world.central.events) == 4
    assert world.till.journal.status().unsettled == 0
    assert world.agent.state().unsettled == 0


def test_many_events_go_up_in_bounded_batches(world: World) -> None:
    world.settle_down()
    world.commit(MAX_BATCH_EVENTS + 20)
    world.settle_down()
    assert [len(batch.events) for batch in batches(world)][-2:] == [MAX_BATCH_EVENTS, 20]
    assert world.till.journal.status().unsettled == 0


def test_lost_answer_sends_the_same_events_again_and_central_has_them_once(world: World) -> None:
    world.settle_down()
    lost = iter([Reply(raw=b""), Reply(raw=b"")])
    world.central.after = lambda heard: next(lost, None) if heard.path.endswith("/journal") else None
    world.commit(2)
    world.settle_down()
    assert len(world.central.events) == 3
    assert world.till.journal.status().unsettled == 2
    world.pass_time(CAP_MS)
    assert len(world.central.events) == 3
    assert world.till.journal.status().unsettled == 0


def test_gap_is_filled_from_the_seq_that_central_wants(world: World) -> None:
    world.commit(4)
    world.settle_down()
    del world.central.events[2:]
    world.commit()
    world.settle_down()
    assert len(world.central.events) == 6
    assert [batch.from_seq for batch in batches(world)][-2:] == [6, 3]


def test_central_restored_from_a_backup_gets_everything_again(world: World) -> None:
    world.commit(4)
    world.settle_down()
    del world.central.events[1:]
    world.pass_time(60_000)
    assert len(world.central.events) == 5
    assert world.agent.state().problem is None


def test_a_replaced_machine_says_what_its_events_wait_for_and_hands_them_in_by_itself(world: World) -> None:
    world.settle_down()
    awaited = message(Ack(applied=1, want=2, server_ms=NOW_MS, relist=True))

    def answer(heard: Heard) -> Reply | None:
        if heard.path.endswith("/contact"):
            return problem(ProblemType.TILL_FENCED, 403, "Another machine has taken this till's place.")
        return awaited if heard.path.endswith("/journal") and unpack(heard.body, Batch).events else None

    world.central.before = answer
    world.commit(2)
    world.settle_down()
    world.pass_time(60_000)
    state = world.agent.state()
    assert state.revoked
    assert "the machine that works as this till now must tell it of its leases" in (state.problem or "")
    assert state.unsettled == 2
    world.central.before = lambda heard: answer(heard) if heard.path.endswith("/contact") else None
    world.pass_time(60_000)
    state = world.agent.state()
    assert state.unsettled == 0
    assert "Another machine has taken this till's place" in (state.problem or "")


def test_unreachable_central_is_asked_ever_more_rarely_and_nothing_is_lost(world: World) -> None:
    world.settle_down()
    world.central.before = lambda _: Reply(status=503, media_type="text/html")
    world.commit(2)
    world.settle_down()
    assert not world.agent.state().online
    assert world.agent.state().problem is not None
    waits = []
    for _ in range(12):
        wait_ms = world.agent.rounds["upload"].wait_ms()
        waits.append(wait_ms)
        world.pass_time(wait_ms)
    assert max(waits) <= CAP_MS
    assert waits[-1] >= CAP_MS // 2 > waits[0]
    assert world.till.journal.status().unsettled == 2
    world.central.before = lambda _: None
    world.pass_time(CAP_MS)
    assert world.till.journal.status().unsettled == 0
    assert world.agent.state().online
    assert world.agent.state().problem is None


def test_nudges_do_not_hammer_a_central_that_does_not_answer(world: World) -> None:
    world.settle_down()
    world.central.before = lambda _: Reply(status=503, media_type="text/html")
    world.commit()
    world.settle_down()
    asked = len(world.server.heard)
    for _ in range(20):
        world.commit()
        world.settle_down()
    assert len(world.server.heard) == asked
    assert world.agent.state().unsettled == 21


def test_answer_of_one_duty_lets_the_others_try_at_once(world: World) -> None:
    world.settle_down()
    world.central.before = lambda _: Reply(status=503, media_type="text/html")
    world.commit()
    world.settle_down()
    for _ in range(8):
        world.pass_time(CAP_MS)
    assert world.agent.rounds["upload"].wait_ms() > 0
    world.central.before = lambda _: None
    world.agent.board.heard("download")
    world.settle_down()
    assert world.till.journal.status().unsettled == 0


def test_batch_too_large_for_something_on_the_way_is_halved(world: World) -> None:
    world.settle_down()

    def too_large(heard: Heard) -> Reply | None:
        if heard.path.endswith("/journal") and len(unpack(heard.body, Batch).events) > 3:
            return problem(ProblemType.TOO_LARGE, 413)
        return None

    world.central.before = too_large
    world.commit(10)
    world.settle_down()
    assert len(world.central.events) == 11
    assert world.till.journal.status().unsettled == 0


def test_central_that_never_takes_an_event_is_reported_and_not_asked_in_a_circle(world: World) -> None:
    world.settle_down()
    stuck = message(Ack(applied=1, want=2, server_ms=NOW_MS))
    world.central.before = lambda heard: stuck if heard.path.endswith("/journal") else None
    world.commit()
    world.settle_down()
    problem_told = world.agent.state().problem
    assert problem_told is not None
    assert "from number 2 on" in problem_told
    assert world.till.journal.status().unsettled == 1


def test_older_copy_of_a_till_is_noticed(world: World) -> None:
    world.settle_down()
    ahead = message(Ack(applied=40, want=41, server_ms=NOW_MS))
    world.central.before = lambda heard: ahead if heard.path.endswith("/journal") else None
    world.commit()
    world.settle_down()
    problem_told = world.agent.state().problem
    assert problem_told is not None
    assert "older copy" in problem_told


def test_revoked_till_keeps_its_events_and_says_so(world: World) -> None:
    world.settle_down()
    world.central.before = lambda _: problem(ProblemType.TILL_REVOKED, 403, "This till is revoked")
    world.commit()
    world.settle_down()
    assert world.agent.state().revoked
    assert world.till.journal.status().unsettled == 1
    world.central.before = lambda _: None
    world.pass_time(CAP_MS)
    assert not world.agent.state().revoked
    assert world.till.journal.status().unsettled == 0


def test_event_that_waits_too_long_raises_the_alarm(world: World) -> None:
    world.settle_down()
    world.central.before = lambda _: Reply(status=503, media_type="text/html")
    world.commit()
    world.settle_down()
    assert not world.agent.state().alarm
    for _ in range(30):
        world.pass_time(10 * 60_000)
    assert world.agent.state().alarm
