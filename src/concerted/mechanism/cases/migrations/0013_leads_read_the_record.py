"""Leads meet, when they ask who saw, the rows of the record about their case and the persons in it."""

from django.db import migrations

SEEN = """
CREATE POLICY leads_see ON audit_auditentry FOR SELECT
  USING ((SELECT coalesce(current_setting('concerted.act', true), '') = 'cases.who_saw')
    AND ((subject_kind = 'cases.case' AND cases_leads(subject_id))
      OR (subject_kind = 'people.person' AND EXISTS (SELECT 1 FROM cases_personlink l
        WHERE l.person_id = audit_auditentry.subject_id AND cases_leads(l.case_id)))));
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_shared_onward"), ("audit", "0004_fenced")]

    operations = [migrations.RunSQL(SEEN, "DROP POLICY leads_see ON audit_auditentry")]
