"""How far a snapshot in the making is, and chunks stored as they are: they are compressed already."""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"

STATEMENTS = (
    """
    CREATE TABLE snapshot_making (
        network_id bigint NOT NULL,
        done bigint NOT NULL,
        whole bigint NOT NULL,
        CONSTRAINT pk_snapshot_making PRIMARY KEY (network_id),
        CONSTRAINT fk_snapshot_making_network_id FOREIGN KEY(network_id) REFERENCES networks (id)
    )
    """,
    "ALTER TABLE snapshot_making ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE snapshot_making FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY own_network ON snapshot_making USING {_OWN} WITH CHECK {_OWN}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON snapshot_making TO {ROLE}",
    # A part of a chunk is read without unpacking the whole.
    "ALTER TABLE snapshot_chunks ALTER COLUMN body SET STORAGE EXTERNAL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: an earlier state is a restored backup."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
