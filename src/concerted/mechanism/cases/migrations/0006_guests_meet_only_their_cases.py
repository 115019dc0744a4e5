"""A seconded officer meets no report, letter, package or record of the host but of his cases, or his own."""

from django.db import migrations

from concerted.mechanism.cases.migrations._fences import OWN, given_in, open_to_officer

LIMITED = """
CREATE OR REPLACE FUNCTION people_limited_to() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN cases_limited_to() IS NULL THEN NULL ELSE (
    SELECT coalesce(array_agg(DISTINCT l.person_id), '{}') FROM cases_personlink l
    WHERE l.case_id = ANY (cases_limited_to()) AND l.ended_at IS NULL) END
$$;
"""
UNLIMITED = """
CREATE OR REPLACE FUNCTION people_limited_to() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER AS
  $$ SELECT NULL::bigint[] $$;
"""
HERE = "((SELECT cases_limited_to()) IS NULL OR case_id = ANY ((SELECT cases_limited_to())::bigint[]))"
_SCREENED = given_in("cases_screening", "screening")
#: table: what an agency sees of it as a whole, and how a row is met without an agency.
TABLES = {
    "cases_report": (OWN, "follow_up = concerted_ticket()"),
    "cases_letter": (OWN, "check_digest = concerted_ticket()"),
    "cases_outsidepackage": (OWN, "code = concerted_ticket()"),
}


def _limited(table: str, own: str, ticket: str) -> migrations.RunSQL:
    policies = "need_to_know_see", "need_to_know_change"
    written = " OR recorded_by_id = concerted_officer()" if table == "cases_report" else ""
    return migrations.RunSQL(
        "\n".join(
            f"ALTER POLICY {p} ON {table} USING (({own} AND ({HERE}{written})) OR {ticket});"
            for p in policies
        ),
        "\n".join(f"ALTER POLICY {p} ON {table} USING ({own} OR {ticket});" for p in policies),
    )


SCREENING = f"({OWN} OR {_SCREENED}) AND (case_id IS NULL OR ({open_to_officer()}))"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_victim_status"),
        ("people", "0005_guests_meet_only_their_own"),
    ]

    operations = [
        migrations.RunSQL(LIMITED, UNLIMITED),
        *(_limited(table, own, ticket) for table, (own, ticket) in TABLES.items()),
        migrations.RunSQL(
            "\n".join(
                f"ALTER POLICY {p} ON cases_screening USING ({SCREENING} AND {HERE});"
                for p in ("need_to_know_see", "need_to_know_change")
            ),
            "\n".join(
                f"ALTER POLICY {p} ON cases_screening USING ({SCREENING});"
                for p in ("need_to_know_see", "need_to_know_change")
            ),
        ),
    ]
