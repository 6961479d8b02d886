"""`generate-codes`."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from sync.central.cli.admin.durability import Adder
from sync.central.cli.admin.genuine import end_of
from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.schema.words import MakingStatus
from sync.central.services.making.code_csv import code_lines
from sync.central.services.making.engine import Came, make_order
from sync.central.services.making.orders import BulkOrder, BulkView, order_codes, read_order
from sync.central.services.networks import require_network
from sync.rules.code import Kind
from sync.rules.user_error import UserError

LOOK_AGAIN_S = 0.5
_OPEN = (MakingStatus.WAITING, MakingStatus.RUNNING)


def add_commands(command: Adder) -> None:
    """Add the command."""
    made = command("generate-codes", generate_codes, "make up to a million codes at once")
    made.add_argument("--network", type=int, required=True, metavar="ID")
    made.add_argument("--kind", required=True, choices=[kind.value for kind in Kind])
    made.add_argument("--count", type=int, required=True, metavar="N")
    made.add_argument("--name", required=True, help="what cashiers read")
    made.add_argument("--campaign", type=int, metavar="ID", help="whose terms they have")
    made.add_argument("--prefix", default="", metavar="TEXT")
    made.add_argument("--length", type=int, metavar="N", help="random characters of each (default: 12)")
    made.add_argument("--max-uses", type=int, default=1, metavar="N", help="uses of each; 0: no limit")
    made.add_argument("--expires-at", metavar="YYYY-MM-DD", help="the last day, in the network's zone")
    made.add_argument("--out", type=Path, metavar="FILE.csv", help="write them into a file")


async def generate_codes(office: Office, options: argparse.Namespace) -> int:
    """Make codes, tell progress on stderr, and print the order; with ``--out`` write them into a file."""
    network_id: int = options.network
    await require_network(office.database, network_id)
    async with office.database.network_transaction(network_id) as connection:
        zone = ZoneInfo(await connection.fetchval("SELECT zone FROM networks WHERE id = $1", network_id))
        order = await order_codes(
            connection, network_id, _order(options, end_of(options.expires_at, zone)), staff=None, actor=ACTOR
        )
    made = await _made(office, network_id, order)
    if made.status is not MakingStatus.DONE:
        raise UserError("codes_not_made", f"The order is {made.status}: {made.problem or 'no codes'}.", "")
    if options.out is not None:
        await _write(office, network_id, made.id, options.out)
    spent = (made.finished_at or made.created_at) - made.created_at
    say(
        {
            "batch_id": made.id,
            "made": made.made,
            "campaign_id": made.campaign_id,
            "seconds": spent.total_seconds(),
        }
    )
    return 0


async def _made(office: Office, network_id: int, order: BulkView) -> BulkView:
    """Make an order, here or wherever it is begun first, until it is over."""
    making = asyncio.create_task(make_order(office.database, office.secrets, network_id, order.id))
    try:
        while True:
            ended, _ = await asyncio.wait({making}, timeout=LOOK_AGAIN_S)
            async with office.database.network_transaction(network_id) as connection:
                now = await read_order(connection, network_id, order.id)
            print(f"{now.made:,} of {now.wanted:,} codes", file=sys.stderr, flush=True)
            if ended and making.result() is not Came.ELSEWHERE:
                return now
            if ended and now.status not in _OPEN:
                return now
            if ended:
                # A server that runs on the same database was faster.
                await asyncio.sleep(LOOK_AGAIN_S)
    finally:
        making.cancel()


async def _write(office: Office, network_id: int, order_id: int, path: Path) -> None:
    try:
        with path.open("wb") as file:
            async for piece in code_lines(office.database, network_id, order_id):
                file.write(piece)
    except OSError as error:
        raise UserError(
            "file_unwritable",
            f"{path} cannot be written: {error.strerror}.",
            f"The codes are there all the same: order {order_id}.",
        ) from error


def _order(options: argparse.Namespace, expires_at: datetime | None) -> BulkOrder:
    given: dict[str, Any] = {
        "kind": Kind(options.kind),
        "count": options.count,
        "name": options.name,
        "campaign_id": options.campaign,
        "prefix": options.prefix,
        "length": options.length,
        "max_uses": options.max_uses or None,
        "expires_at": None if expires_at is None else expires_at.astimezone(UTC).isoformat(),
    }
    try:
        return msgspec.convert(given, BulkOrder)
    except msgspec.ValidationError as error:
        raise UserError(
            "order_unfit", f"The order does not fit: {error}.", "Choose another number."
        ) from error
