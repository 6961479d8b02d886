"""Upload: taken once, whole, and never refused for what it says."""

import asyncio

import httpx
import pytest
from litestar import Litestar

from sync.protocol.enrolment import EnrolReply
from sync.protocol.event import SignedEvent
from sync.protocol.payloads import ChainBreak
from sync.protocol.upload import MAX_BATCH_EVENTS, Batch
from sync.protocol.wire import unpack
from tests.builders.office import Office, TillPen, attempt, new_event_id, new_office, problem_of, sale

pytestmark = pytest.mark.anyio


async def stored(office: Office, till: TillPen) -> list[tuple[int, int]]:
    """Branch and seq of everything held of a till."""
    rows = await office.fetch(
        "SELECT branch, seq FROM events WHERE till_id = $1 ORDER BY branch, seq", till.who.till
    )
    return [(row["branch"], row["seq"]) for row in rows]


async def till_with(office: Office, events: int) -> TillPen:
    till = await office.till()
    for number in range(events):
        till.write(attempt(reason=f"reason_{number}"))
    return till


async def test_what_a_till_recorded_is_stored_booked_and_acknowledged(office: Office) -> None:
    code = await office.limited_code(3)
    till = await office.till()
    lease = await till.lease(code)
    till.enrolled()
    event = till.redeem(code, lease=lease)
    till.write(sale(redemptions=(event,)))
    till.write(attempt())
    ack = await till.upload()
    assert (ack.applied, ack.want, ack.cases, ack.safe) == (4, 5, 0, None)
    assert await office.value("SELECT uses FROM codes WHERE id = $1", code) == 1
    assert await office.value("SELECT lease FROM redemptions") == lease
    assert await office.value("SELECT count(*) FROM sales") == 1
    assert await office.value("SELECT count(*) FROM attempts") == 1
    rows = await office.fetch("SELECT body, signature, applied FROM events ORDER BY seq")
    assert [SignedEvent(row["body"], row["signature"]) for row in rows] == till.events
    assert all(row["applied"] for row in rows)
    limit = await office.limit(code)
    assert limit["spent"] == 1
    assert limit["exposure"] == 0


async def test_an_empty_batch_asks_how_far_central_is(office: Office) -> None:
    till = await till_with(office, 2)
    assert (await till.upload(3)).applied == 0
    await till.upload()
    assert (await till.upload(3)).applied == 2


async def test_the_same_batch_again_changes_nothing(office: Office) -> None:
    code = await office.limited_code(5)
    till = await office.till()
    till.redeem(code, lease=await till.lease(code))
    till.write(sale())
    first = await till.upload()
    before = await office.fetch("SELECT * FROM limits")
    again = await till.upload()
    assert (again.applied, again.want, again.cases) == (first.applied, first.want, 0)
    assert await office.fetch("SELECT * FROM limits") == before
    assert await office.value("SELECT count(*) FROM sales") == 1
    assert await office.value("SELECT uses FROM codes WHERE id = $1", code) == 1


async def test_after_a_lost_reply_a_longer_batch_continues_where_central_stands(office: Office) -> None:
    till = await till_with(office, 6)
    await till.upload(1, 3)
    ack = await till.upload(2, 6)
    assert ack.applied == 6
    assert await stored(office, till) == [(0, seq) for seq in range(1, 7)]


async def test_a_gap_is_answered_with_the_seq_wanted(office: Office) -> None:
    till = await till_with(office, 9)
    await till.upload(1, 2)
    ack = await till.upload(5, 9)
    assert (ack.applied, ack.want) == (2, 3)
    assert await stored(office, till) == [(0, 1), (0, 2)]


async def test_two_batches_of_one_till_at_once_are_taken_one_after_the_other(office: Office) -> None:
    till = await till_with(office, 40)
    await till.signed_in()
    batches = [(1, 40), (1, 20), (1, 30), (10, 40), (21, 40), (1, 40)]
    acks = await asyncio.gather(*(till.upload(first, last) for first, last in batches))
    assert max(ack.applied for ack in acks) == 40
    assert await stored(office, till) == [(0, seq) for seq in range(1, 41)]
    assert await office.value("SELECT count(*) FROM attempts") == 40


async def test_tills_that_redeem_the_same_codes_in_different_order_do_not_block_each_other(
    office: Office,
) -> None:
    codes = [await office.limited_code(100) for _ in range(6)]
    tills = [await office.till(f"Till {number}") for number in range(4)]
    for number, till in enumerate(tills):
        leases = {code: await till.lease(code, units=3) for code in codes}
        for turn in range(3):
            for code in codes if (number + turn) % 2 else reversed(codes):
                till.redeem(code, lease=leases[code])
    acks = await asyncio.gather(*(till.upload() for till in tills))
    assert [ack.applied for ack in acks] == [18] * 4
    for code in codes:
        assert (await office.limit(code))["spent"] == 12
        assert await office.value("SELECT uses FROM codes WHERE id = $1", code) == 12


async def test_a_fork_is_kept_on_its_own_branch_and_becomes_a_case(office: Office) -> None:
    till = await till_with(office, 3)
    await till.upload()
    twin = till.copy()
    for number in range(3):
        till.write(attempt(reason=f"original_{number}"))
        twin.write(attempt(reason=f"copy_{number}"))
    assert (await till.upload(4)).applied == 6
    ack = await twin.upload(4, 5)
    assert (ack.applied, ack.want, ack.cases) == (5, 6, 1)
    assert (await twin.upload(6)).applied == 6
    assert await stored(office, till) == [(0, s) for s in range(1, 7)] + [(1, s) for s in (4, 5, 6)]
    assert await office.cases() == ["fork"]
    assert await office.value("SELECT count(*) FROM attempts") == 9


async def test_both_sides_of_a_fork_may_repeat_themselves(office: Office) -> None:
    till = await till_with(office, 1)
    await till.upload()
    twin, third = till.copy(), till.copy()
    for one in (till, twin, third):
        one.write(attempt())
        one.write(attempt())
        await one.upload(2)
    held = await stored(office, till)
    assert [branch for branch, _ in held] == [0, 0, 0, 1, 1, 2, 2]
    for one in (till, twin, third, twin, till):
        assert (await one.upload(1)).applied == 3
        assert (await one.upload(3)).applied == 3
    assert await stored(office, till) == held
    assert await office.cases() == ["fork", "fork"]


async def test_a_fork_may_outgrow_the_first_line_and_fork_again(office: Office) -> None:
    till = await till_with(office, 2)
    await till.upload()
    twin = till.copy()
    till.write(attempt())
    await till.upload(3)
    for _ in range(4):
        twin.write(attempt())
    await twin.upload(3)
    grandchild = twin.copy()
    twin.write(attempt())
    grandchild.write(attempt())
    await twin.upload(7)
    assert (await grandchild.upload(7)).applied == 7
    assert await stored(office, till) == [
        *[(0, seq) for seq in (1, 2, 3)],
        *[(1, seq) for seq in (3, 4, 5, 6, 7)],
        (2, 7),
    ]


async def test_a_copy_is_never_told_that_its_own_events_are_held(office: Office) -> None:
    till = await till_with(office, 3)
    twin = till.copy()
    for _ in range(5):
        till.write(attempt())
    await till.upload()
    assert (await twin.upload()).applied == 3


async def test_a_forgotten_first_line_is_asked_for_from_where_it_left(office: Office) -> None:
    till = await till_with(office, 3)
    await till.upload()
    twin = till.copy()
    for _ in range(4):
        till.write(attempt())
    await till.upload(4)
    for _ in range(4):
        twin.write(attempt())
    ack = await twin.upload(6)
    assert ack.want < 6
    assert (await twin.upload(ack.want)).applied == 7


async def test_an_event_that_was_changed_is_named_and_what_is_before_it_is_kept(office: Office) -> None:
    till = await till_with(office, 5)
    body = till.events[2].body.replace(b"reason_2", b"reason_X")
    till.events[2] = SignedEvent(body, till.events[2].signature)
    ack = await till.upload()
    assert (ack.applied, ack.want) == (2, 3)
    response = await till.send(3)
    assert problem_of(response) == "batch-broken"
    assert response.status_code == 422
    assert "Event 3" in response.json()["title"]
    assert await stored(office, till) == [(0, 1), (0, 2)]


async def test_a_broken_batch_is_one_case_however_often_it_is_sent(office: Office) -> None:
    till = await till_with(office, 3)
    till.events[0] = SignedEvent(till.events[0].body[:-4], till.events[0].signature)
    for _ in range(3):
        assert problem_of(await till.send()) == "batch-broken"
    assert await office.cases() == ["batch_broken"]
    detail = await office.value("SELECT detail FROM cases")
    assert (detail["incarnation"], detail["seq"]) == (1, 1)
    assert await stored(office, till) == []


async def test_another_keys_signature_is_refused(office: Office) -> None:
    till = await office.till("Till 1")
    other = await office.till("Till 2")
    till.key, right = other.key, till.key
    till.write(attempt())
    till.key = right
    assert problem_of(await till.send()) == "batch-broken"
    assert await stored(office, till) == []


async def test_another_tills_journal_is_refused_and_changes_nothing(office: Office) -> None:
    till = await till_with(office, 1)
    till.write(attempt(), till=till.who.till + 1000)
    assert (await till.upload()).applied == 1
    assert problem_of(await till.send(2)) == "batch-broken"
    assert await stored(office, till) == [(0, 1)]


async def test_another_networks_journal_is_refused(office: Office) -> None:
    till = await office.till()
    till.write(attempt(), network=till.who.network + 1)
    assert problem_of(await till.send()) == "batch-broken"


async def test_a_first_event_that_follows_something_is_refused(office: Office) -> None:
    till = await office.till()
    till.previous = b"\1" * 32
    till.write(attempt())
    assert problem_of(await till.send()) == "batch-broken"


async def test_an_event_id_that_is_taken_is_kept_under_another_id(office: Office) -> None:
    first, second = await office.till("Till 1"), await office.till("Till 2")
    event = new_event_id()
    first.write(attempt(), event=event)
    second.write(attempt(), event=event)
    second.write(attempt(), event=event)
    second.write(attempt())
    await first.upload()
    ack = await second.upload()
    assert ack.applied == 3
    assert await office.value("SELECT count(DISTINCT event) FROM events") == 4
    assert sorted(await office.cases()) == ["event_id_taken"] * 2 + ["quarantined"] * 2
    assert (await second.upload()).applied == 3


async def test_two_journals_with_one_event_id_at_the_same_moment_are_both_kept(office: Office) -> None:
    tills = [await office.till(f"Till {number}") for number in range(3)]
    event = new_event_id()
    for till in tills:
        till.write(attempt(), event=event)
        await till.signed_in()
    acks = await asyncio.gather(*(till.upload() for till in tills))
    assert [ack.applied for ack in acks] == [1, 1, 1]
    assert await office.value("SELECT count(DISTINCT event) FROM events") == 3


async def test_a_broken_chain_that_the_till_found_itself_is_a_case(office: Office) -> None:
    till = await office.till()
    till.write(ChainBreak(found="a damaged page", last_good_incarnation=1, last_good_seq=2**70))
    assert (await till.upload()).cases == 1
    assert await office.cases() == ["chain_break"]


async def test_an_unknown_incarnation_is_not_found(office: Office) -> None:
    till = await till_with(office, 1)
    response = await till.post("/sync/v1/journal", Batch(incarnation=7, from_seq=1, events=()))
    assert problem_of(response) == "not-found"


@pytest.mark.parametrize(("incarnation", "from_seq"), [(1, 0), (1, 2**63 - 1), (0, 1), (2**40, 1)])
async def test_impossible_places_are_refused(office: Office, incarnation: int, from_seq: int) -> None:
    till = await till_with(office, 1)
    batch = Batch(incarnation=incarnation, from_seq=from_seq, events=())
    assert problem_of(await till.post("/sync/v1/journal", batch)) == "invalid"


async def test_a_batch_of_too_many_events_is_too_large(office: Office) -> None:
    till = await office.till()
    events = tuple(SignedEvent(b"", b"") for _ in range(MAX_BATCH_EVENTS + 1))
    response = await till.post("/sync/v1/journal", Batch(incarnation=1, from_seq=1, events=events))
    assert problem_of(response) == "too-large"
    assert response.status_code == 413


async def test_a_full_batch_is_taken_in_one_piece(office: Office) -> None:
    code = await office.limited_code(1000)
    till = await office.till()
    lease = await till.lease(code, units=250)
    for _ in range(250):
        event = till.redeem(code, lease=lease)
        till.write(sale(redemptions=(event,)))
    assert (await till.upload()).applied == 500
    assert await office.value("SELECT uses FROM codes WHERE id = $1", code) == 250
    assert (await office.limit(code))["outstanding"] == (await held_ahead(office, code))


async def held_ahead(office: Office, code: int) -> int:
    return int(await office.value("SELECT sum(units - settled) FROM leases WHERE subject = $1", code))


async def test_a_batch_replayed_into_another_network_is_refused_and_changes_neither(
    office: Office, central: tuple[Litestar, httpx.AsyncClient]
) -> None:
    ours, other = await till_with(office, 2), await new_office(*central)
    await ours.upload()
    # The worst case: a machine with one key, enrolled in both networks.
    code = await other.enrolment_code()
    reply = unpack((await other.enrol(code, ours.key)).raise_for_status().content, EnrolReply)
    thief = TillPen(other, ours.key, reply, events=ours.events)
    assert problem_of(await thief.send()) == "batch-broken"
    assert await stored(other, thief) == []
    assert await stored(office, ours) == [(0, 1), (0, 2)]
    assert await other.cases() == ["batch_broken"]
    assert await office.cases() == []
