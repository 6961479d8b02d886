"""Personal data: the key that seals it, and what the office holds of one guest."""

import argparse
from collections.abc import Awaitable, Callable

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.services.networks import require_network
from sync.central.services.personal.places import PLACES
from sync.central.services.personal.rotating import Rotation, begin_rotation, move_page, read_rotation

Adder = Callable[
    [str, Callable[[Office, argparse.Namespace], Awaitable[int | None]], str], argparse.ArgumentParser
]
MAX_IDLE_PAGES = 3 * len(PLACES)
"""Pages without a row before this ends: what is left then is being changed, and housekeeping comes again."""


def add_commands(command: Adder) -> None:
    """Add the commands; each prints JSON lines."""
    made = command("rotate-field-keys", rotate_field_keys, "seal a network's personal data under a new key")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--status", action="store_true", help="only say how far the newest rotation is")


async def rotate_field_keys(office: Office, options: argparse.Namespace) -> int:
    """Begin a rotation, or go on with one, and print how far it is after each page.

    It may be stopped at any moment; whoever calls this again, or a serving central, goes on.
    """
    network: int = options.network
    await require_network(office.database, network)
    if options.status:
        async with office.database.network_transaction(network) as connection:
            found = await read_rotation(connection, network)
        say({"number": 0, "place": None, "moved": 0, "finished_at": None} if found is None else found)
        return 0
    async with office.database.network_transaction(network) as connection:
        told = await begin_rotation(connection, network, actor=ACTOR)
    idle = 0
    while told.finished_at is None and idle < MAX_IDLE_PAGES:
        async with office.database.network_transaction(network) as connection:
            page = await move_page(connection, office.secrets, network)
        after = page or await _as_others_left_it(office, network, told)
        idle = idle + 1 if after.moved == told.moved else 0
        told = after
        say(told)
    return 0 if told.finished_at is not None else 1


async def _as_others_left_it(office: Office, network: int, told: Rotation) -> Rotation:
    """Read where another process is that moves the same network's fields just now."""
    async with office.database.network_transaction(network) as connection:
        return await read_rotation(connection, network) or told
