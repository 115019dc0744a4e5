"""A desk finds what is still owed by it and to it without reading what was answered long ago."""

from django.db import migrations, models
from django.db.models import Q

STANDING = Q(met_at=None, excused_at=None, closed_at=None)


class Migration(migrations.Migration):
    dependencies = [("obligations", "0008_history_keeps_what_was_before")]

    operations = [
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["owner", "due", "id"], condition=STANDING, name="obligation_owed_by"),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                fields=["owed_to", "due", "id"], condition=STANDING, name="obligation_owed_to"
            ),
        ),
    ]
