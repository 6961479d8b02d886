"""What of a refund nobody has named a line for: it makes room for what is named later."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE refund_totals ADD COLUMN loose bigint[] DEFAULT '{}' NOT NULL")


def downgrade() -> None:
    """Refuse: what later refunds hang on would be gone."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
