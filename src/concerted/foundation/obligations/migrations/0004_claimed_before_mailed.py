"""A mail is claimed before it leaves; what a nation owes is found by period and by due day."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from concerted.foundation.audit.sql import audited


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("obligations", "0003_digests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LastLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("before", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AlterModelOptions(
            name="reminderbatch",
            options={"ordering": ["-at", "-id"]},
        ),
        migrations.AddField(
            model_name="digest",
            name="claimed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="digest",
            name="fault",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="reminderbatch",
            name="is_draft",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="reminderbatch",
            name="lines",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="reminderbatch",
            name="recipients",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="digest",
            index=models.Index(
                condition=models.Q(("claimed_at", None)), fields=["id"], name="digest_still_queued"
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["due", "id"], name="obligations_due_00591d_idx"),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["period_key", "kind"], name="obligations_period__84b208_idx"),
        ),
        migrations.AddConstraint(
            model_name="reminderbatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_draft", True)), fields=("officer", "for_day"), name="one_draft_a_day"
            ),
        ),
        migrations.AddField(
            model_name="lastlook",
            name="officer",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="last_look",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        audited("obligations_lastlook"),
    ]
