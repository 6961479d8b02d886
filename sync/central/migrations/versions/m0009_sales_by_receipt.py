"""Sales found by the number on their receipt: another till of the restaurant gives something back."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX ix_sales_network_id_till_id_receipt ON sales (network_id, till_id, receipt)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_sales_network_id_till_id_receipt")
