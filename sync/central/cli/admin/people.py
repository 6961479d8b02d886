"""`create-staff`."""

import argparse

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.admin.stdin import secret_from_stdin
from sync.central.cli.output import say
from sync.central.schema.words import Role
from sync.central.services import audit
from sync.central.services.networks import require_network
from sync.central.services.staff import NewStaff
from sync.central.services.staff import create_staff as make_staff


async def create_staff(office: Office, options: argparse.Namespace) -> None:
    """Make a person and print ``{"staff_id", "badge"}``; the badge's text is shown this once."""
    await require_network(office.database, options.network)
    new = NewStaff(
        name=options.name,
        role=Role(options.role),
        pin=secret_from_stdin("PIN") if options.pin_stdin else None,
        email=options.email,
        password=secret_from_stdin("password") if options.password_stdin else None,
        new_badge=options.badge,
    )
    async with office.database.network_transaction(options.network) as connection:
        made = await make_staff(connection, options.network, office.secrets, new)
        await audit.record(
            connection,
            options.network,
            actor=ACTOR,
            action="staff.create",
            subject=f"staff:{made.staff_id}",
            detail={"role": options.role},
        )
    say({"staff_id": made.staff_id, "badge": made.badge})
