"""What tills are told of one another's keys, by which they check receipts of other tills without the office."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE networks ADD COLUMN tills_told bytea DEFAULT '' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE networks DROP COLUMN tills_told")
