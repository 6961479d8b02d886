"""Tiers: a till gives a guest what the feed had said of them, to the cent; a code gives each tier once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from sync.rules.campaign import BenefitKind
from tests.simulation.book import Written
from tests.simulation.invariants.limits import undone_at_central
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

SHARE_BP = {"BRONZE": 500, "SILVER": 1000, "GOLD": 1500, "PLATINUM": 2000, "VIP": 2500}
FULL_BP = 10_000
CENTS = 100


@invariant(6, "a tier gives what it is worth, to whom the feed had given it", at=When.STEP)
def by_tier(world: World) -> Iterator[str]:
    """Of bills without codes, whose sum is the tier's alone; a blocked guest gets nothing."""
    network: list[Any] = []
    for machine, written in world.new:
        sale = written.payload
        if written.kind != "sale" or sale.get("guest_id") is None or sale.get("redemptions"):
            continue
        network = network or list(
            world.host.rows("SELECT feed_epoch, model FROM networks WHERE id = $1", world.office.network)
        )
        guest = _guest_then(world, written, str(network[0]["feed_epoch"]))
        if guest is None or machine.faults:
            continue
        share = 0 if guest["blocked"] else SHARE_BP.get(guest["tier"], 0)
        worth = sale["total_minor"] * share
        off, earned = (worth + FULL_BP // 2) // FULL_BP, worth // (FULL_BP * CENTS)
        if network[0]["model"] == "POINTS":
            off = 0
        else:
            earned = 0
        if (sale.get("tier_discount_minor", 0), sale.get("points_earned", 0)) != (off, earned):
            yield (
                f"{machine.name} gives {guest} {sale.get('tier_discount_minor', 0)} off {sale['total_minor']} and "
                f"{sale.get('points_earned', 0)} points, not {off} and {earned}"
            )


def _guest_then(world: World, written: Written, epoch: str) -> dict[str, Any] | None:
    """Return what the feed had brought of the sale's guest; None where it did not, or where that is forgotten."""
    of, number = written.fields["cursor"]
    if of != epoch:
        return None
    newest = world.host.rows(
        """SELECT row FROM outbox WHERE network_id = $1 AND tab = 'guest' AND subject = $2 AND number <= $3
        ORDER BY version DESC LIMIT 1""",
        world.office.network,
        written.payload["guest_id"],
        number,
    )
    if not newest or newest[0]["row"] is None:
        return None
    later = world.host.rows(
        """SELECT 1 FROM outbox WHERE network_id = $1 AND tab = 'guest' AND subject = $2
        AND (number IS NULL OR number > $3) LIMIT 1""",
        world.office.network,
        written.payload["guest_id"],
        number,
    )
    if later:
        # A replica that came whole may hold more than its number says.
        return None
    told: dict[str, Any] = msgspec.msgpack.decode(newest[0]["row"])
    if told.get("merged_into") is not None:
        return None
    return {
        "id": told["guest"]["id"],
        "tier": told["guest"].get("tier", "BRONZE"),
        "blocked": told["guest"].get("blocked", False),
    }


@invariant(8, "a tier that a code gives comes and goes with its use", at=When.REST)
def given_by_codes(world: World) -> Iterator[str]:
    """Each booked use gives it once to a guest who is there, and it is taken back once when the use is undone."""
    crowns = {code.id for code in world.office.codes if code.campaign.benefit.kind is BenefitKind.TIER_GRANT}
    undone = undone_at_central(world)
    told: Counter[tuple[Any, str]] = Counter()
    for row in world.host.rows(
        "SELECT event, why FROM tier_changes WHERE network_id = $1", world.office.network
    ):
        told[row["event"], row["why"]] += 1
    for row in world.host.rows(
        """SELECT r.event, r.sale, r.code_id, r.guest_id FROM redemptions r JOIN guests g
            ON g.network_id = $1 AND g.id = r.guest_id AND g.erased_at IS NULL
        WHERE r.network_id = $1""",
        world.office.network,
    ):
        if row["code_id"] not in crowns:
            continue
        given, back = told[row["event"], "given"], told[row["event"], "taken_back"]
        stands = not undone & {row["event"], row["sale"]}
        if (
            given > 1
            or back > given
            or (stands and (given, back) != (1, 0))
            or (not stands and given != back)
        ):
            yield (
                f"use {row['event']}, which {'stands' if stands else 'is undone'}, gave guest {row['guest_id']} "
                f"its tier {given} times and took it back {back} times"
            )
