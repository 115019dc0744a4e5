"""A secondment lasts longer when home agrees, and a single case is taken back from the officer before its end."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: A case that was taken back is met no more.
LIMITED = """
CREATE OR REPLACE FUNCTION cases_limited_to() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
  SELECT array_agg(n.case_id) FROM cases_secondment s
  CROSS JOIN LATERAL (SELECT c.case_id FROM cases_secondedcase c WHERE c.secondment_id = s.id{only}
    UNION ALL SELECT 0) n
  WHERE s.officer_id = concerted_officer() AND s.host_id = concerted_agency() AND s.state IN ('agreed', 'ended')
    AND s.since <= concerted_now() AND (s.ended_at IS NULL OR s.ended_at > concerted_now())
$$;
"""
#: A longer time names no case of its own: what is shut of the secondment it is asked for is shut of it too.
OPEN = """
CREATE OR REPLACE FUNCTION cases_secondment_open(of_id bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER COST 1 SET search_path = pg_catalog, public AS $$
  SELECT NOT EXISTS (SELECT 1 FROM cases_secondedcase c WHERE {named}
    AND (c.case_id = ANY (cases_set_aside())
         OR (cases_limited_to() IS NOT NULL AND NOT c.case_id = ANY (cases_limited_to()))))
$$;
CREATE OR REPLACE FUNCTION cases_behind(of_kind text, of_id bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER COST 1 SET search_path = pg_catalog, public AS $$
  SELECT CASE of_kind
    WHEN 'cases.case' THEN of_id
    WHEN 'cases.report' THEN (SELECT r.case_id FROM cases_report r WHERE r.id = of_id)
    WHEN 'cases.referral' THEN (SELECT r.case_id FROM cases_referral r WHERE r.id = of_id)
    WHEN 'cases.transfer' THEN (SELECT t.case_id FROM cases_transfer t WHERE t.id = of_id)
    WHEN 'cases.placement' THEN (SELECT p.case_id FROM cases_placement p WHERE p.id = of_id)
    WHEN 'cases.breakglass' THEN (SELECT g.case_id FROM cases_breakglass g WHERE g.id = of_id)
    WHEN 'cases.secondment' THEN (SELECT c.case_id FROM cases_secondedcase c WHERE {named}
      ORDER BY c.case_id = ANY (cases_set_aside()) DESC, c.id LIMIT 1)
  END
$$;
"""
_ITS_OWN = "c.secondment_id = of_id"
_AND_OF_THE_FIRST = (
    f"({_ITS_OWN} OR c.secondment_id = (SELECT s.widens_id FROM cases_secondment s WHERE s.id = of_id))"
)
#: No row of a named case is changed but by this, and by this in nothing else.
TAKEN_BACK = """
CREATE FUNCTION cases_case_taken_back(of_secondment bigint, of_case bigint) RETURNS SETOF bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  UPDATE cases_secondedcase c SET ended_at = concerted_now(), ended_by_id = concerted_officer()
  FROM cases_secondment s WHERE s.id = of_secondment AND c.secondment_id = s.id AND c.case_id = of_case
    AND c.ended_at IS NULL AND s.state = 'agreed' AND s.host_id = concerted_agency()
    AND s.officer_id <> concerted_officer() AND current_setting('concerted.act', true) = 'cases.take_case_back'
  RETURNING c.case_id
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0015_sealed_among_what_is_shared_onward"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="secondment", name="taken_back", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="secondedcase", name="ended_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="secondedcase",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(
            LIMITED.format(only=" AND c.ended_at IS NULL")
            + OPEN.format(named=_AND_OF_THE_FIRST)
            + TAKEN_BACK,
            LIMITED.format(only="")
            + OPEN.format(named=_ITS_OWN)
            + "DROP FUNCTION cases_case_taken_back(bigint, bigint);",
        ),
    ]
