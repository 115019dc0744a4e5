"""Agencies keep mappings and lists to import, answer what persons ask, and lift conflicts by a third officer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import concerted.mechanism.cases.models.base
from concerted.foundation.access.sql import fenced
from concerted.foundation.audit.sql import audited
from concerted.mechanism.cases.migrations._fences import COLLEAGUE, LEADS, OWN, open_to_officer

#: Whether what is kept on the case is restricted at the person's wish: by a lead for everybody, else by whoever
#: gives or takes. And lists nobody imported, which the nightly machine lets go of in its own act alone.
FUNCTIONS = """
CREATE FUNCTION cases_restricted(of_case bigint, giver bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM cases_rightsrequest r JOIN cases_case c ON c.id = r.case_id
    WHERE r.case_id = of_case AND r.kind = 'restrict' AND r.state = 'granted'
    AND (r.agency_id IN (concerted_agency(), giver) OR r.agency_id = c.lead_id
         OR c.joint_leads @> to_jsonb(r.agency_id)))
  AND EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()
    AND i.subject_kind = 'cases.case' AND i.subject_id = of_case)
$$;
CREATE FUNCTION cases_imports_to_let_go() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
  WITH gone AS (
    DELETE FROM cases_importbatch b WHERE b.state = 'held' AND b.held_at < concerted_now() - interval '1 day'
      AND current_setting('concerted.act', true) = 'cases.let_go_of_imports' RETURNING 1
  )
  SELECT count(*) FROM gone
$$;
"""
FUNCTIONS_REVERSE = "DROP FUNCTION cases_imports_to_let_go(); DROP FUNCTION cases_restricted(bigint, bigint);"
#: A secondment is ended by either of the two agencies.
LENT = """
DROP POLICY need_to_know_change ON cases_secondment;
CREATE POLICY need_to_know_change ON cases_secondment FOR UPDATE
  USING (host_id = concerted_agency() OR home_id = concerted_agency())
  WITH CHECK (host_id = concerted_agency() OR home_id = concerted_agency());
"""
LENT_REVERSE = """
DROP POLICY need_to_know_change ON cases_secondment;
CREATE POLICY need_to_know_change ON cases_secondment FOR UPDATE
  USING (host_id = concerted_agency() OR home_id = concerted_agency()) WITH CHECK (host_id = concerted_agency());
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_history_keeps_what_was_before"),
        ("cases", "0003_clocks_by_hours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgencyMapping",
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
                ("name", models.CharField(max_length=80)),
                ("changed_at", models.DateTimeField()),
                ("row_version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="ImportBatch",
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
                ("form", models.CharField(max_length=8)),
                (
                    "state",
                    models.CharField(
                        choices=[("held", "Held"), ("imported", "Imported")], default="held", max_length=8
                    ),
                ),
                ("held_at", models.DateTimeField()),
                ("imported_at", models.DateTimeField(blank=True, null=True)),
                ("imported", models.PositiveIntegerField(default=0)),
                ("row_version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["-held_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RightsRequest",
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
                ("kind", models.CharField(max_length=24)),
                ("asked_by", models.CharField(max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                            ("ended", "Ended"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("row_version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["-asked_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="conflictofinterest",
            name="lift_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="conflictofinterest",
            name="lift_asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="conflictofinterest",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="secondment",
            name="appointment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.appointment",
            ),
        ),
        migrations.AddField(
            model_name="secondment",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="serviceoffer",
            name="row_version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="shelter",
            name="row_version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name="conflictofinterest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted_by", None),
                    models.Q(
                        models.Q(("lifted_by", models.F("lift_asked_by")), _negated=True),
                        models.Q(("lifted_by", models.F("officer")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_third_officer_lifts",
            ),
        ),
        migrations.AddField(
            model_name="agencymapping",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="agencymapping",
            name="changed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rights_requests", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
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
            model_name="rightsrequest",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="agencymapping",
            constraint=models.UniqueConstraint(
                fields=("agency", "name"), name="one_agency_mapping_of_a_name"
            ),
        ),
        migrations.AddIndex(
            model_name="importbatch",
            index=models.Index(fields=["officer", "-held_at"], name="cases_impor_officer_69df37_idx"),
        ),
        migrations.AddIndex(
            model_name="rightsrequest",
            index=models.Index(fields=["case", "-asked_at"], name="cases_right_case_id_47b301_idx"),
        ),
        migrations.AddIndex(
            model_name="rightsrequest",
            index=models.Index(
                condition=models.Q(("state", "asked")), fields=["agency"], name="rights_waiting"
            ),
        ),
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_REVERSE),
        migrations.RunSQL(LENT, LENT_REVERSE),
        fenced("cases_agencymapping", see=OWN),
        fenced("cases_importbatch", see=COLLEAGUE),
        fenced(
            "cases_rightsrequest",
            see=f"({OWN} OR {LEADS}) AND {open_to_officer()}",
            write=f"{OWN} AND {open_to_officer()}",
        ),
        audited("cases_agencymapping", "cases_importbatch", "cases_rightsrequest"),
    ]
