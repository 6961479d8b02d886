"""Uses of codes by callers that have no till, and requests that are answered the same when they are repeated."""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"

STATEMENTS = (
    # Their event is the operation's id. It happened nowhere in particular, and the answer is kept with it.
    "ALTER TABLE redemptions ALTER COLUMN till_id DROP NOT NULL",
    "ALTER TABLE redemptions ALTER COLUMN restaurant_id DROP NOT NULL",
    "ALTER TABLE redemptions ADD COLUMN caller text",
    "ALTER TABLE redemptions ADD COLUMN order_id bigint",
    "ALTER TABLE redemptions ADD COLUMN request bytea",
    "ALTER TABLE redemptions ADD COLUMN uses_after bigint",
    "ALTER TABLE attempts ALTER COLUMN till_id DROP NOT NULL",
    "ALTER TABLE attempts ADD COLUMN caller text",
    "ALTER TABLE attempts ADD COLUMN order_id bigint",
    "ALTER TABLE attempts ADD COLUMN request bytea",
    "ALTER TABLE attempts ADD COLUMN params jsonb",
    """
    CREATE TABLE answered_requests (
        network_id bigint NOT NULL,
        caller text NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        status integer,
        body bytea,
        at timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_answered_requests PRIMARY KEY (network_id, caller, key),
        CONSTRAINT fk_answered_requests_network_id FOREIGN KEY(network_id) REFERENCES networks (id)
    )
    """,
    "CREATE INDEX ix_answered_requests_network_id_at ON answered_requests (network_id, at)",
    "ALTER TABLE answered_requests ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE answered_requests FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY own_network ON answered_requests USING {_OWN} WITH CHECK {_OWN}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON answered_requests TO {ROLE}",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: what was used without a till cannot be forgotten."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
