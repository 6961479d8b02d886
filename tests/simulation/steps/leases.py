"""What people decide about tills that are lost, and about lives that are over."""

import random

from sync.central.services.lost_tills import give_up
from sync.rules.user_error import UserError
from tests.simulation.link import Weather
from tests.simulation.registry import step
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import World

HOUR_MS = 3_600_000


@step("office: decides about a lost till", weight=0.8)
def decide(world: World, chance: random.Random) -> str | None:
    """A till that never comes back: its units are burnt, or somebody takes the risk of giving them out again."""
    lost = [each for each in world.machines if "lost" in each.faults]
    if not lost:
        return None
    machine, reissue = chance.choice(lost), chance.random() < 0.5
    with world.host.transaction(world.office.network) as connection:
        done = world.host.run(
            give_up(connection, world.office.network, machine.till_id, by="simulation", reissue=reissue)
        )
    world.note("lost tills reissued" if reissue else "lost tills burnt")
    return f"{done.units} units of {machine.name} are {'given out again' if reissue else 'burnt'}"


@step("office: gives up a till that is found again", weight=0.6, fault=True)
def found_again(world: World, chance: random.Random) -> str | None:
    """It sells on until it hears of it, and its late uses are taken."""
    machine = world.sound(chance)
    if machine is None or sum(not each.faults for each in world.machines) < 2:
        return None
    reissue = chance.random() < 0.5
    if chance.random() < 0.7:
        # It was away for so long that it has closed what it did not use, and nobody has heard of that.
        world.start(machine)
        machine.link.weather = Weather.CUT
        for _ in range(chance.randint(1, 3)):
            world.timeline.advance(chance.choice((HOUR_MS, DAY_MS, 4 * DAY_MS)))
            if world.start(machine):
                world.duties(machine)
    with world.host.transaction(world.office.network) as connection:
        world.host.run(
            give_up(connection, world.office.network, machine.till_id, by="simulation", reissue=reissue)
        )
    world.excuse(machine, "revoked")
    machine.link.weather = Weather.FINE
    world.expected_cases.add("lease_burnt")
    world.note("tills given up and found again")
    return f"the office believes {machine.name} lost and {'gives out' if reissue else 'burns'} its units"


@step("office: gives up an earlier life", weight=0.5)
def earlier_life(world: World, chance: random.Random) -> str | None:
    """What a till held before it was enrolled anew, or put back, is closed by nobody."""
    lives = world.host.rows(
        """SELECT i.till_id, i.incarnation FROM incarnations i JOIN tills t ON t.network_id = $1 AND t.id = i.till_id
        WHERE i.network_id = $1 AND i.incarnation < t.incarnation ORDER BY 1, 2""",
        world.office.network,
    )
    if not lives:
        return None
    life, reissue = chance.choice(lives), chance.random() < 0.5
    try:
        with world.host.transaction(world.office.network) as connection:
            done = world.host.run(
                give_up(
                    connection,
                    world.office.network,
                    life["till_id"],
                    by="simulation",
                    reissue=reissue,
                    incarnation=life["incarnation"],
                )
            )
    except UserError as error:
        return f"the office decides nothing: {error}"
    world.expected_cases.add("lease_burnt")
    world.note("earlier lives given up")
    return f"{done.units} units of till {life['till_id']}'s life {life['incarnation']} are given up"
