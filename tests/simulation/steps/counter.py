"""What cashiers and guests do."""

import random

from pos_app.usecases.results import LookUp
from pos_app.usecases.source import Source
from sync.rules.campaign import Stacking
from sync.rules.sale import Line
from tests.simulation.machine import Machine, Process
from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import step
from tests.simulation.world import World

SOURCES = (Source.CAMERA, Source.WEDGE, Source.TYPED)


@step("till: redeem a code", weight=30)
def redeem(world: World, chance: random.Random) -> str | None:
    machine = world.at_work(chance)
    return None if machine is None else redeem_at(world, machine, chance)


@step("till: sell", weight=18)
def sell(world: World, chance: random.Random) -> str | None:
    machine = world.at_work(chance)
    if machine is None:
        return None
    texts = [each.text for each in chance.sample(world.office.codes, chance.choice((0, 1, 1, 2)))]
    if chance.random() < 0.1:
        # Somebody holds the same code before the camera once more.
        texts += texts
    if chance.random() < 0.6:
        texts.append(chance.choice(world.office.guests).card)
    lines = [Line(amount_minor=chance.randint(100, 9000)) for _ in range(chance.randint(1, 3))]
    return world.act(machine, lambda process: sell_with(world, machine, process, chance, texts, lines))


@step("till: sells with two codes of one campaign", weight=4)
def sell_together(world: World, chance: random.Random) -> str | None:
    """Both take of the same limits of campaign and guest, out of the same leases where there are any."""
    machine = world.at_work(chance)
    codes = [code for code in world.office.codes if code.campaign.stacking is Stacking.COMBINABLE]
    if machine is None or not codes:
        return None
    one = chance.choice(codes)
    texts = [code.text for code in codes if code.campaign.id == one.campaign.id][:2]
    guest = world.office.guests[0] if chance.random() < 0.7 else chance.choice(world.office.guests)
    texts.append(guest.card)
    lines = [Line(amount_minor=chance.randint(100, 9000)) for _ in range(chance.randint(1, 3))]
    return world.act(machine, lambda process: sell_with(world, machine, process, chance, texts, lines))


@step("till: scan and walk away", weight=5)
def cancel(world: World, chance: random.Random) -> str | None:
    machine = world.at_work(chance)
    if machine is None:
        return None
    code = chance.choice(world.office.codes)

    def work(process: Process) -> str:
        look = process.counter.look_up(code.text, Source.CAMERA)
        forgotten = chance.random() < 0.3
        if not forgotten:
            process.counter.release(look)
        return f"{machine.name} scans {code.text}, {'forgets' if forgotten else 'cancels'} it ({look.reason})"

    return world.act(machine, work)


def redeem_at(
    world: World, machine: Machine, chance: random.Random, codes: list[CodeFacts] | None = None
) -> str | None:
    """Let a cashier at this very till use a code (one of these); None when the till says no, or dies of it."""
    code = chance.choice(codes or world.office.codes)
    amount = chance.choice((None, 1250, 4999))

    def work(process: Process) -> str:
        done = process.counter.redeem(code.text, chance.choice(SOURCES), amount_minor=amount)
        world.acknowledge(machine, done.event, str(done.verdict.outcome), code.id, done.message)
        world.state(f"{code.campaign.policy} code {done.verdict.outcome} by {done.by}")
        return f"{machine.name} redeems {code.text}: {done.verdict.outcome} ({done.verdict.reason}, by {done.by})"

    return world.act(machine, work)


def sells(world: World, machine: Machine, chance: random.Random, texts: list[str]) -> str | None:
    """Let a till sell something small with what these texts are worth, a guest's card the last of them."""
    lines = [Line(amount_minor=chance.randint(500, 5000))]
    return world.act(machine, lambda process: sell_with(world, machine, process, chance, texts, lines))


def sell_with(
    world: World,
    machine: Machine,
    process: Process,
    chance: random.Random,
    texts: list[str],
    lines: list[Line],
    *,
    shown: LookUp | None = None,
) -> str:
    """Sell with what these texts are worth together, a guest's card the last of them; ``shown``: who stands there."""
    counter = process.counter
    looks: list[LookUp] = [shown] if shown is not None and shown.accepted else []
    guest = None if shown is None else shown.guest
    for text in reversed(texts):
        look = counter.look_up(text, chance.choice(SOURCES), lines=lines, guest=guest)
        guest = look.guest or guest
        if look.accepted:
            looks.append(look)
    stands = [look for look in looks if look.code is None]
    for look in looks:
        if look.code is not None and not counter.price(lines, [*stands, look]).left_out:
            stands.append(look)
        elif look.code is not None:
            counter.release(look)
    sold = counter.sell(lines, stands)
    world.acknowledge(machine, sold.event, "sale", None, f"receipt {sold.receipt}")
    for event in sold.redemptions:
        world.acknowledge(machine, event, "accept", None, "in a sale")
    world.note("sales acknowledged")
    return f"{machine.name} sells for {sold.paid_minor} with {len(sold.redemptions)} codes, receipt {sold.receipt}"
