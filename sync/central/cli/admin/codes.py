"""`import-codes` and `code-status`."""

import argparse
import sys

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.database import OUT_OF_REACH
from sync.central.services import code_import
from sync.central.services.code_file import BadLine, read_code_file
from sync.central.services.codes import code_standing
from sync.central.services.networks import require_network
from sync.central.services.refusal import Refusal
from sync.rules.user_error import UserError

LINES_TOLD = 10_000
"""How often an import tells how far it is."""


async def import_codes(office: Office, options: argparse.Namespace) -> int:
    """Import a file, all of its good lines or none, and print what was made and every bad line.

    Progress is told on stderr. The status is 1 when nothing of it was good.
    """
    network_id: int = options.network
    await require_network(office.database, network_id)
    async with office.database.network_transaction(network_id) as connection:
        network = await connection.fetchrow("SELECT zone, currency FROM networks WHERE id = $1", network_id)
    zone, currency = network["zone"], network["currency"]
    try:
        file = options.file.open("rb")
    except OSError as error:
        raise UserError(
            "file_unreadable", f"{options.file} cannot be read: {error.strerror}.", "Check its name."
        ) from error
    with file:
        read = read_code_file(file, zone=zone, currency=currency)
        for column in read.unknown_columns:
            print(f"the column {column!r} is not known and was left out", file=sys.stderr)
        taking = code_import.Taking(network_id, zone, currency, ACTOR)
        try:
            result = await code_import.import_codes(
                office.database, office.secrets, taking, read.lines, on_bad=_tell, on_progress=_tell_progress
            )
        except Refusal as refusal:
            raise UserError("import_refused", refusal.title, refusal.detail) from refusal
        except OUT_OF_REACH as error:  # the file, too, when it goes away while it is read
            # Its commit may have been under way at that very moment; asking for a code tells.
            raise UserError(
                "import_interrupted",
                f"The import was interrupted ({type(error).__name__}): no part of the file was made alone.",
                "Import it again: should all of it be there already, its lines are refused as codes that exist.",
            ) from error
    say(
        {
            "imported": result.codes,
            "refused": len(result.bad),
            "bad_lines": [
                {"line": bad.number, "reason": bad.reason, "message": bad.sentence} for bad in result.bad
            ],
            "campaigns": [
                {"campaign_id": made.id, "name": made.name, "kind": made.kind, "policy": made.policy}
                for made in result.campaigns
            ],
            "unknown_columns": read.unknown_columns,
        }
    )
    return 1 if result.bad and not result.codes else 0


async def code_status(office: Office, options: argparse.Namespace) -> None:
    """Print ``{"code_id","uses","max_uses","leased","status","exposure"}``."""
    await require_network(office.database, options.network)
    async with office.database.network_transaction(options.network) as connection:
        standing = await code_standing(connection, options.network, options.code)
    said = standing._asdict()
    # Part of the exposure, which scripts read as one number.
    del said["at_risk"]
    say(said)


def _tell(bad: BadLine) -> None:
    print(f"line {bad.number}: {bad.sentence}", file=sys.stderr)


def _tell_progress(lines: int) -> None:
    if lines % LINES_TOLD == 0:
        print(f"{lines:,} lines are stored; nobody sees them before the end", file=sys.stderr, flush=True)
