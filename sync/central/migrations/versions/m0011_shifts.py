"""Shifts with their reports, what managers decided, and the open cases of one till."""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"

STATEMENTS = (
    """
    CREATE TABLE shifts (
        network_id bigint NOT NULL,
        event uuid NOT NULL,
        till_id bigint NOT NULL,
        restaurant_id bigint NOT NULL,
        number bigint NOT NULL,
        currency text NOT NULL,
        float_minor bigint DEFAULT 0 NOT NULL,
        opened_at timestamptz NOT NULL,
        opened_by bigint,
        closed_event uuid,
        closed_at timestamptz,
        closed_by bigint,
        approved_by bigint,
        closed_incarnation integer,
        closed_seq bigint,
        expected_minor bigint,
        counted_minor bigint,
        other_minor bigint,
        note text DEFAULT '' NOT NULL,
        figures jsonb,
        agrees boolean,
        CONSTRAINT pk_shifts PRIMARY KEY (network_id, event),
        CONSTRAINT ck_shifts_closed CHECK ((closed_event IS NULL) = (closed_at IS NULL))
    )
    """,
    """CREATE INDEX ix_shifts_network_id_till_id_closed
        ON shifts (network_id, till_id, closed_incarnation, closed_seq)""",
    "CREATE INDEX ix_shifts_network_id_opened_at ON shifts (network_id, opened_at)",
    """
    CREATE TABLE overrides (
        network_id bigint NOT NULL,
        event uuid NOT NULL,
        till_id bigint NOT NULL,
        restaurant_id bigint NOT NULL,
        at timestamptz NOT NULL,
        staff_id bigint,
        decided_by bigint NOT NULL,
        asked text NOT NULL,
        allowed boolean NOT NULL,
        reason text NOT NULL,
        note text DEFAULT '' NOT NULL,
        code_id bigint,
        campaign_id bigint,
        CONSTRAINT pk_overrides PRIMARY KEY (network_id, event)
    )
    """,
    "CREATE INDEX ix_overrides_network_id_at ON overrides (network_id, at)",
    "CREATE INDEX ix_cases_open_of_till ON cases (network_id, till_id, id) WHERE closed_at IS NULL",
)

GRANTS = {"shifts": "SELECT, INSERT, UPDATE", "overrides": "SELECT, INSERT"}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_network ON {table} USING {_OWN} WITH CHECK {_OWN}")
        op.execute(f"GRANT {grants} ON {table} TO {ROLE}")


def downgrade() -> None:
    """Refuse: recorded facts are never deleted; an earlier state is a restored backup."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
