"""Invariant 2 for referral codes: each counts once for a person, and never for whose code it is (document 001)."""

from collections import Counter
from collections.abc import Iterator

from sync.rules.code import Kind
from tests.simulation.at_cursor import as_told
from tests.simulation.book import Book, Written
from tests.simulation.invariants.days import AGREES
from tests.simulation.invariants.limits import undone_at_central
from tests.simulation.new_uses import new_uses
from tests.simulation.registry import When, invariant
from tests.simulation.world import World


@invariant(2, "a till takes a referral code once of a person, and never of whose code it is", at=When.STEP)
def once_at_a_till(world: World) -> Iterator[str]:
    """By its own journal: what it has itself recorded, and not undone, it knows."""
    for machine, written, code in new_uses(world):
        if code.campaign.kind is not Kind.REFERRAL or written.event in world.poison:
            continue
        if written.payload.get("outcome", "accept") != "accept":
            continue
        guest, book = written.payload.get("guest_id"), world.books[machine.name]
        if guest is None:
            yield f"{machine.name} takes {code.text} of nobody"
        elif guest == code.holder:
            yield f"{machine.name} takes {code.text} of guest {guest}, whose code it is"
        elif _used_before(book, written):
            yield f"{machine.name} takes {code.text} of guest {guest}, who has used it here before"


@invariant(2, "a till that has heard that referral codes are off takes none", at=When.STEP)
def off_is_off(world: World) -> Iterator[str]:
    """By the feed: the network's settings as they were at the till's own cursor."""
    for machine, written, code in new_uses(world):
        if code.campaign.kind is not Kind.REFERRAL or written.payload.get("outcome", "accept") != "accept":
            continue
        if written.event in world.poison:
            continue
        for row in as_told(world, written, "settings", world.office.network):
            if row is not None and not row["referral_enabled"]:
                at = written.fields["cursor"][1]
                yield f"{machine.name} at {at} takes {code.text}, which the feed had told to be off"


@invariant(2, "a second use of a referral code by one person is seen to be one", at=When.REST)
def second_is_seen(world: World) -> Iterator[str]:
    """Two tills that had not spoken may both take it; then a person is told of the one that came later."""
    undone = undone_at_central(world)
    uses: Counter[tuple[int, int]] = Counter()
    seen: Counter[tuple[int, int]] = Counter()
    referral = {code.id: code for code in world.office.codes if code.campaign.kind is Kind.REFERRAL}
    for row in world.host.rows(
        "SELECT event, sale, code_id, guest_id, judged FROM redemptions WHERE network_id = $1",
        world.office.network,
    ):
        if row["code_id"] in referral and not undone & {row["event"], row["sale"]}:
            uses[row["code_id"], row["guest_id"]] += 1
            seen[row["code_id"], row["guest_id"]] += row["judged"] not in AGREES
    for (code, guest), number in uses.items():
        if number - 1 > seen[code, guest]:
            yield (
                f"guest {guest} has used {referral[code].text} {number} times, and of {seen[code, guest]} "
                "somebody was told"
            )


def _used_before(book: Book, written: Written) -> bool:
    undone = {each.payload.get("original") for each in book.events.values() if each.kind == "void"}
    return any(
        each.kind == "redemption"
        and each.payload.get("outcome", "accept") == "accept"
        and (each.incarnation, each.seq) < (written.incarnation, written.seq)
        and (each.payload["code_id"], each.payload.get("guest_id"))
        == (written.payload["code_id"], written.payload["guest_id"])
        and not {str(each.event), str(each.payload.get("sale"))} & undone
        # Of what another machine had let go before it handed its journal over, only a sum has come here.
        and (each.incarnation == written.incarnation or not book.has_let_go(each))
        for each in book.events.values()
    )
