"""A backup of central's database, and putting it back: what was committed after it is gone from central.

Copied table by table in PostgreSQL's own binary form: a database of its own for each backup would cost more than
the whole world around it. The numberings go back too, as they do in a restore.
"""

from dataclasses import dataclass, field
from io import BytesIO

from sync.central.services.epochs import begin_everywhere
from tests.simulation.central_host import CentralHost

_TABLES = """SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'
    AND tablename NOT IN ('alembic_version', 'installation', 'scans') AND NOT starts_with(tablename, 'part_') ORDER BY 1"""
_NUMBERINGS = """SELECT sequencename AS name, last_value AS value FROM pg_sequences
    WHERE schemaname = 'public' ORDER BY 1"""


@dataclass(slots=True)
class Backup:
    """All rows of central at one moment, ``at_ms`` in true time.

    ``made`` is what was there then and does not come from tills, ``lives`` up to which event each life (till,
    incarnation) is in it, ``noted`` whether central was told that it is stored away.
    """

    at_ms: int
    made: tuple[int, ...]
    noted: bool = False
    lives: dict[tuple[int, int], int] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    rows: dict[str, bytes] = field(default_factory=dict)
    numberings: dict[str, int | None] = field(default_factory=dict)


def take(host: CentralHost, *, at_ms: int, made: tuple[int, ...]) -> Backup:
    """Copy everything. ``made`` is whatever must not have changed when this is put back."""
    backup = Backup(at_ms, made)

    async def work() -> None:
        names = [row["name"] for row in await host.checker.fetch(_TABLES)]
        # Most are empty, and what is empty need not be asked for one by one.
        filled = " UNION ALL ".join(
            f"SELECT '{name}' AS name WHERE EXISTS (SELECT FROM \"{name}\")" for name in names
        )
        backup.tables = tuple(names)
        for row in await host.checker.fetch(filled):
            into = BytesIO()
            await host.checker.copy_from_table(row["name"], output=into, format="binary")
            backup.rows[row["name"]] = into.getvalue()
        for row in await host.checker.fetch("SELECT till_id, incarnation, applied_seq FROM incarnations"):
            backup.lives[row["till_id"], row["incarnation"]] = row["applied_seq"]
        for row in await host.checker.fetch(_NUMBERINGS):
            backup.numberings[row["name"]] = row["value"]

    host.run(work())
    return backup


async def say_so(host: CentralHost) -> int:
    """Begin a new epoch, as whoever puts a backup back does; return how many tills are awaited."""
    return await begin_everywhere(host.database, why="a backup was put back", actor="simulation")


def put_back(host: CentralHost, backup: Backup, *, said: bool = True) -> int:
    """Put a backup in the place of what there is, and begin a new epoch; return how many tills are awaited.

    Where nobody has ``said`` that it was, central goes on as if nothing had happened.
    """

    async def work() -> int:
        async with host.checker.transaction():
            # Triggers that keep records append-only, and foreign keys, are for those who serve.
            await host.checker.execute("SET LOCAL session_replication_role = replica")
            await host.checker.execute(";".join(f'DELETE FROM "{name}"' for name in backup.tables))
            for name, rows in backup.rows.items():
                await host.checker.copy_to_table(name, source=BytesIO(rows), format="binary")
        for name, value in backup.numberings.items():
            await host.checker.execute(
                "SELECT setval($1::text::regclass, $2, $3)", f'public."{name}"', value or 1, value is not None
            )
        return await say_so(host) if said else 0

    awaited: int = host.run(work())
    host.requests += 1
    host.restart()
    return awaited
