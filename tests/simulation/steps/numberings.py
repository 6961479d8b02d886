"""What is made anew in the place of something that central has lost: it is called by no name that was given before."""

import random

from tests.simulation.registry import When, step
from tests.simulation.steps.backups import HERE, copied, may_put_back, put_back_to
from tests.simulation.world import Violation, World


@step("central: put back to before a campaign, and another is made", weight=0.4, fault=True, lanes=HERE)
def made_anew(world: World, chance: random.Random) -> str | None:
    """What somebody has noted of the lost one, on paper or in an event, must never be taken for the new one's."""
    if not may_put_back(world) or copied(world, chance) is None:
        return None
    older, kept = world.backups[-1], list(world.office.codes)
    lost = world.office.new_codes(chance, world.timeline.now_ms)
    world.office.codes = kept
    # What was acknowledged until now was true until now.
    world.check(When.STEP)
    if not put_back_to(world, older):
        return None
    made = world.office.new_codes(chance, world.timeline.now_ms)
    twice = {code.id for code in lost} & {code.id for code in made}
    twice |= {code.campaign.id for code in lost} & {code.campaign.id for code in made}
    if twice:
        raise Violation(
            5, "no number is given twice", f"{sorted(twice)} are a lost campaign's or code's already"
        )
    return f"central is put back to before {len(lost)} codes were made, and {len(made)} others are"
