"""Since when a code has the text that it has: a till that is newer than that need not look whether it still fits."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE codes ADD COLUMN text_version bigint DEFAULT 0 NOT NULL",
    # Whoever changes the text, in whatever statement: the row that tells of it is newer than every row before.
    """
    CREATE FUNCTION note_code_text() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.text_version := greatest(NEW.version, OLD.version + 1);
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER codes_note_text BEFORE UPDATE OF code, folded ON codes FOR EACH ROW
    WHEN (OLD.folded IS DISTINCT FROM NEW.folded) EXECUTE FUNCTION note_code_text()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER codes_note_text ON codes")
    op.execute("DROP FUNCTION note_code_text()")
    op.execute("ALTER TABLE codes DROP COLUMN text_version")
