"""Central is put back to a backup that is older than what tills have let go: the loss is said, and life goes on."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from sync.central.postgres.server import RunningServer
from sync.central.services.journal import gaps
from sync.protocol.event import GENESIS, event_hash
from sync.protocol.keys import Purpose, SigningKey
from sync.protocol.leases import LimitKind, SignedGrant
from sync.protocol.upload import Ack, Anchor, Batch
from sync.protocol.wire import canonical, unpack
from sync.rules.user_error import UserError
from tests.builders.office import Office, TillPen, attempt, granted
from tests.builders.put_back import PutBack, put_back_world

PRUNED = 4


@pytest.fixture
def world(postgres_server: RunningServer) -> Iterator[PutBack]:
    with put_back_world(postgres_server) as made:
        yield made
        made.do(lambda office: office.check_equation())


def anchor_of(till: TillPen, /, seq: int = PRUNED, *, key: SigningKey | None = None, **wrong: Any) -> Anchor:
    """What a till says that has let go of its events up to ``seq``."""
    fields = {
        "network": till.who.network,
        "till": till.who.till,
        "incarnation": till.who.incarnation,
        "seq": seq,
        "hash": event_hash(till.events[seq - 1].body),
        **wrong,
    }
    anchor = Anchor(**fields)
    return msgspec.structs.replace(anchor, proof=(key or till.key).sign(Purpose.ANCHOR, canonical(anchor)))


async def send(till: TillPen, first: int, last: int | None = None, anchor: Anchor | None = None) -> Ack:
    batch = Batch(
        incarnation=till.who.incarnation,
        from_seq=first,
        events=tuple(till.events[first - 1 : last]),
        anchor=anchor,
    )
    return unpack((await till.post("/sync/v1/journal", batch)).raise_for_status().content, Ack)


async def accept(office: Office, till: TillPen, by: str = "Ada") -> list[gaps.Accepted]:
    async with office.database.network_transaction(office.network) as connection:
        return await gaps.accept(connection, office.network, till.who.till, by=by)


async def seqs(office: Office) -> list[tuple[int, int]]:
    rows = await office.fetch("SELECT branch, seq FROM events ORDER BY branch, seq")
    return [(row["branch"], row["seq"]) for row in rows]


async def applied(office: Office) -> int:
    return int(await office.value("SELECT applied_seq FROM incarnations"))


@pytest.fixture
def till(world: PutBack) -> Iterator[TillPen]:
    """A till of six events, the second of which spends a unit; central is back at the first one."""

    async def make(office: Office) -> tuple[TillPen, int, SignedGrant]:
        till = await office.till()
        till.enrolled()
        await till.upload()
        code = await office.limited_code(10)
        grant = (await till.ask(code, units=3)).grant
        assert grant is not None
        return till, code, grant

    pen, code, grant = world.do(make)
    with world.backed_up() as backup:

        async def go_on(_: Office) -> None:
            pen.redeem(code, lease=granted_lease(grant))
            for number in range(4):
                pen.write(attempt(reason=f"reason_{number}"))
            await pen.upload(2)

        world.do(go_on)
        backup.put_back()
        yield pen


def granted_lease(grant: SignedGrant) -> Any:
    return msgspec.json.decode(grant.body, type=dict[str, Any])["lease"]


def test_what_nobody_has_any_more_waits_for_a_person_and_then_the_line_goes_on(
    world: PutBack, till: TillPen
) -> None:
    async def heal(office: Office) -> None:
        for _ in range(2):
            ack = await send(till, 5, anchor=anchor_of(till))
            assert (ack.applied, ack.want, ack.lacking) == (1, 2, PRUNED)
        assert await office.cases() == ["events_pruned"]
        assert (await seqs(office), await applied(office)) == ([(0, 1)], 1)
        (gap,) = await accept(office, till)
        assert (gap.first_seq, gap.last_seq, gap.lost, gap.units_at_most) == (2, 4, 3, 3)
        closed = await office.fetch("SELECT kind, outcome FROM cases WHERE closed_at IS NOT NULL")
        assert [(row["kind"], row["outcome"]) for row in closed] == [
            ("events_pruned", "3 events are lost; accepted by Ada")
        ]
        ack = await send(till, 5, anchor=anchor_of(till))
        assert (ack.applied, ack.lacking) == (6, 0)
        assert (await send(till, 5)).applied == 6
        # What was lost is not among what is held, and what its lease may have spent is not given out again.
        assert await seqs(office) == [(0, 1), (0, 5), (0, 6)]
        assert await office.value("SELECT last_seq - first_seq + 1 FROM journal_gaps") == 3
        assert (await office.limit(int(await office.value("SELECT max(id) FROM codes"))))["outstanding"] == 3
        till.write(attempt())
        assert (await till.upload(7)).applied == 7

    world.do(heal)


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": SigningKey(b"s" * 32)},
        {"hash": GENESIS},
        {"hash": b"short"},
        {"till": 777},
        {"incarnation": 2},
    ],
    ids=["signature", "hash", "short", "till", "life"],
)
def test_a_word_that_the_chain_or_the_key_does_not_bear_out_is_a_gap_like_any_other(
    world: PutBack, till: TillPen, wrong: dict[str, Any]
) -> None:
    async def lie(office: Office) -> None:
        ack = await send(till, 5, anchor=anchor_of(till, **wrong))
        assert (ack.want, ack.lacking) == (2, 0)
        assert await office.cases() == []
        with pytest.raises(UserError) as refused:
            await accept(office, till)
        assert refused.value.reason == "no_gap"

    world.do(lie)


def test_nothing_is_accepted_without_a_name(world: PutBack, till: TillPen) -> None:
    async def nameless(office: Office) -> None:
        await send(till, 5, anchor=anchor_of(till))
        with pytest.raises(UserError) as refused:
            await accept(office, till, by=" ")
        assert refused.value.reason == "decision_unsigned"
        assert await applied(office) == 1

    world.do(nameless)


def test_what_was_given_up_may_still_come_from_another_copy_and_fills_the_gap(
    world: PutBack, till: TillPen
) -> None:
    async def late(office: Office) -> None:
        await send(till, 5, anchor=anchor_of(till))
        await accept(office, till)
        await send(till, 5)
        ack = await send(till, 2, 3)
        assert (ack.applied, ack.branch) == (3, 0)
        assert await applied(office) == 6
        # A batch that reaches beyond the gap gives what was lacking, and the rest is known.
        assert (await send(till, 2)).applied == PRUNED
        assert (await send(till, 5)).applied == 6
        assert await seqs(office) == [(0, seq) for seq in range(1, 7)]
        limit = await office.limit(int(await office.value("SELECT max(id) FROM codes")))
        assert (limit["outstanding"], limit["spent"]) == (2, 1)

    world.do(late)


def test_another_story_in_place_of_what_is_lost_is_a_fork(world: PutBack, till: TillPen) -> None:
    other = till.copy()
    del other.events[1:]
    other.previous = event_hash(other.events[0].body)
    for number in range(4):
        other.write(attempt(reason=f"other_{number}"))

    async def fork(office: Office) -> None:
        await send(till, 5, anchor=anchor_of(till))
        await accept(office, till)
        assert (await send(other, 2)).branch == 1
        assert (await send(till, 5)).applied == 6
        assert "fork" in await office.cases()
        assert [seq for branch, seq in await seqs(office) if branch == 0] == [1, 5, 6]

    world.do(fork)


def test_a_guests_limit_that_was_lost_comes_back_at_what_the_campaign_allows(world: PutBack) -> None:
    async def make(office: Office) -> tuple[TillPen, int, int]:
        till, campaign = await office.till(), await office.campaign(max_uses_per_guest=5)
        return till, campaign.id, await office.guest()

    till, campaign, guest = world.do(make)
    with world.backed_up() as backup:

        async def take(_: Office) -> SignedGrant:
            reply = await till.ask(campaign, kind=LimitKind.GUEST_USES, guest=guest, units=2)
            granted(reply)
            assert reply.grant is not None
            return reply.grant

        grant = world.do(take)
        backup.put_back()

        async def heal(office: Office) -> None:
            await till.contact(grants=(grant,))
            limit = await office.limit(campaign, LimitKind.GUEST_USES, guest)
            assert (limit["total"], limit["pool"], limit["outstanding"], limit["exposure"]) == (5, 3, 2, 0)
            assert await office.cases() == []

        world.do(heal)
