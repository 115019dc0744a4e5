"""The functions that tell the database who is acting, and the audit of what gives rights."""

from django.db import migrations

from concerted.foundation.access.sql import FUNCTIONS, FUNCTIONS_REVERSE
from concerted.foundation.audit.sql import audited


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("agencies", "0001_initial"), ("audit", "0002_only_grows")]

    operations = [
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_REVERSE),
        audited(
            "access_interest",
            "access_apitoken",
            "access_clocksetting",
            "agencies_agency",
            "agencies_appointment",
            "agencies_membership",
            "agencies_place",
            "agencies_post",
        ),
    ]
