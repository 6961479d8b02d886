"""Points: guests who have some, bills that they pay in part, and points given and taken by hand."""

import random

from pos_app.usecases.manual_credit import manual_credit
from pos_app.usecases.source import Source
from sync.central.services.guests import NewGuest, create_guest
from sync.rules.sale import Line
from tests.simulation.machine import Process
from tests.simulation.office_life import GuestFacts
from tests.simulation.registry import step
from tests.simulation.world import World

MAX_RICH_GUESTS = 3


@step("office: registers a guest with points", weight=1.5)
def rich_guest(world: World, chance: random.Random) -> str | None:
    """The balance stands in the ledger from the first moment."""
    if len(rich(world)) >= MAX_RICH_GUESTS:
        return None
    points = chance.choice((20, 200, 1000))

    async def work() -> GuestFacts:
        async with world.host.database.network_transaction(world.office.network) as connection:
            new = NewGuest(name=f"Rich {points}", points=points)
            made = await create_guest(connection, world.office.network, world.host.secrets, new)
        return GuestFacts(made.guest_id, made.card)

    guest = world.host.run(work())
    world.office.guests.append(guest)
    return f"the office registers guest {guest.id} with {points} points"


@step("till: sells, paid in part with points", weight=8)
def pays(world: World, chance: random.Random) -> str | None:
    wealthy = rich(world)
    machine = world.at_work(chance) if wealthy else None
    if machine is None:
        return None
    card = chance.choice([guest.card for guest in world.office.guests if guest.id in wealthy])
    lines = [Line(amount_minor=chance.randint(1000, 9000)) for _ in range(chance.randint(1, 2))]

    def work(process: Process) -> str:
        counter = process.counter
        look = counter.look_up(card, Source.CAMERA, lines=lines)
        most = counter.points_offer(counter.price(lines, [look])).points if look.accepted else 0
        points = chance.randint(0, most) if most else 0
        sold = counter.sell(lines, [look] if look.accepted else [], points=points)
        world.acknowledge(machine, sold.event, "sale", None, f"receipt {sold.receipt}, {points} points")
        world.note("sales paid with points" if points else "sales acknowledged")
        return f"{machine.name} sells for {sold.paid_minor}, {points} points of it"

    return world.act(machine, work)


@step("till: credits points by hand", weight=5)
def credits_by_hand(world: World, chance: random.Random) -> str | None:
    machine = world.at_work(chance)
    if machine is None:
        return None
    guest = chance.choice(rich(world) or [guest.id for guest in world.office.guests])
    points = chance.choice((5, 40, 100, 101, 900, 1500, -5, -60, -300))
    staff = chance.choice(world.office.staff)
    second = chance.choice((None, None, staff, *world.office.staff))

    def work(process: Process) -> str:
        done = manual_credit(
            process.counter._desk,
            guest,
            points,
            reason="apology",
            note="simulated",
            staff=staff.id,
            second_pin=None if second is None else second.badge,
        )
        world.acknowledge(machine, done.event, "credited", None, f"{points} points")
        world.note("points credited by hand" if points > 0 else "points debited by hand")
        return f"{machine.name} credits guest {guest} with {points} ({staff.role}, {second and second.role})"

    return world.act(machine, work)


def rich(world: World) -> list[int]:
    """Return the guests whose points the office has begun with some."""
    return [
        row["guest_id"]
        for row in world.host.rows(
            """SELECT guest_id FROM points_transactions WHERE network_id = $1 AND operation = 'opening'
            ORDER BY guest_id""",
            world.office.network,
        )
    ]
