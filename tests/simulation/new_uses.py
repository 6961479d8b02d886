"""The uses of codes that the last step brought, for invariants that look at each once."""

from collections.abc import Iterator

from tests.simulation.book import Written
from tests.simulation.machine import Machine
from tests.simulation.office_life import CodeFacts
from tests.simulation.world import World


def new_uses(world: World) -> Iterator[tuple[Machine, Written, CodeFacts]]:
    """Yield each redemption with the till that wrote it and the code as its maker knows it; none of an unknown code."""
    codes = {code.id: code for code in world.office.codes}
    for machine, written in world.new:
        code = codes.get(written.payload.get("code_id", 0)) if written.kind == "redemption" else None
        if code is not None:
            yield machine, written, code
