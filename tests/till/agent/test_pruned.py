"""Central is put back to a state in which it lacks what this till has let go: said in a sentence, and not for ever."""

from pathlib import Path

import msgspec
import pytest

from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.protocol.upload import Ack, Batch
from sync.protocol.wire import canonical, unpack
from sync.till.journal.lives import grants_to_list
from sync.till.journal.pruning import KEEP_MS
from tests.builders.agent_world import World
from tests.builders.hand_clock import HandClock
from tests.builders.talking_server import Heard, Reply, message
from tests.builders.till import enrolled_till, grant, sell


@pytest.fixture
def pruned(world: World) -> World:
    """A till that has let go of its first four events, and has two more."""
    world.commit(4)
    world.settle_down()
    world.clock.go_on(KEEP_MS + 1)
    world.commit()
    world.till.journal.acknowledge(Ack(applied=5, want=6, safe=4))
    assert world.till.journal.prune() == 4
    return world


def answered(world: World, ack: Ack) -> None:
    def journal(heard: Heard) -> Reply | None:
        return message(ack) if heard.path.endswith("/journal") else None

    world.central.before = journal


def batches(world: World) -> list[Batch]:
    return [unpack(heard.body, Batch) for heard in world.server.heard if heard.path.endswith("/journal")]


def test_it_signs_where_its_line_begins_and_tells_people_what_is_lost(pruned: World) -> None:
    answered(pruned, Ack(applied=2, want=3))
    pruned.agent.upload.step()
    answered(pruned, Ack(applied=2, want=3, lacking=4))
    pruned.settle_down()
    asked = batches(pruned)[-1]
    assert asked.from_seq == 5
    assert asked.anchor is not None
    assert (asked.anchor.seq, asked.anchor.incarnation) == (4, 1)
    unsigned = canonical(msgspec.structs.replace(asked.anchor, proof=b""))
    key = SigningKey(pruned.till.secrets.signing_seed).public
    assert VerifyKey(key).verifies(Purpose.ANCHOR, unsigned, asked.anchor.proof)
    told = pruned.agent.state().problem
    assert told is not None
    assert "lacks this till's events 3 to 4" in told
    assert pruned.till.journal.status().applied == 2


def test_once_the_loss_is_accepted_everything_newer_goes_up(pruned: World) -> None:
    answered(pruned, Ack(applied=2, want=3, lacking=4))
    pruned.till.journal.acknowledge(Ack(applied=2, want=3))
    pruned.settle_down()
    answered(pruned, Ack(applied=6, want=7))
    pruned.pass_time(10 * 60_000)
    assert pruned.till.journal.status().unsettled == 0
    assert pruned.agent.state().problem is None


def test_leases_that_pruned_events_spent_are_listed_where_central_lacks_those(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    lease, signed = grant(units=3)
    idle, unused = grant(units=3)
    till.journal.store_grants([signed, unused])
    sell(till, lease=lease)
    till.journal.close_lease(lease, "idle")
    till.journal.close_lease(idle, "idle")
    clock.go_on(KEEP_MS + 1)
    till.journal.acknowledge(Ack(applied=5, want=6, safe=4))
    till.journal.prune()
    assert grants_to_list(till.journal._connection) == []
    till.journal.acknowledge(Ack(applied=1, want=2, safe=4))
    listed = grants_to_list(till.journal._connection)
    assert signed in listed
    till.close()
