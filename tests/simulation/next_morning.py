"""The morning after: what was mended must not only have come to rest, it must work.

A till that refuses everything, or an office that grants nothing any more, breaks no limit and loses no sale. So
each till in good standing sells, and uses new codes of several policies and of a new guest, alone and two on one bill,
with its line whole and nothing in the way.
"""

import random
from functools import partial
from uuid import UUID

from pos_app.usecases.giving_back import Why
from pos_app.usecases.results import Redeemed, Undone
from pos_app.usecases.source import Source
from pos_app.usecases.void import void
from sync.central.services.epochs import book_missing
from sync.central.services.networks import switch_referral
from sync.rules.campaign import Stacking
from sync.rules.sale import Line
from tests.simulation.healing import in_good_standing
from tests.simulation.in_touch import hear
from tests.simulation.machine import Machine, Process
from tests.simulation.office_life import CodeFacts, GuestFacts
from tests.simulation.steps.giving_back import MANAGER, tell_undone
from tests.simulation.world import Violation, World

WHAT_MUST_WORK = "after healing, tills in good standing sell and redeem"
ROUNDS = 60
"""How often a till may hear the office before the new codes must be with it: a page may hold one change only."""
OF_A_GUEST = ("guestly", "bonus", "friend", "stackable")
"""What each till has codes of its own of: of a shared one another till may hold all units."""
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
    with world.host.transaction(world.office.network) as connection:
        world.host.run(switch_referral(connection, world.office.network, enabled=True))
    for place, machine in enumerate(tills):
        bills = [world.office.new_codes(chance, now_ms, name=name) for name in OF_A_GUEST]
        # Later than the codes: none of them is this guest's own.
        guest = world.office.new_guest()
        _catch_up(world, machine)
        # Of the limited ones each till has its own: there are three of one use, and two that only the office grants.
        for code in (everybody[0], once[place], *online[place : place + 1]):
            _redeem(world, machine, code)
        for codes in (
            [],
            *(each if each[0].campaign.stacking is Stacking.COMBINABLE else each[:1] for each in bills),
        ):
            _sell(world, machine, codes, guest)
        _give_back(world, machine)
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


def _sell(world: World, machine: Machine, codes: list[CodeFacts], guest: GuestFacts) -> None:
    lines = [Line(amount_minor=AMOUNT_MINOR)]

    def work(process: Process) -> list[str]:
        card = process.counter.look_up(guest.card, Source.CAMERA, lines=lines)
        looks = [card]
        looks += [
            process.counter.look_up(code.text, Source.CAMERA, lines=lines, guest=card.guest) for code in codes
        ]
        said = [str(look.reason) for look in looks if not look.accepted]
        if said:
            return said
        sold = process.counter.sell(lines, looks)
        world.acknowledge(machine, sold.event, "sale", None, f"receipt {sold.receipt}")
        return [] if len(sold.redemptions) == len(codes) else [f"{len(sold.redemptions)} of them count"]

    said = world.act(machine, work)
    if said is None or said:
        texts = ", ".join(code.text for code in codes)
        raise Violation(9, WHAT_MUST_WORK, f"{machine.name} does not sell with {texts or 'no code'} ({said})")


def _give_back(world: World, machine: Machine) -> None:
    """Undo the newest sale and the newest use without one, as of this very morning."""
    mine = [each for each in world.acknowledged.values() if each.machine == machine.name]
    for verdict in ("sale", "accept"):
        event = next(each.event for each in reversed(mine) if each.verdict == verdict)
        undone = world.act(machine, partial(_void, event=event))
        if undone is None:
            raise Violation(
                9, WHAT_MUST_WORK, f"{machine.name} does not undo what it has just recorded ({verdict})"
            )
        tell_undone(world, machine.name, undone)


def _void(process: Process, event: UUID) -> Undone:
    why = Why(staff=None, reason="mistake", approved_by=MANAGER)
    return void(process.counter._desk, event, why)
