"""Contact: leases that central lists, asks back, and that the till gives back by itself."""

from uuid import UUID

import pytest

from sync.protocol.contact import Contact, Want
from sync.protocol.event import Spend
from sync.protocol.guest_data import guest_id_of
from sync.protocol.leases import Grant, LimitKind
from sync.protocol.payloads import LeaseClosed, Payload, Redemption, read_payload
from sync.protocol.problems import ProblemType
from sync.protocol.wire import unpack
from sync.till.agent.contact import CLOSED_AT_ONCE, CONTACT_MS, GRANTS_AT_ONCE
from sync.till.agent.download import PAUSE_MS
from sync.till.journal.entries import Entry
from sync.till.journal.lease_review import SPENT_KEPT_MS
from tests.builders.agent_world import World
from tests.builders.small_central import NOW_MS
from tests.builders.talking_server import problem


def closed_leases(world: World) -> list[LeaseClosed]:
    payloads: list[Payload | None] = [
        read_payload(link.envelope.kind, link.envelope.kind_version, bytes(link.envelope.payload))
        for link in world.central.links()
    ]
    return [payload for payload in payloads if isinstance(payload, LeaseClosed)]


def register(world: World) -> UUID:
    event = world.till.journal.new_event_id()
    world.till.journal.keep_guest_key(event, b"sealed")
    return event


def asked_after(world: World) -> list[int]:
    """Of which guests the last contact asked whether they are erased."""
    return list(world.central.contacts[-1].guests)


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


def test_a_till_that_got_a_whole_replica_asks_whose_keys_it_may_not_keep(world: World) -> None:
    world.central.reply = {"erased": ()}
    world.settle_down()
    erased, stays = (register(world) for _ in range(2))
    world.pass_time(CONTACT_MS)
    assert asked_after(world) == [guest_id_of(event) for event in sorted((erased, stays))]
    world.pass_time(CONTACT_MS)
    assert asked_after(world) == []
    world.central.epoch, world.central.snapshot = "second", world.central.snapshot + 1
    world.central.reply = {"erased": (guest_id_of(erased),)}
    world.pass_time(CONTACT_MS)
    assert asked_after(world) == []
    world.pass_time(CONTACT_MS)
    assert len(asked_after(world)) == 2
    assert [each.event for each in world.till.journal.waiting_guests()] == [stays]
    world.pass_time(CONTACT_MS)
    assert asked_after(world) == []


def test_a_central_that_cannot_say_who_is_erased_is_asked_again(world: World) -> None:
    event = register(world)
    world.settle_down()
    for _ in range(2):
        world.pass_time(CONTACT_MS)
        assert asked_after(world) == [guest_id_of(event)]
    assert [each.event for each in world.till.journal.waiting_guests()] == [event]


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


def use(world: World, grant: Grant, units: int = 1) -> None:
    """Spend from a lease, and tell the agent as the counter does."""
    redemption = Redemption(
        code_id=grant.subject, campaign_id=1, code_kind="VOUCHER", rules_version=1, outcome="accept", reason="ok",
        by="lease", source="TYPED",
    )  # fmt: skip
    world.till.journal.commit([Entry(payload=redemption, spends=(Spend(grant.lease, units),))])
    world.agent.nudge()


def contacts(world: World) -> list[Contact]:
    return [unpack(heard.body, Contact) for heard in world.server.heard if heard.path.endswith("/contact")]


def test_what_runs_low_is_asked_for_at_once_and_not_again_and_again(world: World) -> None:
    grant = world.central.grant(1, 4)
    world.settle_down()
    world.server.heard.clear()
    use(world, grant, 2)
    world.settle_down()
    assert contacts(world) == []
    use(world, grant)
    world.settle_down()
    (told,) = contacts(world)
    assert told.wants == (Want(LimitKind.USES, 1, 0, 12),)
    assert told.unsettled == 0
    use(world, grant)
    world.settle_down()
    assert len(contacts(world)) == 1
    world.pass_time(CONTACT_MS)
    assert len(contacts(world)) == 2
    world.central.grant(1, 16)
    world.pass_time(CONTACT_MS)
    world.pass_time(CONTACT_MS)
    assert contacts(world)[-1].wants == ()


def test_allowances_that_run_low_bring_a_contact_but_are_not_named(world: World) -> None:
    grant = world.central.grant(1, 4, kind=LimitKind.RISK)
    world.settle_down()
    world.server.heard.clear()
    use(world, grant, 4)
    world.settle_down()
    assert [told.wants for told in contacts(world)] == [()]


def test_a_lease_that_lies_idle_goes_back_but_an_allowance_does_not(world: World) -> None:
    idle, busy = world.central.grant(1, 4), world.central.grant(2, 4)
    risk = world.central.grant(3, 4, kind=LimitKind.RISK)
    world.central.idle_ms = 60_000
    world.settle_down()
    world.pass_time(40_000)
    use(world, busy)
    world.pass_time(40_000)
    assert [(closed.lease, closed.why) for closed in closed_leases(world)] == [(idle.lease, "idle")]
    assert {held.lease for held in world.till.journal.leases()} == {busy.lease, risk.lease}


def test_a_spent_lease_is_closed_after_a_while(world: World) -> None:
    grant = world.central.grant(1, 1)
    world.settle_down()
    use(world, grant)
    world.pass_time(SPENT_KEPT_MS - 60_000)
    assert closed_leases(world) == []
    world.pass_time(60_000)
    assert closed_leases(world) == [LeaseClosed(lease=grant.lease, spent=1, why="spent")]
    assert world.central.open_grants() == []


def test_a_recall_is_answered_without_waiting_for_the_next_contact(world: World) -> None:
    grant = world.central.grant(1, 4)
    world.settle_down()
    world.central.recall = (grant.lease,)
    world.pass_time(PAUSE_MS)
    assert closed_leases(world) == [LeaseClosed(lease=grant.lease, spent=0, why="recalled")]


@pytest.mark.parametrize("why", [ProblemType.TILL_REVOKED, ProblemType.TILL_FENCED])
def test_a_till_that_is_out_gives_every_lease_back(world: World, why: ProblemType) -> None:
    used, unused = world.central.grant(1, 4), world.central.grant(2, 4)
    world.settle_down()
    use(world, used)
    world.central.before = lambda heard: problem(why, 403) if heard.path.endswith("/contact") else None
    world.pass_time(CONTACT_MS)
    assert {(closed.lease, closed.spent, closed.why) for closed in closed_leases(world)} == {
        (used.lease, 1, "revoked"),
        (unused.lease, 0, "revoked"),
    }
    assert world.till.journal.leases() == []
    assert world.agent.state().revoked


@pytest.mark.parametrize("why", [ProblemType.TILL_REVOKED, ProblemType.TILL_FENCED])
def test_a_till_that_is_out_hands_in_again_what_a_restored_office_lacks(
    world: World, why: ProblemType
) -> None:
    world.settle_down()
    for _ in range(3):
        world.commit()
    world.settle_down()
    held = list(world.central.events)
    assert world.till.journal.status().unsettled == 0
    world.central.before = lambda heard: problem(why, 403) if heard.path.endswith("/contact") else None
    del world.central.events[1:]
    world.pass_time(CONTACT_MS)
    assert world.central.events == held
    assert world.till.journal.status().unsettled == 0
    assert world.agent.state().revoked


def test_a_till_that_is_out_says_so_when_it_cannot_hear_how_far_it_is_held(world: World) -> None:
    world.settle_down()
    world.central.before = lambda heard: (
        problem(ProblemType.TILL_FENCED, 403)
        if heard.path.endswith("/contact")
        else problem(ProblemType.NOT_FOUND, 404)
    )
    world.pass_time(CONTACT_MS)
    assert world.agent.state().revoked
    assert world.till.journal.status().unsettled == 0


def test_many_leases_go_back_in_small_pieces(world: World) -> None:
    for subject in range(CLOSED_AT_ONCE * 2 + 5):
        world.central.grant(subject, 1, expires_ms=NOW_MS + 10_000)
    world.settle_down()
    world.pass_time(CONTACT_MS)
    assert len(closed_leases(world)) == CLOSED_AT_ONCE * 2 + 5
    assert world.till.journal.leases() == []
    assert world.till.journal.verify().ok
