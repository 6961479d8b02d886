"""Guests whom tills register: the keys of what their events say, and two registrations that are one guest."""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"

STATEMENTS = (
    # Whoever is found under this number is the other guest: its rows in facts stay as they were recorded.
    "ALTER TABLE guests ADD COLUMN merged_into bigint",
    """ALTER TABLE guests ADD CONSTRAINT fk_guests_network_id_merged_into
        FOREIGN KEY(network_id, merged_into) REFERENCES guests (network_id, id)""",
    "ALTER TABLE guests ADD CONSTRAINT ck_guests_merged_into CHECK (merged_into <> id)",
    "ALTER TABLE guests ADD COLUMN children_cipher bytea",
    "ALTER TABLE guests ADD COLUMN consent jsonb",
    "ALTER TABLE guests ADD COLUMN referral_code_id bigint",
    "ALTER TABLE guests ADD COLUMN registered_by uuid",
    "CREATE UNIQUE INDEX uq_guests_network_id_registered_by ON guests (network_id, registered_by)",
    # Erasing a guest is deleting the key of what was recorded of them (the chain of events stays whole).
    """
    CREATE TABLE guest_keys (
        network_id bigint NOT NULL,
        event uuid NOT NULL,
        sealed bytea NOT NULL,
        received_at timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_guest_keys PRIMARY KEY (network_id, event),
        CONSTRAINT fk_guest_keys_network_id FOREIGN KEY(network_id) REFERENCES networks (id)
    )
    """,
    "ALTER TABLE guest_keys ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE guest_keys FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY own_network ON guest_keys USING {_OWN} WITH CHECK {_OWN}",
    f"GRANT SELECT, INSERT, DELETE ON guest_keys TO {ROLE}",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: who was registered at a till cannot be forgotten by a program."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
