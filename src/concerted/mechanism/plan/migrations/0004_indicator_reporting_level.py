"""Indicators say which level of places reports them; observations carry only the indexes that reads use."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("plan", "0003_entries_keep_what_no_column_knows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="reporting_level",
            field=models.CharField(
                choices=[
                    ("nation", "Nation"),
                    ("province", "Province"),
                    ("prefecture", "Prefecture"),
                    ("county", "County"),
                ],
                default="province",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="observation",
            name="indicator",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="observations",
                to="plan.indicator",
            ),
        ),
        migrations.AlterField(
            model_name="observation",
            name="period",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="observations",
                to="plan.reportingperiod",
            ),
        ),
        migrations.AlterField(
            model_name="observation",
            name="source_agency",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="observations",
                to="agencies.agency",
            ),
        ),
        migrations.AlterField(
            model_name="observation",
            name="officer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="rollup",
            name="indicator",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rollups",
                to="plan.indicator",
            ),
        ),
        migrations.AlterField(
            model_name="rollup",
            name="period",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rollups",
                to="plan.reportingperiod",
            ),
        ),
        migrations.AddIndex(
            model_name="observation",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)),
                fields=["indicator", "period", "place_code"],
                name="withdrawn_values_of_a_cell",
            ),
        ),
    ]
