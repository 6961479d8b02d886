"""Z reports: every event of a till is in exactly one of them, and their sums are what the events come to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tests.simulation.book import Written
from tests.simulation.registry import When, invariant
from tests.simulation.world import World

CLOSED = "shift.closed"


@invariant(2, "a Z report is the sum of the events since the one before", at=When.STEP)
def sums(world: World) -> Iterator[str]:
    """Reckoned from the bytes, with nothing of the code that made the report."""
    for machine, written in world.new:
        if written.kind != CLOSED or written.event in world.poison:
            continue
        book = world.books[machine.name]
        told, whole_line = written.payload["figures"], _since_the_last(sorted(book.events.items()), written)
        # Who has used no shifts before may have let events go that no report has counted, but for those that
        # somebody had looked at before: these are the newest ones.
        since = [each for each in whole_line if not book.has_let_go(each)]
        if len(since) < told.get("events", 0) <= len(whole_line):
            since = whole_line[len(whole_line) - told["events"] :]
        real = _reckoned(since)
        if told.get("events", 0) != len(since):
            yield f"{machine.name}'s Z report counts {told.get('events', 0)} events, there are {len(since)}"
        whole = told.get("whole", {})
        differ = {
            name: (whole.get(name, 0), amount)
            for name, amount in real.items()
            if whole.get(name, 0) != amount
        }
        if differ:
            yield f"{machine.name}'s Z report differs from its events in {differ}"
        money = (
            real["paid_minor"] - real["points_paid_minor"] - real["back_minor"] + real["points_back_minor"]
        )
        if written.payload["expected_minor"] != written.payload["float_minor"] + money:
            yield f"{machine.name}'s drawer should hold {written.payload['expected_minor']}, {money} came into it"


@invariant(2, "shifts are numbered one after another", at=When.REST)
def numbered(world: World) -> Iterator[str]:
    """Of each journal: opened, closed, opened, each number once and without gap."""
    for name, book in world.books.items():
        shifts = [
            (written.kind, written.payload["number"])
            for _, written in sorted(book.events.items())
            if written.kind in ("shift.opened", CLOSED)
        ]
        kinds = ("shift.opened", CLOSED)
        if shifts != [(kinds[place % 2], place // 2 + 1) for place in range(len(shifts))]:
            yield f"{name} has the shifts {shifts}"


def _since_the_last(events: Sequence[tuple[tuple[int, int], Written]], report: Written) -> list[Written]:
    since: list[Written] = []
    for _, written in events:
        if written.event == report.event:
            break
        since.append(written)
        if written.kind == CLOSED:
            since = []
    return since


def _reckoned(events: Sequence[Written]) -> Counter[str]:
    whole: Counter[str] = Counter()
    for written in events:
        said: dict[str, Any] = written.payload
        if written.kind == "sale":
            whole["sales"] += 1
            for name in ("discount_minor", "paid_minor", "points_paid_minor", "points_spent"):
                whole[name] += said.get(name, 0)
        elif written.kind == "redemption":
            whole["redemptions"] += 1
        elif written.kind in ("void", "refund"):
            whole["voids" if written.kind == "void" else "refunds"] += 1
            whole["back_minor"] += said["amount_minor"]
            whole["points_back_minor"] += said.get("points_back_minor", 0)
    return whole
