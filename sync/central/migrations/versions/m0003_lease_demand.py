"""Where a limit was seen last, what a restaurant may credit by hand, and units of a lost till given out again."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Units of a code or a guest are leased ahead to where somebody has asked for them last.
    "ALTER TABLE limits ADD COLUMN seen_restaurant bigint",
    "ALTER TABLE restaurants ADD COLUMN credit_allowance bigint DEFAULT 5000 NOT NULL",
    "ALTER TABLE restaurants ADD CONSTRAINT ck_restaurants_credit_allowance CHECK (credit_allowance >= 0)",
    "ALTER TABLE leases DROP CONSTRAINT ck_leases_state",
    """ALTER TABLE leases ADD CONSTRAINT ck_leases_state
        CHECK (state IN ('open', 'closed', 'burnt', 'reissued'))""",
    "CREATE INDEX ix_leases_recalled ON leases (network_id, till_id) WHERE state = 'open' AND recall",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: what was given out again cannot be taken back."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
