"""What was given on the word of a guardian ends when he is written down as a suspect, as a withdrawn consent does."""

from importlib import import_module

from django.db import migrations

fences = import_module("concerted.mechanism.cases.migrations._fences")
before = import_module("concerted.mechanism.cases.migrations.0011_what_stops_stops_everywhere")

#: Suspected while it stood: a consent that ended with the suspicion tells so for good, one withdrawn earlier does not.
SUSPECTED = before.SUSPECTED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    "AND l.ended_at IS NULL",
    "AND l.at <= coalesce(c.withdrawn_at, concerted_now())"
    " AND (l.ended_at IS NULL OR l.ended_at > coalesce(c.withdrawn_at, concerted_now()))",
)
SUSPECTED_BEFORE = before.SUSPECTED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

#: Ends the guardian's consents; returns each with who relied on it: who took it, gave on it, or offered on it.
WORD = """
CREATE FUNCTION cases_word_of_suspect_to_end(of_case bigint, of_person bigint)
  RETURNS TABLE (consent_id bigint, relied_id bigint)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH ended AS (
    UPDATE cases_consent c SET withdrawn_at = concerted_now(), withdrawn_at_agency_id = concerted_agency()
    WHERE c.case_id = of_case AND c.giver = 'guardian' AND c.giver_person_id = of_person AND c.withdrawn_at IS NULL
      AND current_setting('concerted.act', true) = 'cases.link_person'
      AND EXISTS (SELECT 1 FROM cases_personlink l WHERE l.case_id = of_case AND l.person_id = of_person
        AND l.role = 'suspect' AND l.agency_id = concerted_agency() AND l.at = concerted_now() AND l.ended_at IS NULL)
      AND EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()
        AND i.subject_kind = 'cases.case' AND i.subject_id = of_case
        AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now()))
    RETURNING c.id, c.agency_id
  )
  SELECT e.id, e.agency_id FROM ended e
  UNION SELECT e.id, d.agency_id FROM cases_disclosure d JOIN ended e ON e.id = d.consent_id
  UNION SELECT e.id, r.agency_id FROM cases_referral r JOIN ended e ON e.id = r.consent_id
$$;
"""

#: What was given on consents that end now, by withdrawal or by suspicion, ends and is marked.
_BEGIN = fences.FUNCTIONS.index("CREATE FUNCTION cases_disclosures_to_end")
GIVEN_BEFORE = fences.FUNCTIONS[_BEGIN:].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
GIVEN = GIVEN_BEFORE.replace(
    "current_setting('concerted.act', true) = 'cases.withdraw_consents'",
    "current_setting('concerted.act', true) IN ('cases.withdraw_consents', 'cases.link_person')",
)
GOES = "DROP FUNCTION cases_relied_on_guardian(bigint, bigint);"
REVERSE = f"""
{before.RELIED}
DROP FUNCTION cases_word_of_suspect_to_end(bigint, bigint);
{GIVEN_BEFORE}
{SUSPECTED_BEFORE}
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_leads_read_the_record")]

    operations = [migrations.RunSQL(SUSPECTED + WORD + GIVEN + GOES, REVERSE)]
