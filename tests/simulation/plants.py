"""Planted bugs: each changes one line of production code in a copy of the tree, where the checker cannot see it.

``LISTED`` are the eight that the project names. ``FURTHER`` were tried to find out what the checker overlooks, and
so were those of :mod:`tests.simulation.adversary`, :mod:`tests.simulation.unlisted`,
:mod:`tests.simulation.line_by_line`, :mod:`tests.simulation.every_line`, :mod:`tests.simulation.meetings`,
:mod:`tests.simulation.of_a_person` and :mod:`tests.simulation.stranger`.
"""

import shutil
from pathlib import Path

from tests.simulation.adversary import ADVERSARY
from tests.simulation.every_line import EVERY_LINE
from tests.simulation.line_by_line import LINE_BY_LINE
from tests.simulation.meetings import MEETINGS
from tests.simulation.of_a_person import OF_A_PERSON
from tests.simulation.plant import Plant
from tests.simulation.stranger import STRANGER
from tests.simulation.unlisted import UNLISTED

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("sync", "pos_app", "tests", "resources", "pyproject.toml")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".mypy_cache", "node_modules")


class PlantGone(Exception):
    """The line that a planted bug replaces is not there (any more)."""


LISTED: tuple[Plant, ...] = (
    Plant(
        "return_at_expiry",
        "sync/central/services/leases.py",
        "subject = await find_subject(connection, till, restaurant, limit)",
        """await connection.execute("WITH gone AS (UPDATE leases SET state = 'closed' WHERE network_id = $1 AND state = 'open' AND expires_at <= to_timestamp($2 / 1000.0) RETURNING kind, subject, guest, units - settled AS n), sums AS (SELECT kind, subject, guest, sum(n) AS n FROM gone GROUP BY 1, 2, 3) UPDATE limits m SET pool = m.pool + s.n, outstanding = m.outstanding - s.n FROM sums s WHERE m.network_id = $1 AND m.kind = s.kind AND m.subject = s.subject AND m.guest = s.guest", till.network, clock.now_ms()); subject = await find_subject(connection, till, restaurant, limit)""",
        "units of a lease go back to the pool when it expires, whether or not its till has spent them",
    ),
    Plant(
        "naive_cursor",
        "sync/central/services/sequencer.py",
        "FROM (SELECT id FROM outbox WHERE network_id = $1 AND number IS NULL ORDER BY id LIMIT $3) AS first",
        "FROM (SELECT id FROM outbox WHERE network_id = $1 AND number IS NULL AND id > (SELECT COALESCE(max(id), 0) FROM outbox WHERE network_id = $1 AND number IS NOT NULL) ORDER BY id LIMIT $3) AS first",
        "a cursor on the plain sequence of ids: what commits late with an early id is never seen",
    ),
    Plant(
        "split_transaction",
        "sync/till/journal/appending.py",
        "debit(connection, spend, incarnation=head.incarnation, now_ms=pen.stamp.trusted_ms)",
        'debit(connection, spend, incarnation=head.incarnation, now_ms=pen.stamp.trusted_ms); connection.execute("COMMIT"); connection.execute("BEGIN IMMEDIATE")',
        "the lease is debited in a transaction of its own, before that of the event",
    ),
    Plant(
        "pruned_dedupe",
        "sync/central/services/journal/line.py",
        'WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND seq BETWEEN $4 AND $5""",',
        'WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND seq BETWEEN $4 AND $5 AND received_at > now() - interval \'24 hours\'""",',
        "what was received more than a day ago is forgotten when a batch is compared with what is held",
    ),
    Plant(
        "delete_on_4xx",
        "sync/till/agent/upload.py",
        "self._shrink(error)",
        "self._files.call(lambda: self._till.journal.acknowledge(Ack(applied=batch.from_seq + len(batch.events) - 1, want=batch.from_seq + len(batch.events)), incarnation=batch.incarnation))",
        "events that central refuses with a 4xx are taken for done",
    ),
    Plant(
        "early_ack",
        "sync/till/agent/upload.py",
        "ack = self._office.journal(batch)",
        "self._files.call(lambda: self._till.journal.acknowledge(Ack(applied=batch.from_seq + len(batch.events) - 1, want=batch.from_seq + len(batch.events)), incarnation=batch.incarnation)); ack = self._office.journal(batch)",
        "events are taken for settled before central has committed them",
    ),
    Plant(
        "wall_clock",
        "sync/till/clock.py",
        "elapsed = max(0, self._clock.boottime_ms() - anchor.boottime_ms)",
        "elapsed = max(0, self._clock.wall_ms() - anchor.at_ms)",
        "time since the last contact is read from the wall clock, which anybody may set",
    ),
    Plant(
        "uncapped_refund",
        "sync/rules/refunds.py",
        "if amount_minor > sum(left):",
        "if amount_minor < 0:",
        "several refunds of one sale may give back more than it has paid",
    ),
)
FURTHER: tuple[Plant, ...] = (
    Plant(
        "ack_takes_all",
        "sync/till/journal/settling.py",
        "(max(0, min(ack.want - 1, last)), ack.safe, incarnation),",
        "(last, ack.safe, incarnation),",
        "any acknowledgement settles everything that the journal holds",
    ),
    Plant(
        "no_lease_debit",
        "sync/till/journal/lease_book.py",
        '"UPDATE leases SET spent = spent + :units, used_ms = :now WHERE lease = :lease AND incarnation = :incarnation"',
        '"UPDATE leases SET spent = spent, used_ms = :now WHERE lease = :lease AND incarnation = :incarnation"',
        "a lease is not debited by what is spent of it",
    ),
    Plant(
        "no_pool_debit",
        "sync/central/services/leases.py",
        '"""UPDATE limits SET pool = pool - $5, outstanding = outstanding + $5, seen_restaurant = $6',
        '"""UPDATE limits SET total = total + $5, outstanding = outstanding + $5, seen_restaurant = $6',
        "units on the spot are made up instead of being taken from the pool",
    ),
    Plant(
        "second_grant",
        "sync/central/services/leases.py",
        "operation=request.operation,",
        "operation=new_lease_id(clock),",
        "a question that is asked again is granted again",
    ),
    Plant(
        "close_returns_all",
        "sync/central/services/journal/ledger.py",
        "left = lease.units - lease.settled",
        "left = min(lease.units, limit.outstanding)",
        "a closed lease returns all its units, the spent ones too",
    ),
    Plant(
        "forgets_mark",
        "sync/central/services/journal/store.py",
        '"""UPDATE incarnations SET applied_seq = $4, applied_hash = $5',
        '"""UPDATE incarnations SET applied_seq = $4 - $4 % 2, applied_hash = $5',
        "the mark of what is held is sometimes one too low",
    ),
    Plant(
        "same_receipt",
        "sync/till/journal/appending.py",
        "\"UPDATE meta SET content = content + 1 WHERE name = 'next_receipt' RETURNING content - 1\"",
        "\"UPDATE meta SET content = content + 0 WHERE name = 'next_receipt' RETURNING content\"",
        "every sale has the same receipt number",
    ),
    Plant(
        "older_row_wins",
        "sync/till/cache/apply.py",
        "if held is not None and held[0] >= change.version:",
        "if held is not None:",
        "a row that the replica has is never renewed",
    ),
    Plant(
        "snapshot_ahead",
        "sync/central/services/snapshots.py",
        'number=cursor["feed_head"],',
        'number=cursor["feed_head"] + 3,',
        "a snapshot claims to hold three changes more than it does",
    ),
    Plant(
        "closes_unsettled",
        "sync/till/journal/journal.py",
        "LeaseClosed(lease=held.lease, spent=held.units - held.left, why=reasons[held.lease])",
        "LeaseClosed(lease=held.lease, spent=0, why=reasons[held.lease])",
        "a lease is given back as if nothing had been spent of it",
    ),
    Plant(
        "forks_pass",
        "sync/central/services/journal/line.py",
        "fork = skip < len(hashes) and (branch, from_seq + skip) in taken",
        "fork = False",
        "a second line of a journal is not told from the first",
    ),
    Plant(
        "fence_forgotten",
        "sync/central/services/standing.py",
        "if standing.fenced:",
        "if standing.fenced and standing.revoked:",
        "a till whose place another machine has taken goes on getting leases",
    ),
    Plant(
        "uses_twice",
        "sync/central/services/journal/redemptions.py",
        "uses = c.uses + n.uses,",
        "uses = c.uses + n.uses + 1,",
        "each batch counts one use too many",
    ),
    Plant(
        "unsigned_chain",
        "sync/till/journal/appending.py",
        "head = Head(incarnation=head.incarnation, seq=committed.seq, hash=committed.hash)",
        "head = Head(incarnation=head.incarnation, seq=committed.seq, hash=head.hash if entry.spends else committed.hash)",
        "the event after one that spends names another as the one before it",
    ),
    Plant(
        "swallowed_poison",
        "sync/central/services/journal/intake.py",
        "await store_events(connection, scene, items)",
        "await store_events(connection, scene, [item for item in items if item.quarantined is None])",
        "an event that cannot be applied is acknowledged and thrown away",
    ),
    Plant(
        "late_grant_kept",
        "sync/till/agent/operations.py",
        "self._pending.remove(request.operation)",
        "self._pending.remove(request.operation) if wanted else None",
        "a question that was settled late stays open for ever",
    ),
    *ADVERSARY,
    *UNLISTED,
    *LINE_BY_LINE,
    *EVERY_LINE,
    *OF_A_PERSON,
    *MEETINGS,
    *STRANGER,
)


def find(name: str) -> Plant:
    """Return a plant by name; raises :class:`PlantGone` for a name that nobody knows."""
    for plant in (*LISTED, *FURTHER):
        if plant.name == name:
            return plant
    names = ", ".join(plant.name for plant in (*LISTED, *FURTHER))
    msg = f"no bug is called {name}; there are: {names}"
    raise PlantGone(msg)


def plant_into(plant: Plant, folder: Path) -> None:
    """Copy the tree into a folder and put the bug there; raises :class:`PlantGone`."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=_LEFT_OUT)
        else:
            shutil.copy(source, folder / name)
    path = folder / plant.file
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    places = [place for place, line in enumerate(lines) if line.strip() == plant.old.strip()]
    if len(places) != 1:
        msg = f"{plant.file} has the line {plant.old.strip()!r} {len(places)} times, not once"
        raise PlantGone(msg)
    indent = lines[places[0]][: len(lines[places[0]]) - len(lines[places[0]].lstrip())]
    lines[places[0]] = indent + plant.new.strip()
    path.write_text("\n".join(lines), encoding="utf-8")
