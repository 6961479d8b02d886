"""Guests who want to be forgotten, some of them while a till that nobody reaches is serving them."""

import random

from pos_app.usecases.source import Source
from sync.central.services.personal.erasing import Ground, erase_guest
from sync.protocol.digest import Subject, keyed_digest
from sync.rules.sale import Line
from tests.simulation.link import Weather
from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.steps.registrations import PHONES, sell_to
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import World

MINUTE_MS = 60_000
CLOCK_IN_DOUBT = 0.4
"""How often the till that is alone was switched on while nobody could tell it the time."""


@step("office: forgets a guest", weight=0.7)
def forgets(world: World, chance: random.Random) -> str | None:
    """Tills get a tombstone in the guest's place; whoever shows the card is a stranger from then on."""
    there = living(world)
    return forget(world, chance.choice(there)[0]) if there else None


@step("office: forgets a guest whom a till is serving alone", weight=1, fault=True)
def forgets_meanwhile(world: World, chance: random.Random) -> str | None:
    """What the till records of them before and after goes up when its line is there again: as nobody's."""
    there = living(world)
    machine = world.at_work(chance) if there else None
    if machine is None:
        return None
    guest, phone = chance.choice([each for each in there if each[1]] or there)
    machine.link.weather = chance.choice((Weather.CUT, Weather.DEAF))
    if chance.random() < CLOCK_IN_DOUBT:
        ahead_ms = chance.choice((MINUTE_MS, DAY_MS, 20 * DAY_MS, 90 * DAY_MS))
        start_anew(world, machine, ahead_ms=ahead_ms)
    told = [_serve(world, machine, chance, guest, phone)]
    # Where only the answers are lost, the office has it before it forgets, and gets it once more after.
    world.duties(machine)
    world.timeline.advance(chance.choice((0, MINUTE_MS, DAY_MS)))
    told.append(forget(world, guest))
    world.timeline.advance(chance.choice((0, MINUTE_MS, DAY_MS)))
    told.append(_serve(world, machine, chance, guest, phone))
    world.note("guests forgotten while a till was alone with them")
    return "; ".join(each for each in told if each)


def start_anew(world: World, machine: Machine, *, ahead_ms: int) -> None:
    """Switch a machine off and on again, its wall clock ahead: until it hears of the office it knows no better."""
    if machine.running:
        machine.die(power=False)
    machine.clock.reboot()
    machine.clock.wall_off_ms = ahead_ms
    world.start(machine)


def _serve(world: World, machine: Machine, chance: random.Random, guest: int, phone: str) -> str | None:
    """Sell to a guest by their phone, with which they may register there, or by their card."""
    lines = [Line(amount_minor=chance.randint(500, 5000))]
    cards = [each.card for each in world.office.guests if each.id == guest]
    if phone:
        return world.act(machine, lambda process: sell_to(world, machine, process, phone, lines))
    if not cards:
        return None

    def work(process: Process) -> str:
        look = process.counter.look_up(cards[0], Source.CAMERA, lines=lines)
        sold = process.counter.sell(lines, [look] if look.accepted else [])
        world.acknowledge(machine, sold.event, "sale", None, f"receipt {sold.receipt}")
        world.note("sales acknowledged")
        return f"{machine.name} sells to guest {guest}"

    return world.act(machine, work)


def living(world: World) -> list[tuple[int, str]]:
    """Return every number of a guest who is not erased, and the phone where it is one that guests come again by."""
    network = world.office.network
    key = world.host.secrets.digest_key(network)
    phones = {keyed_digest(key, Subject.PHONE, phone): phone for phone in PHONES}
    return [
        (row["id"], phones.get(row["phone_digest"], ""))
        for row in world.host.rows(
            "SELECT id, phone_digest FROM guests WHERE network_id = $1 AND erased_at IS NULL ORDER BY id",
            network,
        )
    ]


def free_phones(world: World) -> list[str]:
    """Return the phones that guests come again by and nobody has now."""
    taken = {phone for _, phone in living(world)}
    return [phone for phone in PHONES if phone not in taken]


def forget(world: World, guest: int) -> str:
    """Erase a guest under every number; return it in a sentence."""
    network = world.office.network
    phones = {
        row["id"]: row["phone_digest"]
        for row in world.host.rows(
            "SELECT id, phone_digest FROM guests WHERE network_id = $1 AND phone_digest IS NOT NULL", network
        )
    }
    with world.host.transaction(network) as connection:
        done = world.host.run(
            erase_guest(
                connection, world.host.secrets, network, guest, ground=Ground.ASKED, actor="simulation"
            )
        )
    for number in done.numbers:
        if number in phones:
            world.erased_phones.setdefault(phones[number], []).append(done.guest_id)
    world.note("guests forgotten")
    return f"the office forgets guest {done.guest_id} under {len(done.numbers)} numbers"
