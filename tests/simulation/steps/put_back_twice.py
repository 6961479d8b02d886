"""A central that was put back to before a registration, and that then hears of the same guest from another till first."""

import random
from functools import partial

from pos_app.usecases.source import Source
from sync.rules.sale import Line
from tests.simulation.in_touch import in_touch
from tests.simulation.link import Weather
from tests.simulation.machine import Machine, Process
from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import When, step
from tests.simulation.steps.backups import HERE, copied, may_put_back, put_back_to
from tests.simulation.steps.erasures import free_phones
from tests.simulation.steps.registrations import sell_to
from tests.simulation.world import World


@step(
    "central: put back to before a guest who then comes from another till first",
    weight=0.5,
    fault=True,
    lanes=HERE,
)
def another_first(world: World, chance: random.Random) -> str | None:
    """What the guest has used under the number that comes second is no more theirs under the one that came first."""
    codes = [code for code in world.office.codes if code.campaign.max_uses_per_guest is not None]
    machine, other = world.at_work(chance), world.at_work(chance)
    if not codes or machine is None or other is None or machine is other or not may_put_back(world):
        return None
    code = chance.choice(codes)
    free = free_phones(world)
    in_touch(world, machine, other, times=2)
    if not free or copied(world, chance) is None:
        return None
    older, phone = world.backups[-1], chance.choice(free)
    other.link.weather = Weather.CUT
    for each in (machine, other):
        world.act(each, partial(_register, world, each, phone, _line(chance)))
    in_touch(world, machine, times=2)
    told = world.act(machine, lambda process: _sell(world, machine, process, phone, code, _line(chance)))
    in_touch(world, machine, times=2)
    # What was acknowledged until now was true until now.
    world.check(When.STEP)
    if not put_back_to(world, older):
        return told
    in_touch(world, other, machine, machine, other, times=2)
    for _ in range(code.campaign.max_uses_per_guest or 0):
        world.act(other, lambda process: _sell(world, other, process, phone, code, _line(chance)))
    in_touch(world, other, times=2)
    world.note("guests who came again from another till first")
    return (
        f"central is put back to before {machine.name} registered somebody, {other.name} comes first; {told}"
    )


def _register(world: World, machine: Machine, phone: str, line: Line, process: Process) -> str:
    return sell_to(world, machine, process, phone, [line])


def _sell(world: World, machine: Machine, process: Process, phone: str, code: CodeFacts, line: Line) -> str:
    """Sell to the guest of a phone number with a code; without it where the till says no."""
    counter = process.counter
    known = [found for found in counter.guests.search(phone) if found.phone_last4 == phone[-4:]]
    if not known:
        return f"{machine.name} does not know {phone}"
    look = counter.guests.take(known[0].guest.id)
    coded = counter.look_up(code.text, Source.CAMERA, lines=[line], guest=look.guest)
    stands = [look] if look.accepted else []
    if coded.accepted and not counter.price([line], [*stands, coded]).left_out:
        stands.append(coded)
    elif coded.accepted:
        counter.release(coded)
    sold = counter.sell([line], stands)
    world.acknowledge(machine, sold.event, "sale", None, f"receipt {sold.receipt}")
    for event in sold.redemptions:
        world.acknowledge(machine, event, "accept", None, "in a sale")
    world.note("sales acknowledged")
    world.note(f"uses of a registration: {len(sold.redemptions)}")
    return f"{machine.name} sells to the guest of {phone} with {len(sold.redemptions)} uses of {code.text} ({coded.reason})"


def _line(chance: random.Random) -> Line:
    return Line(amount_minor=chance.randint(1000, 9000))
