"""`fill-demo`."""

import argparse

import msgspec

from sync.central.cli.admin.office import Office
from sync.central.cli.output import say
from sync.central.demo.fill import fill_demo as fill
from sync.central.services.enrolment_codes import issue_code
from sync.central.services.networks import require_network
from sync.protocol.enrolment import enrolment_qr


async def fill_demo(office: Office, options: argparse.Namespace) -> None:
    """Fill a network; print what stands in it, samples to scan, and an enrolment of its first till."""
    await require_network(office.database, options.network)
    filled = await fill(office.database, office.secrets, options.network)
    till = filled.tills[0]
    async with office.database.network_transaction(options.network) as connection:
        issued = await issue_code(connection, options.network, till.till_id)
    enrolment = {
        "till_id": till.till_id,
        "code": issued.code,
        "expires_at": issued.expires_at,
        "qr_text": enrolment_qr(office.url, issued.code),
    }
    say({**msgspec.structs.asdict(filled), "enrolment": enrolment})
