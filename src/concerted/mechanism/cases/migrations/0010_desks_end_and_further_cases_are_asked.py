"""A desk ends and stays readable; further cases of a lent officer are agreed to first; offers have their own clock."""

import django.db.models.deletion
from django.db import migrations, models

#: An answer that was owed on the offer of a lead, or on a request for a bed, ran under the name of a referral's.
OWN_NAMES = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE obligations_obligation o SET kind = n.kind, label_en = n.en, label_zh = n.zh
FROM (VALUES
  ('cases.transfer', 'cases.answer_emergency', 'cases.answer_lead_emergency',
   'Answer the offer to lead an emergency case', '答复特急个案的牵头移交'),
  ('cases.transfer', 'cases.answer_urgent', 'cases.answer_lead_urgent',
   'Answer the offer to lead an urgent case', '答复紧急个案的牵头移交'),
  ('cases.transfer', 'cases.answer_routine', 'cases.answer_lead_routine',
   'Answer the offer to lead a case', '答复个案牵头移交'),
  ('cases.placement', 'cases.answer_urgent', 'cases.answer_bed',
   'Answer a request for a bed', '答复床位申请')) n (about, was, kind, en, zh)
WHERE o.subject_kind = n.about AND o.kind = n.was;
"""
#: Which cases a request names is settled before the home agency reads it: none is added to it afterwards.
SETTLED = """
CREATE POLICY named_before_the_answer ON cases_secondedcase AS RESTRICTIVE FOR INSERT
  WITH CHECK (EXISTS (SELECT 1 FROM cases_secondment s WHERE s.id = secondment_id AND s.state = 'asked'));
CREATE POLICY never_renamed ON cases_secondedcase AS RESTRICTIVE FOR UPDATE USING (false);
"""
SETTLED_REVERSE = """
DROP POLICY named_before_the_answer ON cases_secondedcase;
DROP POLICY never_renamed ON cases_secondedcase;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_home_agencies_agree"),
        ("obligations", "0009_what_is_still_owed"),
    ]

    operations = [
        migrations.RunSQL(OWN_NAMES, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="intakedesk", name="ended_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AlterField(
            model_name="intakedesk", name="place_code", field=models.CharField(max_length=6)
        ),
        migrations.AddConstraint(
            model_name="intakedesk",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("place_code",), name="one_desk_for_a_place"
            ),
        ),
        migrations.AddField(
            model_name="secondment",
            name="widens",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="widened_by",
                to="cases.secondment",
            ),
        ),
        migrations.RunSQL(SETTLED, SETTLED_REVERSE),
    ]
