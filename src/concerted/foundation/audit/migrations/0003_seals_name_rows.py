"""Seals remember each row's leaf; roles other than the owner can only read the record and add to it."""

from django.db import migrations, models

from concerted.foundation.audit.sql import only_grows

EPOCH_GROWS = """
CREATE TRIGGER audit_epoch_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditepoch
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""

ENTRY_COLUMNS = (
    "at",
    "kind",
    "act",
    "officer_id",
    "appointment_id",
    "agency_id",
    "subject_kind",
    "subject_id",
    "detail",
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_only_grows")]

    operations = [
        migrations.AddField("auditsegment", "leaves", models.BinaryField(default=bytes)),
        migrations.AlterField("auditsegment", "sealed_at", models.DateTimeField()),
        migrations.RunSQL(EPOCH_GROWS, "DROP TRIGGER audit_epoch_only_grows ON audit_auditepoch"),
        only_grows("audit_auditentry", given=ENTRY_COLUMNS),
        only_grows("audit_auditsegment"),
        only_grows("audit_auditepoch"),
    ]
