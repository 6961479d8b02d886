"""What happens to tills' processes, computers, clocks and disks."""

import random
import shutil

from tests.simulation.disk.disk import Fault
from tests.simulation.machine import Process
from tests.simulation.registry import step
from tests.simulation.steps.counter import redeem_at
from tests.simulation.steps.holding import held_codes
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import World

HOUR_MS = 3_600_000
MAX_PORT_CALLS = 30
MAX_IO = 60
YEAR_MS = 365 * DAY_MS
LANE_2 = frozenset({2})


@step("till: killed between two calls", weight=4, fault=True)
def killed(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance, running=True)
    if machine is None:
        return None
    machine.killer.after = chance.randrange(MAX_PORT_CALLS)
    return f"{machine.name} will be killed within {machine.killer.after} calls"


@step("till: killed at an I/O", weight=8, fault=True)
def killed_at_io(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance, running=True)
    if machine is None:
        return None
    at = chance.randint(1, MAX_IO)
    machine.disk.arm(Fault.POWER, at=at, after=chance.random() < 0.5)
    return f"{machine.name} will be killed at its I/O {at}"


@step("till: killed now", weight=2, fault=True)
def killed_now(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance, running=True)
    if machine is None:
        return None
    machine.die(power=world.lane == 2 and chance.random() < 0.5)
    world.kills["at rest"] += 1
    return f"{machine.name} is killed"


@step("till: restarted in good order", weight=2)
def restarted(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance, running=True)
    if machine is None:
        return None

    def work(process: Process) -> bool:
        machine.stop()
        return True

    if world.act(machine, work) is None:
        return None
    world.start(machine)
    return f"{machine.name} is restarted"


@step("clock: set by somebody", weight=3, fault=True)
def clock_set(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance)
    if machine is None:
        return None
    off_ms = chance.choice((-YEAR_MS, -2 * DAY_MS, -HOUR_MS, 0, HOUR_MS, 2 * DAY_MS, 40 * DAY_MS, YEAR_MS))
    machine.clock.wall_off_ms = off_ms
    world.note("wall clock jumps")
    return f"{machine.name}'s wall clock is off by {off_ms / HOUR_MS:.0f} hours"


@step("machine: reboots", weight=2, fault=True)
def reboots(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance)
    if machine is None:
        return None
    if machine.running:
        machine.die(power=world.lane == 2)
    machine.clock.reboot()
    # Machines without a battery wake up in the past.
    if chance.random() < 0.4:
        machine.clock.wall_off_ms = -chance.randint(1, 400) * DAY_MS
    world.timeline.advance(chance.choice((30_000, HOUR_MS, DAY_MS, 40 * DAY_MS)))
    world.note("reboots")
    return f"{machine.name} reboots, its wall clock off by {machine.clock.wall_off_ms / HOUR_MS:.0f} hours"


@step("disk: almost full", weight=1, fault=True)
def full(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance)
    if machine is None or machine.capacity_low:
        return None
    machine.capacity_low = True
    world.note("disk low")
    return f"{machine.name}'s disk is almost full"


@step("disk: somebody makes room", weight=4)
def emptied(world: World, chance: random.Random) -> str | None:
    """Soon: till then the till says no to everything."""
    low = [each for each in world.machines if each.capacity_low]
    if not low:
        return None
    machine = chance.choice(low)
    machine.capacity_low = False
    world.note("disk emptied")
    return f"{machine.name}'s disk is empty enough again"


@step("disk: fails", weight=8, fault=True, lanes=LANE_2)
def fails(world: World, chance: random.Random) -> str | None:
    machine = world.pick(chance)
    if machine is None:
        return None
    fault = chance.choice((Fault.EIO, Fault.FULL, Fault.SHORT_WRITE, Fault.SYNC_KEPT, Fault.SYNC_LOST))
    machine.disk.arm(fault, at=chance.randint(1, MAX_IO), times=chance.choice((1, 1, 3)))
    world.note(f"disk fault {fault}")
    return f"ahead of {machine.name}'s disk: {fault}"


@step("disk: lies", weight=3, fault=True, lanes=LANE_2)
def lies(world: World, chance: random.Random) -> str | None:
    """The disk says that it has synced and has not; only a power cut brings that to light."""
    machine = world.sound(chance)
    if machine is None:
        return None
    machine.disk.arm(Fault.LYING_SYNC, at=chance.randint(1, 6), times=chance.choice((1, 2, 8)))
    if chance.random() < 0.6:
        machine.disk.arm(Fault.POWER, at=chance.randint(5, 2 * MAX_IO), after=chance.random() < 0.5)
    world.note(f"disk fault {Fault.LYING_SYNC}")
    return f"{machine.name}'s disk will say that it has synced what it has not"


@step("till: restored from an old image", weight=0.7, fault=True)
def old_image(world: World, chance: random.Random) -> str | None:
    machine = world.sound(chance)
    if machine is None:
        return None
    image = machine.folder.with_name(f"{machine.folder.name}.image")
    if not image.exists():
        if machine.running:
            machine.stop()
        shutil.copytree(machine.home.folder, image)
        world.start(machine)
        return f"somebody takes an image of {machine.name}"
    if machine.running:
        machine.stop()
    world.excuse(machine, "old image")
    machine.disk.close()
    shutil.rmtree(machine.home.folder)
    shutil.copytree(image, machine.home.folder)
    machine.new_disk()
    world.note("old image restored")
    world.start(machine)
    return f"{machine.name} is put back to its image"


@step("till: cloned", weight=0.4, fault=True)
def cloned(world: World, chance: random.Random) -> str | None:
    machine = world.sound(chance)
    if machine is None:
        return None
    if machine.running:
        machine.stop()
    copy = world.add_machine(chance, restaurant=machine.restaurant)
    copy.disk.close()
    shutil.copytree(machine.home.folder, copy.home.folder)
    copy.new_disk()
    copy.till_id, copy.till_name = machine.till_id, machine.till_name
    world.books[copy.name] = world.books[machine.name].of_a_copy()
    copy.unsure = machine.unsure
    world.excuse(machine, "clone")
    world.excuse(copy, "clone")
    world.note("clones")
    # Both go on selling before either has heard of the other, more often than not.
    writes = [chance.randint(0, 3) for _ in (machine, copy)]
    for each, count in zip((machine, copy), writes, strict=True):
        if world.start(each):
            # The same units lie in both files: whoever comes second has spent what is spent already.
            for _ in range(count):
                redeem_at(world, each, chance, held_codes(world, each))
    return f"{copy.name} is a copy of {machine.name}; they try {writes[0]} and {writes[1]} uses"


@step("till: another machine takes its place", weight=0.6, fault=True)
def replaced(world: World, chance: random.Random) -> str | None:
    machine = world.sound(chance)
    if machine is None:
        return None
    newcomer = world.add_machine(chance, restaurant=machine.restaurant)
    if not world.enrol(newcomer, till=machine.till_name):
        newcomer.gone = True
        return None
    world.excuse(machine, "fenced")
    world.note("replaced by another machine")
    world.start(newcomer)
    return f"{newcomer.name} takes the place of {machine.name}"


@step("till: lost", weight=0.4, fault=True)
def lost(world: World, chance: random.Random) -> str | None:
    machine = world.sound(chance)
    if machine is None or sum(not each.gone for each in world.machines) < 3:
        return None
    if machine.running:
        machine.die(power=False)
    world.excuse(machine, "lost")
    machine.gone = True
    world.lost |= world.books[machine.name].by_id.keys()
    # What it had written since its journal was read last is lost with it.
    world.lost |= {event for event, said in world.acknowledged.items() if said.machine == machine.name}
    world.note("tills lost")
    return f"{machine.name} is lost"
