"""A till's replica is lost: a newer program has been there, or the file is damaged. It takes a new copy, and sells on."""

import random

from sync.till.sqlcipher import Connection
from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.world import World

NEWER = 99
"""A version of the replica's layout that no program has yet."""
DAMAGE_BYTES = 64


@step("till: a newer program has had its replica", weight=0.7, fault=True)
def newer(world: World, chance: random.Random) -> str | None:
    """IT has gone back to the version before."""
    machine = world.at_work(chance)
    if machine is None:
        return None

    def work(process: Process) -> bool:
        connection = process.till.cache._connection
        # What it has written this program cannot read: not all tables are where they were.
        connection.execute(f"ALTER TABLE cards RENAME TO cards_of_{NEWER}")
        connection.execute(f"PRAGMA user_version = {NEWER}")
        machine.stop()
        return True

    if world.act(machine, work) is None:
        return None
    world.start(machine)
    world.note("replicas of a newer program")
    return f"{machine.name}'s replica is a newer program's"


@step("disk: damages a replica", weight=0.7, fault=True)
def damaged(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance)
    if machine is None or not machine.home.cache_file.exists():
        return None
    if machine.running:
        machine.die(power=False)
    where = _damage(machine, chance)
    if world.start(machine):
        # Somebody meets the damage before the checker does, which reads past the till.
        world.act(machine, lambda process: process.till.cache.read(_read_all))
    world.note("replicas damaged")
    return f"{machine.name}'s replica is damaged at byte {where}"


def _damage(machine: Machine, chance: random.Random) -> int:
    machine.disk.close()
    size = machine.home.cache_file.stat().st_size
    where = chance.randrange(max(1, size - DAMAGE_BYTES))
    with machine.home.cache_file.open("r+b") as file:
        file.seek(where)
        file.write(chance.randbytes(DAMAGE_BYTES))
    machine.new_disk()
    return where


def _read_all(connection: Connection) -> int:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL"
    ).fetchall()
    return sum(len(connection.execute(f"SELECT * FROM {name}").fetchall()) for (name,) in names)
