"""An officer set aside from a case meets neither the report it grew of nor anything that is owed on it."""

from django.db import migrations

#: The case behind what is owed: asked as the owner of tables that their own fences guard, about a row whose fence
#: has been passed already.
BEHIND = """
CREATE FUNCTION cases_behind(of_kind text, of_id bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER COST 1 SET search_path = pg_catalog, public AS $$
  SELECT CASE of_kind
    WHEN 'cases.case' THEN of_id
    WHEN 'cases.report' THEN (SELECT r.case_id FROM cases_report r WHERE r.id = of_id)
    WHEN 'cases.referral' THEN (SELECT r.case_id FROM cases_referral r WHERE r.id = of_id)
    WHEN 'cases.transfer' THEN (SELECT t.case_id FROM cases_transfer t WHERE t.id = of_id)
    WHEN 'cases.placement' THEN (SELECT p.case_id FROM cases_placement p WHERE p.id = of_id)
    WHEN 'cases.breakglass' THEN (SELECT g.case_id FROM cases_breakglass g WHERE g.id = of_id)
  END
$$;
"""
#: Almost every officer is set aside from nothing and seconded nowhere: then nothing more is asked of any row.
NOTHING_SHUT = "((SELECT cases_set_aside()) = '{}' AND (SELECT cases_limited_to()) IS NULL)"


def _open(case: str, *, without: str = "true") -> str:
    """Whether the case is open to the officer. without: what holds where there is no case."""
    return (
        f"(({case} IS NULL AND {without}) OR (NOT ({case} = ANY ((SELECT cases_set_aside())::bigint[]))"
        f" AND ((SELECT cases_limited_to()) IS NULL OR {case} = ANY ((SELECT cases_limited_to())::bigint[]))))"
    )


OWED = f"NOT confidential OR {NOTHING_SHUT} OR " + _open(
    "cases_behind(subject_kind, subject_id)", without="(SELECT cases_limited_to()) IS NULL"
)
TOLD = (
    f"NOT confidential OR {NOTHING_SHUT}"
    " OR EXISTS (SELECT 1 FROM obligations_obligation o WHERE o.id = obligation_id)"
)
FENCES = f"""
CREATE POLICY nobody_set_aside ON cases_report AS RESTRICTIVE FOR ALL
  USING ({_open("case_id")}) WITH CHECK (true);
CREATE POLICY nobody_set_aside ON obligations_obligation AS RESTRICTIVE FOR SELECT USING ({OWED});
CREATE POLICY nobody_set_aside ON obligations_obligationevent AS RESTRICTIVE FOR SELECT USING ({TOLD});
"""
FENCES_REVERSE = """
DROP POLICY nobody_set_aside ON obligations_obligationevent;
DROP POLICY nobody_set_aside ON obligations_obligation;
DROP POLICY nobody_set_aside ON cases_report;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_guests_meet_only_their_cases"),
        ("obligations", "0008_history_keeps_what_was_before"),
    ]

    operations = [
        migrations.RunSQL(BEHIND, "DROP FUNCTION cases_behind(text, bigint);"),
        migrations.RunSQL(FENCES, FENCES_REVERSE),
    ]
