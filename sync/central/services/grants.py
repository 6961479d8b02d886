"""A grant's bytes and signature: what a till keeps as proof of the units it holds."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import Clock
from sync.central.services.limits import LimitKey
from sync.protocol.ids import uuid7
from sync.protocol.keys import Purpose, SigningKey
from sync.protocol.leases import Grant, SignedGrant
from sync.protocol.wire import canonical

_UUID_RANDOMNESS = 10


class LeaseFor(msgspec.Struct, frozen=True):
    """Whose lease it will be: one life of one till."""

    network: int
    till: int
    incarnation: int


def new_lease_id(clock: Clock) -> UUID:
    """Make a lease's id."""
    return uuid7(clock.now_ms(), clock.random(_UUID_RANDOMNESS))


def new_grant(clock: Clock, till: LeaseFor, limit: LimitKey, units: int) -> Grant:
    """Make the grant of units that were just taken from their pool, to be held ahead of any sale."""
    return Grant(
        lease=new_lease_id(clock),
        network=till.network,
        till=till.till,
        incarnation=till.incarnation,
        kind=limit.kind,
        subject=limit.subject,
        guest=limit.guest,
        units=units,
        granted_ms=clock.now_ms(),
    )


def sign_grant(key: SigningKey, grant: Grant) -> SignedGrant:
    """Sign a grant's canonical bytes with central's key."""
    body = canonical(grant)
    return SignedGrant(body, key.sign(Purpose.LEASE, body))


async def insert_leases(
    connection: asyncpg.Connection, network_id: int, grants: Sequence[tuple[Grant, SignedGrant]]
) -> None:
    """Store leases whose units were just taken from their pools, in the same transaction."""
    await connection.execute(
        """INSERT INTO leases (network_id, id, till_id, incarnation, kind, subject, guest, units,
            granted_at, expires_at, operation, sale_bound, body, signature)
        SELECT $1, g.id, g.till, g.incarnation, g.kind, g.subject, g.guest, g.units,
            to_timestamp(g.granted_ms / 1000.0), to_timestamp(g.expires_ms / 1000.0), g.operation,
            g.sale_bound, g.body, g.signature
        FROM unnest($2::uuid[], $3::bigint[], $4::int[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::float8[], $10::float8[], $11::uuid[], $12::bool[], $13::bytea[], $14::bytea[])
        AS g (id, till, incarnation, kind, subject, guest, units, granted_ms, expires_ms, operation,
            sale_bound, body, signature)""",
        network_id,
        [grant.lease for grant, _ in grants],
        [grant.till for grant, _ in grants],
        [grant.incarnation for grant, _ in grants],
        [grant.kind.value for grant, _ in grants],
        [grant.subject for grant, _ in grants],
        [grant.guest for grant, _ in grants],
        [grant.units for grant, _ in grants],
        [grant.granted_ms for grant, _ in grants],
        [grant.expires_ms for grant, _ in grants],
        [grant.operation for grant, _ in grants],
        [grant.sale_bound for grant, _ in grants],
        [signed.body for _, signed in grants],
        [signed.signature for _, signed in grants],
    )
