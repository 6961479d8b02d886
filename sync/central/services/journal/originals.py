"""What voids and refunds undo: the sales and uses that they name, what these spent, and what came back already."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from sync.central.services.journal.item import Item
from sync.central.services.journal.merged import read_merged
from sync.central.services.journal.redemptions import Use
from sync.central.services.limits import LimitKey
from sync.protocol.event import Spend, read_envelope
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Redemption, Refund, Sale, Void
from sync.rules.refunds import left_by_line, paid_by_line


class UsedCode(NamedTuple):
    """One use of a code that stands with an original, and the limits that it had to take a unit of."""

    event: UUID
    code_id: int
    campaign_id: int
    guest: int | None

    def limits(self) -> tuple[LimitKey, ...]:
        """Return the limits of uses: the code's, and the guest's where there is one."""
        code = LimitKey(LimitKind.USES, self.code_id)
        if self.guest is None:
            return (code,)
        return code, LimitKey(LimitKind.GUEST_USES, self.campaign_id, self.guest)


@dataclass(slots=True, kw_only=True)
class Original:
    """A sale, or a use without one. ``paid`` is what each line had to pay, ``refunded`` what of it came back.

    ``loose`` is what of that nobody has named a line for (:func:`sync.rules.refunds.place`).
    ``parts`` are the events whose spending comes back with it: its own, and those of its uses.
    """

    event: UUID
    is_sale: bool
    paid: tuple[int, ...] = ()
    currency: str | None = None
    guest: int | None = None
    points_earned: int = 0
    points_spent: int = 0
    points_paid_minor: int = 0
    reward_points: int = 0
    of_sale: UUID | None = None
    parts: tuple[UUID, ...] = ()
    uses: list[UsedCode] = field(default_factory=list)
    refunded: tuple[int, ...] = ()
    loose: tuple[int, ...] = ()
    points_taken: int = 0
    done: bool = False

    @property
    def paid_minor(self) -> int:
        """What all lines had to pay."""
        return sum(self.paid)

    @property
    def left(self) -> tuple[int, ...]:
        """What of each line can still be given back."""
        return left_by_line(self.paid, self.refunded)


class Originals:
    """Everything of the past that the events of one batch undo, and what of the batch itself they may undo."""

    def __init__(
        self, found: dict[UUID, Original], spends: dict[UUID, tuple[Spend, ...]], *, asked: bool = True
    ) -> None:
        """Take what was read; :func:`read_originals` does it. ``asked``: whether anything will be looked for."""
        self._found = found
        self._spends = spends
        self._asked = asked

    def note(self, item: Item, uses: Mapping[UUID, Use]) -> None:
        """Remember a sale or use that was just booked: a later event of the batch may undo it."""
        payload = item.payload
        if not self._asked:
            return
        if type(payload) is Redemption:
            campaign = uses[item.event_id].campaign
            use = UsedCode(item.event_id, payload.code_id, campaign, payload.guest_id)
            self._found[item.event_id] = _bare_use(use, sale=payload.sale, points=payload.points)
        elif type(payload) is Sale:
            # A use belongs to a sale when both say so.
            found = [self._found.get(event) for event in payload.redemptions]
            its = [use for use in found if use is not None and use.of_sale == item.event_id]
            self._found[item.event_id] = Original(
                event=item.event_id,
                is_sale=True,
                paid=paid_by_line(
                    [line.amount_minor - line.discount_minor for line in payload.lines], payload.paid_minor
                ),
                currency=payload.currency,
                guest=payload.guest_id,
                points_earned=payload.points_earned,
                points_spent=payload.points_spent,
                points_paid_minor=payload.points_paid_minor,
                reward_points=payload.reward_points,
                parts=(item.event_id, *(use.event for use in its)),
                uses=[use for one in its for use in one.uses],
            )

    def find(self, event: UUID) -> Original | None:
        """Return what an event undoes, None while it is not known."""
        return self._found.get(event)

    def all(self) -> Iterable[Original]:
        """Return every original that is known."""
        return self._found.values()

    def spent(self, event: UUID) -> dict[UUID, int]:
        """Return the units that an event spent, by lease."""
        units: dict[UUID, int] = {}
        for spend in self._spends.get(event, ()):
            units[spend.lease] = units.get(spend.lease, 0) + spend.units
        return units

    def leases(self) -> set[UUID]:
        """Return every lease of which something may come back."""
        return {spend.lease for spends in self._spends.values() for spend in spends}

    def limit_keys(self) -> set[LimitKey]:
        """Return the limits of which the uses of known originals took units."""
        return {key for original in self._found.values() for use in original.uses for key in use.limits()}

    def events(self) -> list[UUID]:
        """Return the events whose spending is known."""
        return list(self._spends)


async def read_originals(
    connection: asyncpg.Connection, network_id: int, items: Sequence[Item], batch: Sequence[Item]
) -> Originals:
    """Lock and read what these events undo. ``batch`` are all events that came with them."""
    wanted = {item.payload.original for item in items if isinstance(item.payload, Void | Refund)}
    named = {restore.of for item in items for restore in item.link.envelope.restores}
    if not wanted and not named:
        return Originals({}, {}, asked=False)
    found = await _read_sales(connection, network_id, wanted)
    found |= await _read_uses(connection, network_id, wanted - found.keys())
    await _read_totals(connection, network_id, found)
    await _name_guests(connection, network_id, found.values())
    # Of a sale that is undone in the batch in which it comes, the uses may have come in one before.
    found |= await _read_uses(connection, network_id, _uses_of(items, wanted) - found.keys())
    here = {item.event_id: item.link.envelope for item in batch}
    parts = {part for original in found.values() for part in original.parts}
    # What the batch itself undoes may be any event that stands in it.
    inside = {event for event in here if wanted or event in named}
    spends = {event: here[event].spends for event in inside}
    spends |= await _read_spends(connection, network_id, (parts | named) - here.keys())
    return Originals(found, spends)


async def _name_guests(
    connection: asyncpg.Connection, network_id: int, originals: Collection[Original]
) -> None:
    """Let each original name who its guest is: it may have come before a registration that led to another."""
    guests = {original.guest for original in originals if original.guest is not None}
    merged = await read_merged(connection, network_id, guests)
    for original in originals:
        if original.guest in merged:
            original.guest = merged[original.guest]


def _uses_of(items: Sequence[Item], undone: Collection[UUID]) -> set[UUID]:
    """Return the uses that the sales among these events name, as far as the sales are undone."""
    sales = [item.payload for item in items if isinstance(item.payload, Sale) and item.event_id in undone]
    return {use for sale in sales for use in sale.redemptions}


def _bare_use(use: UsedCode, *, sale: UUID | None, points: int) -> Original:
    return Original(
        event=use.event,
        is_sale=False,
        guest=use.guest,
        points_earned=points if sale is None else 0,
        of_sale=sale,
        parts=(use.event,),
        uses=[use],
    )


async def _read_sales(
    connection: asyncpg.Connection, network_id: int, events: Collection[UUID]
) -> dict[UUID, Original]:
    rows = await connection.fetch(
        """SELECT event, guest_id, currency, points_earned, points_spent, points_paid_minor, paid_minor, lines,
            redemptions
        FROM sales WHERE network_id = $1 AND event = ANY ($2::uuid[])""",
        network_id,
        list(events),
    )
    named = [event for row in rows for event in row["redemptions"]]
    uses: dict[UUID, dict[UUID, UsedCode]] = {}
    for use, sale, _ in await _read_redemptions(connection, network_id, named):
        # A use belongs to a sale when both say so.
        if sale is not None:
            uses.setdefault(sale, {})[use.event] = use
    return {
        row["event"]: Original(
            event=row["event"],
            is_sale=True,
            paid=paid_by_line([_due(line) for line in row["lines"]], row["paid_minor"]),
            currency=row["currency"],
            guest=row["guest_id"],
            points_earned=row["points_earned"],
            points_spent=row["points_spent"],
            points_paid_minor=row["points_paid_minor"],
            reward_points=sum(line.get("points", 0) for line in row["lines"]),
            parts=(row["event"], *uses.get(row["event"], ())),
            uses=list(uses.get(row["event"], {}).values()),
        )
        for row in rows
    }


def _due(line: dict[str, Any]) -> int:
    amount: int = line["amount_minor"] - line.get("discount_minor", 0)
    return amount


async def _read_uses(
    connection: asyncpg.Connection, network_id: int, events: Collection[UUID]
) -> dict[UUID, Original]:
    found = await _read_redemptions(connection, network_id, events)
    return {use.event: _bare_use(use, sale=sale, points=points) for use, sale, points in found}


async def _read_redemptions(
    connection: asyncpg.Connection, network_id: int, events: Collection[UUID]
) -> list[tuple[UsedCode, UUID | None, int]]:
    rows = await connection.fetch(
        """SELECT r.event, r.code_id, c.campaign_id, r.guest_id, r.sale, r.points
        FROM redemptions r JOIN codes c ON c.network_id = $1 AND c.id = r.code_id
        WHERE r.network_id = $1 AND r.event = ANY ($2::uuid[])""",
        network_id,
        list(events),
    )
    return [
        (
            UsedCode(row["event"], row["code_id"], row["campaign_id"], row["guest_id"]),
            row["sale"],
            row["points"],
        )
        for row in rows
    ]


async def _read_totals(connection: asyncpg.Connection, network_id: int, found: dict[UUID, Original]) -> None:
    """Lock what was given back of each original so far: two tills may refund one sale at this moment."""
    ids = sorted(found)
    await connection.execute(
        """INSERT INTO refund_totals (network_id, original) SELECT $1, o FROM unnest($2::uuid[]) AS o
        ON CONFLICT DO NOTHING""",
        network_id,
        ids,
    )
    for row in await connection.fetch(
        """SELECT original, refunded, loose, points_taken, done FROM refund_totals
        WHERE network_id = $1 AND original = ANY ($2::uuid[]) ORDER BY original FOR UPDATE""",
        network_id,
        ids,
    ):
        original = found[row["original"]]
        original.refunded, original.done = tuple(row["refunded"]), row["done"]
        original.loose, original.points_taken = tuple(row["loose"]), row["points_taken"]


async def _read_spends(
    connection: asyncpg.Connection, network_id: int, events: Collection[UUID]
) -> dict[UUID, tuple[Spend, ...]]:
    """Read from the stored bytes what events took from leases, whatever became of their payloads."""
    rows = await connection.fetch(
        "SELECT event, body FROM events WHERE network_id = $1 AND event = ANY ($2::uuid[])",
        network_id,
        list(events),
    )
    return {row["event"]: read_envelope(row["body"]).spends for row in rows}
