"""A till at work for the corpus, by whichever program it runs on: it writes what that program knows."""

from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from sync.protocol import payloads
from sync.protocol.event import Envelope, Spend
from sync.protocol.keys import Purpose
from sync.protocol.leases import Grant, LimitKind, SignedGrant
from sync.protocol.payloads import RefundedLine, SaleLine
from sync.protocol.wire import canonical
from sync.till.journal.entries import Entry
from tests.builders.hand_clock import HandClock
from tests.builders.office import SECRETS
from tests.builders.till import CENTRAL, enrolled_till, identity

KINDS = payloads._PAYLOADS
CODE, GUEST, RESTAURANT = 7, 5, 2
CASHIER, OWNER = 9, 1
"""Only the owner is a person of the office's."""
DIGEST = "00" * 16

USE: dict[str, Any] = {
    "code_id": CODE, "campaign_id": 1, "code_kind": "VOUCHER", "rules_version": 1, "outcome": "accept", "reason": "ok",
    "by": "lease", "source": "CAMERA", "basket_minor": 1500, "currency": "EUR", "discount_minor": 300,
}  # fmt: skip
LINES = (
    SaleLine(amount_minor=1000, discount_minor=200, item="soup", category="food", tax_group="reduced"),
    SaleLine(amount_minor=500, discount_minor=100, quantity=2),
)
"""Of 15.00 3.00 come off: the lines pay 8.00 and 4.00."""


def knows(kind: str, field: str = "") -> bool:
    """Whether this program knows a kind, and a field of it."""
    return kind in KINDS and (not field or field in KINDS[kind].__struct_fields__)


def of_what_is_known(struct: type[Any], fields: dict[str, Any]) -> Any:
    """Make a struct of those of the fields that this program knows."""
    return struct(**{name: value for name, value in fields.items() if name in struct.__struct_fields__})


def fields_of(kinds: Collection[str]) -> dict[str, list[str]]:
    """Return by name the fields of every struct of which events of these kinds are made."""
    structs = [Envelope, *(KINDS[kind] for kind in sorted(kinds))]
    _, parts = msgspec.json.schema_components(structs)
    return {name: sorted(part["properties"]) for name, part in sorted(parts.items()) if "properties" in part}


class Day:
    """A till at work, and what central must make of it. The guest has ``points`` before."""

    def __init__(self, folder: Path, *, points: int = 0) -> None:
        self.clock = HandClock()
        self.till = enrolled_till(folder, clock=self.clock)
        # The office that will read this opens what guests said by its own key.
        self.till.become(identity(), digest_key=SECRETS.digest_key(1), app_version="1.0")
        self.leases: list[dict[str, Any]] = []
        self.points_before = points
        self.sums = Counter(points=points)
        self.lists: dict[str, list[Any]] = {
            name: [] for name in ("undone", "totals", "overrides", "shifts", "registered", "cases", "closed")
        }

    def lease(self, kind: LimitKind, subject: int, units: int) -> UUID:
        """Store a lease as central grants it."""
        who, lease = identity(), uuid4()
        grant = Grant(
            lease=lease, network=who.network, till=who.till, incarnation=1, kind=kind, subject=subject, units=units,
            granted_ms=1,
        )  # fmt: skip
        body = canonical(grant)
        self.till.journal.store_grants([SignedGrant(body, CENTRAL.sign(Purpose.LEASE, body))])
        self.leases.append({"lease": str(lease), "kind": kind.value, "subject": subject, "units": units})
        return lease

    def close(self, *leases: UUID) -> None:
        for lease in leases:
            self.till.journal.close_lease(lease, "not needed")
        self.lists["closed"] += map(str, leases)

    def entry(self, kind: str, *, event: UUID | None = None, **fields: Any) -> Entry:
        """Make an entry of a kind; ``staff``, ``spends`` and ``restores`` are the envelope's, receipts the till's."""
        around: dict[str, Any] = {"event": event, "staff": CASHIER}
        around |= {name: fields.pop(name) for name in ("staff", "spends", "restores") if name in fields}
        made = of_what_is_known(KINDS[kind], {**fields, "receipt": 0})
        if not knows(kind, "receipt"):
            return Entry(payload=made, **around)
        return Entry(payload=lambda receipt: msgspec.structs.replace(made, receipt=receipt), **around)

    def record(self, *entries: Entry) -> UUID:
        """Commit entries, a second after what came before; return the event of the last."""
        self.clock.go_on(1_000)
        return self.till.journal.commit(list(entries))[-1].event

    def write(self, kind: str, **fields: Any) -> UUID:
        return self.record(self.entry(kind, **fields))

    def sell(self, paid_minor: int, **fields: Any) -> UUID:
        """Sell without a code."""
        self.sums.update(sales=1, paid_minor=paid_minor)
        bare = {"currency": "EUR", "lines": (SaleLine(amount_minor=paid_minor),), "discount_minor": 0}
        return self.write("sale", **bare, total_minor=paid_minor, paid_minor=paid_minor, **fields)

    def sell_with_code(self, lease: UUID, use: UUID) -> UUID:
        """Sell to the guest with the code, in one commit; the use becomes the event ``use``."""
        sale = self.till.journal.new_event_id()
        self.sums.update(sales=1, paid_minor=1200, uses=1, spent=1, points=12, purchases=1)
        self.record(
            self.entry("redemption", event=use, spends=(Spend(lease, 1),), **USE, sale=sale, guest_id=GUEST),
            self.entry(
                "sale", event=sale, currency="EUR", lines=LINES, total_minor=1500, discount_minor=300, paid_minor=1200,
                tier_discount_minor=100, points_earned=12, guest_id=GUEST, tier="GOLD", vip=True, redemptions=(use,),
            ),
        )  # fmt: skip
        return sale

    def undo(self, kind: str, original: UUID, *lines: int, **fields: Any) -> None:
        """Give back of an original; ``lines`` is what of each of its lines."""
        named = tuple(RefundedLine(line=at, amount_minor=part) for at, part in enumerate(lines) if part)
        said = {"currency": "EUR", "reason": "returned", "note": "Cold", "approved_by": OWNER, "lines": named}
        said |= {"original": original, "amount_minor": sum(lines), "guest_id": GUEST}
        self.write(kind, **{**said, **fields})
        back, taken = fields.get("points_back", 0), fields.get("points_taken", 0)
        self.lists["undone"].append([kind, str(original), sum(lines), back, taken, list(lines)])

    def undone(self, original: UUID, *lines: int, done: bool) -> None:
        """Say how an original stands in the end."""
        self.lists["totals"].append([str(original), list(lines), done])
