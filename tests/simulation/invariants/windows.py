"""Invariant 11: by true time no time-windowed code is accepted outside its window."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.simulation.new_uses import new_uses
from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import When, invariant
from tests.simulation.timeline import DAY_MS
from tests.simulation.world import World

MINUTE_MS = 60_000
JUDGED_BEFORE_MS = 30_000
SLACK_MS = 2_000
"""How long after its stamp an event may have been acknowledged: storing it, and asking for the next."""
VAGUE_MS = 5 * MINUTE_MS
"""So vague a till says it is of the time that only its own clock has told it."""
KEPT_EVERY_MS = 6 * MINUTE_MS
"""How far a till may fall behind: what it had not put on its disk yet, and how much a clock may lie behind that."""
FAR_MS = 36 * DAY_MS
"""Longer than a till may have been off and still believe its clock."""


@invariant(11, "by true time no code is accepted outside its window", at=When.STEP)
def inside(world: World) -> Iterator[str]:
    """Windows and the true time are the checker's own; the uncertainty is the one that the till had stated."""
    for machine, written, code in new_uses(world):
        said = world.acknowledged.get(written.event)
        if written.event in world.poison or said is None or said.verdict != "accept":
            continue
        stated = written.fields["uncertainty_ms"]
        for begins, ends, what in _windows(code):
            early = begins is not None and said.true_ms < begins - stated
            late = ends is not None and said.true_ms >= ends + stated
            if (early or late) and not _is_believable_lie(world, machine.name):
                off = (begins - said.true_ms) if early and begins is not None else said.true_ms - (ends or 0)
                yield (
                    f"{machine.name} accepted {code.text} {off / 1000:.0f} s outside its {what}; "
                    f"it stated an uncertainty of {stated / 1000:.0f} s"
                )


@invariant(11, "by true time no code is accepted outside its hours", at=When.STEP)
def within_hours(world: World) -> Iterator[str]:
    """Read with the checker's own arithmetic: in the zone's time, a window that crosses midnight as one."""
    for machine, written, code in new_uses(world):
        said = world.acknowledged.get(written.event)
        if not code.campaign.active_hours or said is None or said.verdict != "accept":
            continue
        stated = written.fields["uncertainty_ms"]
        if stated > DAY_MS // 2 or _is_believable_lie(world, machine.name):
            continue
        minutes = range(said.true_ms - stated - SLACK_MS, said.true_ms + stated + SLACK_MS, MINUTE_MS // 2)
        if not any(_is_open(code, instant) for instant in (*minutes, said.true_ms)):
            yield f"{machine.name} accepted {code.text} outside its hours {code.campaign.active_hours}"


@invariant(11, "what a till accepts is certain by its own word", at=When.STEP)
def certain(world: World) -> Iterator[str]:
    """By the instant and the uncertainty in the event itself, all of that span lies in the code's window."""
    for machine, written, code in new_uses(world):
        if written.event in world.poison or written.payload.get("outcome") != "accept":
            continue
        at, vague = written.fields["trusted_ms"], written.fields["uncertainty_ms"]
        for begins, ends, what in _windows(code):
            early = begins is not None and at - vague < begins
            # Judged a little before it was written: the office may have been asked in between.
            late = ends is not None and at + vague - JUDGED_BEFORE_MS >= ends
            if early or late:
                yield (
                    f"{machine.name} accepted {code.text} at the edge of its {what}, not knowing the time "
                    f"better than by {vague / 1000:.0f} s"
                )


@invariant(11, "what a till takes for certainly past is past", at=When.STEP)
def mark_is_past(world: World) -> Iterator[str]:
    """The mark that no clock may fall behind is raised by central's word only, so it never runs ahead."""
    for machine in world.machines:
        if machine.process is None:
            continue
        mark = machine.process.till.time._marks.high_water_ms
        if mark is not None and mark > world.timeline.now_ms + SLACK_MS:
            ahead_s = (mark - world.timeline.now_ms) / 1000
            yield f"{machine.name} takes an instant for past that is {ahead_s:.0f} s ahead of the true time"


def _is_open(code: CodeFacts, instant_ms: int) -> bool:
    at = datetime.fromtimestamp(instant_ms / 1000, ZoneInfo(code.campaign.zone or "UTC"))
    minute = f"{at.hour:02}:{at.minute:02}"
    for hours in code.campaign.active_hours:
        over_midnight = hours.end < hours.start
        if (
            (minute >= hours.start or minute <= hours.end)
            if over_midnight
            else hours.start <= minute <= hours.end
        ):
            return True
    return False


def _windows(code: CodeFacts) -> Iterator[tuple[int | None, int | None, str]]:
    if code.expires_ms is not None:
        yield None, code.expires_ms, "time of expiry"
    campaign = code.campaign
    if campaign.zone is not None and campaign.starts_on is not None and campaign.ends_on is not None:
        zone = ZoneInfo(campaign.zone)
        first, last = date.fromisoformat(campaign.starts_on), date.fromisoformat(campaign.ends_on)
        yield _midnight(first, zone), _midnight(last + timedelta(days=1), zone), "season"


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).timestamp() * 1000)


def _is_believable_lie(world: World, machine: str) -> bool:
    """Whether the till had been started cold with a wall clock that was wrong, but not visibly so.

    DESIGN 3 lets a till without contact since its boot believe a wall clock that is not behind what it knows
    and not far ahead of it: such a clock can be wrong by days, and nothing on the machine could tell.
    """
    holder = next(each for each in world.machines if each.name == machine)
    return holder.anchored_in != holder.clock.boot_id()


@invariant(11, "a till that central has told the time knows it as well as it says", at=When.STEP)
def honest(world: World) -> Iterator[str]:
    """Whatever a till wrote when it spoke to somebody is stamped with the true time, give or take what it states."""
    for machine, written in world.new:
        said = world.acknowledged.get(written.event)
        if said is None or machine.anchored_in != machine.clock.boot_id():
            continue
        off = abs(written.fields["trusted_ms"] - said.true_ms)
        if off > written.fields["uncertainty_ms"] + SLACK_MS:
            yield (
                f"{machine.name} stamped an event {off / 1000:.0f} s off the true time and stated "
                f"{written.fields['uncertainty_ms'] / 1000:.0f} s"
            )


@invariant(11, "no till goes back behind what it knew for certain", at=When.STEP)
def not_before(world: World) -> Iterator[str]:
    """What stands in its own journal from when central had told it the time: a clock set back brings nothing back."""
    for machine, written in world.new:
        if machine.faults:
            continue
        certain = max(
            (
                each.fields["trusted_ms"] - each.fields["uncertainty_ms"]
                for (life, seq), each in world.books[machine.name].events.items()
                if (life, seq) < (written.incarnation, written.seq)
                and life == written.incarnation
                and each.fields["uncertainty_ms"] < VAGUE_MS
            ),
            default=0,
        )
        if written.fields["trusted_ms"] < certain - KEPT_EVERY_MS:
            behind_s = (certain - written.fields["trusted_ms"]) / 1000
            yield f"{machine.name} stamps event {written.seq} {behind_s:.0f} s before what it knew to be past"


@invariant(11, "a clock far ahead of what a till knows opens no window", at=When.STEP)
def not_far_ahead(world: World) -> Iterator[str]:
    """Nobody has told it the time since it was started: by more than a month nothing is certain of the day."""
    for machine, written, code in new_uses(world):
        if machine.process is None:
            continue
        mark = machine.process.till.time._marks.high_water_ms
        if written.payload.get("outcome") != "accept" or written.event in world.poison or mark is None:
            continue
        if written.fields["uncertainty_ms"] < VAGUE_MS or not any(_windows(code)):
            continue
        if written.fields["trusted_ms"] > mark + FAR_MS:
            ahead = (written.fields["trusted_ms"] - mark) // DAY_MS
            yield f"{machine.name} accepts {code.text} by a clock that is {ahead} days ahead of what it knows"


@invariant(11, "a till that nobody has told the time is off by no more than its own clock", at=When.STEP)
def own_clock(world: World) -> Iterator[str]:
    """After a boot the wall clock is all that a till has; what it was told before is not carried on."""
    for machine, written in world.new:
        said = world.acknowledged.get(written.event)
        if said is None or machine.anchored_in == machine.clock.boot_id():
            continue
        if written.fields["boot"] != machine.clock.boot_id():
            continue
        off = abs(written.fields["trusted_ms"] - said.true_ms)
        if off > abs(machine.clock.wall_off_ms) + written.fields["uncertainty_ms"] + SLACK_MS:
            yield (
                f"{machine.name} stamped an event {off / 1000:.0f} s off the true time; its own clock is off by "
                f"{machine.clock.wall_off_ms / 1000:.0f} s, and nobody has told it the time since it was started"
            )
