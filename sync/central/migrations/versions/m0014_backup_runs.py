"""What became of the last backup, so that somebody notices when there is none any more."""

from alembic import op

from sync.central.migrations.first.access import ROLE

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = (
    "backup_every_s integer",
    "backup_tried_at timestamp with time zone",
    "backup_done_at timestamp with time zone",
    "backup_name text",
    "backup_problem text",
)


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE installation ADD COLUMN {column}")
    names = ", ".join(column.split()[0] for column in COLUMNS)
    op.execute(f"GRANT UPDATE ({names}) ON installation TO {ROLE}")


def downgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE installation DROP COLUMN {column.split()[0]}")
