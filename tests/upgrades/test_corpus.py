"""Journals of every version so far: today's till opens them, today's central applies them with equal effect."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sync.central.http import access
from sync.central.postgres.server import RunningServer
from sync.central.schema.words import WaitsFor
from sync.protocol.event import SignedEvent, Spend
from sync.protocol.upload import Ack
from sync.protocol.wire import unpack
from sync.till.home import TillHome
from sync.till.journal.schema import MIGRATIONS
from sync.till.sqlcipher import JOURNAL, connect, schema_version
from sync.till.till import Till
from tests.builders.hand_clock import CountedRandomness, HandClock
from tests.builders.office import Office, TillPen, attempt, new_office, problem_of, serving
from tests.builders.postgres import fresh_database, postgres_server
from tests.builders.till import sell

__all__ = ["postgres_server"]

CORPUS = Path(__file__).parent / "corpus"
VERSIONS = sorted(folder.name for folder in CORPUS.iterdir())
NETWORK, TILL, CODE, GUEST = 1, 3, 7, 5
"""The numbers that the builders have always used."""


def expected(version: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((CORPUS / version / "expected.json").read_text(encoding="utf-8"))
    return content


def events(version: str) -> tuple[SignedEvent, ...]:
    return tuple(
        SignedEvent(body.encode(), bytes.fromhex(signature))
        for body, signature in expected(version)["events"]
    )


def old_home(version: str, folder: Path) -> TillHome:
    home = TillHome(folder / "home")
    home.make()
    shutil.copyfile(CORPUS / version / "journal.db", home.journal_file)
    key = home.secret_folder / "till.key"
    shutil.copyfile(CORPUS / version / "secret" / "till.key", key)
    key.chmod(0o600)
    return home


def opened(home: TillHome) -> Till:
    return Till.open(home, clock=HandClock(), randomness=CountedRandomness("later"))


@pytest.mark.parametrize("version", VERSIONS)
def test_todays_till_opens_an_old_journal_and_changes_no_byte_of_its_events(
    version: str, tmp_path: Path
) -> None:
    home = old_home(version, tmp_path)
    till = opened(home)
    assert till.journal.verify().ok
    batch = till.journal.unsettled()
    assert batch is not None
    assert batch.events == events(version)
    sell(till)
    assert till.journal.verify().ok
    key = till.secrets.file_key
    till.close()
    connection = connect(home.journal_file, key, JOURNAL)
    assert schema_version(connection) == len(MIGRATIONS)
    connection.close()


def test_the_corpus_holds_the_first_version_and_the_present_one() -> None:
    assert any(expected(version)["versions"]["sale"] == 1 for version in VERSIONS)
    assert any(f"file-v{len(MIGRATIONS)}" in version for version in VERSIONS)


async def prepared(office: Office, version: str) -> TillPen:
    """Make central what it was when that till worked: its number, its key, its code and its leases."""
    kept = expected(version)
    for number in range(TILL):
        pen = await office.till(f"Till {number + 1}")
    assert (office.network, pen.who.till) == (NETWORK, TILL)
    campaign = await office.campaign()
    await office.execute(
        """INSERT INTO codes (network_id, id, campaign_id, kind, code, folded, max_uses)
        VALUES ($1, $2, $3, 'VOUCHER', 'SEVEN', 'SEVEN', 10)""",
        NETWORK,
        CODE,
        campaign.id,
    )
    for _ in range(GUEST):
        guest = await office.guest()
    assert guest == GUEST
    await pen.signed_in()
    units = sum(kept["leases"].values())
    await office.execute(
        "INSERT INTO limits (network_id, kind, subject, total, pool, outstanding) VALUES ($1, 'uses', $2, 10, $3, $4)",
        NETWORK,
        CODE,
        10 - units,
        units,
    )
    for lease, granted in kept["leases"].items():
        await office.execute(
            """INSERT INTO leases (network_id, id, till_id, incarnation, kind, subject, units, body, signature)
            VALUES ($1, $2, $3, 1, 'uses', $4, $5, '', '')""",
            NETWORK,
            UUID(lease),
            TILL,
            CODE,
            granted,
        )
    await office.execute(
        "UPDATE incarnations SET public_key = $1 WHERE till_id = $2", bytes.fromhex(kept["public_key"]), TILL
    )
    return pen


@pytest.mark.parametrize("version", VERSIONS)
def test_todays_central_applies_an_old_journal_with_equal_effect(
    version: str, postgres_server: RunningServer
) -> None:
    async def apply(office: Office) -> None:
        pen = await prepared(office, version)
        sent = events(version)
        # A till of that time names no epoch and no damage: the fields are simply not there.
        answer = await pen.post("/sync/v1/journal", {"incarnation": 1, "from_seq": 1, "events": list(sent)})
        ack = unpack(answer.raise_for_status().content, Ack)
        assert (ack.applied, ack.want) == (len(sent), len(sent) + 1)
        rows = await office.fetch("SELECT quarantined FROM events WHERE quarantined IS NOT NULL")
        assert rows == []
        effects = expected(version)["effects"]
        assert await office.value("SELECT uses FROM codes WHERE id = $1", CODE) == effects["uses"]
        limit = await office.limit(CODE)
        assert (limit["spent"], limit["outstanding"], limit["exposure"]) == (effects["spent"], 0, 0)
        closed = await office.fetch("SELECT id FROM leases WHERE state = 'closed' ORDER BY id")
        assert [str(row["id"]) for row in closed] == sorted(effects["closed"])
        sales = await office.fetch("SELECT paid_minor FROM sales")
        assert (len(sales), sum(row["paid_minor"] for row in sales)) == (
            effects["sales"],
            effects["paid_minor"],
        )
        assert await office.value("SELECT count(*) FROM attempts") == effects["attempts"]
        assert await office.value("SELECT points FROM guests WHERE id = $1", GUEST) == effects["points"]

    in_an_office(postgres_server, apply)


def in_an_office(server: RunningServer, work: Any) -> None:
    async def serve(dsn: str) -> None:
        async with serving(dsn, max_connections=4) as running:
            await work(await new_office(*running))

    with fresh_database(server) as dsn:
        asyncio.run(serve(dsn))


# -- the version after this one, as far as it can be foreseen -------------------------------------------------


def test_a_newer_tills_events_are_kept_and_wait_for_a_newer_central(postgres_server: RunningServer) -> None:
    async def meet(office: Office) -> None:
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

    in_an_office(postgres_server, meet)


def test_fields_that_a_newer_till_adds_to_a_batch_are_passed_over(postgres_server: RunningServer) -> None:
    async def meet(office: Office) -> None:
        till = await office.till()
        till.write(attempt())
        batch = {"incarnation": 1, "from_seq": 1, "events": till.events, "tomorrow": {"a": [1, 2]}}
        ack = unpack((await till.post("/sync/v1/journal", batch)).raise_for_status().content, Ack)
        assert ack.applied == 1

    in_an_office(postgres_server, meet)


def test_a_newer_envelope_is_not_taken_and_not_lost(postgres_server: RunningServer) -> None:
    async def meet(office: Office) -> None:
        till = await office.till()
        till.write(attempt())
        till.write(attempt(), v=2)
        assert problem_of(await till.send()) == "version-unknown"
        # What comes before it is taken all the same.
        assert (await till.upload(1, 1)).applied == 1
        assert problem_of(await till.send(2)) == "version-unknown"
        assert await office.value("SELECT count(*) FROM events") == 1

    in_an_office(postgres_server, meet)


@pytest.mark.parametrize("spoken", ["2", "0", "", "one"])
def test_a_till_of_an_unknown_protocol_is_told_to_update(spoken: str, postgres_server: RunningServer) -> None:
    async def meet(office: Office) -> None:
        till = await office.till()
        answer = await office.client.post(
            "/sync/v1/contact",
            content=b"",
            headers={"Countersign-Protocol": spoken, "Authorization": f"Bearer {await till.signed_in()}"},
        )
        assert problem_of(answer) == "version-unknown"

    in_an_office(postgres_server, meet)


def test_a_till_of_an_older_protocol_may_still_hand_in_its_journal(
    postgres_server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "PROTOCOL_VERSION", 2)
    monkeypatch.setattr(access, "OLDEST_UNDERSTOOD", 2)

    async def meet(office: Office) -> None:
        monkeypatch.setattr(access, "OLDEST_UNDERSTOOD", 1)
        till = await office.till()
        monkeypatch.setattr(access, "OLDEST_UNDERSTOOD", 2)
        till.write(attempt())
        assert (await till.upload()).applied == 1
        refused = await till.post("/sync/v1/contact", till.report())
        assert problem_of(refused) == "version-unknown"

    in_an_office(postgres_server, meet)
