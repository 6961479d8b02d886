"""Many tills of one network at the real central, each with its own key, enrolled and given its leases over HTTP."""

import asyncio
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.central.database import connected
from sync.central.services.campaigns import create_campaign
from sync.central.services.enrolment_codes import issue_code
from sync.central.services.tills import till_named
from sync.protocol.contact import Contact
from sync.protocol.keys import SigningKey
from sync.protocol.leases import Grant
from sync.protocol.wire import read_canonical
from sync.rules.campaign import Benefit, BenefitKind, Campaign
from sync.rules.code import Kind
from sync.till.clock import SystemClock, SystemRandomness
from sync.till.enrol import ask_to_enrol
from sync.till.http_office import Credentials, HttpOffice
from tests.bench.journals import Held, Pen
from tests.builders.central_process import CentralProcess, start_central
from tests.builders.real_network import RealNetwork

ENROLLING_AT_ONCE = 8
LEASED_CODES, OPEN_CODES = 40, 2_000
UNITS = 1_000_000
CAMPAIGN = "Day"
IN_STEP_S, POLL_S = 30, 0.05


@dataclass
class FleetTill:
    """One till: what it writes with, and how it talks."""

    pen: Pen
    office: HttpOffice


@dataclass
class Fleet:
    """Central, its network's unlimited codes with their campaign, and its tills."""

    network: RealNetwork
    campaign: int
    codes: list[int]
    tills: list[FleetTill]


@contextmanager
def a_fleet(folder: Path, tills: int, *, workers: int = 1) -> Iterator[Fleet]:
    """Start central, make a network and enrol tills; everything ends with the block."""
    central = start_central(folder / "office", workers=workers)
    fleet = None
    try:
        network = RealNetwork(central, folder)
        asyncio.run(_offer(central.dsn(), network))
        network.import_codes(
            *(f"VOUCHER,LEASED-{number},Leased,{UNITS},,{CAMPAIGN},leased" for number in range(LEASED_CODES)),
            *(f"VOUCHER,OPEN-{number},Open,,,{CAMPAIGN},leased" for number in range(OPEN_CODES)),
        )
        invitations = asyncio.run(_invite(central.dsn(), network, tills))
        with ThreadPoolExecutor(ENROLLING_AT_ONCE) as pool:
            enrolled = list(pool.map(lambda code: _enrol(central.url, code), invitations))
        rows = central.rows(
            "SELECT id, campaign_id FROM codes WHERE network_id = $1 AND max_uses IS NULL", network.id
        )
        cursor = _end_of_the_feed(central, network)
        for till in enrolled:
            till.pen.cursor = cursor
        fleet = Fleet(network, rows[0]["campaign_id"], [row["id"] for row in rows], enrolled)
        yield fleet
    finally:
        for till in fleet.tills if fleet else []:
            till.office.close()
        central.close()


def _end_of_the_feed(central: CentralProcess, network: RealNetwork) -> tuple[str, int]:
    """Return the newest cursor, once every change has its number: a till that is in step is judged by it."""
    ends = time.monotonic() + IN_STEP_S
    while central.rows("SELECT 1 FROM outbox WHERE network_id = $1 AND number IS NULL LIMIT 1", network.id):
        if time.monotonic() > ends:
            message = "the sequencer does not get through"
            raise TimeoutError(message)
        time.sleep(POLL_S)
    (row,) = central.rows("SELECT feed_epoch, feed_head FROM networks WHERE id = $1", network.id)
    return str(row["feed_epoch"]), row["feed_head"]


async def _offer(dsn: str, network: RealNetwork) -> None:
    """Make the campaign that the codes belong to; what it gives is what the journals say was given."""
    async with connected(dsn) as database, database.network_transaction(network.id) as connection:
        offer = Campaign(
            id=0,
            kind=Kind.VOUCHER,
            name=CAMPAIGN,
            benefit=Benefit(kind=BenefitKind.PERCENT, percent_bp=1_000),
        )
        await create_campaign(connection, network.id, offer)


async def _invite(dsn: str, network: RealNetwork, tills: int) -> list[str]:
    codes = []
    async with connected(dsn) as database:
        for number in range(tills):
            async with database.network_transaction(network.id) as connection:
                till = await till_named(connection, network.id, network.restaurant, f"Till {number}")
                codes.append((await issue_code(connection, network.id, till)).code)
    return codes


def _enrol(url: str, code: str) -> FleetTill:
    clock, randomness, key = SystemClock(), SystemRandomness(), SigningKey(os.urandom(32))
    office = HttpOffice(url, clock=clock, randomness=randomness)
    reply = ask_to_enrol(office, code, key, "1")
    office.close()
    who = Credentials(network=reply.network, till=reply.till, incarnation=reply.incarnation, key=key)
    office = HttpOffice(url, clock=clock, randomness=randomness, credentials=who)
    said = office.contact(Contact(incarnation=reply.incarnation, app_version="1", last_seq=0, unsettled=0))
    pen = Pen(reply.network, reply.till, key, reply.incarnation)
    for grant in (read_canonical(signed.body, Grant) for signed in said.leases):
        pen.leases.append(Held(grant.lease, grant.subject, grant.units))
    return FleetTill(pen, office)
