"""The minutes around the edges of windows, where a clock that is a little off decides wrongly."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pos_app.usecases.source import Source
from sync.protocol.leases import LimitKind
from sync.rules.sale import Line
from tests.simulation.in_touch import in_touch
from tests.simulation.link import Weather
from tests.simulation.machine import Process
from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import step
from tests.simulation.steps.counter import redeem_at
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import World

FAR_MS = 40 * DAY_MS
AHEAD_MS = 36 * DAY_MS
"""A till doubts a clock that is further ahead than this of what it knows."""
MAX_AIMED = 6
"""How often the till's clock is looked at on the way to an instant of its own."""
BESIDE_MS = (-240_000, -61_000, -20_000, -1_000, 0, 1_000, 61_000, 240_000)


@step("time: comes to the edge of a window", weight=4)
def edge(world: World, chance: random.Random) -> str | None:
    """A code is tried just before or after its window begins or ends, by a till that may have started cold."""
    machine = world.at_work(chance)
    now = world.timeline.now_ms
    edges = [(code, at) for code in world.office.codes for at in _edges(code, now) if now < at < now + FAR_MS]
    if machine is None or not edges:
        return None
    code, at = chance.choice(edges)
    if chance.random() < 0.4:
        # Started anew without a word from the office, it has nothing but its own clock, and says how vague that is.
        machine.die(power=False)
        machine.clock.reboot()
        machine.clock.wall_off_ms = chance.choice((0, 0, -100_000, 100_000))
    world.timeline.advance(max(0, at + chance.choice(BESIDE_MS) - now))
    if not world.start(machine):
        return None
    told = redeem_at(world, machine, chance, [code])
    return None if told is None else f"at the edge of its window: {told}"


@step("clock: ahead into a season that comes in a month", weight=1, fault=True)
def into_a_season(world: World, chance: random.Random) -> str | None:
    """A till that is started without a network, and whose wall clock somebody has set so that the season is on."""
    machine = world.at_work(chance)
    coming = _coming(world)
    if machine is None:
        return None
    if not coming:
        world.office.new_codes(chance, world.timeline.now_ms, name="season")
        coming = _coming(world)
    in_touch(world, machine, times=2)
    if not coming or not machine.running:
        return None
    code, begins = chance.choice(coming)
    machine.die(power=False)
    machine.clock.reboot()
    machine.clock.wall_off_ms = begins + chance.randrange(DAY_MS) - world.timeline.now_ms
    machine.link.weather = Weather.CUT
    told = redeem_at(world, machine, chance, [code]) if world.start(machine) else None
    return None if told is None else f"by a clock that is ahead {told}"


def _coming(world: World) -> list[tuple[CodeFacts, int]]:
    """Return codes whose season begins in more than a month, and when."""
    soonest = world.timeline.now_ms + AHEAD_MS
    begins = [(code, _at(date.fromisoformat(code.campaign.starts_on), "00:00", ZoneInfo(code.campaign.zone or "UTC")))
        for code in world.office.codes if code.campaign.starts_on is not None]  # fmt: skip
    return [(code, at) for code, at in begins if at > soonest]


@step("time: comes to the end of a lease", weight=2)
def lease_ends(world: World, chance: random.Random) -> str | None:
    """To the very millisecond by the till's own clock, or one beside it: from then on it spends nothing of it."""
    machine = world.at_work(chance)
    if machine is None or machine.process is None:
        return None
    till = machine.process.till
    book, now = world.books[machine.name], till.time.now().at_ms
    life = 0 if till.identity is None else till.identity.incarnation
    ends = {
        grant["expires_ms"]: grant["subject"]
        for grant in book.granted.values()
        if grant.get("expires_ms") and grant["kind"] == LimitKind.USES.value and grant["incarnation"] == life
    }
    ahead = sorted(at for at in ends if now < at < now + 3 * DAY_MS)
    if not ahead:
        return None
    at = chance.choice(ahead)
    codes = [code for code in world.office.codes if code.id == ends[at]]
    machine.link.weather = Weather.CUT
    aim = at + chance.choice((-1, 0, 0, 1))
    for _ in range(MAX_AIMED):
        # Its quartz is not the true time's: what is left is less each time.
        world.timeline.advance(max(0, aim - till.time.now().at_ms))
    told = redeem_at(world, machine, chance, codes) if codes else None
    return f"at the end of a lease: {told}" if told else None


@step("time: a bill stands open until its units have expired", weight=1)
def open_too_long(world: World, chance: random.Random) -> str | None:
    """They were there when the code was looked up; whether they still are is asked when the bill is paid."""
    codes = [code for code in world.office.codes if code.max_uses is not None]
    machine = world.at_work(chance) if codes else None
    if machine is None:
        return None
    code = chance.choice(codes)
    machine.link.clear_up()
    lines = [Line(amount_minor=chance.randint(500, 5000))]

    def work(process: Process) -> str | None:
        till = process.till
        look = process.counter.look_up(code.text, Source.CAMERA, lines=lines)
        leases = [till.journal.lease(claim.lease) for claim in look.claims]
        ends = min((each.expires_ms for each in leases if each is not None and each.expires_ms), default=None)
        if not look.accepted or ends is None:
            return None
        machine.link.weather = Weather.CUT
        aim = ends + chance.choice((-1, 0, 1, DAY_MS))
        for _ in range(MAX_AIMED):
            # Its quartz is not the true time's: what is left is less each time.
            world.timeline.advance(max(0, aim - till.time.now().at_ms))
        sold = process.counter.sell(lines, [look])
        world.acknowledge(machine, sold.event, "sale", None, f"receipt {sold.receipt}")
        for event in sold.redemptions:
            world.acknowledge(machine, event, "accept", None, "in a sale")
        world.note("sales acknowledged")
        return f"{machine.name} sells with {code.text}, which was looked up long ago"

    return world.act(machine, work)


def _edges(code: CodeFacts, now_ms: int) -> Iterator[int]:
    if code.expires_ms is not None:
        yield code.expires_ms
    campaign = code.campaign
    zone = ZoneInfo(campaign.zone or "UTC")
    for day in (campaign.starts_on, campaign.ends_on):
        if day is not None:
            last = date.fromisoformat(day) + timedelta(days=day == campaign.ends_on)
            yield _at(last, "00:00", zone)
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    for ahead in (0, 1, 3):
        for hours in campaign.active_hours:
            yield _at(today + timedelta(days=ahead), hours.start, zone)
            yield _at(today + timedelta(days=ahead), hours.end, zone) + 60_000


def _at(day: date, clock: str, zone: ZoneInfo) -> int:
    hour, minute = map(int, clock.split(":"))
    there = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    return int(there.astimezone(UTC).timestamp() * 1000)
