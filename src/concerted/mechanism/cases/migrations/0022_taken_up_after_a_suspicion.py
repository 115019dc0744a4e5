"""A consent that ended with a suspicion tells when that was lifted, and the new one names which it takes up."""

import django.db.models.deletion
from django.db import migrations, models

#: When the suspicion was lifted with which this consent ended; nothing where one still stands, whoever wrote it down.
LIFTED = """
CREATE FUNCTION cases_suspicion_lifted(of_consent bigint) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT max(l.ended_at) FROM cases_consent c JOIN cases_personlink l
    ON l.case_id = c.case_id AND l.person_id = c.giver_person_id AND l.role = 'suspect' AND l.at = c.withdrawn_at
  WHERE c.id = of_consent AND c.giver = 'guardian' AND l.ended_at <= concerted_now()
    AND NOT EXISTS (SELECT 1 FROM cases_personlink s WHERE s.case_id = c.case_id
      AND s.person_id = c.giver_person_id AND s.role = 'suspect' AND s.ended_at IS NULL)
    AND EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()
      AND i.subject_kind = 'cases.case' AND i.subject_id = c.case_id)
$$;
"""
#: The consents that had ended with the suspicion that is just being lifted, each with who relied on it: who took it,
#: gave on it, or offered on it.
CLEARED = """
CREATE FUNCTION cases_word_of_cleared(of_link bigint) RETURNS TABLE (consent_id bigint, relied_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH ended AS (
    SELECT c.id, c.agency_id FROM cases_personlink l JOIN cases_consent c
      ON c.case_id = l.case_id AND c.giver = 'guardian' AND c.giver_person_id = l.person_id AND c.withdrawn_at = l.at
    WHERE l.id = of_link AND l.role = 'suspect' AND l.agency_id = concerted_agency()
      AND l.ended_at = concerted_now() AND current_setting('concerted.act', true) = 'cases.unlink_person'
  )
  SELECT e.id, e.agency_id FROM ended e
  UNION SELECT e.id, d.agency_id FROM cases_disclosure d JOIN ended e ON e.id = d.consent_id
  UNION SELECT e.id, r.agency_id FROM cases_referral r JOIN ended e ON e.id = r.consent_id
$$;
"""
REVERSE = "DROP FUNCTION cases_word_of_cleared(bigint); DROP FUNCTION cases_suspicion_lifted(bigint);"


class Migration(migrations.Migration):
    dependencies = [("cases", "0021_in_one_shelter_at_a_time")]

    operations = [
        migrations.AddField(
            "consent",
            "takes_up",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taken_up_as",
                to="cases.consent",
            ),
        ),
        migrations.AddConstraint(
            "consent",
            models.UniqueConstraint(fields=["takes_up", "agency"], name="taken_up_once_by_an_agency"),
        ),
        migrations.RunSQL(LIFTED + CLEARED, REVERSE),
    ]
