"""Invariant 8: what is given back never exceeds what was paid."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

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
