"""How large a number can be that names a row."""

MAX_ID = 2**63 - 1
"""The largest that a ``bigint`` column holds: what is larger names nothing, and PostgreSQL is not asked for it."""
