"""Where the office says when to ask again, the till does as it says, and no two tills come back at the same moment."""

import itertools

import msgspec
import pytest

from sync.protocol.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType
from sync.till.agent.backoff import CAP_MS, Backoff
from sync.till.outcomes import LEAST_RETRY_S, MOST_RETRY_S
from tests.builders.agent_world import World
from tests.builders.hand_clock import CountedRandomness
from tests.builders.talking_server import Heard, Reply

UPLOAD = "/sync/v1/journal"
ASKED_MS = 8_000


def later(retry_after_s: int) -> Reply:
    body = msgspec.json.encode(
        Problem(
            type=ProblemType.BUSY, title="Others", status=503, detail="Wait.", retry_after_s=retry_after_s
        )
    )
    return Reply(status=503, media_type=PROBLEM_MEDIA_TYPE, body=body)


def refuse_uploads(world: World, answer: Reply) -> list[int]:
    """Refuse uploads from now on, and answer all else; return when they came, as they come."""
    came: list[int] = []

    def before(heard: Heard) -> Reply | None:
        if heard.path != UPLOAD:
            return None
        came.append(world.clock.boottime_ms())
        return answer

    world.central.before = before
    return came


def test_an_upload_waits_as_long_as_the_office_asked_though_it_answers_all_else(world: World) -> None:
    world.settle_down()
    came = refuse_uploads(world, later(ASKED_MS // 1000))
    world.commit()
    for step in range(100):
        # The other duties are answered several times while it waits, and new sales nudge the upload.
        if step % 4 == 0:
            world.agent.contact_now()
        world.commit()
        world.pass_time(ASKED_MS // 10)
    waits = [after - before for before, after in itertools.pairwise(came)]
    assert len(waits) >= 3
    assert min(waits) >= ASKED_MS
    world.central.before = lambda _: None
    world.pass_time(4 * ASKED_MS)
    assert world.till.journal.status().unsettled == 0


def test_a_person_who_says_try_again_waits_for_the_offices_time_too(world: World) -> None:
    world.settle_down()
    came = refuse_uploads(world, later(ASKED_MS // 1000))
    world.commit()
    world.settle_down()
    world.agent.retry_now()
    world.settle_down()
    assert len(came) == 1
    world.pass_time(2 * ASKED_MS)
    assert len(came) == 2


def test_an_upload_that_fails_without_a_time_is_tried_less_and_less_often(world: World) -> None:
    world.settle_down()
    came = refuse_uploads(world, later(0))
    world.commit()
    for step in range(200):
        if step % 4 == 0:
            world.agent.contact_now()
        world.pass_time(300)
    waits = [after - before for before, after in itertools.pairwise(came)]
    assert min(waits) >= LEAST_RETRY_S * 1000
    assert len(came) < 15
    assert waits[-1] >= CAP_MS // 2


def test_a_time_beyond_all_reason_is_cut(world: World) -> None:
    world.settle_down()
    came = refuse_uploads(world, later(10**6))
    world.commit()
    world.settle_down()
    world.pass_time(2 * MOST_RETRY_S * 1000)
    assert len(came) == 2


@pytest.mark.parametrize("asked_ms", [1_000, ASKED_MS])
def test_tills_that_are_told_the_same_time_come_back_one_after_another(asked_ms: int) -> None:
    waits = [Backoff(CountedRandomness(f"till {number}")).named(asked_ms) for number in range(200)]
    assert min(waits) >= asked_ms
    assert max(waits) <= 2 * asked_ms
    quarters = {(wait - asked_ms) * 4 // asked_ms for wait in waits}
    assert quarters >= {0, 1, 2, 3}
