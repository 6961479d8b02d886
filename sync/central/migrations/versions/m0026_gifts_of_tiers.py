"""Tiers that codes give: which use gave one, also where it changed nothing, and that it was taken back."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_COLUMNS = (
    "ALTER TABLE tier_changes ADD COLUMN event uuid",
    "ALTER TABLE tier_changes ADD COLUMN given text",
    "ALTER TABLE tier_changes DROP CONSTRAINT ck_tier_changes_why",
    """ALTER TABLE tier_changes ADD CONSTRAINT ck_tier_changes_why
        CHECK (why IN ('earned', 'lapsed', 'by_hand', 'given', 'taken_back'))""",
    # A use gives its tier once, and is taken back once, whoever tells of it and however often.
    """CREATE UNIQUE INDEX uq_tier_changes_event ON tier_changes (network_id, event, why)
        WHERE event IS NOT NULL""",
)


def upgrade() -> None:
    for statement in _COLUMNS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: which tiers codes gave would be told nowhere any more."""
    msg = "this migration cannot be undone; restore a backup instead"
    raise RuntimeError(msg)
