"""The history of appointments is added to by triggers and never changed."""

from django.db import migrations

from concerted.foundation.audit.sql import history_only_grows


class Migration(migrations.Migration):
    dependencies = [("access", "0002_need_to_know"), ("audit", "0002_only_grows")]

    operations = [history_only_grows("agencies_appointmenthistory")]
