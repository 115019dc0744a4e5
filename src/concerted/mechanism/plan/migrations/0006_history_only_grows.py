"""The history of versions, reports, rulings and answers is added to by triggers and never changed."""

from django.db import migrations

from concerted.foundation.audit.sql import history_only_grows


class Migration(migrations.Migration):
    dependencies = [("plan", "0005_snapshots_only_grow"), ("audit", "0002_only_grows")]

    operations = [
        history_only_grows(
            "plan_planversionhistory", "plan_reporthistory", "plan_rulinghistory", "plan_alignmenthistory"
        )
    ]
