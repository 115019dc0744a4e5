"""A consent names the person whose it is, and what is given names whose records the identity opens."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

before = import_module("concerted.mechanism.cases.migrations.0015_sealed_among_what_is_shared_onward")

#: The records one agency wrote on a case that are of these persons: those named, or where none of them is its own, its
#: only record in the same role. Asked for by its writer, or while sections are opened.
RECORDS = """
CREATE FUNCTION cases_records_of(of_case bigint, of_agency bigint, persons jsonb) RETURNS SETOF bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH standing AS (
    SELECT l.person_id, l.agency_id, l.role, persons @> to_jsonb(l.person_id) AS named FROM cases_personlink l
    WHERE l.case_id = of_case AND l.ended_at IS NULL
  ), own AS (SELECT s.* FROM standing s WHERE s.agency_id = of_agency)
  SELECT DISTINCT o.person_id FROM own o
  WHERE (of_agency = concerted_agency()
      OR current_setting('concerted.act', true) IN ('cases.disclose', 'cases.accept_referral'))
    AND (persons IS NULL OR o.named OR (NOT EXISTS (SELECT 1 FROM own x WHERE x.named)
      AND o.role IN (SELECT s.role FROM standing s WHERE s.named)
      AND 1 = (SELECT count(DISTINCT x.person_id) FROM own x WHERE x.role = o.role)))
$$;
"""
#: What is passed on of persons is of the persons given, too; what is sealed stays out of it.
ONWARD_BEFORE = before.PASSED
ONWARD = ONWARD_BEFORE.replace(
    "(i.subject_kind = 'people.person' OR",
    "((i.subject_kind = 'people.person' AND (x.persons IS NULL OR i.subject_id IN"
    " (SELECT cases_records_of(x.case_id, i.granted_by_id, x.persons)))) OR",
)
#: With the identity of one person it is not told who else stands on the case, but in an emergency.
GIVEN_ONLY = """
CREATE POLICY persons_given ON cases_personlink AS RESTRICTIVE FOR SELECT
  USING (agency_id = concerted_agency() OR EXISTS (SELECT 1 FROM access_interest i
    WHERE i.agency_id = concerted_agency()
    AND ((i.subject_kind = 'people.person' AND i.subject_id = person_id)
      OR (i.subject_kind = 'cases.case' AND i.subject_id = case_id AND i.basis = 'break_glass'))
    AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now())));
"""
#: Consents that were taken before are of the only victim, where there is one; the others open what they opened.
ONLY_VICTIM = """
UPDATE cases_consent c SET person_id = v.person_id FROM (
  SELECT l.case_id, min(l.person_id) AS person_id FROM cases_personlink l
  WHERE l.role = 'victim' AND l.ended_at IS NULL GROUP BY l.case_id HAVING count(DISTINCT l.person_id) = 1
) v WHERE v.case_id = c.case_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_withdrawn_as_she_said"),
        ("people", "0005_guests_meet_only_their_own"),
    ]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.person",
            ),
        ),
        migrations.AddField("disclosure", "persons", models.JSONField(blank=True, null=True)),
        migrations.AddField("referral", "persons", models.JSONField(blank=True, null=True)),
        migrations.RunSQL(
            RECORDS + ONWARD + GIVEN_ONLY,
            "DROP POLICY persons_given ON cases_personlink;"
            + ONWARD_BEFORE
            + "DROP FUNCTION cases_records_of(bigint, bigint, jsonb);",
        ),
        migrations.RunSQL(ONLY_VICTIM, migrations.RunSQL.noop),
    ]
