"""Writes to obligations that no act announced leave a row in the record."""

from django.db import migrations

from concerted.foundation.audit.sql import audited


class Migration(migrations.Migration):
    dependencies = [("obligations", "0001_initial"), ("audit", "0002_only_grows")]

    operations = [
        audited(
            "obligations_obligation",
            "obligations_obligationevent",
            "obligations_reminder",
            "obligations_reminderbatch",
        )
    ]
