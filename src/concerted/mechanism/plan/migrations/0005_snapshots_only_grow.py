"""A snapshot of a closed period is never changed or removed."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION plan_refuse_snapshot_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a snapshot is frozen: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_snapshot_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_periodsnapshot
  FOR EACH STATEMENT EXECUTE FUNCTION plan_refuse_snapshot_change();
"""
BACKWARD = """
DROP TRIGGER plan_snapshot_only_grows ON plan_periodsnapshot;
DROP FUNCTION plan_refuse_snapshot_change();
"""


class Migration(migrations.Migration):
    dependencies = [("plan", "0004_indicator_reporting_level")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
