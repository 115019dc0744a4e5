"""One mail per recipient and batch, laid down before it is sent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from concerted.foundation.audit.sql import audited


class Migration(migrations.Migration):
    dependencies = [
        ("obligations", "0002_audited"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(blank=True, max_length=254)),
                ("lines", models.PositiveIntegerField()),
                ("because", models.CharField(blank=True, max_length=24)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="digests",
                        to="obligations.reminderbatch",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="digests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["batch_id", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "recipient"), name="one_digest_per_recipient")
                ],
            },
        ),
        audited("obligations_digest"),
    ]
