"""The tills' background work and the jobs of central, when they get to run."""

import random
from datetime import UTC, datetime, timedelta

from sync.central.jobs.housekeeping import prune_feed, tend
from sync.central.services.journal.retrying import retry_all
from tests.simulation.registry import step
from tests.simulation.steps.office import switch
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import Forgotten, World

MINUTE_MS = 60_000


@step("agent: works for a while", weight=14)
def works(world: World, chance: random.Random) -> str | None:
    machine = world.at_work(chance)
    if machine is None:
        return None
    rounds = 0
    for _ in range(chance.randint(1, 2)):
        rounds += world.duties(machine, most=2)
        world.number()
        world.timeline.advance(chance.randint(500, 40_000))
    return f"{machine.name}'s agent works for {rounds} rounds"


@step("agents: all catch up", weight=2)
def catch_up(world: World, chance: random.Random) -> str | None:
    for machine in world.machines:
        if world.start(machine):
            world.duties(machine, most=2)
    world.number()
    return "all agents work"


@step("central: numbers the feed", weight=6)
def numbers(world: World, chance: random.Random) -> str | None:
    return f"central numbers {world.number()} changes"


@step("central: keeps house", weight=1)
def house(world: World, chance: random.Random) -> str | None:
    kept = timedelta(minutes=chance.choice((0, 10, 24 * 60, 90 * 24 * 60)))
    network = world.office.network
    forget_feed(world, kept=kept)
    world.host.run(tend(world.host.database, world.host.secrets, network))
    tried = world.host.run(retry_all(world.host.database, world.host.secrets, network))
    world.tally["events applied when they were tried again"] += tried.applied
    return f"central forgets the feed older than {kept}"


@step("central: forgets the feed just ahead of a till", weight=1)
def floor(world: World, chance: random.Random) -> str | None:
    """What a till has not read yet is gone, but no more than that."""
    machine = world.pick(chance, running=True)
    if machine is None:
        return None
    cursor = world.act(machine, lambda process: process.till.cache.cursor())
    if cursor is None:
        return None
    _, number = cursor
    # What one transaction has brought is forgotten together, and what the next has brought stays.
    rows = world.host.rows(
        """SELECT created_at FROM outbox WHERE network_id = $1 AND number > $2 AND created_at > (
            SELECT created_at FROM outbox WHERE network_id = $1 AND number = $2 + 1) ORDER BY number LIMIT 1""",
        world.office.network,
        number,
    )
    if not rows:
        return None
    now = datetime.fromtimestamp(world.timeline.now_ms / 1000, UTC)
    kept = now - rows[0]["created_at"]
    forget_feed(world, kept=kept)
    return f"central forgets the feed older than {kept}, {machine.name} is at {number}"


@step("central: forgets all of the feed that a till has not read", weight=1)
def behind(world: World, chance: random.Random) -> str | None:
    """A change or two are gone before the till asks again, and what comes then begins right behind them."""
    machine = world.pick(chance, running=True)
    if machine is None:
        return None
    world.number()
    for _ in range(2):
        world.act(machine, lambda process: process.agent.download.step())
    told = []
    for _ in range(chance.randint(1, 2)):
        told.append(switch(world, chance) or "nothing")
        world.number()
    forget_feed(world, kept=timedelta(0))
    world.timeline.advance(1000)
    told.append(switch(world, chance) or "nothing")
    world.number()
    return f"central forgets the feed that {machine.name} has not read: {'; '.join(told)}"


def forget_feed(world: World, *, kept: timedelta) -> None:
    """Let central forget what of the feed is older; the checker remembers what that had brought."""
    statement = "SELECT number, tab, subject, version, row IS NULL AS gone FROM outbox WHERE network_id = $1 AND number IS NOT NULL"
    network = world.office.network
    before = {row["number"]: row for row in world.host.rows(statement, network)}
    world.host.run(prune_feed(world.host.database, network, kept=kept))
    for number in before.keys() - {row["number"] for row in world.host.rows(statement, network)}:
        row = before[number]
        world.feed_forgotten.setdefault(world.feed_epoch(), []).append(
            Forgotten(number, row["tab"], row["subject"], row["version"], row["gone"])
        )


@step("time: passes", weight=5)
def passes(world: World, chance: random.Random) -> str | None:
    ms = chance.choice((MINUTE_MS, 20 * MINUTE_MS, DAY_MS // 3, DAY_MS, chance.randint(0, 10 * DAY_MS)))
    world.timeline.advance(ms)
    return f"{ms / 3_600_000:.1f} hours pass"
