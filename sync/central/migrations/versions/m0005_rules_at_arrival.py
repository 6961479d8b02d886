"""Keys of cards and vouchers, uses by day, six digits that end, and what central's rules said at arrival."""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"


def _protected(table: str) -> tuple[str, ...]:
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY own_network ON {table} USING {_OWN} WITH CHECK {_OWN}",
        f"GRANT SELECT, INSERT, UPDATE ON {table} TO {ROLE}",
    )


STATEMENTS = (
    """
    CREATE TABLE network_keys (
        network_id bigint NOT NULL,
        purpose text NOT NULL,
        number integer NOT NULL,
        content bytea NOT NULL,
        created_at timestamptz DEFAULT now() NOT NULL,
        withdrawn_at timestamptz,
        CONSTRAINT pk_network_keys PRIMARY KEY (network_id, purpose, number),
        CONSTRAINT fk_network_keys_network_id FOREIGN KEY(network_id) REFERENCES networks (id),
        CONSTRAINT ck_network_keys_purpose CHECK (purpose IN ('card', 'voucher')),
        CONSTRAINT ck_network_keys_number CHECK (number > 0)
    )
    """,
    *_protected("network_keys"),
    """
    CREATE TABLE day_uses (
        network_id bigint NOT NULL,
        campaign_id bigint NOT NULL,
        guest_id bigint NOT NULL,
        day date NOT NULL,
        uses bigint NOT NULL,
        CONSTRAINT pk_day_uses PRIMARY KEY (network_id, campaign_id, guest_id, day),
        CONSTRAINT fk_day_uses_network_id FOREIGN KEY(network_id) REFERENCES networks (id)
    )
    """,
    *_protected("day_uses"),
    # The day on which a campaign's daily limit was reached, told to every till at once.
    "ALTER TABLE campaigns ADD COLUMN used_up_on date",
    # Six digits are given out for minutes; a card has neither.
    "ALTER TABLE cards ADD COLUMN issued_at timestamptz",
    "ALTER TABLE cards ADD COLUMN expires_at timestamptz",
    "CREATE INDEX ix_cards_digits ON cards (network_id, expires_at) WHERE digits",
    # What central's rules said at arrival.
    "ALTER TABLE redemptions ADD COLUMN judged text",
    # Whether a row has changed since a till's cursor, and what it was then.
    "CREATE INDEX ix_outbox_network_id_tab_subject ON outbox (network_id, tab, subject)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: what tills were told of keys cannot be taken back."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
