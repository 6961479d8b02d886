"""The leases in `journal.db`: storing grants, finding what may be spent, debiting inside a commit."""

from collections.abc import Iterable
from uuid import UUID

from sync.protocol.event import Spend
from sync.protocol.keys import Purpose, VerifyKey
from sync.protocol.leases import Grant, LimitKind, SignedGrant
from sync.protocol.wire import WireError, read_canonical
from sync.till.identity import Identity
from sync.till.journal.held import HeldLease, LeaseShort, StoredGrants
from sync.till.journal.recent_leases import note_recent
from sync.till.sqlcipher import Connection

MAX_SPENDABLE = 50
"""Leases that one need may be put together from; the rest waits for the next sale."""

_HELD = (
    "SELECT lease, kind, subject, guest, units, units - spent, granted_ms, expires_ms, sale_bound, operation"
    " FROM leases"
)
_IDS = "SELECT lease FROM leases"
_OPEN = " WHERE incarnation = :incarnation AND state = 'open' AND spent < units"
_FIND = (
    _HELD + " WHERE kind = :kind AND subject = :subject AND guest = :guest AND incarnation = :incarnation"
    " AND state = 'open' AND spent < units AND (expires_ms IS NULL OR expires_ms > :now)"
    " AND (NOT sale_bound OR operation = :operation)"
    " ORDER BY sale_bound DESC, expires_ms IS NULL, expires_ms, lease LIMIT 1"
)
_SPENDABLE = (
    _HELD + " WHERE kind = :kind AND subject = :subject AND guest = :guest AND incarnation = :incarnation"
    " AND state = 'open' AND spent < units AND (expires_ms IS NULL OR expires_ms > :now) AND NOT sale_bound"
    " ORDER BY expires_ms IS NULL, expires_ms, lease LIMIT :limit"
)
_DEBIT = (
    "UPDATE leases SET spent = spent + :units, used_ms = :now WHERE lease = :lease AND incarnation = :incarnation"
    " AND state = 'open' AND spent + :units <= units AND (expires_ms IS NULL OR expires_ms > :now)"
    " RETURNING kind, subject, guest"
)


def find_held(
    connection: Connection,
    *,
    incarnation: int,
    now_ms: int,
    kind: LimitKind,
    subject: int,
    guest: int,
    operation: UUID | None,
) -> HeldLease | None:
    """Find the lease to spend from: the soonest to expire first, so that least goes unused."""
    row = connection.execute(
        _FIND,
        {
            "kind": kind.value,
            "subject": subject,
            "guest": guest,
            "incarnation": incarnation,
            "now": now_ms,
            "operation": None if operation is None else operation.bytes,
        },
    ).fetchone()
    return None if row is None else _held(row)


def list_spendable(
    connection: Connection, *, incarnation: int, now_ms: int, kind: LimitKind, subject: int, guest: int
) -> list[HeldLease]:
    """Return every lease that any sale may spend from, the soonest to expire first; at most ``MAX_SPENDABLE``."""
    rows = connection.execute(
        _SPENDABLE,
        {
            "kind": kind.value,
            "subject": subject,
            "guest": guest,
            "incarnation": incarnation,
            "now": now_ms,
            "limit": MAX_SPENDABLE,
        },
    ).fetchall()
    return [_held(row) for row in rows]


def find_lease(connection: Connection, lease: UUID) -> HeldLease | None:
    """Return an open lease by id, whatever is left of it; None when it is closed or unknown."""
    row = connection.execute(
        _HELD + " WHERE lease = ? AND state = 'open'",
        (lease.bytes,),
    ).fetchone()
    return None if row is None else _held(row)


def list_open(connection: Connection, incarnation: int) -> list[HeldLease]:
    """Return every open lease of this incarnation with something left, expired ones too."""
    rows = connection.execute(
        _HELD + _OPEN + " ORDER BY granted_ms, lease", {"incarnation": incarnation}
    ).fetchall()
    return [_held(row) for row in rows]


def list_ids(connection: Connection, incarnation: int) -> list[UUID]:
    """Return the ids of what :func:`list_open` returns."""
    rows = connection.execute(_IDS + _OPEN, {"incarnation": incarnation}).fetchall()
    return [UUID(bytes=lease) for (lease,) in rows]


def debit(connection: Connection, spend: Spend, *, incarnation: int, now_ms: int) -> None:
    """Take units from a lease inside the caller's transaction; raises :class:`LeaseShort`.

    Expiry is looked at again here: a lease that expired since it was found stops spending.
    """
    if spend.units <= 0:
        msg = f"a spend takes at least one unit, not {spend.units}"
        raise ValueError(msg)
    taken = connection.execute(
        _DEBIT,
        {"units": spend.units, "lease": spend.lease.bytes, "incarnation": incarnation, "now": now_ms},
    ).fetchone()
    if taken is not None:
        note_recent(connection, *taken, now_ms=now_ms)
        return
    held = find_lease(connection, spend.lease)
    expired = held is not None and held.expires_ms is not None and held.expires_ms <= now_ms
    raise LeaseShort(spend.lease, wanted=spend.units, left=0 if held is None or expired else held.left)


def mark_closed(connection: Connection, lease: UUID, *, spent: int) -> None:
    """Close an open lease inside the caller's transaction, at exactly the stated spending."""
    closed = connection.execute(
        "UPDATE leases SET state = 'closed' WHERE lease = ? AND state = 'open' AND spent = ?",
        (lease.bytes, spent),
    ).rowcount
    if closed != 1:
        msg = f"lease {lease} is not open with {spent} units spent"
        raise ValueError(msg)


def store(connection: Connection, identity: Identity, grants: Iterable[SignedGrant]) -> StoredGrants:
    """Store grants that central signed for this till and incarnation, inside the caller's transaction.

    Known ones, open or closed, are left as they are.
    """
    central = VerifyKey(identity.central_key)
    new: dict[UUID, tuple[Grant, SignedGrant]] = {}
    refused: list[str] = []
    known = 0
    for signed in grants:
        try:
            grant = read_canonical(signed.body, Grant)
        except WireError as error:
            refused.append(f"a grant that cannot be read: {error}")
            continue
        stored = connection.execute("SELECT 1 FROM leases WHERE lease = ?", (grant.lease.bytes,)).fetchone()
        if stored is not None or grant.lease in new:
            known += 1
            continue
        problem = _problem(grant, signed, identity, central)
        if problem is None:
            new[grant.lease] = (grant, signed)
        else:
            refused.append(f"lease {grant.lease}: {problem}")
    connection.executemany(_INSERT, [_row(grant, signed) for grant, signed in new.values()])
    return StoredGrants(new=tuple(grant for grant, _ in new.values()), known=known, refused=tuple(refused))


def _problem(grant: Grant, signed: SignedGrant, identity: Identity, central: VerifyKey) -> str | None:
    if not central.verifies(Purpose.LEASE, signed.body, signed.signature):
        return "the office's signature does not fit"
    if (grant.network, grant.till) != (identity.network, identity.till):
        return "it was granted to another till"
    if grant.incarnation != identity.incarnation:
        return "it belongs to an earlier life of this till"
    return None if grant.units > 0 else "it holds nothing"


_INSERT = (
    "INSERT INTO leases (lease, incarnation, kind, subject, guest, units, granted_ms, expires_ms,"
    " sale_bound, operation, body, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _row(grant: Grant, signed: SignedGrant) -> tuple[object, ...]:
    return (
        grant.lease.bytes, grant.incarnation, grant.kind.value, grant.subject, grant.guest, grant.units,
        grant.granted_ms, grant.expires_ms, int(grant.sale_bound),
        None if grant.operation is None else grant.operation.bytes, signed.body, signed.signature,
    )  # fmt: skip


def _held(row: tuple[bytes, str, int, int, int, int, int, int | None, int, bytes | None]) -> HeldLease:
    lease, kind, subject, guest, units, left, granted_ms, expires_ms, sale_bound, operation = row
    return HeldLease(
        lease=UUID(bytes=lease),
        kind=LimitKind(kind),
        subject=subject,
        guest=guest,
        units=units,
        left=left,
        granted_ms=granted_ms,
        expires_ms=expires_ms,
        sale_bound=bool(sale_bound),
        operation=None if operation is None else UUID(bytes=operation),
    )
