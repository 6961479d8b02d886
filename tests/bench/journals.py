"""Signed journals of days at tills, made by the modules that ship, ready to be sent."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from sync.protocol.event import GENESIS, SignedEvent, Spend, encode_envelope, event_hash, sign_event
from sync.protocol.ids import uuid7
from sync.protocol.keys import SigningKey
from sync.protocol.payloads import Attempt, Payload, Redemption, Sale, SaleLine, SessionOpened, TillEnrolled
from sync.protocol.upload import Batch

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
    now_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000 - 24 * 3_600_000)

    def write(self, payload: Payload, *, spends: Sequence[Spend] = ()) -> UUID:
        """Append one event; return its id."""
        event = uuid7(self.now_ms, os.urandom(10))
        fields: dict[str, Any] = {
            "network": self.network,
            "till": self.till,
            "incarnation": self.incarnation,
            "seq": len(self.events) + 1,
            "event": event,
            "kind": payload.KIND,
            "kind_version": payload.KIND_VERSION,
            "previous": self.previous.hex(),
            "wall_ms": self.now_ms,
            "trusted_ms": self.now_ms,
            "uncertainty_ms": 20,
            "monotonic_ms": len(self.events) + 1,
            "boot": "2f6f4301-1c3c-4a52-9d0b-0d3ab8a3e1a4",
            "cursor": ("", 0),
            "spends": tuple(spends),
        }
        body = encode_envelope(fields, payload)
        self.previous = event_hash(body)
        self.events.append(sign_event(self.key, body))
        return event

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
            held = self._next_lease() if receipt % 2 else None
            if held is None:
                used = self.write(_redemption(chance.choice(codes), campaign, by="cache"))
            else:
                used = self.write(_redemption(held.code, campaign, by="lease"), spends=[Spend(held.lease, 1)])
            self.write(_sale(receipt, used))

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


def _redemption(code: int, campaign: int, *, by: str) -> Redemption:
    return Redemption(
        code_id=code, campaign_id=campaign, code_kind="VOUCHER", rules_version=1, outcome="accept", reason="ok",
        by=by, source="CAMERA", basket_minor=1_250, currency="EUR", discount_minor=125,
    )  # fmt: skip


def _sale(receipt: int, redemption: UUID) -> Sale:
    return Sale(
        receipt=receipt, currency="EUR",
        lines=(SaleLine(amount_minor=850, discount_minor=85), SaleLine(amount_minor=400, discount_minor=40)),
        total_minor=1_250, discount_minor=125, paid_minor=1_125, redemptions=(redemption,),
    )  # fmt: skip
