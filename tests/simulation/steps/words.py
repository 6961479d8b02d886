"""The office gives a code another text: from then on it is found by that one."""

import random
from dataclasses import replace
from typing import Any

from sync.central.services.editing.edit_code import CodeChange, edit_code
from sync.central.services.refusal import Refusal
from sync.rules.user_error import UserError
from tests.simulation.registry import step
from tests.simulation.world import World

MAX_NEW_TEXTS = 3
"""Of one code: each is a little longer than the one before."""


@step("office: gives a code another text", weight=1.5)
def another_text(world: World, chance: random.Random) -> str | None:
    """Tills that have not heard of it find the code by the old text, and only by that."""
    codes = [code for code in world.office.codes if code.text.count("-N") < MAX_NEW_TEXTS]
    if not codes:
        return None
    code = chance.choice(codes)
    text = f"{code.text}-N"

    async def work(connection: Any) -> None:
        await edit_code(
            connection,
            world.host.secrets,
            world.office.network,
            code.id,
            CodeChange(code=text),
            kind=code.campaign.kind,
        )

    try:
        with world.host.transaction(world.office.network) as connection:
            world.host.run(work(connection))
    except (Refusal, UserError):
        return None
    world.office.codes = [
        replace(each, text=text) if each.id == code.id else each for each in world.office.codes
    ]
    world.note("codes with another text")
    return f"the office calls {code.text} {text} from now on"
