"""The version after this one, as far as it can be foreseen: newer tills with this central, older ones with a newer."""

import pytest

from sync.central.http import access
from sync.central.schema.words import WaitsFor
from sync.protocol.event import Spend
from sync.protocol.upload import Ack
from sync.protocol.wire import unpack
from tests.builders.office import Office, attempt, problem_of

pytestmark = pytest.mark.anyio


async def test_a_newer_tills_events_are_kept_and_wait_for_a_newer_central(office: Office) -> None:
    till = await office.till()
    lease = await till.lease(await office.limited_code(3), units=2)
    till.write({"reason": "x", "news": 1}, kind="attempt", kind_version=99)
    till.write({"brand": "new"}, kind="a.kind.of.tomorrow", spends=(Spend(lease, 1),))
    till.write(attempt())
    ack = await till.upload()
    assert (ack.applied, ack.cases) == (3, 2)
    rows = await office.fetch("SELECT kind, applied, waits_for FROM events ORDER BY seq")
    assert [row["waits_for"] for row in rows] == [WaitsFor.KIND, WaitsFor.KIND, None]
    assert await office.value("SELECT settled FROM leases WHERE id = $1", lease) == 1
    assert await office.value("SELECT count(*) FROM attempts") == 1


async def test_fields_that_a_newer_till_adds_to_a_batch_are_passed_over(office: Office) -> None:
    till = await office.till()
    till.write(attempt())
    batch = {"incarnation": 1, "from_seq": 1, "events": till.events, "tomorrow": {"a": [1, 2]}}
    ack = unpack((await till.post("/sync/v1/journal", batch)).raise_for_status().content, Ack)
    assert ack.applied == 1


async def test_a_newer_envelope_is_not_taken_and_not_lost(office: Office) -> None:
    till = await office.till()
    till.write(attempt())
    till.write(attempt(), v=2)
    assert problem_of(await till.send()) == "version-unknown"
    # What comes before it is taken all the same.
    assert (await till.upload(1, 1)).applied == 1
    assert problem_of(await till.send(2)) == "version-unknown"
    assert await office.value("SELECT count(*) FROM events") == 1


@pytest.mark.parametrize("spoken", ["2", "0", "", "one"])
async def test_a_till_of_an_unknown_protocol_is_told_to_update(office: Office, spoken: str) -> None:
    till = await office.till()
    answer = await office.client.post(
        "/sync/v1/contact",
        content=b"",
        headers={"Countersign-Protocol": spoken, "Authorization": f"Bearer {await till.signed_in()}"},
    )
    assert problem_of(answer) == "version-unknown"


async def test_a_till_of_an_older_protocol_may_still_hand_in_its_journal(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = await office.till()
    monkeypatch.setattr(access, "PROTOCOL_VERSION", 2)
    monkeypatch.setattr(access, "OLDEST_UNDERSTOOD", 2)
    till.write(attempt())
    assert (await till.upload()).applied == 1
    refused = await till.post("/sync/v1/contact", till.report())
    assert problem_of(refused) == "version-unknown"
