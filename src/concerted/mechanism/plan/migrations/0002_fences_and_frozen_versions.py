"""Drafts and notes are fenced by agency, adopted versions are frozen, unannounced writes are recorded."""

from django.db import migrations

from concerted.foundation.access.sql import fenced, interest_in
from concerted.foundation.audit.sql import audited

FROZEN = """
CREATE FUNCTION plan_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  row_of jsonb := to_jsonb(coalesce(NEW, OLD));
  version_of bigint;
  state_of text;
BEGIN
  CASE TG_ARGV[0]
    WHEN 'version' THEN version_of := (row_of->>'version_id')::bigint;
    WHEN 'strand' THEN SELECT version_id INTO version_of FROM plan_strand WHERE id = (row_of->>'strand_id')::bigint;
    WHEN 'measure' THEN SELECT version_id INTO version_of FROM plan_measure WHERE id = (row_of->>'measure_id')::bigint;
  END CASE;
  SELECT state INTO state_of FROM plan_planversion WHERE id = version_of;
  IF state_of IS DISTINCT FROM 'draft' THEN
    RAISE EXCEPTION 'an adopted version is frozen: % on % refused', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION plan_refuse_thawing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'draft' AND (
    TG_OP = 'DELETE'
    OR (to_jsonb(NEW) - 'state' - 'row_version') <> (to_jsonb(OLD) - 'state' - 'row_version')
    OR (OLD.state = 'adopted' AND NEW.state NOT IN ('adopted', 'superseded'))
    OR (OLD.state = 'superseded' AND NEW.state <> 'superseded')
  ) THEN
    RAISE EXCEPTION 'an adopted version is frozen: % refused', TG_OP USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER plan_version_stays_frozen BEFORE UPDATE OR DELETE ON plan_planversion
  FOR EACH ROW EXECUTE FUNCTION plan_refuse_thawing();
"""

PARTS = {
    "plan_strand": "version",
    "plan_measure": "version",
    "plan_plansource": "version",
    "plan_baseline": "version",
    "plan_target": "version",
    "plan_indicatoruse": "version",
    "plan_objective": "strand",
    "plan_responsibility": "measure",
    "plan_milestone": "measure",
    "plan_dependency": "measure",
}

FREEZE_PARTS = "\n".join(
    f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}"
    f" FOR EACH ROW EXECUTE FUNCTION plan_refuse_frozen('{way}');"
    for table, way in PARTS.items()
)

FROZEN_REVERSE = """
DROP FUNCTION plan_refuse_frozen() CASCADE;
DROP FUNCTION plan_refuse_thawing() CASCADE;
"""

OWN = "agency_id = concerted_agency()"
REPORT_INTEREST = interest_in("plan.report", "plan_report.id")
REPORT_SEEN = (
    f"{OWN} OR state IN ('published', 'corrected')"
    " OR (state IN ('submitted', 'cleared', 'accepted') AND concerted_agency() IS NOT NULL)"
    f" OR {REPORT_INTEREST}"
)
VERSION_SEEN = (
    "state <> 'draft'"
    " OR plan_id IN (SELECT p.id FROM plan_plan p WHERE p.office_id = concerted_agency())"
    f" OR {interest_in('plan.planversion', 'plan_planversion.id')}"
)
VERSION_WRITTEN = "plan_id IN (SELECT p.id FROM plan_plan p WHERE p.office_id = concerted_agency())"
WITHIN = {
    "version": "version_id IN (SELECT v.id FROM plan_planversion v)",
    "strand": "strand_id IN (SELECT s.id FROM plan_strand s)",
    "measure": "measure_id IN (SELECT m.id FROM plan_measure m)",
}
FENCES = [
    fenced("plan_planversion", see=VERSION_SEEN, write=VERSION_WRITTEN),
    *(fenced(table, see=WITHIN[way]) for table, way in PARTS.items()),
    fenced("plan_plandraft", see=f"{OWN} OR {interest_in('plan.plandraft', 'plan_plandraft.id')}", write=OWN),
    fenced("plan_internalnote", see=OWN),
    fenced("plan_supportrequest", see="lead_id = concerted_agency() OR asked_id = concerted_agency()"),
    fenced("plan_report", see=REPORT_SEEN, write=f"{OWN} OR {REPORT_INTEREST}"),
    fenced("plan_reportmove", see="report_id IN (SELECT r.id FROM plan_report r WHERE r.id = report_id)"),
    fenced(
        "plan_reporthistory",
        see=f"{OWN} OR (state <> 'draft' AND {interest_in('plan.report', 'plan_reporthistory.pgh_obj_id')})",
        write="true",
    ),
    fenced(
        "plan_planversionhistory",
        see="state <> 'draft' OR plan_id IN (SELECT p.id FROM plan_plan p WHERE p.office_id = concerted_agency())",
        write="true",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial"), ("access", "0002_need_to_know")]

    operations = [
        migrations.RunSQL(FROZEN, FROZEN_REVERSE),
        migrations.RunSQL(FREEZE_PARTS, migrations.RunSQL.noop),
        *FENCES,
        audited(
            *PARTS,
            "plan_plan",
            "plan_planversion",
            "plan_plandraft",
            "plan_internalnote",
            "plan_indicator",
            "plan_observation",
            "plan_ruling",
            "plan_reportingperiod",
            "plan_report",
            "plan_reportmove",
            "plan_supportrequest",
            "plan_lockexception",
            "plan_periodsnapshot",
            "plan_alignment",
            "plan_milestonemark",
        ),
    ]
