"""Whatever is spent, put back, closed, pruned or moved to another machine: each lease's sum is right."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.protocol.event import Restore
from sync.protocol.payloads import Payload, Void
from sync.protocol.upload import Ack
from sync.till.journal.entries import Entry
from sync.till.journal.held import LeaseShort
from sync.till.journal.pruning import KEEP_MS, prune
from sync.till.till import Till
from tests.builders.hand_clock import HandClock
from tests.builders.till import DIGEST_KEY, enrolled_till, grant, identity, new_till, sell, use

UNITS = 4
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["lease", "spend", "spend", "restore", "restore", "close", "prune", "prune", "life"]),
        st.integers(0, 50),
        st.integers(1, 3),
    ),
    min_size=5,
    max_size=40,
)


class Book:
    """One till's journal, and beside it what a pencil would have written of its leases."""

    def __init__(self, till: Till, clock: HandClock) -> None:
        self.till = till
        self.clock = clock
        self.life = 1
        self.spent: dict[UUID, int] = {}
        self.lease_of: list[UUID] = [uuid4()]
        """The leases there are; the first is another till's."""
        self.born: dict[UUID, int] = {}
        self.closed: set[UUID] = set()
        self.uses: list[tuple[UUID, UUID]] = []

    def do(self, what: str, which: int, units: int) -> None:
        getattr(self, f"_{what}")(which, units)

    def check(self) -> None:
        found = self.till.journal.verify()
        assert found.ok, found.problem
        rows = self.till.journal._connection.execute("SELECT lease, spent FROM leases").fetchall()
        assert {UUID(bytes=lease): spent for lease, spent in rows} == self.spent

    def _lease(self, _which: int, _units: int) -> None:
        lease, signed = grant(units=UNITS, incarnation=self.life)
        self.till.journal.store_grants([signed])
        self.lease_of.append(lease)
        self.born[lease], self.spent[lease] = self.life, 0

    def _own(self, lease: UUID) -> bool:
        return self.born.get(lease) == self.life and lease not in self.closed

    def _spend(self, which: int, units: int) -> None:
        lease = self.lease_of[which % len(self.lease_of)]
        event = self.till.journal.new_event_id()
        try:
            self.till.journal.commit([use(lease=lease, units=units, event=event)])
        except LeaseShort:
            assert not self._own(lease) or self.spent[lease] + units > UNITS
            return
        assert self._own(lease)
        self.spent[lease] += units
        self.uses.append((event, lease))

    def _restore(self, which: int, units: int) -> None:
        """Undo something, whatever has become of its lease: its own, closed, an earlier life's, another till's."""
        event, lease = (
            self.uses[which % len(self.uses)] if self.uses and which % 5 else (uuid4(), self.lease_of[0])
        )
        here = self._own(lease) and self.spent[lease] >= units

        def payload(receipt: int) -> Payload:
            return Void(receipt=receipt, original=event, reason="mistake", currency="EUR", amount_minor=1)

        self.till.journal.commit([Entry(payload=payload, restores=(Restore(lease, units, event),))])
        if here:
            self.spent[lease] -= units

    def _close(self, which: int, _units: int) -> None:
        lease = self.lease_of[which % len(self.lease_of)]
        closed = self.till.journal.close_lease(lease, "idle")
        assert (closed is not None) >= self._own(lease)
        if closed is not None:
            self.closed.add(lease)

    def _prune(self, which: int, units: int) -> None:
        """Central takes and saves some events of every life, and the till lets some of those go."""
        journal = self.till.journal
        for life in range(1, self.life + 1):
            last = max(journal.acked_lives()[life], which)
            journal.acknowledge(Ack(applied=0, want=last + 1, safe=last), incarnation=life)
        now_ms = self.till.time.now().at_ms + KEEP_MS + 1
        journal._file.write(lambda: prune(journal._connection, now_ms=now_ms, at_once=units))

    def _life(self, which: int, _units: int) -> None:
        if which % 3 == 0:
            self.life += 1
            self.till.become(identity(self.life), digest_key=DIGEST_KEY, app_version="2")


@contextmanager
def book() -> Iterator[Book]:
    with tempfile.TemporaryDirectory() as folder:
        clock = HandClock()
        till = enrolled_till(Path(folder), clock=clock)
        try:
            yield Book(till, clock)
        finally:
            till.close()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_pruning_the_check_and_the_leases_agree_after_whatever_happened(
    steps: list[tuple[str, int, int]],
) -> None:
    with book() as kept:
        kept.do("lease", 0, 0)
        for step in steps:
            kept.do(*step)
            kept.check()


def test_a_unit_put_back_after_its_use_was_pruned_is_counted_once(tmp_path: Path) -> None:
    del tmp_path
    with book() as kept:
        for step in [("lease", 0, 0), ("spend", 1, 3), ("prune", 2, 3), ("restore", 1, 2), ("prune", 9, 3)]:
            kept.do(*step)
        kept.check()
        assert list(kept.spent.values()) == [1]


@pytest.mark.parametrize("spoil", ["substr(body, 1, 20)", "replace(body, 'PROMO', 'XROMO')"])
def test_a_damaged_event_stays_for_what_it_took_is_not_known(tmp_path: Path, spoil: str) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    lease, signed = grant(units=UNITS)
    till.journal.store_grants([signed])
    for _ in range(3):
        sell(till, lease=lease)
    connection = till.journal._connection
    connection.execute("DROP TRIGGER events_refuse_update")
    connection.execute(f"UPDATE events SET body = CAST({spoil} AS BLOB) WHERE position = (1 << 40) + 4")
    clock.go_on(KEEP_MS + 1)
    till.journal.acknowledge(Ack(applied=7, want=8, safe=7))
    assert till.journal.prune() == 3
    assert till.journal.prune() == 0
    found = till.journal.verify()
    assert (found.ok, found.first_bad_seq) == (False, 4)
    till.close()


def test_a_later_file_of_one_life_brings_what_its_leases_spent_since(tmp_path: Path) -> None:
    clock = HandClock()
    old = enrolled_till(tmp_path / "old", clock=clock)
    lease, signed = grant(units=UNITS)
    old.journal.store_grants([signed])
    sell(old, lease=lease)
    old.journal.export_to(tmp_path / "earlier")
    sell(old, lease=lease)
    clock.go_on(KEEP_MS + 1)
    old.journal.acknowledge(Ack(applied=3, want=4, safe=3))
    old.journal.prune()
    old.journal.close_lease(lease, "idle")
    old.journal.export_to(tmp_path / "later")
    old.close()
    for number, files in enumerate((("earlier", "later"), ("later", "earlier"), ("later", "later"))):
        till = new_till(tmp_path / f"new{number}")
        till.become(identity(2), digest_key=DIGEST_KEY, app_version="2")
        for file in files:
            till.journal.import_from(tmp_path / file)
            assert till.journal.verify().ok
        assert till.journal._connection.execute("SELECT spent, state FROM leases").fetchall() == [
            (2, "closed")
        ]
        till.close()
