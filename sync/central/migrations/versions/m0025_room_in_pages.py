"""Room in the pages of what each use of a code changes.

A new version of a row that finds room in its own page needs no new entry in any index. Codes and limits are filled
by the million, page after page to the brim, so that the first use on each page went elsewhere, into four indexes.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TABLES = ("codes", "limits")


def upgrade() -> None:
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} SET (fillfactor = 90)")


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} RESET (fillfactor)")
