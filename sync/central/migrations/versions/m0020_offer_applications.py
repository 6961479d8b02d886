"""Which offers promo codes were applied to, and what each use gave there."""

from alembic import op

from sync.central.migrations.first.access import CURRENT_NETWORK, ROLE

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_OWN = f"(network_id = {CURRENT_NETWORK})"

STATEMENTS = (
    """
    CREATE TABLE offer_applications (
        network_id bigint NOT NULL,
        event uuid NOT NULL,
        offer_id text NOT NULL,
        offer_name text NOT NULL,
        code_id bigint NOT NULL,
        guest_id bigint,
        applied_at timestamptz NOT NULL,
        bonus_minor bigint NOT NULL,
        currency text NOT NULL,
        conversion_id text NOT NULL,
        CONSTRAINT pk_offer_applications PRIMARY KEY (network_id, event, offer_id),
        CONSTRAINT fk_offer_applications_network_id FOREIGN KEY(network_id) REFERENCES networks (id),
        CONSTRAINT ck_offer_applications_bonus_minor CHECK (bonus_minor >= 0)
    )
    """,
    """CREATE INDEX ix_offer_applications_network_id_code_id_applied_at
        ON offer_applications (network_id, code_id, applied_at)""",
    "ALTER TABLE offer_applications ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE offer_applications FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY own_network ON offer_applications USING {_OWN} WITH CHECK {_OWN}",
    f"GRANT SELECT, INSERT ON offer_applications TO {ROLE}",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE offer_applications")
