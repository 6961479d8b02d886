"""Personal data: the key that seals it, and what the office holds of one guest."""

import argparse
import sys
from collections.abc import Awaitable, Callable

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.erased_list import ErasedList
from sync.central.services.audit import record
from sync.central.services.networks import require_network
from sync.central.services.personal import erasing, exporting
from sync.central.services.personal.destroying import AFTER_DESTROYING, destroy_field_key, list_field_keys
from sync.central.services.personal.erasing import Ground
from sync.central.services.personal.family import family_of
from sync.central.services.personal.places import PLACES
from sync.central.services.personal.repeating import list_erased
from sync.central.services.personal.rotating import Rotation, begin_rotation, move_page, read_rotation
from sync.central.services.refusal import Refusal
from sync.rules.user_error import UserError

Adder = Callable[
    [str, Callable[[Office, argparse.Namespace], Awaitable[int | None]], str], argparse.ArgumentParser
]
MAX_NAME_CHARS = 200
MAX_IDLE_PAGES = 3 * len(PLACES)
"""Pages without a row before this ends: what is left then is being changed, and housekeeping comes again."""


def add_commands(command: Adder) -> None:
    """Add the commands; each prints JSON lines."""
    made = command(
        "rotate-field-keys", rotate_field_keys, "seal a network's personal data under a new, random key"
    )
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--status", action="store_true", help="only say how far the newest rotation is")

    made = command("field-keys", field_keys, "list the keys of a network's personal data, and what they seal")
    made.add_argument("--network", type=int, required=True, metavar="ID")

    made = command(
        "destroy-field-key", destroy_key, f"destroy an old key of personal data. {AFTER_DESTROYING}"
    )
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--key", type=int, required=True, metavar="N")
    made.add_argument("--by", required=True, metavar="NAME", help="who decides")

    made = command("export-guest", export_guest, "print everything that is held of a guest")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--guest", type=int, required=True, metavar="ID")

    made = command("erase-guest", erase_guest, "destroy a guest's key and what tells who they were, for good")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--guest", type=int, required=True, metavar="ID")
    made.add_argument("--reason", required=True, choices=[ground.value for ground in Ground])
    made.add_argument("--by", required=True, metavar="NAME", help="who decides")


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
        told = await begin_rotation(connection, office.secrets, network, actor=ACTOR)
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


async def field_keys(office: Office, options: argparse.Namespace) -> None:
    """Print each key with how many rows it seals, one a line."""
    network: int = options.network
    await require_network(office.database, network)
    async with office.database.network_transaction(network) as connection:
        for state in await list_field_keys(connection, network):
            say(state)


async def destroy_key(office: Office, options: argparse.Namespace) -> None:
    """Destroy a key under which nothing is sealed any more, print when, and say what backups still hold."""
    network: int = options.network
    await require_network(office.database, network)
    async with office.database.network_transaction(network) as connection:
        destroyed = await destroy_field_key(connection, network, options.key, actor=_signed(options.by))
    say(destroyed)
    sys.stderr.write(AFTER_DESTROYING + "\n")


async def export_guest(office: Office, options: argparse.Namespace) -> None:
    """Print what is held of a guest, as one line of JSON."""
    network: int = options.network
    await require_network(office.database, network)
    try:
        async with office.database.network_transaction(network, repeatable_read=True) as connection:
            family = await family_of(connection, network, options.guest)
            found = await exporting.export_guest(connection, office.secrets, network, family)
    except Refusal as refusal:
        raise _said(refusal) from refusal
    async with office.database.network_transaction(network) as connection:
        await record(connection, network, actor=ACTOR, action="guest.export", subject=f"guest:{family.root}")
    say(found)


async def erase_guest(office: Office, options: argparse.Namespace) -> None:
    """Erase a guest and print ``{"guest_id", "numbers", "erased_at", "already"}``."""
    network: int = options.network
    await require_network(office.database, network)
    try:
        async with office.database.network_transaction(network) as connection:
            erased = await erasing.erase_guest(
                connection,
                office.secrets,
                network,
                options.guest,
                ground=Ground(options.reason),
                actor=_signed(options.by),
            )
    except Refusal as refusal:
        raise _said(refusal) from refusal
    await list_erased(office.database, office.secrets, ErasedList(options.data), network)
    say(erased)


def _signed(name: str) -> str:
    if not name.strip() or len(name) > MAX_NAME_CHARS:
        raise UserError("decision_unsigned", "This decision needs a name.", "Say who decides, with --by.")
    return name.strip()


def _said(refusal: Refusal) -> UserError:
    return UserError("unknown_guest", refusal.title, refusal.detail)
