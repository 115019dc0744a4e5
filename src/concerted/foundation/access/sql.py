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
    """SQL, true or false: the acting agency has a live interest in the row's subject, of this kind and id."""
    return (
        "EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()"
        f" AND i.subject_kind = '{kind}' AND i.subject_id = {id_column}"
        " AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now()))"
    )


#: What else the door tells the database: the officer, the part of the mechanism, and a ticket in hand.
FURTHER_FUNCTIONS = """
CREATE FUNCTION concerted_officer() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('concerted.officer', true), '')::bigint $$;
CREATE FUNCTION concerted_scope() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(current_setting('concerted.scope', true), '') $$;
CREATE FUNCTION concerted_ticket() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('concerted.ticket', true), '') $$;
"""
FURTHER_FUNCTIONS_REVERSE = (
    "DROP FUNCTION concerted_ticket(); DROP FUNCTION concerted_scope(); DROP FUNCTION concerted_officer();"
)


def interest_in_section(kind: str, id_column: str, section: str, *, writer: str = "") -> str:
    """SQL, true or false: the acting agency has a live interest in the row's subject that names this section.

    section: a section's key, or an SQL expression over the row where it is not a plain word. An interest
    without sections opens no section. writer: the column of the agency that wrote the row, where an agency can
    open no words but its own; an emergency opens everybody's.
    """
    granted = f" AND (i.granted_by_id = {writer} OR i.basis = 'break_glass')" if writer else ""
    named = f"'{section}'" if section.isidentifier() else section
    return (
        "EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()"
        f" AND i.subject_kind = '{kind}' AND i.subject_id = {id_column} AND i.sections ? {named}"
        f" AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now()){granted})"
    )


def fenced(table: str, *, see: str, write: str | None = None, add: str | None = None) -> migrations.RunSQL:
    """Put row-level security on a table: rows outside `see` do not exist for the application's role.

    see, write, add: SQL conditions over the table's columns; `write` defaults to `see`, `add` to `write`.
    """
    write = write or see
    add = add or write
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY need_to_know_see ON {table} FOR SELECT USING ({see});
        CREATE POLICY need_to_know_add ON {table} FOR INSERT WITH CHECK ({add});
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
