"""The history of obligations is added to by triggers and never changed."""

from django.db import migrations

from concerted.foundation.audit.sql import history_only_grows


class Migration(migrations.Migration):
    dependencies = [("obligations", "0004_claimed_before_mailed"), ("audit", "0002_only_grows")]

    operations = [history_only_grows("obligations_obligationhistory")]
