"""A home agency agrees before its officer is lent, and learns of no case; those who may not know are told nothing."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import concerted.mechanism.cases.models.base
from concerted.foundation.access.sql import fenced
from concerted.foundation.audit.sql import audited
from concerted.mechanism.cases.migrations._fences import ME, open_to_officer

#: What was lent before anybody was asked counts as agreed to; the home post is the one held then.
FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE cases_secondment s SET asked_at = s.since, case_count = jsonb_array_length(s.cases),
  state = CASE WHEN s.ended_at IS NULL THEN 'agreed' ELSE 'ended' END,
  home_post_id = (SELECT a.post_id FROM agencies_appointment a JOIN agencies_post p ON p.id = a.post_id
    WHERE a.officer_id = s.officer_id AND p.agency_id = s.home_id ORDER BY a.valid_from DESC, a.id LIMIT 1);
"""
NAMED = """
INSERT INTO cases_secondedcase (id, secondment_id, case_id, host_id)
SELECT floor(random() * (2::numeric ^ 52 - 1))::bigint + 1, s.id, n.value::bigint, s.host_id
FROM cases_secondment s CROSS JOIN LATERAL jsonb_array_elements_text(s.cases) n;
"""
LIMITED = """
CREATE OR REPLACE FUNCTION cases_limited_to() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
  SELECT array_agg(n.case_id) FROM cases_secondment s
  CROSS JOIN LATERAL (SELECT c.case_id FROM cases_secondedcase c WHERE c.secondment_id = s.id
    UNION ALL SELECT 0) n
  WHERE s.officer_id = concerted_officer() AND s.host_id = concerted_agency() AND s.state IN ('agreed', 'ended')
    AND s.since <= concerted_now() AND (s.ended_at IS NULL OR s.ended_at > concerted_now())
$$;
"""
LIMITED_REVERSE = """
CREATE OR REPLACE FUNCTION cases_limited_to() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
  SELECT array_agg(n.value::bigint) FROM cases_secondment s
  CROSS JOIN LATERAL jsonb_array_elements_text(s.cases || '[0]') n
  WHERE s.officer_id = concerted_officer() AND s.host_id = concerted_agency()
    AND s.since <= concerted_now() AND (s.ended_at IS NULL OR s.ended_at > concerted_now())
$$;
"""
#: Whether no case of a request is shut to the officer, whichever of the two agencies the officer sits in: asked as
#: the owner of tables that their own fences guard; it tells nothing but that.
OPEN = """
CREATE FUNCTION cases_secondment_open(of_id bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER COST 1 SET search_path = pg_catalog, public AS $$
  SELECT NOT EXISTS (SELECT 1 FROM cases_secondedcase c WHERE c.secondment_id = of_id
    AND (c.case_id = ANY (cases_set_aside())
         OR (cases_limited_to() IS NOT NULL AND NOT c.case_id = ANY (cases_limited_to()))))
$$;
"""
_BEHIND = """
CREATE OR REPLACE FUNCTION cases_behind(of_kind text, of_id bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER COST 1 SET search_path = pg_catalog, public AS $$
  SELECT CASE of_kind
    WHEN 'cases.case' THEN of_id
    WHEN 'cases.report' THEN (SELECT r.case_id FROM cases_report r WHERE r.id = of_id)
    WHEN 'cases.referral' THEN (SELECT r.case_id FROM cases_referral r WHERE r.id = of_id)
    WHEN 'cases.transfer' THEN (SELECT t.case_id FROM cases_transfer t WHERE t.id = of_id)
    WHEN 'cases.placement' THEN (SELECT p.case_id FROM cases_placement p WHERE p.id = of_id)
    WHEN 'cases.breakglass' THEN (SELECT g.case_id FROM cases_breakglass g WHERE g.id = of_id){more}
  END
$$;
"""
#: Of the cases a request names, one that is shut to the officer if there is any.
BEHIND = _BEHIND.format(
    more="""
    WHEN 'cases.secondment' THEN (SELECT c.case_id FROM cases_secondedcase c WHERE c.secondment_id = of_id
      ORDER BY c.case_id = ANY (cases_set_aside()) DESC, c.id LIMIT 1)"""
)
BEHIND_REVERSE = _BEHIND.format(more="")
NOTHING_SHUT = "((SELECT cases_set_aside()) = '{}' AND (SELECT cases_limited_to()) IS NULL)"
#: An officer's appointments are common knowledge, requests that led to none are not: least of all to the officer.
QUIET = f"""
CREATE POLICY not_before_agreement ON cases_secondment AS RESTRICTIVE FOR SELECT
  USING (state IN ('agreed', 'ended')
         OR (officer_id <> concerted_officer() AND ({NOTHING_SHUT} OR cases_secondment_open(id))));
"""
QUIET_REVERSE = "DROP POLICY not_before_agreement ON cases_secondment;"

_TOLD = f"(agency_id = {ME} OR sender_id = {ME})"
_CASE = f"({open_to_officer()})"
_ANY = f"({_CASE} OR (case_id IS NULL AND thing = 'secondment' AND cases_secondment_open(thing_id)))"


def _news(officer: str) -> str:
    rule = f"{_TOLD} AND {officer}"
    return f"""
ALTER POLICY need_to_know_see ON cases_notice USING ({rule});
ALTER POLICY need_to_know_add ON cases_notice WITH CHECK ({rule});
ALTER POLICY need_to_know_change ON cases_notice USING ({rule}) WITH CHECK ({rule});
ALTER POLICY need_to_know_remove ON cases_notice USING ({rule});
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_history_keeps_what_was_before"),
        ("cases", "0008_open_cases_found_among_closed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField("secondment", "made_by", "asked_by"),
        migrations.AddField(
            model_name="secondment",
            name="home_post",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.post",
            ),
        ),
        migrations.AddField("secondment", "need", models.CharField(default="joint_work", max_length=32)),
        migrations.AddField(
            "secondment",
            "urgency",
            models.CharField(
                choices=[("routine", "Routine"), ("urgent", "Urgent"), ("emergency", "Emergency")],
                default="routine",
                max_length=12,
            ),
        ),
        migrations.AddField("secondment", "case_count", models.PositiveIntegerField(default=0)),
        migrations.AddField(
            "secondment",
            "state",
            models.CharField(
                choices=[
                    ("asked", "Asked"),
                    ("agreed", "Agreed"),
                    ("declined", "Declined"),
                    ("withdrawn", "Withdrawn"),
                    ("ended", "Ended"),
                ],
                default="asked",
                max_length=12,
            ),
        ),
        migrations.AddField("secondment", "asked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("secondment", "answer_by", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("secondment", "answered_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            model_name="secondment",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("secondment", "decline_code", models.CharField(blank=True, max_length=32)),
        migrations.AddField("secondment", "row_version", models.PositiveIntegerField(default=1)),
        migrations.AlterField("secondment", "since", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="secondment",
            name="home_post",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.post"
            ),
        ),
        migrations.AlterField("secondment", "asked_at", models.DateTimeField()),
        migrations.AlterField("secondment", "need", models.CharField(max_length=32)),
        migrations.AlterField("secondment", "case_count", models.PositiveIntegerField()),
        migrations.CreateModel(
            name="SecondedCase",
            fields=[
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "secondment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named",
                        to="cases.secondment",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("secondment", "case"), name="a_case_once_per_secondment")
                ],
            },
        ),
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
        migrations.RunSQL(LIMITED, LIMITED_REVERSE),
        migrations.RemoveField("secondment", "cases"),
        migrations.AlterModelOptions("secondment", {"ordering": ["-asked_at", "id"]}),
        migrations.AddConstraint(
            model_name="secondment",
            constraint=models.CheckConstraint(
                condition=Q(appointment=None, since=None)
                | Q(state__in=("agreed", "ended"), appointment__isnull=False, since__isnull=False),
                name="lent_only_when_home_agreed",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondment",
            constraint=models.CheckConstraint(
                condition=Q(answered_by=None)
                | (~Q(answered_by=F("officer")) & ~Q(answered_by=F("asked_by"))),
                name="nobody_lends_himself",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondment",
            constraint=models.UniqueConstraint(
                fields=["officer", "host"], condition=Q(state="asked"), name="one_request_for_an_officer"
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="case",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.case",
            ),
        ),
        fenced("cases_secondedcase", see=f"host_id = {ME} AND {open_to_officer()}"),
        audited("cases_secondedcase"),
        migrations.RunSQL(OPEN, "DROP FUNCTION cases_secondment_open(bigint);"),
        migrations.RunSQL(BEHIND, BEHIND_REVERSE),
        migrations.RunSQL(QUIET, QUIET_REVERSE),
        migrations.RunSQL(_news(_ANY), _news(_CASE)),
    ]
