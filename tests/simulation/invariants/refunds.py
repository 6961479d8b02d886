"""Invariant 8: what is given back never exceeds what was paid."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from tests.simulation.book import Written
from tests.simulation.registry import When, invariant
from tests.simulation.world import World


@invariant(8, "refunds are not more than their originals", at=When.REST)
def capped(world: World) -> Iterator[str]:
    """Of each sale central books no more back than its event says was paid, and each till no more than its own."""
    events = {written.event: written for written in world.at_central()}
    back: Counter[UUID] = Counter()
    voided: Counter[UUID] = Counter()
    for row in world.host.rows(
        "SELECT original, kind, amount_minor FROM refunds WHERE network_id = $1", world.office.network
    ):
        back[row["original"]] += row["amount_minor"]
        voided[row["original"]] += row["kind"] == "void"
    for original, amount in back.items():
        sale = events.get(original)
        paid = 0 if sale is None else sale.payload.get("paid_minor", 0)
        if amount > paid:
            yield f"{amount} was given back of sale {original}, which had paid {paid}"
        if voided[original] > 1:
            yield f"{original} was voided {voided[original]} times"
    for name, book in world.books.items():
        own: Counter[UUID] = Counter()
        for written in book.events.values():
            if written.kind in ("refund", "void"):
                own[UUID(written.payload["original"])] += written.payload["amount_minor"]
        for original, amount in own.items():
            sale = book.by_id.get(original)
            # Of what it has let go a till knows as little as of another till's sale: central holds the total.
            if sale is not None and not book.has_let_go(sale) and amount > sale.payload.get("paid_minor", 0):
                yield f"{name} itself gave back {amount} of its sale {original}"


@invariant(8, "what was given out beyond a sale is set aside", at=When.REST)
def beyond_is_set_aside(world: World) -> Iterator[str]:
    """By the bytes of what central has booked, whatever its own rows say of it."""
    held = {written.event: written for written in world.at_central()}
    given: Counter[UUID] = Counter()
    for row in world.host.rows(
        "SELECT event FROM events WHERE network_id = $1 AND kind IN ('void', 'refund') AND quarantined IS NULL",
        world.office.network,
    ):
        undoing = held[row["event"]]
        given[UUID(undoing.payload["original"])] += undoing.payload["amount_minor"]
    for original, amount in given.items():
        paid = held[original].payload.get("paid_minor", 0) if original in held else 0
        if amount > paid:
            yield f"{amount} was given out for sale {original}, which had paid {paid}, and nobody is told"


@invariant(8, "what is left of a sale can be given back", at=When.REST)
def within_is_booked(world: World) -> Iterator[str]:
    """As long as all that came back of a sale and its lines is no more than they paid, none is set aside as too much."""
    held = {written.event: written for written in world.at_central()}
    asked: Counter[UUID] = Counter()
    named: dict[UUID, Counter[int]] = {}
    voided = set()
    for written in held.values():
        if written.kind == "refund":
            asked[UUID(written.payload["original"])] += written.payload["amount_minor"]
            named.setdefault(UUID(written.payload["original"]), Counter()).update(_named(written))
        elif written.kind == "void":
            # A till that does not know the sale does not know its amount either: it is all of it.
            voided.add(UUID(written.payload["original"]))
    for row in world.host.rows(
        """SELECT e.event FROM events e JOIN cases c ON c.network_id = $1 AND c.event = e.event
        WHERE e.network_id = $1 AND e.quarantined IS NOT NULL AND c.kind = 'refund_exceeds'""",
        world.office.network,
    ):
        undoing = held[row["event"]]
        original = UUID(undoing.payload["original"])
        paid = held[original].payload.get("paid_minor", 0) if original in held else 0
        if original in voided or undoing.kind != "refund" or world.is_excused(undoing.event):
            continue
        if asked[original] <= paid and _fits(named[original], held[original]):
            yield f"{undoing.payload['amount_minor']} of sale {original} is too much, of {paid} only {asked[original]} came back"


@invariant(8, "no line comes back twice", at=When.REST)
def by_line(world: World) -> Iterator[str]:
    """Of what central has booked, by its bytes: where a person has chosen lines, no line gives back more than it paid."""
    held = {written.event: written for written in world.at_central()}
    named: dict[UUID, Counter[int]] = {}
    for row in world.host.rows(
        "SELECT event FROM events WHERE network_id = $1 AND kind = 'refund' AND quarantined IS NULL",
        world.office.network,
    ):
        undoing = held[row["event"]]
        named.setdefault(UUID(undoing.payload["original"]), Counter()).update(_named(undoing))
    for original, lines in named.items():
        if not _fits(lines, held[original]):
            yield f"of the lines of sale {original} came back {dict(lines)}, more than they had paid"


def _named(refund: Written) -> Counter[int]:
    """Return what a person has chosen to give back of each line; nothing where an amount was taken in order."""
    lines = [] if refund.payload.get("in_order") else refund.payload.get("lines", [])
    return Counter({line["line"]: line["amount_minor"] for line in lines})


def _fits(named: Counter[int], sale: Written) -> bool:
    due = [line["amount_minor"] - line.get("discount_minor", 0) for line in sale.payload["lines"]]
    return all(line < len(due) and part <= due[line] for line, part in named.items())


@invariant(8, "what a till gives back of its own sale is the part that is due", at=When.STEP)
def own_part(world: World) -> Iterator[str]:
    """By the bytes, of all its refunds of a sale together: what came back of each lease, and never more than it took."""
    for machine, written in world.new:
        if written.kind not in ("refund", "void"):
            continue
        book = world.books[machine.name]
        sale = book.by_id.get(UUID(written.payload["original"]))
        undoing = [
            each
            for each in book.events.values()
            if each.payload.get("original") == written.payload["original"]
        ]
        amount = sum(each.payload["amount_minor"] for each in undoing)
        back: Counter[tuple[UUID, UUID]] = Counter()
        for each in undoing:
            for restore in each.fields.get("restores", []):
                back[UUID(restore["of"]), UUID(restore["lease"])] += restore["units"]
        for (event, lease), units in back.items():
            of = book.by_id.get(event)
            took = 0 if of is None else dict(of.spends).get(lease, 0)
            kind = book.granted.get(lease, {}).get("kind")
            part = sale is not None and sale.kind == "sale" and amount < sale.payload["paid_minor"]
            if of is None or (part and written.kind == "refund" and kind not in ("budget", "points")):
                yield f"{machine.name} gives back {units} of lease {lease} with {amount} of sale {written.payload['original']}"
                continue
            if sale is not None and part and kind == "budget" and written.kind == "refund":
                took = took * amount // sale.payload["paid_minor"]
            if units > took:
                yield f"{machine.name} gives back {units} of lease {lease} where {took} are due"


@invariant(8, "with a part of a sale comes back no more than its part", at=When.REST)
def in_proportion(world: World) -> Iterator[str]:
    """Budget money in proportion, rounded down; uses of codes only with the last of the sale.

    What is set aside because it exceeds the sale has happened at its till all the same, whose rounding counts it.
    Tills that do not know of each other round each for itself: each further one may have a unit more at a time.
    """
    network = world.office.network
    held = world.at_central()
    sales = {written.event: written for written in held if written.kind == "sale"}
    spent = {written.event: written.spends for written in held}
    kinds = {
        row["id"]: row["kind"]
        for row in world.host.rows("SELECT id, kind FROM leases WHERE network_id = $1", network)
    }
    back: Counter[tuple[UUID, UUID]] = Counter()
    for row in world.host.rows(
        "SELECT original, lease, units + waiting AS units FROM restores WHERE network_id = $1", network
    ):
        back[row["original"], row["lease"]] += row["units"]
    given: Counter[UUID] = Counter()
    tills: dict[UUID, set[int]] = {}
    voided: set[UUID] = set()
    for written in held:
        if written.kind in ("refund", "void"):
            original = UUID(written.payload["original"])
            given[original] += written.payload["amount_minor"]
            tills.setdefault(original, set()).add(written.fields["till"])
            voided |= {original} if written.kind == "void" else set()
    for original, amount in given.items():
        sale = sales.get(original)
        if sale is None or original in voided or amount >= sale.payload["paid_minor"]:
            continue
        for event in (sale.event, *map(UUID, sale.payload.get("redemptions", []))):
            for lease, units in spent.get(event, ()):
                kind = kinds.get(lease)
                due = 0
                if kind == "budget":
                    due = units * amount // sale.payload["paid_minor"] + len(tills[original]) - 1
                if kind != "points" and back[event, lease] > due:
                    yield (
                        f"of sale {sale.event} {amount} of {sale.payload['paid_minor']} came back, and with it "
                        f"{back[event, lease]} of {units} units of a {kind} lease, not {due}"
                    )


@invariant(8, "with the whole of a sale comes back all that it took", at=When.REST)
def as_if_it_had_not_been(world: World) -> Iterator[str]:
    """Of a sale or use that was voided each unit comes back, at once or when its lease is closed."""
    network = world.office.network
    written = {each.event: each for each in world.at_central()}
    back: Counter[tuple[UUID, UUID]] = Counter()
    for row in world.host.rows(
        "SELECT original, lease, units + waiting AS units FROM restores WHERE network_id = $1", network
    ):
        back[row["original"], row["lease"]] += row["units"]
    impossible = {
        row["event"] for row in world.host.rows("SELECT event FROM cases WHERE network_id = $1", network)
    }
    kinds = {
        row["id"]: row["kind"]
        for row in world.host.rows("SELECT id, kind FROM leases WHERE network_id = $1", network)
    }
    for row in world.host.rows(
        "SELECT event, original FROM refunds WHERE network_id = $1 AND kind = 'void'", network
    ):
        original = written.get(row["original"])
        if original is None or row["event"] in impossible or world.limits_of_excused():
            continue
        for event in (original.event, *map(UUID, original.payload.get("redemptions", []))):
            part = written.get(event)
            for lease, units in [] if part is None else part.spends:
                if kinds.get(lease) in ("uses", "guest_uses", "budget") and back[event, lease] != units:
                    yield f"{row['original']} was voided, and {back[event, lease]} of its {units} units of {lease} come back"
