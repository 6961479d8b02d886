"""Invariant 2 for uses by day: counted as they came, and given by no till more often than it can know of."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tests.simulation.at_cursor import as_told
from tests.simulation.invariants.limits import undone_at_central
from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

LOOKED_AT_EVERY = 4
AGREES = ("agrees", "but_guest")


@invariant(2, "the uses of a day are as many as were booked and not undone", at=When.REST)
def counted_byday_in(world: World) -> Iterator[str]:
    """By the checker's own calendar, in the campaign's zone: for everybody, and for each guest."""
    network = world.office.network
    daily = _daily(world)
    undone = undone_at_central(world)
    told: Counter[tuple[int, int, date]] = Counter()
    for row in world.host.rows(
        "SELECT event, sale, code_id, guest_id, at FROM redemptions WHERE network_id = $1", network
    ):
        code = daily.get(row["code_id"])
        if code is None or undone & {row["event"], row["sale"]}:
            continue
        day = row["at"].astimezone(ZoneInfo(code.campaign.zone or "UTC")).date()
        told[code.campaign.id, 0, day] += 1
        if row["guest_id"] is not None:
            told[code.campaign.id, row["guest_id"], day] += 1
    counted = {
        (row["campaign_id"], row["guest_id"], row["day"]): row["uses"]
        for row in world.host.rows(
            "SELECT campaign_id, guest_id, day, uses FROM day_uses WHERE network_id = $1 AND uses > 0",
            network,
        )
    }
    for key in counted.keys() | told.keys():
        if counted.get(key, 0) != told[key]:
            yield f"campaign {key[0]} counts {counted.get(key, 0)} uses of guest {key[1]} on {key[2]}, there are {told[key]}"


@invariant(2, "a use beyond those of a day is seen to be one", at=When.REST)
def beyond_is_seen(world: World) -> Iterator[str]:
    """However many of a day come in one batch: each that the day had no room for is told to a person."""
    undone, said = undone_at_central(world), world.redemptions()
    uses: Counter[tuple[int, date]] = Counter()
    seen: Counter[tuple[int, date]] = Counter()
    daily = _daily(world)
    for row in world.host.rows(
        "SELECT event, sale, code_id, at, judged FROM redemptions WHERE network_id = $1", world.office.network
    ):
        code = daily.get(row["code_id"])
        if code is None or code.campaign.max_uses_per_day is None or undone & {row["event"], row["sale"]}:
            continue
        key = (code.campaign.id, day_in(code, round(row["at"].timestamp() * 1000)))
        uses[key] += 1
        # At a till that knew of it a person has decided; of rules that have changed since nobody can say.
        asked = said.get(row["event"], {}).get("reason") == "used_up_today"
        seen[key] += row["judged"] not in AGREES or asked
    most = {code.campaign.id: code.campaign.max_uses_per_day or 0 for code in daily.values()}
    for (campaign, day), number in uses.items():
        if number - most[campaign] > seen[campaign, day]:
            yield (
                f"campaign {campaign} was used {number} times on {day}, {most[campaign]} are allowed, and of "
                f"{seen[campaign, day]} somebody was told"
            )


@invariant(2, "that a day's uses are used up is told as soon as they are", at=When.STEP)
def told_at_once(world: World) -> Iterator[str]:
    """As far as each had come by the end of its own day: what a clock put into another day nobody waits for."""
    now_ms = world.clock.now_ms()
    for code in {code.campaign.id: code for code in _daily(world).values()}.values():
        today, campaign = day_in(code, now_ms), code.campaign
        if campaign.max_uses_per_day is None or world.steps % LOOKED_AT_EVERY:
            continue
        late = world.host.rows(
            """SELECT d.uses FROM day_uses d JOIN campaigns c ON c.network_id = $1 AND c.id = d.campaign_id
            WHERE d.network_id = $1 AND d.campaign_id = $2 AND d.guest_id = 0 AND d.day = $3 AND d.uses >= $4
                AND c.used_up_on IS DISTINCT FROM d.day AND NOT EXISTS (
                    SELECT FROM redemptions r JOIN events e ON e.network_id = $1 AND e.event = r.event
                    WHERE r.network_id = $1 AND r.campaign_id = $2
                        AND (r.at AT TIME ZONE $5)::date <> (e.received_at AT TIME ZONE $5)::date)""",
            world.office.network,
            campaign.id,
            today,
            campaign.max_uses_per_day,
            campaign.zone or "UTC",
        )
        for row in late:
            yield f"{code.text} was used {row['uses']} times on {today}, and no till is told that it is used up"


@invariant(2, "that a day's uses are used up is told only while they are", at=When.STEP)
def taken_back_at_once(world: World) -> Iterator[str]:
    """Somebody undoes the last use of a day: others may have it that very day."""
    now_ms = world.clock.now_ms()
    for code in {code.campaign.id: code for code in _daily(world).values()}.values():
        if code.campaign.max_uses_per_day is None or world.steps % LOOKED_AT_EVERY:
            continue
        for row in world.host.rows(
            """SELECT d.uses FROM day_uses d JOIN campaigns c ON c.network_id = $1 AND c.id = d.campaign_id
            WHERE d.network_id = $1 AND d.campaign_id = $2 AND d.guest_id = 0 AND d.day = $3 AND d.uses < $4
                AND c.used_up_on = d.day""",
            world.office.network,
            code.campaign.id,
            day_in(code, now_ms),
            code.campaign.max_uses_per_day,
        ):
            yield f"{code.text} was used {row['uses']} times today, and tills are told that it is used up"


@invariant(2, "no till goes beyond a day's uses that it knows of", at=When.STEP)
def known_of(world: World) -> Iterator[str]:
    """What it has itself given that day, by its own journal, and what the feed has told it up to its cursor."""
    daily = _daily(world)
    for machine, written in world.new:
        code = daily.get(written.payload.get("code_id", 0))
        if code is None or written.kind != "redemption" or written.payload.get("outcome") != "accept":
            continue
        if written.event in world.poison:
            continue
        day, book = day_in(code, written.fields["trusted_ms"]), world.books[machine.name]
        undone = {each.payload.get("original") for each in book.events.values()}
        same = [
            each
            for (life, seq), each in book.events.items()
            if each.kind == "redemption"
            and (life, seq) <= (written.incarnation, written.seq)
            and each.payload.get("code_id") in daily
            and daily[each.payload["code_id"]].campaign.id == code.campaign.id
            and day_in(code, each.fields["trusted_ms"]) == day
            and not {str(each.event), str(each.payload.get("sale"))} & undone
        ]
        most = code.campaign.max_uses_per_day
        if most is not None and len(same) > most:
            yield f"{machine.name} itself gives {code.text} {len(same)} times on {day}, {most} are allowed"
        by_guest, guest = code.campaign.max_uses_per_guest_per_day, written.payload.get("guest_id")
        own = sum(each.payload.get("guest_id") == guest for each in same)
        if by_guest is not None and own > by_guest:
            yield f"{machine.name} itself gives {code.text} {own} times to guest {guest} on {day}, {by_guest} are allowed"
        for row in as_told(world, written, "campaign", code.campaign.id):
            if row is not None and row["campaign"].get("used_up_on") == day.isoformat():
                at = written.fields["cursor"][1]
                yield f"{machine.name} at {at} gives {code.text}, which the feed had told used up on {day}"


def _daily(world: World) -> dict[int, CodeFacts]:
    return {
        code.id: code
        for code in world.office.codes
        if code.campaign.max_uses_per_day is not None or code.campaign.max_uses_per_guest_per_day is not None
    }


def day_in(code: CodeFacts, at_ms: int) -> date:
    """Return the day that it was where a code is used."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(code.campaign.zone or "UTC")).date()
