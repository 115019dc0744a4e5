"""The record itself is fenced: without a reason to read it the application's role meets no row, and may add."""

from django.db import migrations

from concerted.foundation.audit.sql import FENCED, FENCED_REVERSE


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_seals_name_rows")]

    operations = [migrations.RunSQL(FENCED, FENCED_REVERSE)]
