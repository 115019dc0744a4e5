"""The record only grows, and every row knows its transaction."""

from django.db import migrations

from concerted.foundation.audit.sql import APPEND_ONLY, APPEND_ONLY_REVERSE


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE)]
