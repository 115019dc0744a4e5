"""Case work is fenced by agency, section and officer; unannounced writes are recorded."""

from django.db import migrations

from concerted.foundation.audit.sql import audited
from concerted.mechanism.cases.migrations import _fences as fences


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("access", "0005_secret_interests"),
        ("audit", "0002_only_grows"),
        ("obligations", "0007_confidential"),
        ("people", "0002_fences"),
    ]

    operations = [
        migrations.RunSQL(fences.FUNCTIONS, fences.FUNCTIONS_REVERSE),
        *fences.FENCES,
        migrations.RunSQL(fences.LEADS_SEE, fences.LEADS_SEE_REVERSE),
        migrations.RunSQL(fences.BEDS, fences.BEDS_REVERSE),
        audited(*fences.TABLES),
    ]
