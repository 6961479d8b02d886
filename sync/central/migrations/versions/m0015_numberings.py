"""The serving role may move every numbering on, also of tables to come.

After a restore no number may be given out that lost rows had. A table that was made after the first grant was left
out of it, and with it the whole restore.
"""

from alembic import op

from sync.central.migrations.first.access import ROLE

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, UPDATE ON SEQUENCES TO {ROLE}")


def downgrade() -> None:
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, UPDATE ON SEQUENCES FROM {ROLE}")
