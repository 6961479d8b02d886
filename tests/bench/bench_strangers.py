"""What a stranger can tell by the time: codes that are over beside codes that never were; and what rate limits cost.

The real central as a process; the kinds of question are mixed, so that whatever else the machine does meets all
alike. The statements behind them are compared in ``tests/central/security/test_equal_answers.py``; this is the clock.
"""

import asyncio
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from random import Random
from uuid import uuid4

import httpx

from sync.central.database import connected
from sync.central.http.bounds import Bounds
from sync.central.http.rates import RATES_VARIABLE, Rates
from sync.central.schema.words import Role
from sync.central.secrets import load_secrets
from sync.central.services.login import Person
from sync.central.services.scanning.ids import public_id
from sync.rules.code import Kind
from tests.bench.a_central import a_central
from tests.bench.measurement import Measurement
from tests.builders.central_process import CentralProcess
from tests.builders.office import Office, office_on

SCANS, LOGINS, LETTINGS = 600, 60, 100_000
WIDE = "wrong_codes=1000000,wrong_codes_hour=1000000,wrong_logins=1000000,wrong_logins_account=1000000"
GOAL = "medians within a tenth of each other"

Ask = Callable[[], Awaitable[httpx.Response]]


def run() -> list[Measurement]:
    """Measure; about half a minute."""
    before = os.environ.get(RATES_VARIABLE)
    os.environ[RATES_VARIABLE] = WIDE
    try:
        with a_central() as (central, _):
            return asyncio.run(_measure(central))
    finally:
        os.environ.pop(RATES_VARIABLE)
        if before is not None:
            os.environ[RATES_VARIABLE] = before


async def _measure(central: CentralProcess) -> list[Measurement]:
    secrets = load_secrets(central.data)
    async with (
        connected(central.dsn(), max_connections=2) as database,
        httpx.AsyncClient(base_url=central.url, timeout=60) as client,
    ):
        office = await office_on(database, client, secrets)
        scans = await _medians(await _scans(office), SCANS)
        logins = await _medians(_logins(office), LOGINS)
        cost_us, bare_us = await _cost(office)
    never = scans["never was"]
    return [
        *(
            Measurement(
                name=f"strangers.scan_{kind.replace(' ', '_')}", value=scans[kind], unit="ms", goal=GOAL,
                reference=never, ratio=scans[kind] / never, note=f"{SCANS} of each kind, mixed; beside: never was",
            )
            for kind in ("used up", "archived")
        ),
        Measurement(
            name="strangers.login_unknown", value=logins["unknown"], unit="ms", goal=GOAL,
            reference=logins["wrong"], ratio=logins["unknown"] / logins["wrong"],
            note=f"{LOGINS} of each kind, mixed; beside: a wrong password for a real address",
        ),
        Measurement(
            name="limits.cost", value=cost_us, unit="µs", goal="≤ 5 µs a request",
            reference=bare_us, ratio=cost_us / bare_us,
            note=f"{LETTINGS:,} requests of one caller, borrowing included; beside: an await that does nothing",
        ),
    ]  # fmt: skip


async def _scans(office: Office) -> dict[str, Ask]:
    await office.execute("UPDATE networks SET voucher_scans = true")
    campaign = await office.campaign(kind=Kind.VOUCHER)
    used_up, archived = [await office.code(campaign, max_uses=1) for _ in range(2)]
    await office.execute("UPDATE codes SET uses = 1 WHERE id = $1", used_up)
    await office.execute("UPDATE codes SET status = 'archived' WHERE id = $1", archived)

    def scan(voucher: object) -> Ask:
        path = f"/api/v1/vouchers/{voucher}/scan"
        return lambda: office.client.post(path, json={"scanSource": "CAMERA"})

    return {
        "never was": scan(uuid4()),
        "used up": scan(public_id(office.secrets, office.network, used_up)),
        "archived": scan(public_id(office.secrets, office.network, archived)),
    }


def _logins(office: Office) -> dict[str, Ask]:
    def log_in(email: str) -> Ask:
        return lambda: office.client.post("/api/auth/login", json={"email": email, "password": "a wrong one"})

    return {"wrong": log_in(office.owner_email), "unknown": log_in("nobody@example.com")}


async def _medians(kinds: dict[str, Ask], each: int) -> dict[str, float]:
    """Return the median of each kind in milliseconds; all must get one answer."""
    took: dict[str, list[float]] = defaultdict(list)
    order, answers = [*kinds] * each, set()
    Random(11).shuffle(order)
    for ask in kinds.values():
        await ask()
    for kind in order:
        began = time.perf_counter()
        answer = await kinds[kind]()
        took[kind].append((time.perf_counter() - began) * 1000)
        answers.add((answer.status_code, answer.content))
    if len(answers) != 1:
        message = f"strangers were answered in {len(answers)} ways: {answers}"
        raise RuntimeError(message)
    return {kind: statistics.median(times) for kind, times in took.items()}


async def _cost(office: Office) -> tuple[float, float]:
    """Return what letting a known caller in costs, and an empty coroutine, in microseconds."""
    bounds = Bounds(office.database, os.urandom(32), Rates())
    person = Person(network=office.network, staff=1, role=Role.OFFICE)

    async def nothing() -> None:
        pass

    # The processor's time: what else the machine does is no cost of the limits.
    began = time.process_time()
    for _ in range(LETTINGS):
        await bounds.let_name_a_code(person)
    middle = time.process_time()
    for _ in range(LETTINGS):
        await nothing()
    ended = time.process_time()
    return (middle - began) / LETTINGS * 1e6, (ended - middle) / LETTINGS * 1e6
