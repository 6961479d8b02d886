"""Voids and refunds, here and at other tills, of one's own sales and of others', more often than there is to give."""

import random
from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

from pos_app.usecases.giving_back import Why
from pos_app.usecases.refund import refund
from pos_app.usecases.results import Undone
from pos_app.usecases.void import void
from tests.simulation.link import Weather
from tests.simulation.machine import Machine, Process
from tests.simulation.registry import step
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import World

MANAGER = 1
MINUTE_MS = 60_000
RECENT = 6
"""People bring back what they bought lately, so that one sale is refunded several times over."""


@step("till: refunds a part", weight=6)
def refunds(world: World, chance: random.Random) -> str | None:
    sales = [event for event, said in world.acknowledged.items() if said.verdict == "sale"]
    machine = world.at_work(chance) if sales else None
    if machine is None:
        return None
    original = chance.choice(sales[-RECENT:])
    amount = chance.choice((100, 700, 3000, 9000))
    why = Why(staff=None, reason="returned", approved_by=chance.choice((None, MANAGER, MANAGER)))
    lines = _chosen(world, chance, original, amount)

    def work(process: Process) -> str:
        undone = refund(
            process.counter._desk, original, why, amount_minor=None if lines else amount, lines=lines
        )
        tell_undone(world, machine.name, undone)
        return f"{machine.name} refunds {undone.amount_minor} of sale {_short(original)}"

    return world.act(machine, work)


def _chosen(world: World, chance: random.Random, original: UUID, amount: int) -> dict[int, int]:
    """Choose a line of the bill for what comes back of it; none, when nobody says what it is."""
    sale = world.books[world.acknowledged[original].machine].by_id.get(original)
    if sale is None or chance.random() < 0.5:
        return {}
    line = chance.randrange(len(sale.payload["lines"]))
    sold = sale.payload["lines"][line]
    whole = sold["amount_minor"] - sold.get("discount_minor", 0)
    return {line: whole if chance.random() < 0.3 else min(amount, whole)}


@step("guest: brings parts of one purchase back one after another", weight=2)
def parts(world: World, chance: random.Random) -> str | None:
    """To the till that sold it, and rather of what a code made cheaper: each time a part of what that took comes back."""
    sales = [event for event, said in world.acknowledged.items() if said.verdict == "sale"][-4 * RECENT :]
    cheaper = [event for event in sales if _discount(world, event)]
    if not sales:
        return None
    original = chance.choice(cheaper or sales)
    machine = next(each for each in world.machines if each.name == world.acknowledged[original].machine)
    if machine.gone or not world.start(machine):
        return None
    why = Why(staff=None, reason="returned", approved_by=MANAGER)
    told = []
    for _ in range(chance.choice((0, 2, 3, 4))):
        amount = chance.choice((100, 333, 700, 3000))
        undone = world.act(machine, partial(_refund, original=original, why=why, amount_minor=amount))
        if undone is not None:
            tell_undone(world, machine.name, undone)
            told.append(undone.amount_minor)
    last = _ask_for_the_rest(world, chance, machine, original, told)
    if last is not None:
        tell_undone(world, machine.name, last)
        told.append(last.amount_minor)
    if told and chance.random() < 0.5:
        # Once more, as if nobody had seen that there is nothing left.
        again = world.act(machine, partial(_refund, original=original, why=why, amount_minor=100))
        if again is not None:
            tell_undone(world, machine.name, again)
            told.append(again.amount_minor)
    return f"{machine.name} gives back {told} of sale {_short(original)}" if told else None


@step("guest: brings parts of one purchase back elsewhere", weight=1.5)
def parts_elsewhere(world: World, chance: random.Random) -> str | None:
    """To tills that know nothing of the sale: the office alone sees which lines it still has something left of."""
    sales = [
        event
        for event, said in world.acknowledged.items()
        if said.verdict == "sale" and len(_lines(world, event)) > 1
    ][-4 * RECENT :]
    if not sales:
        return None
    original = chance.choice(sales)
    seller = next(each for each in world.machines if each.name == world.acknowledged[original].machine)
    others = [each for each in world.machines if not each.gone and each.till_id not in (0, seller.till_id)]
    if not others:
        return None
    first, paid = _lines(world, original)[0]["amount_minor"], _paid(world, original)
    why = Why(staff=None, reason="returned", approved_by=MANAGER)
    told = []
    for amount in (first // 2 + 1, min(first, paid - first // 2 - 1)):
        machine = chance.choice(others)
        undone = None
        if amount > 0 and world.start(machine):
            undone = world.act(machine, partial(_refund, original=original, why=why, amount_minor=amount))
        if undone is not None:
            tell_undone(world, machine.name, undone)
            told.append(f"{machine.name} {undone.amount_minor}")
            world.duties(machine)
    return f"of sale {_short(original)} others give back: {', '.join(told)}" if told else None


def _ask_for_the_rest(
    world: World, chance: random.Random, machine: Machine, original: UUID, told: list[int]
) -> Undone | None:
    """To the last cent what is left of it, or the whole of it as if nothing had come back yet."""
    why = Why(staff=None, reason="returned", approved_by=MANAGER)
    left = _paid(world, original) - sum(told)
    if told and left > 0 and chance.random() < 0.5:
        return world.act(machine, partial(_refund, original=original, why=why, amount_minor=left))
    if not told or chance.random() < 0.4:
        return world.act(machine, lambda process: void(process.counter._desk, original, why))
    return None


@step("till: voids", weight=4)
def voids(world: World, chance: random.Random) -> str | None:
    done = [event for event, said in world.acknowledged.items() if said.verdict in ("sale", "accept")]
    machine = world.at_work(chance) if done else None
    if machine is None:
        return None
    # Of what is long past the leases are closed, and it comes back in another way.
    original = chance.choice(done[-2 * RECENT :] if chance.random() < 0.6 else done)
    why = Why(staff=None, reason="mistake", approved_by=chance.choice((None, MANAGER, MANAGER)))

    def work(process: Process) -> str:
        undone = void(process.counter._desk, original, why)
        tell_undone(world, machine.name, undone)
        return f"{machine.name} voids {_short(original)}"

    return world.act(machine, work)


@step("guest: brings one sale back to two tills", weight=2)
def both(world: World, chance: random.Random) -> str | None:
    """Before either till can know of the other: first to a stranger, then to the one that sold, or the other way."""
    done = _shared(world)
    tills = [each for each in world.machines if not each.gone and each.till_id]
    if not done or len(tills) < 2:
        return None
    original = chance.choice(done[-2 * RECENT :])
    tills.sort(key=lambda each: each.name != world.acknowledged[original].machine)
    seller, stranger = tills[0], chance.choice(tills[1:])
    if chance.random() < 0.6:
        for machine in (seller, stranger):
            machine.link.weather = Weather.FINE
            machine.link.next_mishaps.clear()
    if chance.random() < 0.7:
        # What it does not need any more the seller gives back first: then units return by the pool.
        world.timeline.advance(chance.choice((0, DAY_MS, 4 * DAY_MS)))
        for _ in range(3):
            if world.start(seller):
                world.duties(seller)
            world.timeline.advance(MINUTE_MS)
    why = Why(staff=None, reason="mistake", approved_by=MANAGER)
    told = []
    for machine in chance.choice(((stranger, seller), (stranger, seller), (seller, stranger))):
        if world.start(machine):
            undone = world.act(machine, lambda process: void(process.counter._desk, original, why))
            if undone is not None:
                tell_undone(world, machine.name, undone)
            told.append(f"{machine.name} {'says no' if undone is None else 'voids it'}")
            world.duties(machine)
    return f"{_short(original)} is brought back to two tills: {', '.join(told)}"


def _shared(world: World) -> list[UUID]:
    """Return the sales, and uses without one, that took units of a limit of which others have taken some too.

    Nothing was given back of them so far.

    Of a limit that nobody else has touched no more can come back than all of it.
    """
    taken: Counter[tuple[str, int, int]] = Counter()
    limits: dict[UUID, set[tuple[str, int, int]]] = {}
    undone: set[str] = set()
    for book in world.books.values():
        for written in book.events.values():
            undone.add(written.payload.get("original", ""))
            for lease, units in written.spends:
                grant = book.granted.get(lease)
                if grant is not None:
                    key = (grant["kind"], grant["subject"], grant.get("guest", 0))
                    taken[key] += units
                    of = written.payload.get("sale")
                    limits.setdefault(UUID(of) if of else written.event, set()).add(key)
    return [
        event
        for event in world.acknowledged
        if str(event) not in undone and any(taken[key] > 1 for key in limits.get(event, ()))
    ]


def _refund(process: Process, original: UUID, why: Why, amount_minor: int) -> Undone:
    return refund(process.counter._desk, original, why, amount_minor=amount_minor)


def _paid(world: World, sale: UUID) -> int:
    written = world.books[world.acknowledged[sale].machine].by_id.get(sale)
    return 0 if written is None else int(written.payload.get("paid_minor", 0))


def _lines(world: World, sale: UUID) -> list[dict[str, Any]]:
    written = world.books[world.acknowledged[sale].machine].by_id.get(sale)
    return [] if written is None else list(written.payload.get("lines", []))


def _discount(world: World, sale: UUID) -> int:
    written = world.books[world.acknowledged[sale].machine].by_id.get(sale)
    return 0 if written is None else int(written.payload.get("discount_minor", 0))


def tell_undone(world: World, machine: str, undone: Undone) -> None:
    """Note what a till has given back, and what that may lead to."""
    # Two tills may give back the same sale before either has heard of the other: central then sets one aside.
    world.expected_cases |= {"refund_exceeds", "quarantined", "restore_impossible"}
    world.note("refunds and voids")
    holder = next(each for each in world.machines if each.name == machine)
    world.acknowledge(holder, undone.event, "given back", None, f"gave back {undone.amount_minor}")


def _short(event: UUID) -> str:
    return event.hex[-6:]
