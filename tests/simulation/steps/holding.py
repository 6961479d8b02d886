"""Tills that use what they hold, above all when they have had no word from the office for long."""

import random
from functools import partial

from pos_app.usecases.source import Source
from sync.protocol.leases import LimitKind
from sync.rules.campaign import Policy
from sync.rules.user_error import UserError
from sync.till.sqlcipher import Error
from tests.simulation.link import Weather
from tests.simulation.machine import Machine, Process
from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import step
from tests.simulation.steps.counter import redeem_at
from tests.simulation.steps.office import change_policy
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import World


@step("till: uses what it holds", weight=8)
def held(world: World, chance: random.Random) -> str | None:
    machine = world.at_work(chance)
    if machine is None:
        return None
    codes = held_codes(world, machine)
    return redeem_at(world, machine, chance, codes) if codes else None


@step("time: a day and more without the office", weight=1.5, fault=True)
def alone(world: World, chance: random.Random) -> str | None:
    """What was asked for and not used has expired by then, and a till that is alone may not know better."""
    machine = world.at_work(chance)
    if machine is None:
        return None
    for _ in range(chance.randint(0, 2)):
        world.act(machine, partial(_scan, chance.choice(world.office.codes).text))
    machine.link.weather = Weather.CUT
    world.timeline.advance(DAY_MS + chance.randint(0, 2 * DAY_MS))
    tried = []
    for _ in range(3):
        codes = held_codes(world, machine)
        if codes and machine.running:
            tried.append(redeem_at(world, machine, chance, codes) or "the till says no, or dies of it")
    world.note("days without the office")
    return f"{machine.name} is alone for days; {'; '.join(tried) or 'it holds nothing'}"


@step("office: loosens what a till holds for one sale only", weight=2)
def loosened(world: World, chance: random.Random) -> str | None:
    """A sale stands open with the office's grant for it; others at this till must not live on that grant."""
    strict = [code for code in world.office.codes if code.campaign.policy is Policy.ONLINE_ONLY]
    machine = world.at_work(chance) if strict else None
    if machine is None:
        return None
    code = chance.choice(strict)
    machine.link.weather = Weather.FINE
    machine.link.next_mishaps.clear()
    world.act(machine, partial(_scan, code.text))
    if not change_policy(world, code.campaign, Policy.LEASED):
        return None
    world.number()
    # It hears of the change before it gives back what the open sale has not used yet.
    world.act(machine, lambda process: process.agent.download.step())
    codes = [each for each in world.office.codes if each.id == code.id]
    told = [redeem_at(world, machine, chance, codes) or "the till says no, or dies of it" for _ in range(2)]
    return f"the office loosens {code.campaign.name}; {'; '.join(told)}"


def _scan(text: str, process: Process) -> str:
    return process.counter.look_up(text, Source.CAMERA).reason


def held_codes(world: World, machine: Machine) -> list[CodeFacts]:
    """Return the codes of which a till holds units, whatever has become of them since."""
    if machine.process is None:
        return []
    try:
        subjects = {
            subject
            for (subject,) in machine.process.till.journal._connection.execute(
                "SELECT DISTINCT subject FROM leases WHERE kind = ? AND state = 'open' AND spent < units",
                (LimitKind.USES.value,),
            ).fetchall()
        }
    except (Error, UserError):
        # Its disk fails at this very moment: whoever stands there sees nothing.
        return []
    return [code for code in world.office.codes if code.id in subjects]
