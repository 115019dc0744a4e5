"""The posts that meet a person: who is on duty, who works a case and who supervises it."""

from django.db import migrations, models

FUNCTIONS = [
    ("secretariat", "Secretariat"),
    ("focal_point", "Focal Point"),
    ("clearer", "Clearer"),
    ("provincial_office", "Provincial Office"),
    ("provincial_clearer", "Provincial Clearer"),
    ("local_officer", "Local Officer"),
    ("statistician", "Statistician"),
    ("evaluator", "Evaluator"),
    ("administrator", "Administrator"),
    ("observer", "Observer"),
    ("duty_officer", "Duty Officer"),
    ("case_worker", "Case Worker"),
    ("case_supervisor", "Case Supervisor"),
]


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="post", name="function", field=models.CharField(choices=FUNCTIONS, max_length=24)
        )
    ]
