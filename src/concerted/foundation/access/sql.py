"""The SQL that fences tables by agency (row-level security), for use in migrations."""

from __future__ import annotations

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION concerted_agency() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('concerted.agency', true), '')::bigint $$;
CREATE FUNCTION concerted_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(nullif(current_setting('concerted.at', true), '')::timestamptz, now()) $$;
"""
FUNCTIONS_REVERSE = "DROP FUNCTION concerted_now(); DROP FUNCTION concerted_agency();"


def interest_in(kind: str, id_column: str) -> str:
    """SQL: the acting agency has a live interest in the row's subject."""
    return (
        "EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()"
        f" AND i.subject_kind = '{kind}' AND i.subject_id = {id_column}"
        " AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now()))"
    )


def fenced(table: str, *, see: str, write: str | None = None) -> migrations.RunSQL:
    """Put row-level security on a table: rows outside `see` do not exist for the application's role.

    see, write: SQL conditions over the table's columns; `write` defaults to `see`.
    """
    write = write or see
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY need_to_know_see ON {table} FOR SELECT USING ({see});
        CREATE POLICY need_to_know_add ON {table} FOR INSERT WITH CHECK ({write});
        CREATE POLICY need_to_know_change ON {table} FOR UPDATE USING ({see}) WITH CHECK ({write});
        CREATE POLICY need_to_know_remove ON {table} FOR DELETE USING ({write});
        """,
        f"""
        DROP POLICY need_to_know_see ON {table};
        DROP POLICY need_to_know_add ON {table};
        DROP POLICY need_to_know_change ON {table};
        DROP POLICY need_to_know_remove ON {table};
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )
