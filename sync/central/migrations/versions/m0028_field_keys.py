"""Random keys for personal data, each stored wrapped, so that a single old one can be destroyed.

Networks that are there keep their derived key as the current one until their next rotation: nothing is sealed anew
here, and what a central of the version before writes meanwhile stays readable, because ciphertexts name the kind of
their key.
"""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"

_STATEMENTS = (
    """
    CREATE TABLE field_keys (
        network_id bigint NOT NULL,
        number integer NOT NULL,
        wrapped bytea,
        made_at timestamptz DEFAULT now() NOT NULL,
        destroyed_at timestamptz,
        destroyed_by text,
        CONSTRAINT pk_field_keys PRIMARY KEY (network_id, number),
        CONSTRAINT fk_field_keys_network_id FOREIGN KEY(network_id) REFERENCES networks (id),
        CONSTRAINT ck_field_keys_number CHECK (number BETWEEN 1 AND 65535),
        CONSTRAINT ck_field_keys_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
    )
    """,
    "ALTER TABLE field_keys ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE field_keys FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY own_network ON field_keys USING {_OWN} WITH CHECK {_OWN}",
    f"GRANT SELECT, INSERT, UPDATE (wrapped, destroyed_at, destroyed_by) ON field_keys TO {ROLE}",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: what is sealed under these keys could be read by nobody without them."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
