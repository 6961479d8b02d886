"""Giving units back: into this till's own lease where that is open, else the office sees to it."""

from sync.protocol.event import Restore
from sync.till.sqlcipher import Connection

_CREDIT = (
    "UPDATE leases SET spent = spent - :units WHERE lease = :lease AND incarnation = :incarnation"
    " AND state = 'open' AND kind <> 'risk' AND spent >= :units"
)


def credit(connection: Connection, restore: Restore, *, incarnation: int) -> Restore:
    """Put units back into their lease inside the caller's transaction; the answer says whether that was here.

    A lease that expired takes them too: it is not spent from any more, but what it holds goes back when it is
    closed. A risk allowance is refilled by the office alone, which knows whether the limit was exceeded.
    """
    if restore.units <= 0:
        msg = f"at least one unit comes back, not {restore.units}"
        raise ValueError(msg)
    credited = connection.execute(
        _CREDIT, {"units": restore.units, "lease": restore.lease.bytes, "incarnation": incarnation}
    ).rowcount
    return Restore(restore.lease, restore.units, restore.of, here=credited == 1)
