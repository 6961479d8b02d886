"""Damaged events, quarantine tried again, and new lives."""

from typing import Any

import msgspec
import pytest

from sync.central.services.journal.retrying import retry_all
from sync.central.services.renewal import allow_renewal
from sync.protocol.enrolment import EnrolReply, RenewRequest
from sync.protocol.event import SignedEvent, event_hash
from sync.protocol.keys import Purpose
from sync.protocol.payloads import SessionOpened
from sync.protocol.upload import Ack, Batch
from sync.protocol.wire import canonical, unpack
from tests.builders.office import Office, TillPen, attempt, problem_of

pytestmark = pytest.mark.anyio


async def till_with(office: Office, events: int) -> TillPen:
    till = await office.till()
    for number in range(events):
        till.write(attempt(reason=f"reason_{number}"))
    return till


def hurt(event: SignedEvent) -> SignedEvent:
    return SignedEvent(event.body.replace(b"attempt", b"attXmpt"), event.signature)


async def send(
    till: TillPen, *damaged: int, first: int = 1, last: int | None = None, last_hash: bytes = b""
) -> Any:
    batch = Batch(
        incarnation=till.who.incarnation,
        from_seq=first,
        events=tuple(till.events[first - 1 : last]),
        damaged=damaged,
        last_hash=last_hash,
    )
    return await till.post("/sync/v1/journal", batch)


@pytest.mark.parametrize("spoil", [hurt, lambda _: SignedEvent(b"", b"")], ids=["changed", "gone"])
@pytest.mark.parametrize("seqs", [(3,), (1,), (2, 3), (1, 2, 3, 4)])
async def test_a_damaged_event_is_stored_as_that_and_stops_nothing(
    office: Office, seqs: tuple[int, ...], spoil: Any
) -> None:
    till = await till_with(office, 5)
    for seq in seqs:
        till.events[seq - 1] = spoil(till.events[seq - 1])
    ack = unpack((await send(till, *seqs)).raise_for_status().content, Ack)
    assert (ack.applied, ack.want, ack.cases) == (5, 6, len(seqs))
    assert await office.cases() == ["damaged"] * len(seqs)
    rows = await office.fetch("SELECT seq, kind, quarantined, body FROM events ORDER BY seq")
    assert [row["seq"] for row in rows if row["kind"] == "damaged"] == list(seqs)
    assert [row["body"] for row in rows] == [event.body for event in till.events]
    assert await office.value("SELECT count(*) FROM attempts") == 5 - len(seqs)
    # Again, and in other pieces, it is the same line.
    again = unpack((await send(till, *seqs, first=min(seqs))).raise_for_status().content, Ack)
    assert again.applied == 5
    till.write(attempt())
    assert (await till.upload(6)).applied == 6


@pytest.mark.parametrize("spoil", [hurt, lambda _: SignedEvent(b"", b"")], ids=["changed", "gone"])
async def test_a_batch_that_ends_with_damage_is_followed_by_the_next(office: Office, spoil: Any) -> None:
    till = await till_with(office, 4)
    known = event_hash(till.events[1].body)
    till.events[1] = spoil(till.events[1])
    for _ in range(2):
        ack = unpack((await send(till, 2, last=2, last_hash=known)).raise_for_status().content, Ack)
        assert (ack.applied, ack.branch) == (2, 0)
    ack = unpack((await send(till, 2, first=3)).raise_for_status().content, Ack)
    assert (ack.applied, ack.branch) == (4, 0)
    ack = unpack((await send(till, 2)).raise_for_status().content, Ack)
    assert (ack.applied, ack.branch) == (4, 0)
    assert await office.cases() == ["damaged"]


async def test_a_damaged_end_is_kept_too(office: Office) -> None:
    till = await till_with(office, 3)
    till.events[2] = hurt(till.events[2])
    ack = unpack((await send(till, 3)).raise_for_status().content, Ack)
    assert ack.applied == 3


async def test_calling_a_whole_event_damaged_changes_nothing_about_it(office: Office) -> None:
    till = await till_with(office, 4)
    ack = unpack((await send(till, 2)).raise_for_status().content, Ack)
    assert (ack.applied, ack.cases) == (4, 0)
    assert await office.value("SELECT count(*) FROM attempts") == 4


async def test_damage_is_no_way_to_slip_in_what_the_till_did_not_sign(office: Office) -> None:
    till, other = await till_with(office, 2), await till_with(office, 2)
    till.events[1] = hurt(till.events[1])
    till.events.append(other.events[1])
    answer = await send(till, 2)
    ack = unpack(answer.raise_for_status().content, Ack)
    assert ack.applied == 2
    refused = await send(till, 2, first=3)
    assert problem_of(refused) == "batch-broken"


async def test_an_event_of_a_kind_that_is_not_known_yet_waits_for_a_program_that_knows_it(
    office: Office,
) -> None:
    till = await office.till()
    till.write(attempt(), kind="a.new.kind")
    till.write({"nothing": "known"})
    await till.upload()
    assert (await retry_all(office.database, office.secrets, office.network)).applied == 0
    rows = await office.fetch("SELECT waits_for FROM events ORDER BY seq")
    assert [row["waits_for"] for row in rows] == ["kind", "kind"]
    assert await office.cases() == ["quarantined", "quarantined"]


async def test_a_redemption_of_an_unknown_code_is_applied_when_the_code_comes(office: Office) -> None:
    code = await office.limited_code(3)
    till = await office.till()
    lost = code + 1_000
    till.redeem(lost)
    await till.upload()
    assert await office.cases() == ["quarantined"]
    await office.execute(
        """INSERT INTO codes (network_id, id, campaign_id, kind, code, folded)
        SELECT network_id, $1, campaign_id, kind, 'LATE-CODE', 'LATECODE' FROM codes WHERE id = $2""",
        lost,
        code,
    )
    outcome = await retry_all(office.database, office.secrets, office.network)
    assert (outcome.applied, outcome.waiting) == (1, 0)
    assert await office.value("SELECT uses FROM codes WHERE id = $1", lost) == 1
    assert await office.value("SELECT count(*) FROM redemptions") == 1
    assert await office.value("SELECT outcome FROM cases") is not None
    # A second round finds nothing more to do.
    outcome = await retry_all(office.database, office.secrets, office.network)
    assert (outcome.applied, outcome.waiting) == (0, 0)
    assert await office.value("SELECT uses FROM codes WHERE id = $1", lost) == 1


async def ask_to_renew(till: TillPen, why: str) -> Any:
    request = RenewRequest(
        network=till.who.network,
        till=till.who.till,
        incarnation=till.who.incarnation,
        why=why,
        last_good_seq=len(till.events),
        nonce=b"n" * 16,
    )
    proof = till.key.sign(Purpose.RENEWAL, canonical(request))
    return await till.office.post("/sync/v1/renew", msgspec.structs.replace(request, proof=proof))


async def test_a_damaged_till_begins_a_new_life_at_once_and_the_old_line_is_still_taken(
    office: Office,
) -> None:
    till = await till_with(office, 2)
    first = unpack((await ask_to_renew(till, "damaged")).raise_for_status().content, EnrolReply)
    again = unpack((await ask_to_renew(till, "damaged")).raise_for_status().content, EnrolReply)
    assert (first.incarnation, again.incarnation) == (2, 2)
    assert (await till.upload()).applied == 2
    renewed = TillPen(office, till.key, first)
    renewed.write(SessionOpened(method="pin"))
    assert (await renewed.upload()).applied == 1
    # Now that the new life has recorded something, the old one cannot ask for it any more.
    assert problem_of(await ask_to_renew(till, "damaged")) == "till-fenced"
    assert await office.cases() == ["renewed"]


async def test_a_rolled_back_till_needs_a_persons_consent_for_each_new_life(office: Office) -> None:
    till = await till_with(office, 1)
    assert problem_of(await ask_to_renew(till, "rolled_back")) == "renewal-not-allowed"
    assert problem_of(await ask_to_renew(till, "rolled_back")) == "renewal-not-allowed"
    assert await office.cases() == ["renewed"]
    async with office.database.network_transaction(office.network) as connection:
        await allow_renewal(connection, office.network, till.who.till, actor="test")
    reply = unpack((await ask_to_renew(till, "rolled_back")).raise_for_status().content, EnrolReply)
    renewed = TillPen(office, till.key, reply)
    assert problem_of(await ask_to_renew(renewed, "rolled_back")) == "renewal-not-allowed"


async def test_a_stranger_cannot_renew_a_till(office: Office) -> None:
    till, other = await till_with(office, 1), await office.till("Till 2")
    stranger = TillPen(office, other.key, till.who)
    assert problem_of(await ask_to_renew(stranger, "damaged")) == "unauthenticated"
    assert problem_of(await ask_to_renew(till, "because")) == "invalid"


async def test_a_fork_tells_the_copy_that_it_is_one(office: Office) -> None:
    till = await till_with(office, 2)
    await till.upload()
    copy = till.copy()
    till.write(attempt())
    assert (await till.upload(3)).branch == 0
    copy.write(attempt())
    for _ in range(2):
        ack = await copy.upload(3)
        assert (ack.applied, ack.branch) == (3, 1)
    assert await office.cases() == ["fork"]
    assert await office.value("SELECT count(*) FROM events WHERE seq = 3") == 2
