"""A hold keeps its reasons sealed under the person's key, and is lifted by two officers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_position_of_a_statement"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "legalhold", "subject", models.UUIDField(db_index=True, editable=False, null=True)
        ),
        migrations.AddField(
            "legalhold", "sealed", models.BinaryField(default=b"", editable=False), preserve_default=False
        ),
        migrations.AddField("legalhold", "lift_asked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "legalhold",
            "lift_asked_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(
            "UPDATE people_legalhold h SET subject = p.subject FROM people_person p WHERE p.id = h.person_id;"
            " SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField("legalhold", "subject", models.UUIDField(db_index=True, editable=False)),
        migrations.AddConstraint(
            "legalhold",
            models.CheckConstraint(
                condition=models.Q(("lifted_by", None)) | ~models.Q(("lifted_by", models.F("lift_asked_by"))),
                name="two_officers_lift",
            ),
        ),
    ]
