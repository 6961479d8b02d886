"""The ledger of points without checks of what its one writer has just read under a lock."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Each sale that earns points wrote four rows whose parents were looked up again one by one: as much work as
    # writing them. The guest's row is locked before, and a transaction and its entries are written together.
    "ALTER TABLE points_lots DROP CONSTRAINT fk_points_lots_network_id_guest_id",
    "ALTER TABLE points_transactions DROP CONSTRAINT fk_points_transactions_network_id_guest_id",
    "ALTER TABLE points_entries DROP CONSTRAINT fk_points_entries_network_id_guest_id_operation",
    "DROP INDEX ix_points_transactions_network_id_guest_id_of",
    """CREATE INDEX ix_points_transactions_of ON points_transactions (network_id, guest_id, of)
        WHERE of IS NOT NULL""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: recorded facts are never deleted; an earlier state is a restored backup."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
