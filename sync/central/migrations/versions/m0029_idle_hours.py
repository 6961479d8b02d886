"""The hours of a campaign that are switched off and wait to be switched on again."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE campaigns ADD COLUMN idle_hours jsonb DEFAULT '[]' NOT NULL")


def downgrade() -> None:
    """Refuse: what somebody has set would be gone."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
