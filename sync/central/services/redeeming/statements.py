"""The statements that decide many uses at once, over arrays that come as one text each.

They are prepared once for each connection and planned without looking at the values: every table is reached by its
index. A plan that was made on an empty table is kept when the table has grown: by ``NOT EXISTS`` or an outer join it
would read all of a network's attempts with each batch. So what was done before is looked for as the first operation
that is not below this one, which only the primary key answers.
"""

# What is asked for: the code, its campaign's version, whether the operation is known, and how the network stands.
LOOK = """
    SELECT c.id AS code, c.kind, c.campaign_id AS campaign, o.version, n.issuing, n.zone,
        r.event IS NOT DISTINCT FROM a.operation OR t.event IS NOT DISTINCT FROM a.operation AS known
    FROM unnest($2::text::text[], $3::text::uuid[]) WITH ORDINALITY AS a (folded, operation, place)
    JOIN networks n ON n.id = $1
    LEFT JOIN codes c ON c.network_id = $1 AND c.folded = a.folded
    LEFT JOIN campaigns o ON o.network_id = $1 AND o.id = c.campaign_id
    LEFT JOIN LATERAL (
        SELECT event FROM redemptions WHERE network_id = $1 AND event >= a.operation ORDER BY event LIMIT 1
    ) AS r ON true
    LEFT JOIN LATERAL (
        SELECT event FROM attempts WHERE network_id = $1 AND event >= a.operation ORDER BY event LIMIT 1
    ) AS t ON true
    ORDER BY a.place
"""

# Limits are locked by their key and codes after all of them, both in the order of their ids, as tills' journals do.
# The uses of one code are numbered in the order in which they came; each gets what is left by its number.
TAKE = """
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest($2::text::bigint[], $3::text::bigint[], $4::text::uuid[], $5::text::bigint[],
            $6::text::bigint[], $7::text::text[], $8::text::text[], $9::bytea[])
            WITH ORDINALITY AS a (code, version, operation, order_id, staff, caller, source, request, place)
    ), pools AS MATERIALIZED (
        SELECT w.code, l.pool FROM (SELECT DISTINCT code FROM asked ORDER BY code) AS w
        LEFT JOIN LATERAL (
            SELECT pool FROM limits
            WHERE network_id = $1 AND kind = 'uses' AND subject = w.code AND guest = 0 FOR NO KEY UPDATE
        ) AS l ON true
    ), held AS MATERIALIZED (
        SELECT w.code, w.pool, c.text, c.name, c.max_uses, c.uses, c.campaign_id,
            (SELECT o.version FROM campaigns o WHERE o.network_id = $1 AND o.id = c.campaign_id) AS version
        FROM pools w CROSS JOIN LATERAL (
            SELECT code AS text, name, max_uses, uses, campaign_id, status, expires_at FROM codes
            WHERE network_id = $1 AND id = w.code FOR NO KEY UPDATE
        ) AS c
        WHERE (SELECT count(*) FROM pools) > 0
            AND c.status = 'active' AND (c.expires_at IS NULL OR c.expires_at > $10)
    ), numbered AS (
        SELECT a.*, h.pool, h.text, h.name, h.max_uses, h.campaign_id,
            h.uses + row_number() OVER (PARTITION BY a.code ORDER BY a.place) AS uses,
            row_number() OVER (PARTITION BY a.code ORDER BY a.place) AS number
        FROM asked a JOIN held h ON h.code = a.code AND h.version = a.version
    ), granted AS MATERIALIZED (
        SELECT * FROM numbered WHERE max_uses IS NULL OR (uses <= max_uses AND number <= pool)
    ), stored AS (
        INSERT INTO redemptions (network_id, event, code_id, campaign_id, at, by, source, staff_id, caller,
            order_id, request, uses_after)
        SELECT $1, operation, code, campaign_id, $10, 'online', source, staff, caller, order_id, request, uses
        FROM granted ON CONFLICT DO NOTHING RETURNING code_id
    ), taken AS (
        UPDATE limits l SET pool = l.pool - k.uses, spent = l.spent + k.uses
        FROM (SELECT code_id, count(*) AS uses FROM stored GROUP BY code_id) AS k
        WHERE l.network_id = $1 AND l.kind = 'uses' AND l.subject = k.code_id AND l.guest = 0
    )
    SELECT place, code, text, name, max_uses, campaign_id, uses, (SELECT count(*) FROM stored) AS stored FROM granted
"""

REFUSE = """
    INSERT INTO attempts (network_id, event, at, reason, code_id, digest, source, staff_id, caller, order_id,
        request, params)
    SELECT $1, a.operation, $2, a.reason, a.code, a.digest, a.source, a.staff, a.caller, a.order_id, a.request,
        a.params::jsonb
    FROM unnest($3::text::uuid[], $4::text::text[], $5::text::bigint[], $6::bytea[], $7::text::text[],
        $8::text::bigint[], $9::text::text[], $10::text::bigint[], $11::bytea[], $12::text::text[])
        AS a (operation, reason, code, digest, source, staff, caller, order_id, request, params)
    ON CONFLICT DO NOTHING RETURNING 1
"""
