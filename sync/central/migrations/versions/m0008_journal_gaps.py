"""Events that a restored database lacks and their till has let go: told by the till, accepted by a person."""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"

STATEMENTS = (
    """
    CREATE TABLE journal_gaps (
        network_id bigint NOT NULL,
        till_id bigint NOT NULL,
        incarnation integer NOT NULL,
        first_seq bigint NOT NULL,
        last_seq bigint NOT NULL,
        last_hash bytea NOT NULL,
        noted_at timestamptz DEFAULT now() NOT NULL,
        accepted_at timestamptz,
        accepted_by text,
        CONSTRAINT pk_journal_gaps PRIMARY KEY (network_id, till_id, incarnation, first_seq),
        CONSTRAINT ck_journal_gaps_place CHECK (first_seq > 0 AND last_seq >= first_seq),
        CONSTRAINT ck_journal_gaps_accepted CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)),
        CONSTRAINT fk_journal_gaps_network_id_till_id_incarnation
            FOREIGN KEY(network_id, till_id, incarnation)
            REFERENCES incarnations (network_id, till_id, incarnation)
    )
    """,
    "ALTER TABLE journal_gaps ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE journal_gaps FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY own_network ON journal_gaps USING {_OWN} WITH CHECK {_OWN}",
    f"GRANT SELECT, INSERT, UPDATE ON journal_gaps TO {ROLE}",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: that events are lost does not end by forgetting it."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
