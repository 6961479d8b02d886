"""What belongs to one guest, or is known of them, while another stands at the counter or the bill is open still."""

import random

from pos_app.usecases.source import Source
from sync.rules.sale import Line
from tests.simulation.in_touch import hear, in_touch
from tests.simulation.link import Weather
from tests.simulation.machine import Process
from tests.simulation.registry import step
from tests.simulation.steps.counter import sells
from tests.simulation.steps.erasures import living
from tests.simulation.steps.tiers import block
from tests.simulation.world import World


@step("till: holds units of one guest, and another comes", weight=1)
def of_another(world: World, chance: random.Random) -> str | None:
    """Its line is cut: what lies there for the first guest is no use to the second."""
    codes = [code for code in world.office.codes if code.campaign.max_uses_per_guest is not None]
    machine, guests = world.at_work(chance), world.office.guests
    if machine is None or not codes or len(guests) < 2:
        return None
    code = chance.choice(codes)
    first, second = chance.sample(guests, 2)
    in_touch(world, machine)
    if machine.process is None:
        return None
    # A bill that is given up leaves its unit here until the next contact; it was asked for by no sale that stands.
    world.act(machine, lambda process: _scan(process, code.text, first.card))
    machine.link.weather = Weather.CUT
    told = []
    for card in (second.card, first.card):
        sold = sells(world, machine, chance, [code.text, card])
        told.append(sold or "the till says no, or dies of it")
    return f"{machine.name} has looked {code.text} up for guest {first.id}; then {'; '.join(told)}"


@step("office: blocks a guest whose bill stands open", weight=0.8)
def while_open(world: World, chance: random.Random) -> str | None:
    """The card was good when it was shown; what their tier takes off is judged when they pay."""
    machine = world.at_work(chance)
    there = {number for number, _ in living(world)}
    guests = [guest for guest in world.office.guests if guest.id in there]
    if machine is None or not guests:
        return None
    guest = chance.choice(guests)
    in_touch(world, machine)
    lines = [Line(amount_minor=chance.randint(500, 5000))]

    def work(process: Process) -> str:
        look = process.counter.look_up(guest.card, Source.CAMERA, lines=lines)
        block(world, guest.id)
        world.number()
        process.agent.download.step()
        sold = process.counter.sell(lines, [look] if look.accepted else [])
        world.acknowledge(machine, sold.event, "sale", None, f"receipt {sold.receipt}")
        world.note("sales acknowledged")
        return f"{machine.name} sells to guest {guest.id}, whom the office blocks meanwhile"

    told = world.act(machine, work)
    if chance.random() < 0.5:
        block(world, guest.id, blocked=False)
        hear(world, machine)
    return told


def _scan(process: Process, code: str, card: str) -> str:
    guest = process.counter.look_up(card, Source.CAMERA).guest
    return process.counter.look_up(code, Source.CAMERA, guest=guest).reason
