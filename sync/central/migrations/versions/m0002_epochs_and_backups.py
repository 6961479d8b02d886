"""What a restored database must remember (epochs), what a backup covers (safe marks), and what is tried again."""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"

STATEMENTS = (
    # -- this life of the database, and what of it is in a backup
    "ALTER TABLE installation ADD COLUMN cluster text",
    "ALTER TABLE installation ADD COLUMN timeline text",
    "ALTER TABLE installation ADD COLUMN backup_rule text DEFAULT 'none' NOT NULL",
    "ALTER TABLE installation ADD COLUMN mark bigint DEFAULT 0 NOT NULL",
    "ALTER TABLE installation ADD COLUMN mark_lsn text",
    "ALTER TABLE installation ADD COLUMN marked_at timestamptz",
    "ALTER TABLE installation ADD COLUMN noted_at timestamptz",
    """ALTER TABLE installation ADD CONSTRAINT ck_installation_backup_rule
        CHECK (backup_rule IN ('none', 'manual', 'archive'))""",
    f"""GRANT UPDATE (epoch, cluster, timeline, backup_rule, mark, mark_lsn, marked_at, noted_at)
        ON installation TO {ROLE}""",
    "ALTER TABLE incarnations ADD COLUMN marked_seq bigint",
    "ALTER TABLE networks ADD COLUMN epoch uuid DEFAULT gen_random_uuid() NOT NULL",
    "ALTER TABLE networks ADD COLUMN issuing boolean DEFAULT true NOT NULL",
    # -- tills that have not listed their leases again since the epoch began
    """
    CREATE TABLE relistings (
        network_id bigint NOT NULL,
        till_id bigint NOT NULL,
        since timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_relistings PRIMARY KEY (network_id, till_id),
        CONSTRAINT fk_relistings_network_id_till_id
            FOREIGN KEY(network_id, till_id)
            REFERENCES tills (network_id, id)
    )
    """,
    "ALTER TABLE relistings ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE relistings FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY own_network ON relistings USING {_OWN} WITH CHECK {_OWN}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON relistings TO {ROLE}",
    # -- a person's consent that a till begins a new life without another code
    "ALTER TABLE tills ADD COLUMN renewal_allowed boolean DEFAULT false NOT NULL",
    # -- what quarantined events wait for
    "ALTER TABLE events ADD COLUMN waits_for text",
    "ALTER TABLE events ADD CONSTRAINT ck_events_waits_for CHECK (waits_for IN ('kind', 'reference'))",
    f"GRANT UPDATE (waits_for) ON events TO {ROLE}",
    "CREATE INDEX ix_events_waiting ON events (network_id, till_id, seq) WHERE waits_for IS NOT NULL",
    # A restored database must not give out numbers that its lost rows had.
    f"GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: what tills were told of backups and epochs cannot be taken back."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
