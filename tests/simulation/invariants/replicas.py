"""Invariant 6: a replica at a cursor is central's state at that cursor."""

from collections.abc import Iterable, Iterator

from tests.simulation.at_cursor import as_told
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

_TABLES = ("campaigns", "codes", "cards", "guests", "staff")
_OF = {"campaign": "campaigns", "code": "codes", "card": "cards", "guest": "guests", "staff": "staff"}
_LIVING = {"guests": "erased_at IS NULL"}
"""Of which rows tills are to know; of the others they are told that they are gone."""
_LIED = frozenset({"lying disk"})
"""Its cursor may be new where its rows are old: that is found by the daily comparison, which no world waits for."""


@invariant(6, "a replica at a cursor has what the feed had brought by then", at=When.STEP)
def reached(world: World) -> Iterator[str]:
    """For every subject the replica holds at least the newest version that was numbered up to its cursor."""
    if world.steps % 8:
        return
    yield from compare(world)


@invariant(6, "a replica at the head of the feed is central's state", at=When.REST)
def equal(world: World) -> Iterator[str]:
    """At rest every row that central has is there in its present version, and nothing else."""
    for machine in world.machines:
        if machine.process is not None:
            machine.process.till.cache.status()
    yield from compare(world)
    for machine in world.machines:
        if machine.process is None or machine.faults & {"revoked", "fenced", "clone", "old image", *_LIED}:
            continue
        if machine.link.speaks != world.central_speaks:
            continue
        connection = machine.process.till.cache._connection
        for table in _TABLES:
            # A tombstone is as good as nothing: a replica that was begun later has none.
            living = "shape" if table == "codes" else "row"
            there = dict(
                connection.execute(f"SELECT id, version FROM {table} WHERE {living} IS NOT NULL").fetchall()
            )
            real = {
                row["id"]: row["version"]
                for row in world.host.rows(
                    f"SELECT id, version FROM {table} WHERE network_id = $1 AND {_LIVING.get(table, 'true')}",
                    world.office.network,
                )
            }
            for row_id in there.keys() | real.keys():
                if there.get(row_id) != real.get(row_id):
                    yield (
                        f"{machine.name} has {table} {row_id} in version {there.get(row_id)}, "
                        f"central in version {real.get(row_id)}"
                    )


@invariant(6, "what a till accepts stood at its cursor", at=When.STEP)
def stood(world: World) -> Iterator[str]:
    """A code or campaign that the feed had switched off up to an event's own cursor is not accepted by it."""
    for machine, written in world.new:
        if written.kind != "redemption" or written.event in world.poison:
            continue
        if written.payload.get("outcome") != "accept":
            continue
        for tab, subject in (
            ("code", written.payload["code_id"]),
            ("campaign", written.payload["campaign_id"]),
        ):
            # What was forgotten of the feed cannot be compared any more.
            for row in as_told(world, written, tab, subject):
                status = None if row is None else row[tab].get("status")
                if status not in (None, "active"):
                    at = written.fields["cursor"][1]
                    yield f"{machine.name} at {at} accepts {tab} {subject}, which the feed had set {status}"


def compare(world: World) -> Iterator[str]:
    """Compare each replica that has moved since with the feed up to its cursor."""
    epoch = world.feed_epoch()
    for machine in world.machines:
        if machine.process is None or machine.faults & _LIED or machine.process.till.cache._in_doubt:
            # A file that a failing disk has closed is opened anew with the till's next look at it.
            continue
        connection = machine.process.till.cache._connection
        meta = dict(connection.execute("SELECT name, content FROM meta").fetchall())
        at = f"{meta.get('epoch')}/{meta.get('number')}"
        # Of a feed that has begun anew since, nothing is known: its numbers were given again.
        if meta.get("ready") != "1" or at == world.compared.get(machine.name) or meta["epoch"] != epoch:
            continue
        world.compared[machine.name] = at
        held = {
            table: dict(connection.execute(f"SELECT id, version FROM {table}").fetchall())
            for table in _TABLES
        }
        for tab, subject, version, gone in _brought(world, epoch, int(meta["number"])):
            table = _OF.get(tab)
            if table is None or (gone and subject not in held[table]):
                # Of what is gone a replica that was begun later knows nothing.
                continue
            if held[table].get(subject, 0) < version:
                yield (
                    f"{machine.name} is at {meta['number']} and has {table} {subject} in version "
                    f"{held[table].get(subject)}, the feed had brought {version}"
                )


def _brought(world: World, epoch: str, upto: int) -> Iterable[tuple[str, int, int, bool]]:
    """Return what the feed had brought up to a number, also where central does not keep it any more."""
    newest: dict[tuple[str, int], tuple[int, bool]] = {}
    # An erasure takes what was told of its guest out of the feed: a replica may be newer than its tombstone.
    erased = {
        row["id"]
        for row in world.host.rows(
            "SELECT id FROM guests WHERE network_id = $1 AND erased_at IS NOT NULL", world.office.network
        )
    }
    for each in world.feed_forgotten.get(epoch, ()):
        if each.number <= upto and not (each.tab == "guest" and each.subject in erased):
            newest[each.tab, each.subject] = max(
                newest.get((each.tab, each.subject), (0, False)), (each.version, each.gone)
            )
    for row in world.host.rows(
        """SELECT tab, subject, max(version) AS version,
            (array_agg(row IS NULL ORDER BY version DESC))[1] AS gone FROM outbox
        WHERE network_id = $1 AND number <= $2 GROUP BY tab, subject""",
        world.office.network,
        upto,
    ):
        newest[row["tab"], row["subject"]] = max(
            newest.get((row["tab"], row["subject"]), (0, False)), (row["version"], row["gone"])
        )
    return ((tab, subject, version, gone) for (tab, subject), (version, gone) in newest.items())
