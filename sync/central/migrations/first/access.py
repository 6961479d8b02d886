"""Who may do what: the role that serves requests, row-level security, and no deleting of facts."""

ROLE = "countersign_app"

CREATE_ROLE = f"""
DO $$
BEGIN
    CREATE ROLE {ROLE} NOLOGIN NOBYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    -- Roles belong to the whole server: another database of it has made this one already.
    NULL;
END
$$
"""

# Who connects must be able to become the role. An administrator may have granted that beforehand; before
# PostgreSQL 16 every member can, since then a membership says whether it can.
GRANT_MEMBERSHIP = f"""
DO $$
DECLARE
    ability text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    IF NOT pg_has_role(current_user, '{ROLE}', ability) THEN
        GRANT {ROLE} TO CURRENT_USER;
    END IF;
END
$$
"""

CURRENT_NETWORK = "NULLIF(current_setting('countersign.network', true), '')::bigint"

_KEPT = "SELECT, INSERT, UPDATE"
_PASSING = "SELECT, INSERT, UPDATE, DELETE"
_APPENDED = "SELECT, INSERT"

TENANT_GRANTS = {
    "restaurants": _KEPT,
    "tills": _KEPT,
    "enrolments": _PASSING,
    "staff": _KEPT,
    "campaigns": _KEPT,
    "guests": _KEPT,
    "cards": _KEPT,
    "codes": _KEPT,
    "products": _PASSING,
    "limits": _KEPT,
    "leases": _KEPT,
    "incarnations": _KEPT,
    # Of a recorded event only what central concludes from it may change, never the event.
    "events": f"{_APPENDED}, UPDATE (applied, quarantined, code_id)",
    "redemptions": _APPENDED,
    "attempts": _APPENDED,
    "sales": _APPENDED,
    "cases": _KEPT,
    "outbox": _PASSING,
    "snapshots": _PASSING,
    "snapshot_chunks": _PASSING,
    "audit": _APPENDED,
}


def statements() -> list[str]:
    """Return every statement that opens the tables to the role, and closes each network to the others."""
    made = [f"GRANT USAGE ON SCHEMA public TO {ROLE}"]
    for table, grants in TENANT_GRANTS.items():
        made += _protect(table, "network_id")
        made.append(f"GRANT {grants} ON {table} TO {ROLE}")
    made += _protect("networks", "id")
    made.append(f"GRANT {_KEPT} ON networks TO {ROLE}")
    for table in ("directory", "logins"):
        made += _protect(table, "network_id")
        # These are read to learn which network it is; they hold nothing personal.
        made.append(f"CREATE POLICY anyone_reads ON {table} FOR SELECT TO {ROLE} USING (true)")
    made.append(f"GRANT SELECT, INSERT ON directory TO {ROLE}")
    made.append(f"GRANT {_PASSING} ON logins TO {ROLE}")
    made.append(f"GRANT SELECT ON installation TO {ROLE}")
    made.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
    return made


def _protect(table: str, column: str) -> list[str]:
    own = f"({column} = {CURRENT_NETWORK})"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY own_network ON {table} USING {own} WITH CHECK {own}",
    ]
