"""One event on its way into the books."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sync.central.schema.words import WaitsFor
from sync.central.secrets import Secrets
from sync.central.services.cases import CaseKind, NewCase
from sync.protocol.chain import Link
from sync.protocol.payloads import Payload, payload_of
from sync.protocol.wire import WireError

MAX_NUMBER_CHARS = 40
MAX_REASON_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Whose journal it is, and on which branch its events stand."""

    network: int
    till: int
    incarnation: int
    restaurant: int
    place: str
    """Restaurant and till by name, as a cashier elsewhere may be told."""
    branch: int
    secrets: Secrets


@dataclass(slots=True)
class Item:
    """An event, what could be read of it, and what became of it.

    ``event_id`` is unique in the network even when the till's own id is not. ``quarantined`` says why the
    payload was not applied; the spends and restores of the envelope are settled all the same. ``waits_for``
    says what would help it, None where only a person can. ``again`` marks an event that is tried once more:
    its envelope was settled when it came.
    """

    link: Link
    event_id: UUID
    payload: Payload | None
    quarantined: str | None = None
    cases: list[NewCase] = field(default_factory=list)
    waits_for: WaitsFor | None = None
    again: bool = False

    def quarantine(
        self, reason: str, waits_for: WaitsFor | None = None, *, kind: CaseKind = CaseKind.QUARANTINED
    ) -> None:
        """Set the payload aside, with a case."""
        self.payload = None
        self.quarantined = reason[:MAX_REASON_CHARS]
        self.waits_for = waits_for
        self.raise_case(kind, reason=self.quarantined)

    def raise_case(self, kind: CaseKind, **detail: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Note that a person must look at this event."""
        envelope = self.link.envelope
        detail |= {"incarnation": envelope.incarnation, "seq": envelope.seq, "kind": printable(envelope.kind)}
        self.cases.append(NewCase(kind=kind, event=self.event_id, detail=detail))


def make_item(link: Link, *, known_ids: set[UUID]) -> Item:
    """Read one verified event; its id joins ``known_ids``, and one that stands there gets another."""
    envelope = link.envelope
    item = Item(link, envelope.event, None)
    if envelope.event in known_ids:
        item.event_id = UUID(bytes=link.hash[:16])
        item.quarantine(f"the event id {envelope.event} is taken by another event")
        item.raise_case(CaseKind.EVENT_ID_TAKEN, claimed=str(envelope.event))
        return item
    known_ids.add(envelope.event)
    try:
        item.payload = payload_of(envelope)
    except WireError as error:
        item.quarantine(f"its payload cannot be read: {printable(str(error))}")
        return item
    if item.payload is None:
        unknown = f"unknown kind {printable(envelope.kind)} version {envelope.kind_version}"
        item.quarantine(unknown, WaitsFor.KIND)
    return item


def printable(text: str) -> str:
    """Return a till's text as PostgreSQL and a screen can show it."""
    shown = text[:MAX_REASON_CHARS]
    if shown.isprintable():
        return shown
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in shown)


def numeral(number: int) -> str:
    """Return a till's number as a case shows it: it may be too large for any column."""
    return str(number)[:MAX_NUMBER_CHARS]
