"""A key for each guest, rotation of the network's field key, erasure, and finding entries of the audit log."""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"

_COLUMNS = (
    # Which key of the network new fields are sealed under; each ciphertext says under which it was.
    "ALTER TABLE networks ADD COLUMN field_key integer DEFAULT 0 NOT NULL",
    "ALTER TABLE networks ADD CONSTRAINT ck_networks_field_key CHECK (field_key BETWEEN 0 AND 65535)",
    # Fields of guests are sealed under a key of that guest alone, which is sealed here: erasing it erases them.
    "ALTER TABLE guests ADD COLUMN data_key bytea",
    "ALTER TABLE guests ADD COLUMN erased_at timestamptz",
    "ALTER TABLE guests ADD CONSTRAINT ck_guests_erased CHECK (erased_at IS NULL OR data_key IS NULL)",
    "CREATE INDEX ix_guests_erased ON guests (network_id, erased_at) WHERE erased_at IS NOT NULL",
    "CREATE INDEX ix_guests_network_id_merged_into ON guests (network_id, merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX ix_audit_network_id_subject ON audit (network_id, subject, id)",
    "CREATE INDEX ix_audit_network_id_actor ON audit (network_id, actor, id)",
    # What people wrote about a guest goes with the guest; what was booked stays.
    f"GRANT UPDATE (note) ON guest_transactions TO {ROLE}",
    f"GRANT UPDATE (note) ON points_transactions TO {ROLE}",
)

_TABLES = (
    """
    CREATE TABLE field_key_rotations (
        network_id bigint NOT NULL,
        number integer NOT NULL,
        started_at timestamptz NOT NULL,
        started_by text NOT NULL,
        place text NOT NULL,
        after bigint DEFAULT 0 NOT NULL,
        moved bigint DEFAULT 0 NOT NULL,
        finished_at timestamptz,
        CONSTRAINT pk_field_key_rotations PRIMARY KEY (network_id, number),
        CONSTRAINT fk_field_key_rotations_network_id FOREIGN KEY(network_id) REFERENCES networks (id)
    )
    """,
    # By what a registration that was recorded before an erasure, and comes after it, is known again.
    """
    CREATE TABLE erased_phones (
        network_id bigint NOT NULL,
        digest bytea NOT NULL,
        guest_id bigint NOT NULL,
        erased_at timestamptz NOT NULL,
        CONSTRAINT pk_erased_phones PRIMARY KEY (network_id, digest),
        CONSTRAINT fk_erased_phones_network_id_guest_id
            FOREIGN KEY(network_id, guest_id)
            REFERENCES guests (network_id, id)
    )
    """,
)

_GRANTS = {
    "field_key_rotations": "SELECT, INSERT, UPDATE",
    "erased_phones": "SELECT, INSERT, UPDATE, DELETE",
}


def upgrade() -> None:
    for statement in (*_COLUMNS, *_TABLES):
        op.execute(statement)
    for table, grants in _GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_network ON {table} USING {_OWN} WITH CHECK {_OWN}")
        op.execute(f"GRANT {grants} ON {table} TO {ROLE}")


def downgrade() -> None:
    """Refuse: what is sealed under a guest's own key could be read by nobody without it."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
