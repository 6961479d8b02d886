"""What goes wrong only where several things meet: an erasure and a lost feed, a move and a restored central.

Drawn one by one these would meet once in hundreds of worlds.
"""

import random
from datetime import timedelta

from pos_app.usecases.giving_back import Why
from pos_app.usecases.source import Source
from pos_app.usecases.void import void
from sync.rules.sale import Line
from tests.simulation.in_touch import hear
from tests.simulation.link import Weather
from tests.simulation.machine import Machine, Process
from tests.simulation.registry import When, step
from tests.simulation.steps.agents import forget_feed
from tests.simulation.steps.backups import HERE, copied, may_put_back, put_back_to
from tests.simulation.steps.counter import redeem_at
from tests.simulation.steps.erasures import forget, free_phones, living, start_anew
from tests.simulation.steps.giving_back import MANAGER, tell_undone
from tests.simulation.steps.moving import take_over
from tests.simulation.steps.points import rich
from tests.simulation.steps.registrations import PHONES, sell_to
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import World

SECOND_MS = 1_000
MINUTE_MS = 60_000


@step("office: forgets a guest of a till whose replica then comes whole", weight=0.6, fault=True)
def whole(world: World, chance: random.Random) -> str | None:
    """The tombstone is not in the feed any more when the till asks, and a whole replica knows nobody who is gone."""
    machine = world.at_work(chance)
    if machine is None:
        return None
    machine.link.clear_up()
    phone = _free_phone(world, chance, machine)
    told = [_sell(world, chance, machine, phone)]
    hear(world, machine, times=3)
    guests = [guest for guest, number in living(world) if number == phone]
    if not guests:
        return None
    told.append(forget(world, guests[0]))
    world.number()
    world.timeline.advance(SECOND_MS)
    forget_feed(world, kept=timedelta(0))
    hear(world, machine, times=3)
    world.note("guests forgotten before a whole replica")
    return "; ".join(each for each in told if each)


@step(
    "guest: registers at two tills, and is forgotten before the office hears of both", weight=0.8, fault=True
)
def twice(world: World, chance: random.Random) -> str | None:
    """The second till is alone, and its clock is ahead: by its own word they registered after they were erased."""
    machine, other = world.at_work(chance), world.at_work(chance)
    if machine is None or other is None or machine is other:
        return None
    machine.link.clear_up()
    phone = _free_phone(world, chance, machine, other)
    other.link.weather = Weather.CUT
    start_anew(world, other, ahead_ms=chance.choice((2 * MINUTE_MS, DAY_MS, 20 * DAY_MS)))
    told = []
    for each in (machine, other):
        told.append(_sell(world, chance, each, phone))
        world.duties(each)
    world.timeline.advance(chance.choice((SECOND_MS, MINUTE_MS)))
    guests = [guest for guest, number in living(world) if number == phone]
    if guests:
        told.append(forget(world, guests[0]))
    other.link.clear_up()
    world.duties(other)
    world.note("guests forgotten between two registrations")
    return "; ".join(each for each in told if each) or None


@step("guest: brings points back elsewhere before their lease is closed", weight=1)
def points_elsewhere(world: World, chance: random.Random) -> str | None:
    """What comes back waits until the till that sold has closed the lease; then all of it is the guest's again."""
    guests = rich(world)
    seller, stranger = world.at_work(chance), world.at_work(chance)
    if not guests or seller is None or stranger is None or seller is stranger:
        return None
    seller.link.clear_up()
    stranger.link.clear_up()
    card = chance.choice([guest.card for guest in world.office.guests if guest.id in guests])

    def pay(process: Process) -> str:
        lines = [_line(chance)]
        look = process.counter.look_up(card, Source.CAMERA, lines=lines)
        most = (
            process.counter.points_offer(process.counter.price(lines, [look])).points if look.accepted else 0
        )
        sold = process.counter.sell(lines, [look] if look.accepted else [], points=most)
        world.acknowledge(seller, sold.event, "sale", None, f"receipt {sold.receipt}, {most} points")
        world.note("sales paid with points" if most else "sales acknowledged")
        # The sale is at the office, and nothing else of this till.
        process.agent.upload.step()
        why = Why(staff=None, reason="mistake", approved_by=MANAGER)
        undone = None
        if most:
            undone = world.act(stranger, lambda other: void(other.counter._desk, sold.event, why))
        if undone is not None:
            tell_undone(world, stranger.name, undone)
        return f"{seller.name} sells for {most} points, {stranger.name} {'voids it' if undone else 'does not void it'}"

    told = world.act(seller, pay)
    world.duties(stranger)
    world.timeline.advance(chance.choice((MINUTE_MS, DAY_MS)))
    hear(world, seller, times=3)
    return told


@step(
    "central: put back to just before the last events of an earlier life", weight=0.5, fault=True, lanes=HERE
)
def earlier_life(world: World, chance: random.Random) -> str | None:
    """A till's successor has handed in what its journal still held; an older central lacks just that."""
    machine = world.sound(chance)
    if machine is None or not may_put_back(world) or not world.start(machine):
        return None
    machine.link.clear_up()
    world.duties(machine)
    machine.link.weather = Weather.CUT
    for _ in range(chance.choice((1, 1, 2))):
        redeem_at(world, machine, chance)
    machine.link.clear_up()
    successor = take_over(world, chance, machine)
    if successor is None or copied(world, chance) is None:
        return f"{machine.name} is not replaced"
    older = world.backups[-1]
    successor.link.clear_up()
    hear(world, successor, times=3)
    # What was acknowledged until now was true until now.
    world.check(When.STEP)
    if not put_back_to(world, older):
        return f"{successor.name} takes the place of {machine.name}"
    return f"central is put back to just before {successor.name} handed in what {machine.name} had held"


def _sell(world: World, chance: random.Random, machine: Machine, phone: str) -> str | None:
    lines = [_line(chance)]
    return world.act(machine, lambda process: sell_to(world, machine, process, phone, lines))


def _free_phone(world: World, chance: random.Random, *machines: Machine) -> str:
    """Return a phone of which none of these tills knows a guest; whoever has it may be forgotten for it."""
    phone = chance.choice(free_phones(world) or PHONES)
    for guest in [guest for guest, number in living(world) if number == phone][:1]:
        forget(world, guest)
        world.number()
        for each in machines:
            hear(world, each, times=3)
    return phone


def _line(chance: random.Random) -> Line:
    return Line(amount_minor=chance.randint(1000, 9000))
