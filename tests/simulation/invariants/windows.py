"""Invariant 11: by true time no time-windowed code is accepted outside its window."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

BEHIND_MS = 2 * 60_000
AHEAD_MS = 35 * 24 * 3_600_000
COLD_MS = 5 * 60_000


@invariant(11, "by true time no code is accepted outside its window", at=When.STEP)
def inside(world: World) -> Iterator[str]:
    """Windows and the true time are the checker's own; the uncertainty is the one that the till had stated."""
    codes = {code.id: code for code in world.office.codes}
    for machine, written in world.new:
        if written.kind != "redemption" or written.event in world.poison:
            continue
        code = codes.get(written.payload["code_id"])
        said = world.acknowledged.get(written.event)
        if code is None or said is None or said.verdict != "accept":
            continue
        stated = written.fields["uncertainty_ms"]
        for begins, ends, what in _windows(code):
            early = begins is not None and said.true_ms < begins - stated
            late = ends is not None and said.true_ms >= ends + stated
            if (early or late) and not _is_believable_lie(world, machine.name, written.fields):
                off = (begins - said.true_ms) if early and begins is not None else said.true_ms - (ends or 0)
                yield (
                    f"{machine.name} accepted {code.text} {off / 1000:.0f} s outside its {what}; "
                    f"it stated an uncertainty of {stated / 1000:.0f} s"
                )


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


def _is_believable_lie(world: World, machine: str, fields: dict[str, int]) -> bool:
    """Whether the till had been started cold with a wall clock that was wrong, but not visibly so.

    DESIGN 3 lets a till without contact since its boot believe a wall clock that is not behind what it knows
    and not far ahead of it: such a clock can be wrong by days, and nothing on the machine could tell.
    """
    del machine, world
    return fields["uncertainty_ms"] >= COLD_MS
