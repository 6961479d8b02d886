"""The one statement that decides a batch of uses in which nothing is unusual; whatever is, it leaves untouched.

Unusual is: a code that is unknown, out of order or short of units, a campaign that this process has not read in the
version that stands, an operation that was decided before. Those go through :mod:`.batch`, which says why.
"""

from collections.abc import Sequence
from functools import cache

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import CODE_COLUMNS, code_row
from sync.central.services.journal.columns import numbers, texts, uuids
from sync.central.services.journal.redemptions import deactivates
from sync.central.services.outbox import publish_many
from sync.central.services.redeeming.asking import REQUEST_BYTES, Asked, CodeSeen, Redeemed
from sync.central.services.redeeming.offers import Offers
from sync.central.services.redeeming.raced import RacedError
from sync.protocol.feed import Table
from sync.rules.code import CodeStatus, Kind
from sync.rules.normalise import fold
from sync.rules.reasons import Reason


async def take_at_once(
    connection: asyncpg.Connection, secrets: Secrets, offers: Offers, network_id: int, batch: Sequence[Asked]
) -> list[Redeemed | None]:
    """Grant the uses of a batch that are in perfect order, in the caller's transaction; None for every other one.

    No operation stands twice in a batch. Raises :class:`RacedError` where something has changed meanwhile; then the
    transaction must be undone.
    """
    answers: list[Redeemed | None] = [None] * len(batch)
    at_ms = clock_of(connection).now_ms()
    zone, ready = offers.ready(network_id, at_ms)
    if not ready:
        return answers
    rows = await connection.fetch(
        AT_ONCE,
        network_id,
        texts([fold(str(asked.code)) for asked in batch]),
        uuids([asked.operation for asked in batch]),
        numbers([asked.order_id for asked in batch]),
        numbers([asked.staff for asked in batch]),
        texts([asked.caller for asked in batch]),
        texts([asked.source for asked in batch]),
        b"".join([asked.request for asked in batch]),
        texts([_words(asked.kinds) for asked in batch]),
        moment(clock_of(connection)),
        zone,
        numbers(offer.campaign.id for offer in ready),
        numbers(offer.version for offer in ready),
        numbers(deactivates(offer.campaign) for offer in ready),
        CodeStatus.ACTIVE.value,
        CodeStatus.EXPIRED.value,
    )
    if rows[0]["raced"]:
        raise RacedError
    if rows[0]["place"] is None:
        return answers
    kinds = {offer.campaign.id: offer.campaign.kind for offer in ready}
    used_up = set()
    for place, code, text, name, max_uses, campaign, uses, ended, _ in rows:
        asked = batch[place - 1]
        answers[place - 1] = Redeemed(
            operation=asked.operation,
            reason=Reason.OK,
            code=CodeSeen(
                id=code,
                code=text,
                name=name,
                kind=kinds[campaign],
                campaign_id=campaign,
                max_uses=max_uses,
                uses=uses,
            ),
        )
        if ended:
            used_up.add(code)
    if used_up:
        await _tell(connection, secrets, network_id, used_up)
    return answers


@cache
def _words(kinds: frozenset[Kind]) -> str:
    """Write kinds as one text; there are fifteen sets of them at most."""
    return ",".join(sorted(kinds))


async def _tell(connection: asyncpg.Connection, secrets: Secrets, network_id: int, used_up: set[int]) -> None:
    """Tell the tills which codes are used up; they are locked by this transaction."""
    rows = await connection.fetch(
        f"SELECT {CODE_COLUMNS} FROM codes WHERE network_id = $1 AND id = ANY ($2::text::bigint[])",  # noqa: S608 - columns are ours
        network_id,
        numbers(used_up),
    )
    key = secrets.digest_key(network_id)
    told = [(row["id"], code_row(row, key)) for row in rows]
    await publish_many(connection, network_id, Table.CODE, told)


# Limits are locked by their key and codes after all of them (the second sort waits for the last of the first update),
# both in the order of their ids, as tills' journals do. A limit gives all that this batch asks of it or nothing. What
# was read before the locks is asked again of each row as it is locked; where the answer is another one then, or an
# operation has been stored by somebody else, ``raced`` says so and all of it is undone.
#
# Each table is reached by the one index that is meant, whatever the planner knew when the plan was made, and it may be
# kept for hours: an operation is looked for as the first that is not below it, which only the primary key answers
# without a sort (``LANE_SETTINGS`` forbid one where there is another way), and
# uses meet the counts of their codes in one sort (the count stands before them, at place 0) instead of by a join.
AT_ONCE = f"""
    WITH offered AS MATERIALIZED (
        SELECT f.id, f.ends FROM unnest($12::text::bigint[], $13::text::bigint[], $14::text::bool[])
            AS f (id, version, ends)
        WHERE (SELECT n.issuing AND n.zone = $11 FROM networks n WHERE n.id = $1)
            AND (SELECT o.version FROM campaigns o WHERE o.network_id = $1 AND o.id = f.id) = f.version
    ), asked AS MATERIALIZED (
        SELECT * FROM (
            SELECT a.*, c.*, (SELECT f.ends FROM offered f WHERE f.id = c.campaign) AS ends
            FROM unnest($2::text::text[], $3::text::uuid[], $4::text::bigint[], $5::text::bigint[],
                $6::text::text[], $7::text::text[], $9::text::text[]) WITH ORDINALITY
                AS a (folded, operation, order_id, staff, caller, source, kinds, place)
            CROSS JOIN LATERAL (
                SELECT id AS code, code AS text, kind, name, max_uses, uses, campaign_id AS campaign FROM codes
                WHERE network_id = $1 AND folded = a.folded AND status = $15
                    AND (expires_at IS NULL OR expires_at > $10) OFFSET 0
            ) AS c
            WHERE c.kind = ANY (string_to_array(a.kinds, ','))
                AND a.operation IS DISTINCT FROM (
                    SELECT event FROM redemptions
                    WHERE network_id = $1 AND event >= a.operation ORDER BY event LIMIT 1
                ) AND a.operation IS DISTINCT FROM (
                    SELECT event FROM attempts
                    WHERE network_id = $1 AND event >= a.operation ORDER BY event LIMIT 1
                )
            OFFSET 0
        ) AS sound WHERE ends IS NOT NULL
    ), wanted AS MATERIALIZED (
        SELECT code, max_uses, ends, count(*) AS n FROM asked GROUP BY code, max_uses, uses, ends
        HAVING max_uses IS NULL OR uses + count(*) <= max_uses
    ), taken AS (
        UPDATE limits l SET pool = l.pool - w.n, spent = l.spent + w.n
        FROM (SELECT code, n, ends FROM wanted WHERE max_uses IS NOT NULL ORDER BY code) AS w
        WHERE l.network_id = $1 AND l.kind = 'uses' AND l.subject = w.code AND l.guest = 0 AND l.pool >= w.n
        RETURNING w.code, w.n, w.ends
    ), locked AS MATERIALIZED (
        SELECT code, n, ends FROM taken UNION ALL SELECT code, n, ends FROM wanted WHERE max_uses IS NULL
    ), counted AS (
        UPDATE codes c SET
            uses = c.uses + k.n,
            first_used_where = CASE
                WHEN c.first_used_at IS NULL OR $10::timestamptz < c.first_used_at THEN NULL
                ELSE c.first_used_where
            END,
            first_used_at = LEAST(c.first_used_at, $10::timestamptz),
            auto_deactivated_at = CASE
                WHEN k.ends AND c.uses + k.n >= c.max_uses THEN $10::timestamptz ELSE c.auto_deactivated_at
            END,
            status = CASE WHEN k.ends AND c.uses + k.n >= c.max_uses THEN $16 ELSE c.status END,
            updated_at = $10::timestamptz
        FROM (SELECT code, n, ends FROM locked ORDER BY code) AS k
        WHERE c.network_id = $1 AND c.id = k.code AND c.status = $15
            AND (c.expires_at IS NULL OR c.expires_at > $10) AND (c.max_uses IS NULL OR c.uses + k.n <= c.max_uses)
        RETURNING c.id, c.uses - k.n AS before, c.uses >= c.max_uses AS used_up
    ), granted AS MATERIALIZED (
        SELECT * FROM (
            SELECT *, first_value(before) OVER w + row_number() OVER w - 1 AS number, first_value(ended) OVER w AS used_up
            FROM (
                SELECT place, code, text, name, max_uses, campaign, operation, order_id, staff, caller, source,
                    NULL::bigint AS before, NULL::bool AS ended
                FROM asked
                UNION ALL
                SELECT 0, id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, before, used_up FROM counted
            ) AS both_kinds WINDOW w AS (PARTITION BY code ORDER BY place)
        ) AS numbered WHERE place > 0 AND number IS NOT NULL
    ), stored AS (
        INSERT INTO redemptions (network_id, event, code_id, campaign_id, at, by, source, staff_id, caller,
            order_id, request, uses_after)
        SELECT $1, operation, code, campaign, $10, 'online', source, staff, caller, order_id,
            substring($8::bytea FROM (place::int - 1) * {REQUEST_BYTES} + 1 FOR {REQUEST_BYTES}), number
        FROM granted ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT g.place, g.code, g.text, g.name, g.max_uses, g.campaign, g.number, g.used_up, r.raced
    FROM (SELECT (SELECT count(*) FROM stored) <> COALESCE((SELECT sum(n) FROM locked), 0) AS raced) AS r
    LEFT JOIN granted g ON true
"""  # noqa: S608 - the size is ours, values are parameters
