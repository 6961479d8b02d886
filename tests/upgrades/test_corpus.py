"""Journals of every version so far: today's till opens them, today's central applies them with equal effect."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from sync.central.postgres.server import RunningServer
from sync.central.services.journal.retrying import Outcome, retry_all
from sync.protocol.keys import SigningKey
from sync.protocol.payloads import _PAYLOADS
from sync.protocol.upload import MAX_BATCH_EVENTS, Ack
from sync.protocol.wire import unpack
from sync.till.journal.schema import MIGRATIONS
from sync.till.sqlcipher import JOURNAL, connect, schema_version
from sync.till.till import Till
from tests.builders.hand_clock import CountedRandomness, HandClock
from tests.builders.office import Office, sale
from tests.builders.till import sell
from tests.upgrades.all_kinds import SOLD_ELSEWHERE
from tests.upgrades.books import (
    TILL,
    begin,
    hand_in,
    in_an_office,
    laid_out,
    pen_of,
    prepare,
    read_effects,
    take,
)
from tests.upgrades.day import fields_of
from tests.upgrades.kept import ALL_KEPT, Kept

EACH = pytest.mark.parametrize("kept", ALL_KEPT, ids=[kept.name for kept in ALL_KEPT])


def opened(kept: Kept, folder: Path) -> Till:
    return Till.open(kept.home(folder), clock=HandClock(), randomness=CountedRandomness("later"))


@EACH
def test_todays_till_opens_an_old_journal_and_changes_no_byte_of_its_events(
    kept: Kept, tmp_path: Path
) -> None:
    till = opened(kept, tmp_path)
    damaged = any(life.damaged for life in kept.lives)
    assert till.journal.verify().ok is not damaged
    for life in kept.lives:
        batch = till.journal.unsettled()
        assert batch is not None
        # What central cannot read is looked at, and goes up again as damaged.
        assert tuple(till.journal.find_damage(batch)) == life.damaged
        batch = till.journal.unsettled()
        assert batch is not None
        assert (batch.incarnation, batch.from_seq, batch.events) == (life.incarnation, 1, life.events)
        assert (batch.damaged, batch.last_hash) == (life.damaged, life.last_hash)
        assert batch.guest_keys == life.guest_keys
        last = len(life.events)
        till.journal.acknowledge(Ack(applied=last, want=last + 1), incarnation=life.incarnation)
    sell(till)
    assert till.journal.verify().ok is not damaged
    home, key = till.home, till.secrets.file_key
    till.close()
    connection = connect(home.journal_file, key, JOURNAL)
    assert schema_version(connection) == len(MIGRATIONS)
    kept_rows = [(event.body, event.signature) for life in kept.lives for event in life.events]
    rows = connection.execute("SELECT body, signature FROM events ORDER BY position").fetchall()
    assert rows[: len(kept_rows)] == kept_rows
    connection.close()


@EACH
def test_todays_till_knows_what_an_old_journal_undid_opened_and_promised(kept: Kept, tmp_path: Path) -> None:
    till = opened(kept, tmp_path)
    effects = kept.effects
    for original, refunded, done in effects.get("totals", []):
        found = till.journal.undoable(UUID(original))
        assert found is not None
        assert found.refunded_minor == sum(refunded)
        assert found.voided is (["void", original] in [undone[:2] for undone in effects["undone"]])
        assert done is (found.voided or found.refunded_minor == getattr(found.payload, "paid_minor", None))
    marks = till.journal.shift_marks()
    assert marks.open is bool(effects.get("shifts"))
    assert len(till.journal.waiting_guests()) == len(effects.get("registered", []))
    till.close()


@pytest.fixture(scope="module")
def layout(postgres_server: RunningServer) -> Iterator[str]:
    with laid_out(postgres_server) as name:
        yield name


@EACH
@pytest.mark.parametrize("size", [MAX_BATCH_EVENTS, 3], ids=["at_once", "in_small_batches"])
def test_todays_central_applies_an_old_journal_with_equal_effect(
    kept: Kept, size: int, postgres_server: RunningServer, layout: str
) -> None:
    async def apply(office: Office) -> None:
        await prepare(office, kept)
        # Then the whole of it comes again, as from a till that has lost every answer: nothing may change.
        for at_once in (size, MAX_BATCH_EVENTS):
            for life in kept.lives:
                ack = await hand_in(office, life, size=at_once)
                assert (ack.applied, ack.want) == (len(life.events), len(life.events) + 1)
            effects = await read_effects(office)
            assert {name: effects[name] for name in kept.effects} == kept.effects
        if kept.effects["waiting"]:
            await sell_what_it_gave_back(office)

    in_an_office(postgres_server, layout, apply)


async def sell_what_it_gave_back(office: Office) -> None:
    """Let the sale come of which a refund came first: that is booked then."""
    key, elsewhere = SigningKey(b"k" * 32), TILL - 1
    await begin(office, elsewhere, key.public)
    other = await pen_of(office, elsewhere, key)
    other.write(sale(), event=SOLD_ELSEWHERE)
    assert (
        await take(office, elsewhere, {"incarnation": 1, "from_seq": 1, "events": other.events})
    ).cases == 0
    assert await retry_all(office.database, office.secrets, office.network) == Outcome(applied=1, waiting=0)
    totals = await office.fetch(
        "SELECT refunded, done FROM refund_totals WHERE original = $1", SOLD_ELSEWHERE
    )
    assert [tuple(row) for row in totals] == [([100], False)]
    assert (await read_effects(office))["waiting"] == 0


def test_the_first_till_still_signs_in_with_its_key_and_hands_its_journal_in(
    tmp_path: Path, postgres_server: RunningServer, layout: str
) -> None:
    kept = ALL_KEPT[0]
    till = opened(kept, tmp_path)
    key = till.signing_key
    till.close()

    async def meet(office: Office) -> None:
        await prepare(office, kept)
        pen = await pen_of(office, TILL, key)
        (life,) = kept.lives
        # A till of that time names no epoch, no damage and no keys: the fields are simply not there.
        batch = life.batch(1, MAX_BATCH_EVENTS)
        assert sorted(batch) == ["events", "from_seq", "incarnation"]
        ack = unpack((await pen.post("/sync/v1/journal", batch)).raise_for_status().content, Ack)
        assert (ack.applied, ack.cases) == (len(life.events), 0)

    in_an_office(postgres_server, layout, meet, served=True)


# -- what must be kept ----------------------------------------------------------------------------------------


def test_the_corpus_holds_every_version_of_every_kind() -> None:
    """A new kind or version is missing here until tests/upgrades/make_corpus.py was run with the program that has it."""
    written = {(each.kind, each.kind_version) for kept in ALL_KEPT for each in kept.envelopes()}
    known = {
        (kind, version)
        for kind, payload in _PAYLOADS.items()
        for version in range(1, payload.KIND_VERSION + 1)
    }
    assert known - written == set()


# Version 1 of ``guest.registered`` is kept in both its shapes: for ten hours a program wrote ``not_before_ms`` under it
# (file-v7-refund-v2). A ``shift.closed`` without ``opened_ms`` there is none: the payload was without it for nine
# minutes, and no program that could close a shift ever was.


def test_the_corpus_holds_every_version_of_the_file() -> None:
    files = {kept.name.split("-")[1] for kept in ALL_KEPT}
    assert files == {f"v{number}" for number in range(1, len(MIGRATIONS) + 1)}


@EACH
def test_a_kind_has_the_fields_that_its_version_had_when_it_was_kept(kept: Kept) -> None:
    """Who adds a field gives the kind a new version: an older central must not pass over what it does not know."""
    same = [kind for kind, version in kept.versions.items() if version == _PAYLOADS[kind].KIND_VERSION]
    if kept.fields:
        today = fields_of(same)
        assert {name: kept.fields[name] for name in today} == today
