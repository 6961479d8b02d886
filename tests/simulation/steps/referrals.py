"""Friends' codes: guests who bring them, here and at another till, and an office that switches them off and on."""

import random
from typing import Any

from sync.central.services.networks import switch_referral
from sync.rules.code import Kind
from tests.simulation.in_touch import in_touch
from tests.simulation.registry import step
from tests.simulation.steps.counter import sells
from tests.simulation.world import World


@step("guest: brings a friend's code", weight=3)
def brings(world: World, chance: random.Random) -> str | None:
    """Few codes and few guests: many have used it before, here or elsewhere, and some are whose code it is."""
    machine, texts = world.at_work(chance), _code_and_card(world, chance)
    return None if machine is None or not texts else sells(world, machine, chance, texts)


@step("guest: brings a friend's code to two tills", weight=1.5)
def at_two_tills(world: World, chance: random.Random) -> str | None:
    """To the second before the first has said anything to the office: it can not know."""
    tills = [each for each in world.machines if not each.gone and each.till_id]
    texts = _code_and_card(world, chance)
    if len(tills) < 2 or not texts:
        return None
    told = []
    for machine in chance.sample(tills, 2):
        machine.link.clear_up()
        if world.start(machine):
            told.append(sells(world, machine, chance, texts) or "the till says no, or dies of it")
    return "; ".join(told) or None


@step("office: switches referral codes off or on", weight=1)
def switch(world: World, chance: random.Random) -> str | None:
    """Off for a while, or needed by everybody who registers; tills hear of it when they do, one of them at once."""
    enabled, required = chance.random() < 0.6, chance.random() < 0.2
    machine, texts = world.at_work(chance), _code_and_card(world, chance)

    async def work(connection: Any) -> None:
        await switch_referral(connection, world.office.network, enabled=enabled, required=required)

    with world.host.transaction(world.office.network) as connection:
        world.host.run(work(connection))
    said = "off" if not enabled else "on, and needs one of everybody who registers" if required else "on"
    if machine is not None and texts:
        in_touch(world, machine)
        sold = sells(world, machine, chance, texts)
        said = f"{said}; {sold or 'the till says no, or dies of it'}"
    return f"the office switches referral codes {said}"


def _code_and_card(world: World, chance: random.Random) -> list[str]:
    codes = [code.text for code in world.office.codes if code.campaign.kind is Kind.REFERRAL]
    return [chance.choice(codes), chance.choice(world.office.guests).card] if codes else []
