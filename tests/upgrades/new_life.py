"""A day whose newest event is damaged, and the new life after it."""

from pathlib import Path

from sync.protocol.leases import LimitKind
from sync.till.sqlcipher import JOURNAL, connect
from tests.builders.office import SECRETS
from tests.builders.till import identity, new_till
from tests.upgrades.day import CODE, DIGEST, Day


def new_life(folder: Path) -> Day:
    """Sell, let the newest event be damaged, and go on in a new life, which begins with a ``chain.break``."""
    day = Day(folder)
    lease = day.lease(LimitKind.USES, CODE, 2)
    day.sell_with_code(lease, day.till.journal.new_event_id())
    day.close(lease)
    lost = day.write("attempt", outcome="refuse", reason="unknown_code", source="TYPED", digest=DIGEST)
    key = day.till.secrets.file_key
    day.till.close()
    connection = connect(folder / "home" / "journal.db", key, JOURNAL)
    (trigger,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'events_refuse_update'"
    ).fetchone()
    connection.execute("DROP TRIGGER events_refuse_update")
    connection.execute("UPDATE events SET body = CAST(x'00' || body AS BLOB) WHERE event = ?", (lost.bytes,))
    connection.execute(trigger)
    connection.close()
    day.till = new_till(folder, clock=day.clock)
    day.till.become(identity(2), digest_key=SECRETS.digest_key(1), app_version="1.0")
    day.sell(700)
    day.lists["cases"] += ["damaged", "chain_break"]
    day.till.close()
    return day
