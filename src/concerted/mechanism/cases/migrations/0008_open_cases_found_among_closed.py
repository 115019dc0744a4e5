"""A list of open cases passes by an agency's closed ones without reading their rows."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_set_aside_entirely")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["id"], condition=~Q(stage="closed"), name="case_still_open"),
        ),
    ]
