"""Victim status is decided by two and reviewed; goals, plans, letters and papers are decided on and replaced."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import concerted.mechanism.cases.models.base
from concerted.foundation.access.sql import fenced
from concerted.foundation.audit.sql import audited
from concerted.mechanism.cases.migrations._fences import LEADS, ME, OWN, given_in, open_to_officer

#: What was put forward and not decided is the deciding agency's own; what holds is seen with the section `status`.
_DECIDED = f"state IN ('decided', 'replaced') AND ({given_in('cases_statusdecision', 'status')} OR {LEADS})"


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_history_keeps_what_was_before"),
        ("cases", "0004_kept_by_agencies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="casedocument",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="goal",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.goal",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.letter",
            ),
        ),
        migrations.AddField(
            model_name="supportplan",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.supportplan",
            ),
        ),
        migrations.AlterField(
            model_name="goal",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("reached", "Reached"),
                    ("partly_reached", "Partly Reached"),
                    ("not_reached", "Not Reached"),
                    ("changed", "Changed"),
                    ("dropped", "Dropped"),
                ],
                default="open",
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="StatusDecision",
            fields=[
                ("subject", models.UUIDField(db_index=True, editable=False)),
                ("sealed", models.BinaryField()),
                (
                    "id",
                    models.BigIntegerField(
                        default=concerted.mechanism.cases.models.base.secret_number,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("presumption", "Presumption"), ("recognition", "Recognition")],
                        max_length=12,
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        choices=[("victim", "Victim"), ("not_victim", "Not Victim")], max_length=12
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("decided", "Decided"),
                            ("sent_back", "Sent Back"),
                            ("withdrawn", "Withdrawn"),
                            ("replaced", "Replaced"),
                        ],
                        default="proposed",
                        max_length=12,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("reflection_until", models.DateField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="status_decisions",
                        to="cases.case",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reflection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.entitlement",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="cases.statusdecision",
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="StatusReview",
            fields=[
                ("subject", models.UUIDField(db_index=True, editable=False)),
                ("sealed", models.BinaryField()),
                (
                    "id",
                    models.BigIntegerField(
                        default=concerted.mechanism.cases.models.base.secret_number,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("asked_by", models.CharField(max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("upheld", "Upheld"),
                            ("changed", "Changed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("row_version", models.PositiveIntegerField(default=1)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "changed_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.statusdecision",
                    ),
                ),
                (
                    "decider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="cases.statusdecision",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="statusdecision",
            index=models.Index(fields=["case", "-proposed_at"], name="cases_statu_case_id_53be14_idx"),
        ),
        migrations.AddIndex(
            model_name="statusdecision",
            index=models.Index(fields=["agency", "state"], name="cases_statu_agency__223370_idx"),
        ),
        migrations.AddConstraint(
            model_name="statusdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("officer")), _negated=True),
                    _connector="OR",
                ),
                name="status_decided_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="statusreview",
            index=models.Index(fields=["case", "-asked_at"], name="cases_statu_case_id_2e4499_idx"),
        ),
        migrations.AddConstraint(
            model_name="statusreview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")), fields=("decision",), name="one_review_at_a_time"
            ),
        ),
        fenced(
            "cases_statusdecision",
            see=f"({OWN} OR ({_DECIDED})) AND {open_to_officer()}",
            write=f"{OWN} AND {open_to_officer()}",
        ),
        fenced(
            "cases_statusreview",
            see=f"({OWN} OR decider_id = {ME} OR {LEADS}) AND {open_to_officer()}",
            write=f"({OWN} OR decider_id = {ME}) AND {open_to_officer()}",
            add=f"{OWN} AND {open_to_officer()}",
        ),
        audited("cases_statusdecision", "cases_statusreview"),
    ]
