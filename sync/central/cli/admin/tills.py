"""`enrolment`, `revoke-till` and `lost-till`."""

import argparse

from sync.central.cli.admin.office import ACTOR, Office
from sync.central.cli.output import say
from sync.central.schema.words import Noun
from sync.central.services import audit
from sync.central.services.directory import require_network_of
from sync.central.services.enrolment_codes import issue_code
from sync.central.services.lost_tills import give_up
from sync.central.services.tills import revoke_till as revoke
from sync.central.services.tills import till_named
from sync.protocol.enrolment import enrolment_qr


async def enrolment(office: Office, options: argparse.Namespace) -> None:
    """Issue an enrolment and print ``{"code", "expires_at", "qr_text", "till_id"}``."""
    network_id = await require_network_of(office.database, Noun.RESTAURANT, options.restaurant)
    async with office.database.network_transaction(network_id) as connection:
        till_id = await till_named(connection, network_id, options.restaurant, options.till)
        issued = await issue_code(connection, network_id, till_id)
        await audit.record(
            connection, network_id, actor=ACTOR, action="till.enrolment", subject=f"till:{till_id}"
        )
    say(
        {
            "code": issued.code,
            "expires_at": issued.expires_at,
            "qr_text": enrolment_qr(office.url, issued.code),
            "till_id": till_id,
        }
    )


async def revoke_till(office: Office, options: argparse.Namespace) -> None:
    """Revoke a till and print ``{"till_id", "status", "changed"}``."""
    network_id = await require_network_of(office.database, Noun.TILL, options.till)
    async with office.database.network_transaction(network_id) as connection:
        changed = await revoke(connection, network_id, options.till, actor=ACTOR)
        status = await connection.fetchval(
            "SELECT status FROM tills WHERE network_id = $1 AND id = $2", network_id, options.till
        )
    say({"till_id": options.till, "status": status, "changed": changed})


async def lost_till(office: Office, options: argparse.Namespace) -> None:
    """Give up what a till holds and print ``{"till_id", "status", "leases", "units", "reissued"}``."""
    network_id = await require_network_of(office.database, Noun.TILL, options.till)
    async with office.database.network_transaction(network_id) as connection:
        given_up = await give_up(
            connection,
            network_id,
            options.till,
            by=options.by,
            reissue=options.reissue,
            incarnation=options.incarnation,
        )
    say(given_up._asdict())
