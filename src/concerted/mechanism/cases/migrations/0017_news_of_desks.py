"""News of a desk that takes in reports concerns no case: everybody at work in the two agencies meets it, no guest does."""

from importlib import import_module

from django.db import migrations

before = import_module("concerted.mechanism.cases.migrations.0009_home_agencies_agree")

OF_A_DESK = "(case_id IS NULL AND thing = 'intakedesk' AND (SELECT cases_limited_to()) IS NULL)"


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_secondments_last_longer")]

    operations = [
        migrations.RunSQL(before._news(f"({before._ANY} OR {OF_A_DESK})"), before._news(before._ANY)),
    ]
