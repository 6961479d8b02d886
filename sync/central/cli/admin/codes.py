"""`import-codes` and `code-status`."""

import argparse
import sys

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.services import audit, code_import
from sync.central.services.code_file import BadLine, read_code_file
from sync.central.services.codes import code_standing
from sync.central.services.networks import require_network
from sync.rules.user_error import UserError


async def import_codes(office: Office, options: argparse.Namespace) -> int:
    """Import a file and print what was made and every bad line; 1 when nothing of it was good."""
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
        result = await code_import.import_codes(
            office.database,
            office.secrets,
            network_id,
            read.lines,
            zone=zone,
            currency=currency,
            on_bad=_tell,
        )
    async with office.database.network_transaction(network_id) as connection:
        await audit.record(
            connection,
            network_id,
            actor=ACTOR,
            action="codes.import",
            subject=f"network:{network_id}",
            detail={"imported": result.codes, "refused": len(result.bad)},
        )
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
