"""The morning after: what was mended must not only have come to rest, it must work.

A till that refuses everything, or an office that grants nothing any more, breaks no limit and loses no sale. So
each till in good standing sells, and uses new codes of several policies, with its line whole and nothing in the way.
"""

import random

from pos_app.usecases.results import Redeemed
from pos_app.usecases.source import Source
from sync.central.services.epochs import book_missing
from sync.rules.sale import Line
from tests.simulation.healing import in_good_standing
from tests.simulation.in_touch import hear
from tests.simulation.machine import Machine, Process
from tests.simulation.office_life import CodeFacts
from tests.simulation.world import Violation, World

WHAT_MUST_WORK = "after healing, tills in good standing sell and redeem"
ROUNDS = 60
"""How often a till may hear the office before the new codes must be with it: a page may hold one change only."""
AMOUNT_MINOR = 4_000
MOST = 3
"""At how many tills: a world of fifty has enough of them."""


def go_to_work(world: World) -> None:
    """Let tills sell and redeem; raises :class:`Violation` when one of them cannot."""
    chance = random.Random(f"{world.seed}/{world.lane}/morning")
    good = [machine for machine in world.machines if in_good_standing(world, machine)]
    tills = chance.sample(good, min(MOST, len(good)))
    if not tills:
        return
    # Who is revoked or an older copy never lists its leases: somebody decides not to wait for it any more.
    with world.host.transaction(world.office.network) as connection:
        decision = book_missing(
            connection, world.office.network, till_id=None, why="over", actor="simulation"
        )
        world.host.run(decision)
    now_ms = world.timeline.now_ms
    everybody, once, online = (
        world.office.new_codes(chance, now_ms, name=name) for name in ("open", "single", "strict")
    )
    for place, machine in enumerate(tills):
        _catch_up(world, machine)
        # Of the limited ones each till has its own: there are three of one use, and two that only the office grants.
        for code in (everybody[0], once[place], *online[place : place + 1]):
            _redeem(world, machine, code)
        _sell(world, machine)
        hear(world, machine)
        status = None if machine.process is None else machine.process.till.journal.status()
        if status is None or status.unsettled:
            raise Violation(9, WHAT_MUST_WORK, f"{machine.name} does not hand in what it has sold ({status})")


def _catch_up(world: World, machine: Machine) -> None:
    """Let a till hear the office until it has all that there is, and has asked for what it wants beside it."""
    for _ in range(ROUNDS):
        hear(world, machine)
        head = world.host.rows("SELECT feed_head FROM networks WHERE id = $1", world.office.network)[0]
        if machine.process is not None and machine.process.till.cache.status().number == head["feed_head"]:
            return
    raise Violation(9, WHAT_MUST_WORK, f"{machine.name} does not hear of the new codes")


def _redeem(world: World, machine: Machine, code: CodeFacts) -> None:
    def work(process: Process) -> Redeemed:
        done = process.counter.redeem(code.text, Source.TYPED, amount_minor=AMOUNT_MINOR)
        world.acknowledge(machine, done.event, str(done.verdict.outcome), code.id, done.message)
        return done

    done = world.act(machine, work)
    if done is None or not done.verdict.accepted:
        said = "says no, or dies of it" if done is None else f"{done.verdict.reason}, by {done.by}"
        raise Violation(9, WHAT_MUST_WORK, f"{machine.name} does not take the new code {code.text} ({said})")


def _sell(world: World, machine: Machine) -> None:
    def work(process: Process) -> bool:
        sold = process.counter.sell([Line(amount_minor=AMOUNT_MINOR)], [])
        world.acknowledge(machine, sold.event, "sale", None, f"receipt {sold.receipt}")
        return True

    if not world.act(machine, work):
        raise Violation(9, WHAT_MUST_WORK, f"{machine.name} does not sell")
