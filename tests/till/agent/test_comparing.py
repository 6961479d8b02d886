"""Once a day the replica is compared with central; one that went apart silently is replaced."""

import pytest

from sync.protocol.comparison import Comparison
from sync.protocol.problems import ProblemType
from sync.till.agent.comparing import EVERY_MS, TRIED_AGAIN_MS
from sync.till.cache.found import FoundCode
from tests.builders.agent_world import World
from tests.builders.small_central import names
from tests.builders.talking_server import message, problem


def asked(world: World) -> int:
    return names(world.server.heard).count("feed/sums")


def knows(world: World, text: str) -> bool:
    return isinstance(world.till.cache.find(text), FoundCode)


def test_a_replica_in_step_is_compared_once_a_day_and_kept(world: World) -> None:
    world.settle_down()
    assert asked(world) == 0
    world.pass_time(EVERY_MS)
    assert asked(world) == 1
    world.pass_time(EVERY_MS // 2)
    assert asked(world) == 1
    world.pass_time(EVERY_MS)
    assert asked(world) == 2
    assert not any(name.startswith("snapshot") for name in names(world.server.heard))


@pytest.mark.expects_log("the replica differs from central")
@pytest.mark.parametrize(
    "hurt",
    [
        "DELETE FROM codes WHERE id = 2",
        "UPDATE codes SET version = 7 WHERE id = 2",
        "UPDATE codes SET shape = NULL WHERE id = 2",
        "INSERT INTO codes (id, version, shape) VALUES (99, 1, 1)",
        "DELETE FROM campaigns",
    ],
)
def test_a_replica_that_went_apart_silently_is_replaced(world: World, hurt: str) -> None:
    world.central.publish(2, "LUNCH-2")
    world.settle_down()
    before = world.till.cache._connection.execute("SELECT id, version, shape FROM codes").fetchall()
    world.till.cache._connection.execute(hurt)
    world.pass_time(EVERY_MS)
    assert knows(world, "LUNCH-1")
    assert knows(world, "LUNCH-2")
    found = world.till.cache.find("LUNCH-2")
    assert isinstance(found, FoundCode)
    assert found.campaign is not None
    assert world.till.cache._connection.execute("SELECT id, version, shape FROM codes").fetchall() == before
    assert world.agent.state().problem is None
    world.server.heard.clear()
    world.pass_time(EVERY_MS)
    assert names(world.server.heard).count("feed/sums") == 1
    assert not any(name.startswith("snapshot") for name in names(world.server.heard))


def test_what_is_on_the_move_is_left_out(world: World) -> None:
    world.central.publish(2, "LUNCH-2")
    world.settle_down()
    change = world.central.changes[-1]

    theirs = Comparison(
        epoch="first", number=3, sums=world.central.sums(2), moving=((change.table, change.id),)
    )
    world.central.before = lambda heard: message(theirs) if heard.path.endswith("/sums") else None
    world.pass_time(EVERY_MS)
    assert asked(world) == 1
    assert not any(name.startswith("snapshot") for name in names(world.server.heard))


def test_an_office_that_cannot_say_just_now_is_asked_again_later(world: World) -> None:
    world.settle_down()
    busy = message(Comparison(epoch="first", number=2, settled=False))
    world.central.before = lambda heard: busy if heard.path.endswith("/sums") else None
    world.pass_time(EVERY_MS)
    assert asked(world) == 1
    world.pass_time(TRIED_AGAIN_MS // 2)
    assert asked(world) == 1
    world.pass_time(TRIED_AGAIN_MS)
    assert asked(world) == 2


def test_an_office_that_does_not_know_the_question_harms_nothing(world: World) -> None:
    world.settle_down()
    old = problem(ProblemType.NOT_FOUND, 404)
    world.central.before = lambda heard: old if heard.path.endswith("/sums") else None
    world.pass_time(EVERY_MS)
    assert asked(world) == 1
    assert world.agent.state().problem is None
