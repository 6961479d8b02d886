"""A campaign that allows a risk, and an office that answers: its word counts, and is taken for no silence."""

import random

import msgspec

from sync.protocol.leases import LimitKind
from sync.rules.campaign import Policy
from tests.simulation.in_touch import in_touch
from tests.simulation.registry import step
from tests.simulation.steps.counter import redeem_at
from tests.simulation.world import Violation, World

LEASES_PATH = "/sync/v1/leases"
OK = 200


@step("till: asks for what is used up, where a risk is allowed", weight=0.8)
def used_up(world: World, chance: random.Random) -> str | None:
    """There is nothing left, the office says so, and the till's risk allowance is not for that."""
    machine = world.at_work(chance)
    empty = {
        row["subject"]
        for row in world.host.rows(
            "SELECT subject FROM limits WHERE network_id = $1 AND kind = $2 AND pool = 0",
            world.office.network,
            LimitKind.USES.value,
        )
    }
    codes = [
        code
        for code in world.office.codes
        if code.campaign.policy is Policy.ALLOW_WITH_RISK and code.id in empty
    ]
    if machine is None or not codes:
        return None
    in_touch(world, machine)
    before = len(machine.link.heard)
    told = redeem_at(world, machine, chance, [chance.choice(codes)])
    asked = [heard for heard in machine.link.heard[before:] if heard.path.startswith(LEASES_PATH)]
    if not told or not asked or asked[-1].answer is None or asked[-1].answer.status != OK:
        return told
    said = msgspec.msgpack.decode(asked[-1].answer.body)
    if asked[-1].seen and said.get("grant") is None and "by risk" in told:
        raise Violation(
            2, "a risk is for where the office does not answer", f"{said.get('reason')}, but {told}"
        )
    return told
