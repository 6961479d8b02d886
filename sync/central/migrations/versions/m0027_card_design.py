"""How the cards of a network look."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE networks ADD COLUMN card_design jsonb DEFAULT '{}' NOT NULL")


def downgrade() -> None:
    """Refuse: what somebody has drawn would be gone."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
