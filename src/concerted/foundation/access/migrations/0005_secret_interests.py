"""An interest in a person's case is itself a secret: only its agency and who granted it see it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from concerted.foundation.access.sql import FURTHER_FUNCTIONS, FURTHER_FUNCTIONS_REVERSE, fenced

SECRET = ("cases.case", "people.person", "obligations.obligation")
SEEN = "granted_by_id IS NULL OR agency_id = concerted_agency() OR granted_by_id = concerted_agency()"
ADDED = "granted_by_id IS NULL OR granted_by_id = concerted_agency()"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_clock_begins"),
        ("agencies", "0002_posts_of_case_work"),
    ]

    operations = [
        migrations.AddField(
            model_name="interest",
            name="granted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.RemoveConstraint(model_name="interest", name="interest_ends_after_it_starts"),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="interest_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.CheckConstraint(
                condition=Q(granted_by__isnull=False) | ~Q(subject_kind__in=SECRET),
                name="secret_interest_names_who_granted_it",
            ),
        ),
        migrations.RunSQL(FURTHER_FUNCTIONS, FURTHER_FUNCTIONS_REVERSE),
        fenced("access_interest", see=SEEN, add=ADDED),
    ]
