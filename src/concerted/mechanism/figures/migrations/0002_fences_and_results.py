"""A run is its agency's own until it is shared; what was asked and what came out are never rewritten."""

from django.db import migrations

from concerted.foundation.access.sql import fenced
from concerted.foundation.audit.sql import audited, history_only_grows

OWN = "agency_id = concerted_agency()"

FORWARD = """
CREATE FUNCTION figures_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.agency_id, NEW.officer_id, NEW.appointment_id, NEW.lists, NEW.counts, NEW.data_hash, NEW.options, NEW.seed,
      NEW.version, NEW.origin, NEW.asked_at)
     IS DISTINCT FROM
     (OLD.agency_id, OLD.officer_id, OLD.appointment_id, OLD.lists, OLD.counts, OLD.data_hash, OLD.options, OLD.seed,
      OLD.version, OLD.origin, OLD.asked_at) THEN
    RAISE EXCEPTION 'what a run was asked is never rewritten' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.result IS NOT NULL AND (NEW.result IS DISTINCT FROM OLD.result
     OR NEW.result_hash IS DISTINCT FROM OLD.result_hash OR NEW.state IS DISTINCT FROM OLD.state) THEN
    RAISE EXCEPTION 'the result of a run is never rewritten' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER figures_run_is_never_rewritten BEFORE UPDATE ON figures_estimationrun
  FOR EACH ROW EXECUTE FUNCTION figures_refuse_rewriting();
"""
BACKWARD = """
DROP TRIGGER figures_run_is_never_rewritten ON figures_estimationrun;
DROP FUNCTION figures_refuse_rewriting();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0001_initial"),
        ("access", "0002_need_to_know"),
        ("audit", "0002_only_grows"),
    ]

    operations = [
        fenced(
            "figures_estimationrun", see=f"{OWN} OR (shared_at IS NOT NULL AND state = 'done')", write=OWN
        ),
        fenced("figures_estimationrunhistory", see=OWN, write="true"),
        history_only_grows("figures_estimationrunhistory"),
        audited("figures_estimationrun"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
