"""Ladders become data with their source, and a step says which level it told."""

import django.db.models.deletion
from django.db import migrations, models

from concerted.foundation.audit.sql import audited


class Migration(migrations.Migration):
    dependencies = [
        ("obligations", "0005_history_only_grows"),
    ]

    operations = [
        migrations.AddField(
            model_name="obligationevent",
            name="level",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        migrations.CreateModel(
            name="Ladder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40)),
                ("title_en", models.CharField(max_length=160)),
                ("title_zh", models.CharField(blank=True, max_length=80)),
                ("kinds", models.JSONField(default=list)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("source", models.TextField()),
            ],
            options={
                "ordering": ["code", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "valid_from"), name="ladder_once_per_start")
                ],
            },
        ),
        migrations.CreateModel(
            name="LadderStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tier", models.CharField(max_length=12)),
                ("number", models.PositiveSmallIntegerField()),
                ("after_working_days", models.PositiveSmallIntegerField()),
                ("to", models.CharField(max_length=12)),
                (
                    "ladder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="obligations.ladder",
                    ),
                ),
            ],
            options={
                "ordering": ["ladder_id", "tier", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ladder", "tier", "number"), name="rung_number_once_per_tier"
                    )
                ],
            },
        ),
        audited("obligations_ladder", "obligations_ladderstep"),
    ]
