"""Invariant 3 for cases: of a use that nobody had taken the room for, nobody is told.

Uses that are not held by leases, those of a day and of a referral code, are judged when they come. A cashier who
undoes a mistake and does it again has used a code once, in one batch or in two.
"""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from sync.rules.code import Kind
from tests.simulation.book import Written
from tests.simulation.invariants.days import day_in
from tests.simulation.office_life import CodeFacts
from tests.simulation.registry import When, invariant
from tests.simulation.world import USED_BEFORE, World

Key = tuple[str, int, int, date | None]
"""What is counted: by a day, by a guest's day or by a person; its campaign or code, the guest, the day."""


@invariant(3, "nobody is told of a use that had room", at=When.REST)
def had_room(world: World) -> Iterator[str]:
    """All that others did counts, undone or not, for it may have come first; of its own till, what stood before it."""
    told = world.host.rows(
        """SELECT event, detail FROM cases WHERE network_id = $1 AND kind = 'rule_difference' AND event IS NOT NULL
        ORDER BY id""",
        world.office.network,
    )
    told = [row for row in told if row["detail"].get("office_says") in USED_BEFORE]
    if not told:
        return
    kept = {
        row["id"]: row["merged_into"]
        for row in world.host.rows(
            "SELECT id, merged_into FROM guests WHERE network_id = $1 AND merged_into IS NOT NULL",
            world.office.network,
        )
    }
    known: dict[UUID, tuple[int, Written]] = {}
    for machine in world.machines:
        for each in world.books[machine.name].events.values():
            known[each.event] = (machine.till_id, each)
    codes = {code.id: code for code in world.office.codes}
    uses = [
        (till, each, codes[each.payload["code_id"]])
        for till, each in known.values()
        if each.kind == "redemption"
        and each.payload.get("outcome", "accept") == "accept"
        and each.payload["code_id"] in codes
    ]
    shop = world.host.rows(
        "SELECT code_id, guest_id, at FROM redemptions WHERE network_id = $1 AND request IS NOT NULL",
        world.office.network,
    )
    for row in told:
        if row["event"] not in known or world.is_excused(row["event"]):
            continue
        till, use = known[row["event"]]
        code = codes[use.payload["code_id"]]
        key, most = _key(row["detail"]["office_says"], code, _guest(use, kept), use.fields["trusted_ms"])
        counted = sum(
            _key(
                row["detail"]["office_says"], codes[sold["code_id"]], sold["guest_id"] or 0, _ms(sold["at"])
            )[0]
            == key
            for sold in shop
            if sold["code_id"] in codes
        )
        for other_till, other, other_code in uses:
            if other.event == use.event:
                continue
            of_other, _ = _key(
                row["detail"]["office_says"], other_code, _guest(other, kept), other.fields["trusted_ms"]
            )
            if of_other == key and (other_till != till or _stood(known, till, other, use)):
                counted += 1
        if counted < most:
            yield f"somebody is told of {code.text} at till {till}: {row['detail']}, and {counted} of {most} stood before it"


def _key(says: str, code: CodeFacts, guest: int, at_ms: int) -> tuple[Key, int]:
    """Return what a use counts for, and how often that may be."""
    campaign = code.campaign
    if says == "already_used_by_guest":
        return ("person", code.id if campaign.kind is Kind.REFERRAL else -1, guest, None), 1
    day = day_in(code, at_ms)
    if says == "used_up_today":
        return ("day", campaign.id, 0, day), campaign.max_uses_per_day or 0
    return ("guest day", campaign.id, guest, day), campaign.max_uses_per_guest_per_day or 0


def _stood(known: dict[UUID, tuple[int, Written]], till: int, other: Written, use: Written) -> bool:
    """Whether an earlier use of the same till had not been undone when this one was made; of another life, it counts."""
    if other.incarnation != use.incarnation:
        return True
    names = {str(other.event), str(other.payload.get("sale"))}
    return other.seq < use.seq and not any(
        of == till
        and each.kind == "void"
        and each.payload["original"] in names
        and (each.incarnation, each.seq) < (use.incarnation, use.seq)
        for of, each in known.values()
    )


def _guest(use: Written, kept: dict[int, int]) -> int:
    guest = use.payload.get("guest_id") or 0
    while guest in kept:
        guest = kept[guest]
    return guest


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
