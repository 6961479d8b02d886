"""The journals that are kept, and what each must come to."""

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from sync.protocol.event import Envelope, SignedEvent, read_envelope
from sync.protocol.leases import LimitKind
from sync.till.home import TillHome

CORPUS = Path(__file__).parent / "corpus"
CODE = 7
"""The code of which the first journals' leases are."""
UNORDERED = ("closed", "totals", "registered", "cases")
"""Effects that have no order of their own."""


@dataclass(frozen=True)
class Life:
    """One life's events, and what goes up beside them."""

    incarnation: int
    events: tuple[SignedEvent, ...]
    damaged: tuple[int, ...]
    last_hash: bytes
    guest_keys: dict[UUID, bytes]

    def batch(self, first: int, count: int) -> dict[str, Any]:
        """Return the batch of events from ``first`` on, with no field that a till of that time may not have known."""
        batch: dict[str, Any] = {
            "incarnation": self.incarnation,
            "from_seq": first,
            "events": list(self.events[first - 1 :][:count]),
        }
        last = first + len(batch["events"]) - 1
        if self.damaged:
            batch |= {"damaged": self.damaged, "last_hash": self.last_hash if last in self.damaged else b""}
        return {**batch, "guest_keys": self.guest_keys} if self.guest_keys else batch


@dataclass(frozen=True)
class Lease:
    """What central had handed to the till."""

    lease: UUID
    kind: LimitKind
    subject: int
    units: int


@dataclass(frozen=True)
class Kept:
    """One folder of the corpus."""

    name: str

    @cached_property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads((CORPUS / self.name / "expected.json").read_text(encoding="utf-8"))
        return said

    @property
    def public_key(self) -> bytes:
        return bytes.fromhex(self.said["public_key"])

    @property
    def versions(self) -> dict[str, int]:
        versions: dict[str, int] = self.said["versions"]
        return versions

    @property
    def fields(self) -> dict[str, list[str]]:
        """By name the fields of every struct in it; the first journals do not say."""
        fields: dict[str, list[str]] = self.said.get("fields", {})
        return fields

    @property
    def effects(self) -> dict[str, Any]:
        """What it comes to at central, by the names of :func:`tests.upgrades.books.read_effects`."""
        effects = {"cases": [], "waiting": 0, "loose": self._taken_in_order(), **self.said["effects"]}
        return {name: sorted(value) if name in UNORDERED else value for name, value in effects.items()}

    def _taken_in_order(self) -> int:
        """What was taken from lines that nobody chose: central may take that from others. Once, tills could not say so."""
        refunds = [json.loads(bytes(each.payload)) for each in self.envelopes() if each.kind == "refund"]
        return sum(one["amount_minor"] for one in refunds if one["lines"] and one.get("in_order", False))

    @property
    def lives(self) -> list[Life]:
        only = {"incarnation": 1, "events": self.said.get("events")}
        return [
            _life(**{"damaged": [], "last_hash": "", "guest_keys": {}, **each})
            for each in self.said.get("lives", [only])
        ]

    @property
    def leases(self) -> list[Lease]:
        leases = self.said["leases"]
        if isinstance(leases, dict):
            return [Lease(UUID(lease), LimitKind.USES, CODE, units) for lease, units in leases.items()]
        return [
            Lease(UUID(one["lease"]), LimitKind(one["kind"]), one["subject"], one["units"]) for one in leases
        ]

    @property
    def points_before(self) -> int:
        """What the guest had when the till was given their points."""
        points: int = self.said.get("points_before", 0)
        return points

    def envelopes(self) -> list[Envelope]:
        """Return what can be read of its events."""
        return [
            read_envelope(event.body)
            for life in self.lives
            for seq, event in enumerate(life.events, 1)
            if seq not in life.damaged
        ]

    def home(self, folder: Path) -> TillHome:
        """Lay the files out as that till left them."""
        home = TillHome(folder / "home")
        home.make()
        shutil.copyfile(CORPUS / self.name / "journal.db", home.journal_file)
        key = home.secret_folder / "till.key"
        shutil.copyfile(CORPUS / self.name / "secret" / "till.key", key)
        key.chmod(0o600)
        return home


def _life(
    *,
    incarnation: int,
    events: list[list[str]],
    damaged: list[int],
    last_hash: str,
    guest_keys: dict[str, str],
) -> Life:
    return Life(
        incarnation,
        tuple(SignedEvent(body.encode(), bytes.fromhex(signature)) for body, signature in events),
        tuple(damaged),
        bytes.fromhex(last_hash),
        {UUID(event): bytes.fromhex(sealed) for event, sealed in guest_keys.items()},
    )


ALL_KEPT = sorted((Kept(folder.name) for folder in CORPUS.iterdir()), key=lambda kept: kept.name)
