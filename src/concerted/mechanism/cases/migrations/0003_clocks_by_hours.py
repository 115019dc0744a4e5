"""A clock by hours is late from its moment on: the machine asks who is late, and clocks by days keep no hour."""

from django.db import migrations

#: The machine that lets clocks climb goes to agencies that are late with something, not to every agency there is; it
#: learns their numbers in that act alone.
LATE_AGENCIES = """
CREATE FUNCTION cases_late_agencies(today date) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT o.owner_id FROM obligations_obligation o
  WHERE o.confidential AND o.met_at IS NULL AND o.excused_at IS NULL AND o.closed_at IS NULL
    AND current_setting('concerted.act', true) = 'cases.escalate_case_clocks'
    AND o.grace_until <= today AND (o.grace_until < today OR o.due_at < concerted_now())
  ORDER BY 1
$$;
"""
BY_DAYS = """
UPDATE obligations_obligation SET due_at = NULL WHERE confidential AND due_at IS NOT NULL AND kind NOT IN (
  'cases.triage_emergency', 'cases.triage_urgent', 'cases.answer_emergency', 'cases.answer_urgent',
  'cases.act_emergency', 'relief.tracing_notice')
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_fences"), ("obligations", "0008_history_keeps_what_was_before")]

    operations = [
        migrations.RunSQL(LATE_AGENCIES, "DROP FUNCTION cases_late_agencies(date);"),
        migrations.RunSQL(BY_DAYS, migrations.RunSQL.noop),
    ]
