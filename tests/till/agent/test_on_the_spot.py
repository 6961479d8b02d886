"""Units asked for while the guest waits: every outcome is known in the end, and nothing is left behind."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.protocol.event import Spend
from sync.protocol.leases import Grant, LeaseRequest, LimitKind
from sync.protocol.payloads import SessionOpened
from sync.protocol.problems import ProblemType
from sync.protocol.wire import read_canonical, unpack
from sync.till import on_the_spot
from sync.till.agent.contact import CONTACT_MS
from sync.till.agent.operations import HOLD_MS, MAX_UNANSWERED
from sync.till.home import TillHome
from sync.till.journal.entries import Entry
from sync.till.journal.pending import Pending
from sync.till.on_the_spot import OnTheSpot
from tests.builders.agent_world import World, opened
from tests.builders.patience import LONG_MS, LONG_S
from tests.builders.talking_server import Heard, Reply, problem
from tests.builders.till import use


@pytest.fixture
def spot(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnTheSpot]:
    """Asking on the test's own thread; the answer may come later than a cashier would wait for it."""
    monkeypatch.setattr(on_the_spot, "LATE_MS", LONG_MS)
    world.settle_down()
    made = OnTheSpot(world.agent, workers=0)
    yield made
    made.close(1)


def asked(world: World) -> list[LeaseRequest]:
    return [
        unpack(heard.body, LeaseRequest) for heard in world.server.heard if heard.path.endswith("/leases")
    ]


def lose_answers(world: World) -> None:
    world.central.after = lambda heard: Reply(raw=b"") if heard.path.endswith("/leases") else None


def test_granted_units_are_on_disk_when_the_answer_is_given(world: World, spot: OnTheSpot) -> None:
    world.central.pool[1] = 1
    reply = spot.ask(LimitKind.USES, 1, sale_bound=True)
    assert reply is not None
    assert reply.grant is not None
    operation = asked(world)[0].operation
    held = world.till.journal.held(LimitKind.USES, 1, operation=operation)
    assert held is not None
    assert held.left == 1
    assert Pending(world.till.journal).all() == []


def test_refusal_names_its_reason_and_leaves_nothing_open(world: World, spot: OnTheSpot) -> None:
    reply = spot.ask(LimitKind.USES, 1)
    assert reply is not None
    assert reply.reason == "used_up"
    assert Pending(world.till.journal).all() == []


def test_grant_stays_with_its_sale_and_can_be_spent(world: World, spot: OnTheSpot) -> None:
    world.central.pool[1] = 1
    spot.ask(LimitKind.USES, 1)
    world.pass_time(CONTACT_MS)
    held = world.till.journal.held(LimitKind.USES, 1)
    assert held is not None
    world.till.journal.commit(
        [Entry(payload=SessionOpened(method="pin"), spends=(Spend(lease=held.lease, units=1),))]
    )
    world.pass_time(CONTACT_MS)
    assert "lease.closed" not in world.central.kinds()


def test_cancelled_sale_gives_its_grant_back(world: World, spot: OnTheSpot) -> None:
    world.central.pool[1] = 1
    spot.ask(LimitKind.USES, 1)
    held = world.till.journal.leases()[0]
    assert spot.release(held.lease)
    assert not spot.release(held.lease)
    world.settle_down()
    assert world.central.open_grants() == []


def test_sale_that_is_never_ended_loses_its_grant_in_the_end(world: World, spot: OnTheSpot) -> None:
    world.central.pool[1] = 1
    spot.ask(LimitKind.USES, 1)
    world.pass_time(HOLD_MS + CONTACT_MS)
    assert world.central.open_grants() == []


def test_lost_answer_is_asked_for_again_and_the_late_grant_goes_back(world: World, spot: OnTheSpot) -> None:
    world.central.pool[1] = 1
    lose_answers(world)
    assert spot.ask(LimitKind.USES, 1) is None
    assert len(world.central.open_grants()) == 1
    assert len(Pending(world.till.journal).all()) == 1
    world.central.after = lambda _: None
    world.settle_down()
    assert len({request.operation for request in asked(world)}) == 1
    assert Pending(world.till.journal).all() == []
    assert world.central.open_grants() == []
    assert world.till.journal.leases() == []


def test_question_survives_a_crash_and_its_grant_goes_back(world: World, spot: OnTheSpot) -> None:
    world.central.pool[1] = 1
    lose_answers(world)
    assert spot.ask(LimitKind.USES, 1) is None
    operation = asked(world)[0].operation
    world.agent.close()
    world.till.close()
    world.central.after = lambda _: None
    world.server.heard.clear()
    with opened(world.till.home, world.central, world.server, world.clock, "again") as again:
        again.settle_down()
        assert {request.operation for request in asked(again)} == {operation}
        assert Pending(again.till.journal).all() == []
        assert again.central.open_grants() == []


def test_grant_of_a_sale_that_a_crash_ended_goes_back(world: World, spot: OnTheSpot) -> None:
    world.central.pool[1] = 1
    spot.ask(LimitKind.USES, 1, sale_bound=True)
    world.agent.close()
    world.till.close()
    with opened(world.till.home, world.central, world.server, world.clock, "again") as again:
        again.settle_down()
        assert again.central.open_grants() == []
        assert again.till.journal.status().unsettled == 0


def test_question_that_nobody_heard_is_forgotten(world: World, spot: OnTheSpot) -> None:
    world.office.close()
    world.server.close()
    assert spot.ask(LimitKind.USES, 1) is None
    assert Pending(world.till.journal).all() == []
    assert not world.agent.state().online


def test_question_that_central_refuses_is_forgotten(world: World, spot: OnTheSpot) -> None:
    world.central.before = lambda _: problem(ProblemType.TILL_REVOKED, 403)
    assert spot.ask(LimitKind.USES, 1) is None
    assert Pending(world.till.journal).all() == []
    assert world.agent.state().revoked


def test_open_questions_have_a_limit(world: World, spot: OnTheSpot) -> None:
    lose_answers(world)
    pending = Pending(world.till.journal)
    for number in range(MAX_UNANSWERED):
        pending.add(
            LeaseRequest(
                incarnation=1,
                operation=world.till.journal.new_event_id(),
                kind=LimitKind.USES,
                subject=number,
            )
        )
    before = len(asked(world))
    assert spot.ask(LimitKind.USES, 1) is None
    assert len(asked(world)) == before


def test_forged_grant_is_not_held(world: World, spot: OnTheSpot) -> None:
    world.central.pool[1] = 1

    def other_till(heard: Heard) -> None:
        if heard.path.endswith("/leases"):
            request = unpack(heard.body, LeaseRequest)
            world.central.grant(1, 1, operation=request.operation, till=999)

    world.central.before = other_till
    assert spot.ask(LimitKind.USES, 1) is None
    assert world.till.journal.leases() == []


def test_question_that_cannot_be_settled_holds_up_no_other(world: World, spot: OnTheSpot) -> None:
    pending = Pending(world.till.journal)
    lose_answers(world)
    assert spot.ask(LimitKind.USES, 1) is None
    poisoned = asked(world)[0].operation
    world.central.grant(1, 1, operation=poisoned, till=999)
    world.central.pool[2] = 1
    assert spot.ask(LimitKind.USES, 2) is None
    world.central.after = lambda _: None
    world.settle_down()
    assert [request.operation for request in pending.all()] == [poisoned]
    assert [grant.till for grant in world.central.open_grants()] == [999]
    before = len(asked(world))
    world.pass_time(CONTACT_MS)
    assert len(asked(world)) == before + 1, "once with each contact: what stood between may be gone by then"


def test_late_answer_goes_back_though_nobody_waits_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_the_spot, "LATE_MS", LONG_MS)
    world.settle_down()
    world.central.pool[1] = 1

    def wait_for_release(heard: Heard) -> None:
        if heard.path.endswith("/leases"):
            world.server.released.wait()

    world.central.after = wait_for_release
    spot = OnTheSpot(world.agent)
    assert spot.ask(LimitKind.USES, 1, wait_ms=100) is None
    world.server.released.set()
    spot.close(LONG_S)
    assert Pending(world.till.journal).all() == []
    assert world.till.journal.leases() == []
    world.settle_down()
    assert world.central.open_grants() == []
    assert len(asked(world)) == 1


def test_answers_in_time_come_through_the_threads_too(world: World) -> None:
    world.settle_down()
    world.central.pool[1] = 3
    spot = OnTheSpot(world.agent)
    replies = [spot.ask(LimitKind.USES, 1, wait_ms=LONG_MS) for _ in range(3)]
    spot.close(LONG_S)
    assert all(reply is not None and reply.grant is not None for reply in replies)
    assert len(world.till.journal.leases()) == 3


@pytest.mark.parametrize("point", range(5))
def test_wherever_the_till_dies_its_unit_is_used_once_or_comes_back(
    world: World, tmp_path: Path, point: int
) -> None:
    """A copy of the files at each point is what a power cut leaves; then the till starts again and settles."""
    world.central.pool[1] = 1
    points: list[Path] = []
    used: list[int] = []

    def power_cut() -> None:
        copy = tmp_path / f"copy-{len(points)}"
        shutil.copytree(world.till.home.folder, copy)
        points.append(copy)
        used.append(world.till.journal.status().last_seq)

    def cut_after_granting(heard: Heard) -> None:
        if heard.path.endswith("/leases") and len(points) == 1:
            power_cut()

    def cut_before_granting(heard: Heard) -> None:
        if heard.path.endswith("/leases") and not points:
            power_cut()

    world.central.before, world.central.after = cut_before_granting, cut_after_granting
    spot = OnTheSpot(world.agent, workers=0)
    reply = spot.ask(LimitKind.USES, 1)
    assert reply is not None
    assert reply.grant is not None
    power_cut()
    lease = read_canonical(reply.grant.body, Grant).lease
    world.till.journal.commit([use(1, lease=lease)])
    power_cut()
    world.central.before = world.central.after = lambda _: None
    if point == len(points):
        # It dies after its last word, when central has everything.
        world.settle_down()
        power_cut()
    world.agent.close()
    world.till.close()
    if point == 0:
        # Central had not heard the question either.
        world.central.grants.clear()
        world.central.pool[1] = 1
    with opened(TillHome(points[point]), world.central, world.server, world.clock, "again") as again:
        for _ in range(3):
            again.pass_time(CONTACT_MS)
        redeemed = again.central.kinds().count("redemption")
        assert redeemed == (1 if point >= 3 else 0)
        assert again.till.journal.status().unsettled == 0
        assert Pending(again.till.journal).all() == []
        still_open = [grant for grant in again.central.open_grants() if redeemed == 0]
        assert still_open == []
        assert again.till.journal.verify().ok
