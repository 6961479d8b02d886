"""Signed journals of days at tills, made by the modules that ship, ready to be sent."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from sync.protocol.event import GENESIS, SignedEvent, Spend, event_hash
from sync.protocol.ids import uuid7
from sync.protocol.keys import SigningKey
from sync.protocol.payloads import Attempt, Payload, Redemption, Sale, SaleLine, SessionOpened, TillEnrolled
from sync.protocol.upload import Batch
from sync.rules.version import RULES_VERSION
from tests.builders.journal_event import signed_event

EACH_MS = 90_000
"""A guest every minute and a half."""


@dataclass
class Held:
    """Units of a code that the till holds."""

    lease: UUID
    code: int
    left: int


@dataclass
class Pen:
    """Writes one life of a till."""

    network: int
    till: int
    key: SigningKey
    incarnation: int = 1
    events: list[SignedEvent] = field(default_factory=list)
    previous: bytes = GENESIS
    leases: list["Held"] = field(default_factory=list)
    cursor: tuple[str, int] = ("", 0)
    """How far the till has followed the feed: what it is judged by."""
    now_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000 - 24 * 3_600_000)

    def write(self, payload: Payload, *, spends: Sequence[Spend] = (), event: UUID | None = None) -> UUID:
        """Append one event; return its id."""
        event = event or self.new_event_id()
        written = signed_event(
            self.key,
            payload,
            network=self.network,
            till=self.till,
            incarnation=self.incarnation,
            event=event,
            seq=len(self.events) + 1,
            previous=self.previous,
            at_ms=self.now_ms,
            cursor=self.cursor,
            spends=tuple(spends),
        )
        self.previous = event_hash(written.body)
        self.events.append(written)
        return event

    def new_event_id(self) -> UUID:
        """Return an id for an event of this moment."""
        return uuid7(self.now_ms, os.urandom(10))

    def day(self, events: int, codes: Sequence[int], campaign: int, chance: Random) -> None:
        """Write until there are so many events: sales, most with a code, and some codes refused.

        Of the codes every other one takes a unit of a lease, as long as there are any; the others are unlimited.
        """
        if not self.events:
            self.write(TillEnrolled(app_version="1", public_key=self.key.public.hex()))
            self.write(SessionOpened(method="pin"))
        receipt = 0
        while len(self.events) < events:
            self.now_ms += EACH_MS
            receipt += 1
            if receipt % 10 == 0 or len(self.events) == events - 1:
                self.write(
                    Attempt(
                        outcome="refuse", reason="unknown_code", source="CAMERA", digest=os.urandom(16).hex()
                    )
                )
                continue
            held, sale = self._next_lease() if receipt % 2 else None, self.new_event_id()
            if held is None:
                used = self.write(_redemption(chance.choice(codes), campaign, sale, by="cache"))
            else:
                payload = _redemption(held.code, campaign, sale, by="lease")
                used = self.write(payload, spends=[Spend(held.lease, 1)])
            self.write(_sale(receipt, used), event=sale)

    def _next_lease(self) -> Held | None:
        for held in self.leases:
            if held.left:
                held.left -= 1
                self.leases.append(self.leases.pop(0))
                return held
        return None

    def batches(self, size: int) -> list[Batch]:
        """Return everything, so many events at a time."""
        return [
            Batch(
                incarnation=self.incarnation,
                from_seq=start + 1,
                events=tuple(self.events[start : start + size]),
            )
            for start in range(0, len(self.events), size)
        ]


def _redemption(code: int, campaign: int, sale: UUID, *, by: str) -> Redemption:
    return Redemption(
        code_id=code, campaign_id=campaign, code_kind="VOUCHER", rules_version=RULES_VERSION, outcome="accept",
        reason="ok", by=by, source="CAMERA", basket_minor=1_250, currency="EUR", discount_minor=125, sale=sale,
    )  # fmt: skip


def _sale(receipt: int, redemption: UUID) -> Sale:
    return Sale(
        receipt=receipt, currency="EUR",
        lines=(SaleLine(amount_minor=850, discount_minor=85), SaleLine(amount_minor=400, discount_minor=40)),
        total_minor=1_250, discount_minor=125, paid_minor=1_125, redemptions=(redemption,),
    )  # fmt: skip
