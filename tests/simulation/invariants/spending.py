"""Invariants 2 and 3 at the counter: what a till accepts takes exactly the units it should, and adds up."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from sync.rules.campaign import BenefitKind, Campaign, Policy
from sync.rules.code import Kind
from tests.simulation.at_cursor import as_told
from tests.simulation.book import Book, Written
from tests.simulation.machine import Machine
from tests.simulation.new_uses import new_uses
from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

Key = tuple[str, int, int]
"""Kind, subject and guest of a limit."""


@invariant(2, "a use takes a unit of every limit that it falls under", at=When.STEP)
def takes_its_units(world: World) -> Iterator[str]:
    """By the bytes: one unit of the code and of its guest, the discount of the budget, or one unit of risk."""
    for machine, written, code in new_uses(world):
        if written.event in world.poison or written.payload.get("outcome") != "accept":
            continue
        taken = _taken(world.books[machine.name], written)
        risk = ("risk", code.campaign.id, 0)
        at_risk = taken.pop(risk, 0)
        if at_risk > 1 or (at_risk and code.campaign.policy is not Policy.ALLOW_WITH_RISK):
            yield f"{machine.name} takes {at_risk} units of risk for {code.text}"
        for key, units in _due(code, written).items():
            had = taken.pop(key, 0)
            if had != units and not (at_risk and had == 0 and key[0] != "budget"):
                yield f"{machine.name} uses {code.text} and takes {had} units of {key}, not {units}"
        if taken:
            yield f"{machine.name} uses {code.text} and takes {dict(taken)}, which it has no part in"


@invariant(2, "what a guest alone can have is given to nobody without one", at=When.STEP)
def has_a_guest(world: World) -> Iterator[str]:
    """Limits of each guest, points and tiers mean nothing to somebody whom nobody knows."""
    for machine, written, code in new_uses(world):
        campaign = code.campaign
        of_guests = (
            campaign.max_uses_per_guest is not None
            or campaign.max_uses_per_guest_per_day is not None
            or campaign.kind is Kind.REFERRAL
            or campaign.benefit.kind in (BenefitKind.POINTS, BenefitKind.TIER_GRANT)
        )
        if of_guests and written.event not in world.poison and written.payload.get("guest_id") is None:
            yield f"{machine.name} takes {code.text} of nobody"


@invariant(2, "a guest of whom a till has heard that they are blocked uses no code", at=When.STEP)
def not_blocked(world: World) -> Iterator[str]:
    """By the feed: the guest as they were at the till's own cursor."""
    for machine, written, code in new_uses(world):
        guest = written.payload.get("guest_id")
        if guest is None or written.payload.get("outcome", "accept") != "accept":
            continue
        for row in as_told(world, written, "guest", guest):
            if row is not None and row["guest"].get("blocked"):
                at = written.fields["cursor"][1]
                yield f"{machine.name} at {at} takes {code.text} of guest {guest}, who the feed had told is blocked"


@invariant(2, "points that pay, and points given by hand, are taken from a lease", at=When.STEP)
def points_are_taken(world: World) -> Iterator[str]:
    """By the bytes: the guest's own points, or the allowance of the restaurant."""
    for machine, written in world.new:
        payload = written.payload
        due: Counter[Key] = Counter()
        if written.kind == "sale":
            due["points", payload.get("guest_id") or 0, 0] = payload.get("points_spent", 0)
        elif written.kind == "points.adjusted" and payload["points"] < 0:
            due["points", payload["guest_id"], 0] = -payload["points"]
        elif written.kind == "points.adjusted":
            due["credit", machine.restaurant, 0] = payload["points"]
        else:
            continue
        taken = _taken(world.books[machine.name], written)
        if +taken != +due:
            yield f"{machine.name} writes a {written.kind} that takes {dict(taken)}, not {dict(+due)}"


@invariant(2, "a sale adds up", at=When.STEP)
def adds_up(world: World) -> Iterator[str]:
    """Lines, discounts and what was paid are one sum, each line's share too; nobody is paid for buying."""
    for machine, written in world.new:
        if written.kind != "sale":
            continue
        sale = written.payload
        lines = sale["lines"]
        total = sum(line["amount_minor"] for line in lines)
        off = sum(line.get("discount_minor", 0) for line in lines)
        if (total, off, total - off) != (sale["total_minor"], sale["discount_minor"], sale["paid_minor"]):
            yield f"{machine.name}: lines of {total} less {off}, and a sale of {sale}"
        uses = [world.books[machine.name].by_id.get(UUID(each)) for each in sale.get("redemptions", [])]
        if None in uses:
            yield f"{machine.name}: a sale names a use that is not in its journal"
            continue
        if len({use.payload["code_id"] for use in uses if use is not None}) < len(uses):
            yield f"{machine.name}: a sale uses one code twice"
        given = sum(use.payload.get("discount_minor", 0) for use in uses if use is not None)
        if given + sale.get("tier_discount_minor", 0) != sale["discount_minor"]:
            yield f"{machine.name}: codes give {given}, the sale takes off {sale['discount_minor']}"
        if not 0 <= sale.get("points_paid_minor", 0) <= sale["paid_minor"] <= total:
            yield f"{machine.name}: of {total} {sale['paid_minor']} are paid, {sale.get('points_paid_minor')} by points"


@invariant(2, "what was granted to one sale is spent by that sale", at=When.STEP)
def bound_to_a_sale(world: World) -> Iterator[str]:
    """A grant that the office made for one sale dies with it; a strict campaign gives no other."""
    strict = {
        code.id
        for code in world.office.codes
        if code.campaign.policy is Policy.ONLINE_ONLY and code.campaign.id not in world.office.edited
    }
    for machine, written in world.new:
        book = world.books[machine.name]
        for lease, _ in written.spends:
            grant = book.granted.get(lease, {})
            if grant.get("sale_bound") and written.payload.get("by") == "lease":
                yield f"{machine.name} spends {lease}, which was granted to one sale, as if it were held ahead"
            if grant.get("kind") == "uses" and grant.get("subject") in strict and not grant.get("sale_bound"):
                yield f"{machine.name} spends {lease} of a strict campaign, which no sale had asked for"
            others = {
                each.payload.get("sale") or str(each.event)
                for each in book.events.values()
                if any(spent == lease for spent, _ in each.spends)
            }
            if grant.get("sale_bound") and len(others) > 1:
                yield f"{machine.name} spends {lease} in {len(others)} sales, it was granted to one"


@invariant(2, "a till takes a code at risk no more often than its campaign allows", at=When.STEP)
def within_risk(world: World) -> Iterator[str]:
    """By the bytes, of what the office has not heard of yet: so many uses of a code, so many units in all.

    What the till took for settled when it wrote counts as heard, though it may have learnt since that the office was
    put back; of what it has let go it knows nothing more.
    """
    for machine, written, code in new_uses(world):
        if machine.process is None:
            continue
        book, risk = world.books[machine.name], ("risk", code.campaign.id, 0)
        if not _taken(book, written)[risk]:
            continue
        life = (machine.name, written.incarnation)
        applied = max(_applied(machine).get(written.incarnation, 0), world.taken_for_settled.get(life, 0))
        open_ = [
            each
            for (life, seq), each in book.events.items()
            if life == written.incarnation
            and seq > applied
            and each.payload.get("code_id") == code.id
            and not book.has_let_go(each)
        ]
        taken = sum(_taken(book, each)[risk] for each in open_)
        if taken > code.campaign.risk_per_code:
            yield f"{machine.name} takes {code.text} {taken} times at risk, {code.campaign.risk_per_code} are allowed"
    for machine in world.machines:
        if machine.process is not None and world.books[machine.name].changed:
            for incarnation, applied in _applied(machine).items():
                world.taken_for_settled[machine.name, incarnation] = applied


def _applied(machine: Machine) -> dict[int, int]:
    """Return up to which event of each life a running till takes the office to have everything."""
    if machine.process is None:
        return {}
    return dict(
        machine.process.till.journal._connection.execute(
            "SELECT incarnation, applied FROM incarnations"
        ).fetchall()
    )


def _due(code: CodeFacts, written: Written) -> dict[Key, int]:
    campaign: Campaign = code.campaign
    guest, discount = written.payload.get("guest_id"), written.payload.get("discount_minor", 0)
    due: dict[Key, int] = {}
    if code.max_uses is not None:
        due["uses", code.id, 0] = 1
    if campaign.max_uses_per_guest is not None and guest is not None:
        due["guest_uses", campaign.id, guest] = 1
    if campaign.budget_minor is not None and discount:
        due["budget", campaign.id, 0] = discount
    return due


def _taken(book: Book, written: Written) -> Counter[Key]:
    """Return the units that an event takes of each limit, by the grants that its till holds."""
    taken: Counter[Key] = Counter()
    for lease, units in written.spends:
        grant = book.granted.get(lease)
        if grant is not None:
            taken[grant["kind"], grant["subject"], grant.get("guest", 0)] += units
    return taken
