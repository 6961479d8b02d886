"""What central adds up is what a till should have at its place in the feed."""

import httpx
import pytest

from sync.protocol.comparison import BUCKETS, WEIGHT, BucketSum, Comparison
from sync.protocol.feed import Table
from sync.protocol.wire import unpack
from tests.builders.office import Office, problem_of
from tests.builders.replica import Replica, replica_of

pytestmark = pytest.mark.anyio


def sums_of(replica: Replica, moving: set[tuple[Table, int]]) -> set[BucketSum]:
    found: dict[tuple[Table, int], list[int]] = {}
    for (table, row_id), (version, row) in replica.rows.items():
        if row is not None and (table, row_id) not in moving:
            of = found.setdefault((table, row_id % BUCKETS), [0, 0, 0])
            for place, more in enumerate((1, version, version * (row_id % WEIGHT))):
                of[place] += more
    return {BucketSum(table, bucket, *sums) for (table, bucket), sums in found.items()}


async def ask(replica: Replica, *, epoch: str | None = None, number: int | None = None) -> httpx.Response:
    epoch, number = epoch or replica.epoch, replica.number if number is None else number
    return await replica.till.get(f"/sync/v1/feed/sums?epoch={epoch}&number={number}")


async def compared(replica: Replica) -> Comparison:
    return unpack((await ask(replica)).raise_for_status().content, Comparison)


async def test_a_replica_in_step_adds_up_to_what_central_has(office: Office) -> None:
    campaign = await office.campaign()
    for _ in range(30):
        await office.code(campaign)
    await office.guest("Ada")
    replica = await replica_of(office)
    theirs = await compared(replica)
    assert (theirs.number, theirs.moving, theirs.settled) == (replica.number, (), True)
    assert set(theirs.sums) == sums_of(replica, set())


async def test_what_changed_since_is_named_and_left_out(office: Office) -> None:
    campaign = await office.campaign()
    await office.code(campaign)
    replica = await replica_of(office)
    late = await office.code(campaign)
    theirs = await compared(replica)
    assert theirs.moving == ((Table.CODE, late),)
    assert set(theirs.sums) == sums_of(replica, set(theirs.moving))
    await replica.catch_up()
    assert set((await compared(replica)).sums) == sums_of(replica, set())


async def test_with_too_much_on_the_move_nothing_is_compared(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = await replica_of(office)
    monkeypatch.setattr("sync.central.services.comparison.MAX_MOVING", 0)
    await office.limited_code()
    theirs = await compared(replica)
    assert (theirs.settled, theirs.sums) == (False, ())


async def test_a_place_that_the_feed_does_not_have_is_gone(office: Office) -> None:
    replica = await replica_of(office)
    for answer in (await ask(replica, epoch="another"), await ask(replica, number=replica.number + 1_000)):
        assert problem_of(answer) == "cursor-gone"
