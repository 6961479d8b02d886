"""Guests who register at tills, some of them at two tills that have not spoken since."""

import random

from pos_app.usecases.guest_results import Consent, GuestForm
from pos_app.usecases.results import LookUp
from sync.rules.code import Kind
from sync.rules.sale import Line
from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.steps.counter import sell_with
from tests.simulation.world import World

PHONES = tuple(f"+4930111000{number}" for number in range(6))
"""Few enough that guests come again, to another till."""


@step("till: registers a guest and sells to them", weight=3)
def registers(world: World, chance: random.Random) -> str | None:
    """The guest has a number at once; whether the office knows them already turns out when the till speaks."""
    machine = world.at_work(chance)
    phone = chance.choice(PHONES)
    lines = [Line(amount_minor=chance.randint(500, 5000))]
    codes = [chance.choice(world.office.codes).text] if chance.random() < 0.5 else []
    if machine is None:
        return None

    def work(process: Process) -> str:
        look = _known_or_registered(world, machine, process, phone)
        told = sell_with(world, machine, process, chance, codes, lines, shown=look)
        return f"{told}, to the guest of {phone}"

    return world.act(machine, work)


@step("till: registers a guest whom a friend has sent", weight=1.5)
def sent_by_a_friend(world: World, chance: random.Random) -> str | None:
    """A use of the friend's code is recorded with the registration, in one piece."""
    machine = world.at_work(chance)
    codes = [code for code in world.office.codes if code.campaign.kind is Kind.REFERRAL]
    if machine is None or not codes:
        return None
    code, phone = chance.choice(codes), chance.choice(PHONES)
    lines = [Line(amount_minor=chance.randint(500, 5000))]
    return world.act(
        machine, lambda process: sell_to(world, machine, process, phone, lines, referral=code.text)
    )


def sell_to(
    world: World, machine: Machine, process: Process, phone: str, lines: list[Line], *, referral: str = ""
) -> str:
    """Sell to the guest of a phone number, who registers first where the till does not know them."""
    look = _known_or_registered(world, machine, process, phone, referral=referral)
    sold = process.counter.sell(lines, [look] if look.accepted else [])
    world.acknowledge(machine, sold.event, "sale", None, f"receipt {sold.receipt}")
    world.note("sales acknowledged")
    return f"{machine.name} sells to the guest of {phone}"


def _known_or_registered(
    world: World, machine: Machine, process: Process, phone: str, *, referral: str = ""
) -> LookUp:
    guests = process.counter.guests
    known = guests.search(phone)
    if any(found.phone_last4 == phone[-4:] for found in known):
        return guests.take(known[0].guest.id)
    form = GuestForm(name=f"Walk-in {phone[-1]}", phone=phone, referral=referral, consents=(Consent.DATA,))
    done = guests.register(form, somebody_else=True)
    world.acknowledge(machine, done.event, "registered", None, f"guest {done.found.guest.id}")
    world.note("guests registered at tills")
    return done.look
