"""Whatever answers in the office's place: nothing is lost, the till goes on, one sentence says it, and it heals."""

import pytest

from sync.protocol.problems import ProblemType
from sync.till.agent.backoff import CAP_MS
from tests.builders.agent_world import World
from tests.builders.talking_server import Reply, problem


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(media_type="text/html", body=b"<h1>Sign in to our network</h1>"), "not the central office"),
        (Reply(status=407, media_type="text/html", body=b"<h1>Proxy</h1>"), "not the central office"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Type: appl"), "cannot be reached"),
        (Reply(raw=b""), "cannot be reached"),
        (Reply(body=b"\xc1"), "not the central office"),
        (problem(ProblemType.VERSION_UNKNOWN, 400), "version"),
        (problem(ProblemType.TOO_LARGE, 413, "Too large"), "Too large"),
    ],
    ids=["portal", "proxy", "torn", "hang-up", "rubbish", "version", "too-large"],
)
def test_the_till_sells_on_and_settles_when_the_office_is_back(world: World, reply: Reply, told: str) -> None:
    world.settle_down()
    world.central.before = lambda _: reply
    for _ in range(3):
        world.commit()
        world.settle_down()
    world.pass_time(CAP_MS)
    assert told in (world.agent.state().problem or "")
    assert world.till.journal.status().unsettled == 3
    assert world.till.journal.verify().ok
    world.central.before = lambda _: None
    world.pass_time(CAP_MS)
    world.pass_time(CAP_MS)
    assert world.till.journal.status().unsettled == 0
    assert world.agent.state().problem is None
    assert len(world.central.events) == 4
