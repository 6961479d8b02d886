"""The first tables, their row-level security, and the role that serves requests."""

from alembic import op

from sync.central.migrations.first import access, catalogue, facts, places, travel

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(access.CREATE_ROLE)
    op.execute(access.GRANT_MEMBERSHIP)
    for part in (places, catalogue, facts, travel):
        for statement in part.STATEMENTS:
            op.execute(statement)
    for statement in access.statements():
        op.execute(statement)
    op.execute("INSERT INTO installation DEFAULT VALUES")


def downgrade() -> None:
    """Refuse: recorded facts are never deleted; an earlier state is a restored backup."""
    msg = "the first migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
