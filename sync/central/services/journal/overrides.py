"""Ask verdicts that a manager has decided at a till."""

from collections.abc import Sequence

import asyncpg

from sync.central.services.journal.item import Item, Scene
from sync.protocol.payloads import Override


async def book_overrides(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Store the decisions of a batch."""
    decided = [(item, item.payload) for item in items if type(item.payload) is Override]
    if not decided:
        return
    await connection.executemany(
        """INSERT INTO overrides (network_id, till_id, restaurant_id, event, at, staff_id, decided_by, asked,
            allowed, reason, note, code_id, campaign_id)
        VALUES ($1, $2, $3, $4, to_timestamp($5::float8 / 1000), $6, $7, $8, $9, $10, $11, $12, $13)""",
        [
            (
                scene.network,
                scene.till,
                scene.restaurant,
                item.event_id,
                item.link.envelope.trusted_ms,
                item.link.envelope.staff,
                payload.approved_by,
                payload.asked,
                payload.allowed,
                payload.reason,
                payload.note,
                payload.code_id,
                payload.campaign_id,
            )
            for item, payload in decided
        ],
    )
