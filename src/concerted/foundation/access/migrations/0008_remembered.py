"""What all processes of the site remember alike for a while."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0007_auditors_read_the_record")]

    operations = [
        migrations.CreateModel(
            "Remembered",
            [
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
