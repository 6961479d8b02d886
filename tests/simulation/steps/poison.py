"""Events that central cannot apply: of a kind it does not know, of things that do not exist."""

import random

import msgspec

from sync.protocol.payloads import Payload, Redemption
from sync.till.journal.entries import Entry
from tests.simulation.machine import Process
from tests.simulation.registry import step
from tests.simulation.world import FUTURE_KIND, World

NO_SUCH_CODE = 2**40


class FromTheFuture(Payload, frozen=True, kw_only=True):
    """What a newer till may write."""

    KIND = FUTURE_KIND
    KIND_VERSION = 7
    said: str = "hello"


@step("till: writes what central cannot apply", weight=0.7, fault=True)
def poison(world: World, chance: random.Random) -> str | None:
    machine = world.at_work(chance)
    if machine is None:
        return None
    payload = chance.choice((FromTheFuture(), _of_nothing()))

    def work(process: Process) -> str:
        event = process.till.journal.new_event_id()
        world.poison.add(event)
        (written,) = process.till.journal.commit([Entry(payload=payload, event=event)])
        world.acknowledge(machine, written.event, "poison", None, payload.KIND)
        world.note("poison events")
        return f"{machine.name} writes {payload.KIND}"

    return world.act(machine, work)


def _of_nothing() -> Redemption:
    template = Redemption(
        code_id=NO_SUCH_CODE,
        campaign_id=1,
        code_kind="PROMO",
        rules_version=1,
        outcome="accept",
        reason="ok",
        by="cache",
        source="TYPED",
    )
    return msgspec.structs.replace(template)
