"""How much of each rate limit is taken, shared by all processes."""

from alembic import op

from sync.central.migrations.first.access import ROLE

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Unlogged: it is written at every turn and good for minutes. Filled half, so that rows change where they lie.
    """
    CREATE UNLOGGED TABLE rate_windows (
        name text NOT NULL,
        subject bytea NOT NULL,
        since timestamptz NOT NULL,
        taken integer NOT NULL,
        CONSTRAINT pk_rate_windows PRIMARY KEY (name, subject, since)
    ) WITH (fillfactor = 50)
    """,
    "CREATE INDEX ix_rate_windows_since ON rate_windows (since)",
    "ALTER TABLE rate_windows ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE rate_windows FORCE ROW LEVEL SECURITY",
    # No row belongs to a network, and none tells of whom it is: the serving role counts in all of them.
    f"CREATE POLICY counting ON rate_windows TO {ROLE} USING (true) WITH CHECK (true)",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON rate_windows TO {ROLE}",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE rate_windows")
