"""Voids and refunds with what they give back, and the ledger of guests' points."""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"

STATEMENTS = (
    # -- what a sale says of the points that paid it, and a guest and a network of theirs
    "ALTER TABLE sales ADD COLUMN redemptions uuid[] DEFAULT '{}' NOT NULL",
    "ALTER TABLE sales ADD COLUMN points_spent bigint DEFAULT 0 NOT NULL",
    "ALTER TABLE sales ADD COLUMN points_paid_minor bigint DEFAULT 0 NOT NULL",
    "ALTER TABLE guests ADD COLUMN points_owed bigint DEFAULT 0 NOT NULL",
    "ALTER TABLE guests ADD CONSTRAINT ck_guests_points_owed CHECK (points_owed >= 0)",
    "ALTER TABLE networks ADD COLUMN points_rules jsonb DEFAULT '{}' NOT NULL",
    # -- voids and refunds
    """
    CREATE TABLE refunds (
        network_id bigint NOT NULL,
        event uuid NOT NULL,
        kind text NOT NULL,
        original uuid NOT NULL,
        till_id bigint NOT NULL,
        restaurant_id bigint NOT NULL,
        staff_id bigint,
        approved_by bigint,
        guest_id bigint,
        at timestamptz NOT NULL,
        receipt bigint NOT NULL,
        currency text,
        amount_minor bigint NOT NULL,
        points_back bigint DEFAULT 0 NOT NULL,
        points_taken bigint DEFAULT 0 NOT NULL,
        reason text NOT NULL,
        lines jsonb NOT NULL,
        CONSTRAINT pk_refunds PRIMARY KEY (network_id, event),
        CONSTRAINT ck_refunds_kind CHECK (kind IN ('void', 'refund'))
    )
    """,
    "CREATE INDEX ix_refunds_network_id_original ON refunds (network_id, original)",
    "CREATE INDEX ix_refunds_network_id_at ON refunds (network_id, at)",
    """
    CREATE TABLE refund_totals (
        network_id bigint NOT NULL,
        original uuid NOT NULL,
        refunded bigint[] DEFAULT '{}' NOT NULL,
        points_taken bigint DEFAULT 0 NOT NULL,
        done boolean DEFAULT false NOT NULL,
        CONSTRAINT pk_refund_totals PRIMARY KEY (network_id, original)
    )
    """,
    """
    CREATE TABLE restores (
        network_id bigint NOT NULL,
        event uuid NOT NULL,
        original uuid NOT NULL,
        lease uuid NOT NULL,
        units bigint DEFAULT 0 NOT NULL,
        waiting bigint DEFAULT 0 NOT NULL,
        CONSTRAINT pk_restores PRIMARY KEY (network_id, event, original, lease),
        CONSTRAINT ck_restores_not_negative CHECK (units >= 0 AND waiting >= 0)
    )
    """,
    "CREATE INDEX ix_restores_network_id_original ON restores (network_id, original)",
    "CREATE INDEX ix_restores_waiting ON restores (network_id, lease) WHERE waiting > 0",
    # -- points
    """
    CREATE TABLE points_lots (
        network_id bigint NOT NULL,
        guest_id bigint NOT NULL,
        id text NOT NULL,
        "left" bigint NOT NULL,
        earned_at timestamptz NOT NULL,
        expires_at timestamptz,
        CONSTRAINT pk_points_lots PRIMARY KEY (network_id, guest_id, id),
        CONSTRAINT fk_points_lots_network_id_guest_id
            FOREIGN KEY(network_id, guest_id)
            REFERENCES guests (network_id, id),
        CONSTRAINT ck_points_lots_left CHECK ("left" >= 0)
    )
    """,
    """CREATE INDEX ix_points_lots_expiring ON points_lots (network_id, expires_at)
        WHERE "left" > 0 AND expires_at IS NOT NULL""",
    """
    CREATE TABLE points_transactions (
        network_id bigint NOT NULL,
        guest_id bigint NOT NULL,
        operation text NOT NULL,
        kind text NOT NULL,
        at timestamptz NOT NULL,
        request jsonb NOT NULL,
        of text,
        note text DEFAULT '' NOT NULL,
        event uuid,
        staff_id bigint,
        approved_by bigint,
        booked_at timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_points_transactions PRIMARY KEY (network_id, guest_id, operation),
        CONSTRAINT fk_points_transactions_network_id_guest_id
            FOREIGN KEY(network_id, guest_id)
            REFERENCES guests (network_id, id),
        CONSTRAINT ck_points_transactions_kind
            CHECK (kind IN ('earn', 'apply', 'burn', 'expire', 'adjust', 'reverse'))
    )
    """,
    "CREATE INDEX ix_points_transactions_network_id_guest_id_of ON points_transactions (network_id, guest_id, of)",
    """
    CREATE TABLE points_entries (
        network_id bigint NOT NULL,
        guest_id bigint NOT NULL,
        operation text NOT NULL,
        place integer NOT NULL,
        account text NOT NULL,
        points bigint NOT NULL,
        lot text,
        CONSTRAINT pk_points_entries PRIMARY KEY (network_id, guest_id, operation, place),
        CONSTRAINT fk_points_entries_network_id_guest_id_operation
            FOREIGN KEY(network_id, guest_id, operation)
            REFERENCES points_transactions (network_id, guest_id, operation),
        CONSTRAINT ck_points_entries_account
            CHECK (account IN ('available', 'pending', 'owed', 'earned', 'burnt', 'expired', 'adjusted',
            'forgiven'))
    )
    """,
)

# Recorded facts are appended, never changed; a total, a lot and what waits are kept up to date.
GRANTS = {
    "refunds": "SELECT, INSERT",
    "refund_totals": "SELECT, INSERT, UPDATE",
    "restores": "SELECT, INSERT, UPDATE",
    "points_lots": "SELECT, INSERT, UPDATE",
    "points_transactions": "SELECT, INSERT",
    "points_entries": "SELECT, INSERT",
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_network ON {table} USING {_OWN} WITH CHECK {_OWN}")
        op.execute(f"GRANT {grants} ON {table} TO {ROLE}")


def downgrade() -> None:
    """Refuse: recorded facts are never deleted; an earlier state is a restored backup."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
