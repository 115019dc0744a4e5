"""An emergency access is the officer's who broke the glass, and nothing it opens is taken away."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: Whoever granted or leads still sees that there is one, and ends it. What stood open when this came names no officer
#: and opens nothing any more: at most three hours are lost, and the glass can be broken again.
OF_ONE_OFFICER = """
CREATE POLICY emergency_of_one_officer ON access_interest AS RESTRICTIVE FOR SELECT
  USING (basis <> 'break_glass' OR agency_id <> concerted_agency()
    OR (officer_id = concerted_officer() AND coalesce(current_setting('concerted.taking_away', true), '') <> 'on'));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_secret_interests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="interest",
            name="officer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(OF_ONE_OFFICER, "DROP POLICY emergency_of_one_officer ON access_interest;"),
    ]
