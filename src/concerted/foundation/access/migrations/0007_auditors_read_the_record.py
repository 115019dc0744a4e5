"""Auditors' page of the record meets what is not about persons and their cases."""

from django.db import migrations

SEEN = """
CREATE POLICY auditors_see ON audit_auditentry FOR SELECT
  USING ((SELECT concerted_agency() IS NOT NULL
          AND coalesce(current_setting('concerted.act', true), '') = 'access.record_page')
    AND split_part(act, '.', 1) NOT IN ('cases', 'people', 'vault'));
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0006_an_emergency_is_one_officers"), ("audit", "0004_fenced")]

    operations = [migrations.RunSQL(SEEN, "DROP POLICY auditors_see ON audit_auditentry")]
