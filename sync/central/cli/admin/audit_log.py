"""`verify-audit`: whether the audit log is as it was written."""

import argparse
from collections.abc import Awaitable, Callable

from sync.central.cli.admin.office import Office
from sync.central.cli.output import say
from sync.central.services.audit_reading import verify_audit
from sync.central.services.networks import require_network
from sync.rules.user_error import UserError

Adder = Callable[
    [str, Callable[[Office, argparse.Namespace], Awaitable[int | None]], str], argparse.ArgumentParser
]


def add_commands(command: Adder) -> None:
    """Add the command."""
    made = command("verify-audit", verify, "check that the audit log is as it was written")
    made.add_argument("--network", type=int, metavar="ID", help="this one only (default: all)")
    made.add_argument(
        "--head",
        metavar="HASH",
        help="the head that was printed for this network before: it must be there still",
    )


async def verify(office: Office, options: argparse.Namespace) -> int:
    """Print ``{"network_id", "entries", "head", "problem"}`` for each network; 1 where one is broken."""
    if options.head is not None and options.network is None:
        raise UserError("network_unnamed", "A head belongs to one network.", "Name it with --network.")
    known = None if options.head is None else _hash_of(options.head)
    if options.network is not None:
        await require_network(office.database, options.network)
    broken = 0
    for network in await office.database.network_ids() if options.network is None else [options.network]:
        found = await verify_audit(office.database, network, known=known)
        say(
            {
                "network_id": network,
                "entries": found.entries,
                "head": found.head.hex(),
                "problem": found.problem,
            }
        )
        broken = broken or int(found.problem is not None)
    return broken


def _hash_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise UserError(
            "head_unfit", "This is no hash of an entry.", "Give the head that verify-audit printed before."
        ) from None
