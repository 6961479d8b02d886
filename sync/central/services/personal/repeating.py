"""Erasures outlast the database: whoever was erased stays so when it is put back to a time before.

The database is followed by a list outside of it (:mod:`sync.central.erased_list`). Whatever puts a database back begins
a new epoch; then everybody on the list is erased again before anything else goes on. Of those whom the older
database does not know, tills may still bring the registration: they are remembered, as after any erasure.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.erased_list import Erased, ErasedList
from sync.central.secrets import Secrets
from sync.central.services.erased_phones import KNOWN_AGAIN, number_digest
from sync.central.services.personal.erasing import Ground, erase_guest

AT_ONCE = 10_000
"""Guests whose numbers one transaction reads."""
ACTOR = "central"
_LOCK_CLASS = 0x43_53_46
_log = logging.getLogger(__name__)


async def list_erased(database: Database, secrets: Secrets, erased: ErasedList, network_id: int) -> None:
    """Write down whoever is erased and not listed. A list that cannot be written is logged, and tried again later."""
    listed = await _read(erased)
    if listed is None:
        return
    async with database.network_transaction(network_id) as connection:
        new = await _unlisted(connection, secrets, network_id, listed)
    await _keep(erased, new)


async def _read(erased: ErasedList) -> Mapping[tuple[int, str], Erased] | None:
    try:
        return await asyncio.to_thread(erased.read)
    except OSError as error:
        _log.error("the list of erased guests cannot be read (%s); it is tried again", error)
        return None


async def _keep(erased: ErasedList, new: Sequence[Erased]) -> None:
    try:
        await asyncio.to_thread(erased.keep, new)
    except OSError as error:
        _log.error("the list of erased guests cannot be written (%s); it is tried again", error)


async def repeat_erasures(
    database: Database, secrets: Secrets, erased: ErasedList, network_id: int | None = None
) -> int:
    """Erase again whom an older database brought back, in one network or in all; return how many that were.

    Does nothing where no epoch has begun since they were listed.
    """
    listed = await _read(erased) or {}
    networks = {one.network for one in listed.values()} & set(await database.network_ids())
    again = 0
    for each in sorted(networks if network_id is None else networks & {network_id}):
        again += await _repeat(
            database,
            secrets,
            erased,
            each,
            {one.guest: one for one in listed.values() if one.network == each},
        )
    return again


async def _repeat(
    database: Database, secrets: Secrets, erased: ErasedList, network_id: int, listed: Mapping[str, Erased]
) -> int:
    async with database.network_transaction(network_id) as connection:
        epoch = str(await connection.fetchval("SELECT epoch FROM networks WHERE id = $1", network_id))
    wanted = {digest: one for digest, one in listed.items() if one.epoch != epoch}
    if not wanted:
        return 0
    found = await _find(database, secrets, network_id, wanted)
    again = 0
    for digest, guest in found.items():
        again += await _erase_again(database, secrets, network_id, guest, wanted[digest])
    for digest, one in wanted.items():
        await _remember(database, network_id, one, found.get(digest))
    said = [
        Erased(
            network=one.network,
            guest=one.guest,
            at=one.at,
            ground=one.ground,
            phones=one.phones,
            epoch=epoch,
        )
        for one in wanted.values()
    ]
    await _keep(erased, said)
    if again:
        _log.warning("%s guests of network %s were erased before, and are again", again, network_id)
    return again


async def _find(
    database: Database, secrets: Secrets, network_id: int, wanted: Mapping[str, Erased]
) -> dict[str, int]:
    """Return the numbers of those who are listed and here, by digest."""
    found: dict[str, int] = {}
    after = -(2**63)
    while True:
        async with database.network_transaction(network_id) as connection:
            rows = await connection.fetch(
                "SELECT id FROM guests WHERE network_id = $1 AND id > $2 ORDER BY id LIMIT $3",
                network_id,
                after,
                AT_ONCE,
            )
        numbers = [row["id"] for row in rows]
        digests = await asyncio.to_thread(_digests, secrets, network_id, numbers)
        found |= {digest: number for digest, number in zip(digests, numbers, strict=True) if digest in wanted}
        if len(numbers) < AT_ONCE:
            return found
        after = numbers[-1]


def _digests(secrets: Secrets, network_id: int, numbers: Sequence[int]) -> list[str]:
    return [number_digest(secrets, network_id, number).hex() for number in numbers]


async def _erase_again(
    database: Database, secrets: Secrets, network_id: int, guest: int, listed: Erased
) -> bool:
    async with database.network_transaction(network_id) as connection:
        done = await erase_guest(
            connection,
            secrets,
            network_id,
            guest,
            ground=Ground(listed.ground),
            actor=ACTOR,
            erased_before=listed.at,
        )
    return not done.already


async def _remember(database: Database, network_id: int, one: Erased, guest: int | None) -> None:
    """Let what tills still bring of somebody be known again; whom this database has not, a nameless row stands for."""
    async with database.network_transaction(network_id) as connection:
        if one.at < moment(clock_of(connection)) - KNOWN_AGAIN:
            return
        await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", _LOCK_CLASS, network_id % 2**31)
        known = await connection.fetch(
            "SELECT digest FROM erased_phones WHERE network_id = $1 AND digest = ANY ($2::bytea[])",
            network_id,
            digests := [bytes.fromhex(each) for each in (one.guest, *one.phones)],
        )
        missing = set(digests) - {row["digest"] for row in known}
        if not missing or (guest is not None and missing == {bytes.fromhex(one.guest)}):
            return
        if guest is None:
            guest = await connection.fetchval(
                """INSERT INTO guests (network_id, name_cipher, blocked, erased_at) VALUES ($1, '', true, $2)
                RETURNING id""",
                network_id,
                one.at,
            )
        await connection.execute(
            """INSERT INTO erased_phones (network_id, digest, guest_id, erased_at)
            SELECT $1, unnest($2::bytea[]), $3, $4 ON CONFLICT (network_id, digest) DO NOTHING""",
            network_id,
            sorted(missing),
            guest,
            one.at,
        )


async def _unlisted(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    listed: Mapping[tuple[int, str], Erased],
) -> list[Erased]:
    rows = await connection.fetch(
        "SELECT id FROM guests WHERE network_id = $1 AND erased_at IS NOT NULL ORDER BY id", network_id
    )
    numbers = [row["id"] for row in rows]
    digests = dict(zip(numbers, _digests(secrets, network_id, numbers), strict=True))
    new = [number for number, digest in digests.items() if (network_id, digest) not in listed]
    if not new:
        return []
    found = await connection.fetch(
        """SELECT g.id, g.erased_at, n.epoch::text AS epoch,
            (SELECT a.detail ->> 'ground' FROM audit a WHERE a.network_id = $1 AND a.action = 'guest.erase'
                AND a.subject = 'guest:' || COALESCE(g.merged_into, g.id) ORDER BY a.id DESC LIMIT 1) AS ground,
            ARRAY(SELECT encode(p.digest, 'hex') FROM erased_phones p
                WHERE p.network_id = $1 AND p.guest_id = g.id ORDER BY p.digest) AS phones
        FROM guests g JOIN networks n ON n.id = $1 WHERE g.network_id = $1 AND g.id = ANY ($2::bigint[])""",
        network_id,
        new,
    )
    return [
        Erased(
            network=network_id,
            guest=digests[row["id"]],
            at=row["erased_at"],
            ground=row["ground"] or Ground.ASKED.value,
            phones=tuple(row["phones"]),
            epoch=row["epoch"],
        )
        for row in found
    ]
