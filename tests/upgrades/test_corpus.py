"""Journals of every version so far: today's till opens them, today's central applies them with equal effect."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sync.central.postgres.server import RunningServer
from sync.central.services.journal.retrying import Outcome, retry_all
from sync.protocol.payloads import _PAYLOADS
from sync.protocol.upload import MAX_BATCH_EVENTS, Ack
from sync.protocol.wire import unpack
from sync.till.journal.schema import MIGRATIONS
from sync.till.sqlcipher import JOURNAL, connect, schema_version
from sync.till.till import Till
from tests.builders.hand_clock import CountedRandomness, HandClock
from tests.builders.office import Office, sale
from tests.builders.points_book import check_refunds
from tests.builders.till import sell
from tests.upgrades.all_kinds import SOLD_ELSEWHERE
from tests.upgrades.books import hand_in, in_an_office, prepare, read_effects
from tests.upgrades.day import fields_of
from tests.upgrades.kept import ALL_KEPT, Kept

SMALL = 3
"""Events in a batch, so that what was committed together arrives apart."""

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


def ways() -> list[Any]:
    """Return each journal with a size of batches. The first ones, alike but for their file, go up in one way only."""
    return [
        pytest.param(kept, size, id=f"{kept.name}-by-{size}")
        for kept in ALL_KEPT
        for size in ((MAX_BATCH_EVENTS, SMALL) if kept.fields else (SMALL,))
    ]


@pytest.mark.parametrize(("kept", "size"), ways())
def test_todays_central_applies_an_old_journal_with_equal_effect(
    kept: Kept, size: int, postgres_server: RunningServer
) -> None:
    async def apply(office: Office) -> None:
        pen = await prepare(office, kept)
        # The whole of it comes again, as after a restore: nothing may change.
        for _ in range(2):
            for life in kept.lives:
                answers = await hand_in(pen, life, size=size)
                ack = unpack(answers[-1].raise_for_status().content, Ack)
                assert (ack.applied, ack.want) == (len(life.events), len(life.events) + 1)
            effects = await read_effects(office)
            assert {name: effects[name] for name in kept.effects} == kept.effects
        if kept.effects["waiting"]:
            await sell_what_it_gave_back(office)

    in_an_office(postgres_server, apply)


async def sell_what_it_gave_back(office: Office) -> None:
    """Let the sale come of which a refund came first: that is booked then."""
    other = await office.till("Elsewhere")
    other.write(sale(), event=SOLD_ELSEWHERE)
    assert (await other.upload()).cases == 0
    assert await retry_all(office.database, office.secrets, office.network) == Outcome(applied=1, waiting=0)
    totals = await office.fetch(
        "SELECT refunded, done FROM refund_totals WHERE original = $1", SOLD_ELSEWHERE
    )
    assert [tuple(row) for row in totals] == [([100], False)]
    await check_refunds(office)


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
