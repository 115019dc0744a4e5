"""The SQL that makes a table audited and the record append-only, for use in migrations."""

from __future__ import annotations

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit record only grows: % on % refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_segment_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditsegment
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE FUNCTION audit_epoch() RETURNS integer LANGUAGE sql STABLE AS
  $$ SELECT coalesce(max(id), 1) FROM audit_auditepoch $$;
ALTER TABLE audit_auditentry ALTER COLUMN transaction SET DEFAULT (pg_current_xact_id()::text::bigint);
ALTER TABLE audit_auditentry ALTER COLUMN epoch SET DEFAULT audit_epoch();

CREATE FUNCTION audit_outside_an_act() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched bigint;
BEGIN
  IF coalesce(current_setting('concerted.act', true), '') <> '' THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN
    SELECT count(*) INTO touched FROM rows_before;
  ELSE
    SELECT count(*) INTO touched FROM rows_after;
  END IF;
  IF touched > 0 THEN
    INSERT INTO audit_auditentry (at, kind, act, subject_kind, detail)
    VALUES (clock_timestamp(), 'outside', lower(TG_OP), TG_TABLE_NAME,
            jsonb_build_object('rows', touched, 'database_role', session_user::text));
  END IF;
  RETURN NULL;
END $$;
"""

APPEND_ONLY_REVERSE = """
DROP FUNCTION audit_outside_an_act() CASCADE;
DROP TRIGGER audit_segment_only_grows ON audit_auditsegment;
DROP TRIGGER audit_entry_only_grows ON audit_auditentry;
DROP FUNCTION audit_refuse_change();
"""

#: Rows are met by who keeps the record whole (reads.whole_record), and by those whom later policies name.
FENCED = """
ALTER TABLE audit_auditentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept_whole ON audit_auditentry FOR SELECT
  USING ((SELECT coalesce(current_setting('concerted.record', true), '') = 'whole'));
CREATE POLICY grows ON audit_auditentry FOR INSERT WITH CHECK (true);
"""
FENCED_REVERSE = """
DROP POLICY grows ON audit_auditentry;
DROP POLICY kept_whole ON audit_auditentry;
ALTER TABLE audit_auditentry DISABLE ROW LEVEL SECURITY;
"""


def audited(*tables: str) -> migrations.RunSQL:
    """Let every write to these tables that no act announced leave an 'outside' row: bulk and shell too."""
    forward, backward = [], []
    for table in tables:
        for verb, transition in (
            ("INSERT", "NEW TABLE AS rows_after"),
            ("UPDATE", "NEW TABLE AS rows_after"),
            ("DELETE", "OLD TABLE AS rows_before"),
        ):
            name = f"audit_{verb.lower()}_{table}"[:63]
            forward.append(
                f"CREATE TRIGGER {name} AFTER {verb} ON {table} REFERENCING {transition}"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit_outside_an_act();"
            )
            backward.append(f"DROP TRIGGER IF EXISTS {name} ON {table};")
    return migrations.RunSQL("\n".join(forward), "\n".join(backward))


def only_grows(table: str, *, given: tuple[str, ...] = ()) -> migrations.RunSQL:
    """Leave every role but the owner no right on a record table but to read it and to add rows.

    given: the columns a new row may name; the others always keep the database's own value. Roles are those
    that hold a right on the table, whatever the installation calls them.
    """
    added = f"INSERT ({', '.join(given)})" if given else "INSERT"
    return migrations.RunSQL(
        f"""
        DO $$
        DECLARE role_name text;
        BEGIN
          FOR role_name IN
            SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END
            FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
            LEFT JOIN pg_roles r ON r.oid = a.grantee
            WHERE c.oid = '{table}'::regclass AND a.grantee <> c.relowner
          LOOP
            EXECUTE format('REVOKE ALL ON {table} FROM %s', role_name);
            EXECUTE format('GRANT SELECT ON {table} TO %s', role_name);
            EXECUTE format('GRANT {added} ON {table} TO %s', role_name);
          END LOOP;
        END $$;
        """,
        migrations.RunSQL.noop,
    )


def history_only_grows(*tables: str) -> migrations.RunSQL:
    """Refuse every change to rows of these tables, whoever asks: history is added to, never mended."""
    forward = "\n".join(
        f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();"
        for table in tables
    )
    backward = "\n".join(f"DROP TRIGGER IF EXISTS only_grows ON {table};" for table in tables)
    return migrations.RunSQL(forward, backward)
