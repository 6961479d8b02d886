"""The newest migration. A test holds it to what Alembic finds in ``versions``."""

HEAD = "0030"
