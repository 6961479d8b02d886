"""Contact: leases that central lists, asks back, and that the till gives back by itself."""

from sync.protocol.contact import Contact
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import LeaseClosed, Payload, read_payload
from sync.protocol.wire import unpack
from sync.till.agent.contact import CONTACT_MS, GRANTS_AT_ONCE
from tests.builders.agent_world import World
from tests.builders.small_central import NOW_MS


def closed_leases(world: World) -> list[LeaseClosed]:
    payloads: list[Payload | None] = [
        read_payload(link.envelope.kind, link.envelope.kind_version, bytes(link.envelope.payload))
        for link in world.central.links()
    ]
    return [payload for payload in payloads if isinstance(payload, LeaseClosed)]


def test_leases_that_central_lists_are_held(world: World) -> None:
    grant = world.central.grant(1, 16)
    world.settle_down()
    held = world.till.journal.held(LimitKind.USES, 1)
    assert held is not None
    assert (held.lease, held.left) == (grant.lease, 16)
    world.pass_time(CONTACT_MS)
    assert [lease.lease for lease in world.till.journal.leases()] == [grant.lease]


def test_many_leases_are_stored_in_small_pieces(world: World) -> None:
    for subject in range(GRANTS_AT_ONCE * 2 + 5):
        world.central.grant(subject, 1)
    world.settle_down()
    assert len(world.till.journal.leases()) == GRANTS_AT_ONCE * 2 + 5


def test_contact_tells_how_the_till_is(world: World) -> None:
    world.central.grant(1, 2)
    world.settle_down()
    world.server.heard.clear()
    world.pass_time(CONTACT_MS)
    told = [unpack(heard.body, Contact) for heard in world.server.heard if heard.path.endswith("/contact")]
    assert len(told) == 1
    assert told[0].last_seq == 1
    assert told[0].unsettled == 0
    assert len(told[0].open_leases) == 1
    assert told[0].feed_number == 2
    assert told[0].free_disk_bytes


def test_contact_ties_the_tills_time_to_centrals(world: World) -> None:
    world.settle_down()
    assert world.till.time.anchored()
    assert abs(world.till.time.now().at_ms - NOW_MS) < 1_000
    assert world.agent.state().last_contact_ms == NOW_MS


def test_recalled_lease_goes_back_with_what_was_spent_of_it(world: World) -> None:
    grant = world.central.grant(1, 4)
    world.settle_down()
    world.central.recall = (grant.lease,)
    world.pass_time(CONTACT_MS)
    assert world.till.journal.leases() == []
    assert closed_leases(world) == [LeaseClosed(lease=grant.lease, spent=0, why="recalled")]


def test_closed_lease_that_central_still_lists_stays_closed(world: World) -> None:
    grant = world.central.grant(1, 4)
    world.settle_down()
    world.till.journal.close_lease(grant.lease, "test")
    world.settle_down()
    world.central.closed.clear()
    world.pass_time(CONTACT_MS)
    assert world.till.journal.leases() == []
    assert world.till.journal.held(LimitKind.USES, 1) is None


def test_expired_lease_goes_back(world: World) -> None:
    grant = world.central.grant(1, 4, expires_ms=NOW_MS + 10_000)
    world.settle_down()
    assert world.till.journal.held(LimitKind.USES, 1) is not None
    world.pass_time(CONTACT_MS)
    assert [(closed.lease, closed.why) for closed in closed_leases(world)] == [(grant.lease, "expired")]


def test_forged_lease_is_not_held_and_hides_no_other(world: World) -> None:
    good = world.central.grant(1, 4)
    world.central.grant(2, 4, till=999)
    world.settle_down()
    assert [lease.lease for lease in world.till.journal.leases()] == [good.lease]
    told = world.agent.state().problem
    assert told is not None
    assert "lease" in told
