"""A run keeps its table by strata too, and never rewrites them."""

from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION figures_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.agency_id, NEW.officer_id, NEW.appointment_id, NEW.lists, NEW.counts, {new}NEW.data_hash, NEW.options,
      NEW.seed, NEW.version, NEW.origin, NEW.asked_at)
     IS DISTINCT FROM
     (OLD.agency_id, OLD.officer_id, OLD.appointment_id, OLD.lists, OLD.counts, {old}OLD.data_hash, OLD.options,
      OLD.seed, OLD.version, OLD.origin, OLD.asked_at) THEN
    RAISE EXCEPTION 'what a run was asked is never rewritten' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.result IS NOT NULL AND (NEW.result IS DISTINCT FROM OLD.result
     OR NEW.result_hash IS DISTINCT FROM OLD.result_hash OR NEW.state IS DISTINCT FROM OLD.state) THEN
    RAISE EXCEPTION 'the result of a run is never rewritten' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("figures", "0003_history_keeps_what_was_before")]

    operations = [
        migrations.AddField("estimationrun", "strata_by", models.JSONField(blank=True, default=list)),
        migrations.AddField("estimationrun", "strata", models.JSONField(blank=True, default=list)),
        migrations.RunSQL(
            GUARD.format(new="NEW.strata_by, NEW.strata, ", old="OLD.strata_by, OLD.strata, "),
            GUARD.format(new="", old=""),
        ),
    ]
