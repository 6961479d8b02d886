"""Points given or taken by hand, looked at again when they arrive: were these people allowed to.

The till asked the same before it recorded anything; a till that did not (an old program, a copied file) is found
here. The fact is booked all the same, and a person looks at it.
"""

from collections.abc import Mapping, Sequence

import asyncpg
import msgspec

from sync.central.services.cases import CaseKind
from sync.central.services.journal.item import Item, numeral
from sync.protocol.payloads import PointsAdjusted
from sync.rules.points_rules import PointsRules


class ByHand:
    """Whom a network lets credit by hand, as it is now."""

    def __init__(self, rules: PointsRules, roles: Mapping[int, str]) -> None:
        """Take the network's rules and its people's roles; :func:`read_by_hand` does it."""
        self._rules = rules
        self._roles = roles

    def judge(self, item: Item, payload: PointsAdjusted) -> None:
        """Open a case for what these people might not have done."""
        staff, second = item.link.envelope.staff, payload.approved_by
        fault = self._fault(abs(payload.points), staff, second)
        if fault is not None:
            item.raise_case(
                CaseKind.CREDIT_NOT_ALLOWED,
                reason=fault,
                staff=None if staff is None else numeral(staff),
                approved_by=None if second is None else numeral(second),
                points=payload.points,
            )

    def _fault(self, points: int, staff: int | None, second: int | None) -> str | None:
        if points > self._most(staff):
            return "over_role_limit"
        if second is None:
            return "second_person" if points > self._rules.second_person_above else None
        if second == staff:
            return "same_person"
        return "over_role_limit" if points > self._most(second) else None

    def _most(self, staff: int | None) -> int:
        return self._rules.most_by_hand("" if staff is None else self._roles.get(staff, ""))


async def read_by_hand(connection: asyncpg.Connection, network_id: int, items: Sequence[Item]) -> ByHand:
    """Read what judging these events takes; nothing where none of them is a credit or debit by hand."""
    named = {
        person
        for item in items
        if isinstance(item.payload, PointsAdjusted)
        for person in (item.link.envelope.staff, item.payload.approved_by)
    }
    if not named:
        return ByHand(PointsRules(), {})
    rules = await connection.fetchval("SELECT points_rules FROM networks WHERE id = $1", network_id)
    # A number that no column holds is nobody's.
    rows = await connection.fetch(
        "SELECT id, role FROM staff WHERE network_id = $1 AND id::text = ANY ($2::text[])",
        network_id,
        [str(person) for person in named if person is not None],
    )
    return ByHand(msgspec.convert(rules, PointsRules), {row["id"]: row["role"] for row in rows})
