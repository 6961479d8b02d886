"""What the feed had told a till when it wrote an event: by the cursor that stands in the event itself."""

from typing import Any

import msgspec

from tests.simulation.book import Written
from tests.simulation.world import World


def as_told(world: World, written: Written, tab: str, subject: int) -> list[dict[str, Any] | None]:
    """Return the newest row up to an event's cursor (None: deleted) in a list of one.

    Empty where nobody can say: what was forgotten of the feed, or belongs to another life of it.
    """
    epoch, number = written.fields["cursor"]
    rows = world.host.rows(
        """SELECT o.row FROM outbox o JOIN networks n ON n.id = $1
        WHERE o.network_id = $1 AND n.feed_epoch::text = $5 AND o.tab = $2 AND o.subject = $3 AND o.number <= $4
        ORDER BY o.version DESC LIMIT 1""",
        world.office.network,
        tab,
        subject,
        number,
        epoch,
    )
    return [None if row["row"] is None else msgspec.msgpack.decode(row["row"]) for row in rows]
