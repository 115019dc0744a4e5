"""A withdrawal ends the consents she named, or all, and leaves those to the shelter she lives in where she wants it."""

from django.db import migrations

#: The consents to end and who took each: of one recipient, these by their numbers, or all. What the acting agency may
#: not know of ends too, and only the act is told, so that it tells whom it touches.
WITHDRAWN = """
DROP FUNCTION cases_consents_to_end(bigint, bigint, bigint);
CREATE FUNCTION cases_consents_to_end(of_case bigint, of_recipient bigint, of_consents bigint[], keep_shelter boolean)
  RETURNS TABLE (id bigint, taken_by bigint)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  UPDATE cases_consent c SET withdrawn_at = concerted_now(), withdrawn_at_agency_id = concerted_agency()
  WHERE c.case_id = of_case AND c.withdrawn_at IS NULL
    AND (of_recipient IS NULL OR c.recipient_id = of_recipient)
    AND (of_consents IS NULL OR c.id = ANY (of_consents))
    AND NOT (keep_shelter AND EXISTS (SELECT 1 FROM cases_placement p
      WHERE p.case_id = of_case AND p.state = 'in' AND p.host_id = c.recipient_id))
    AND current_setting('concerted.act', true) = 'cases.withdraw_consents'
    AND EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()
      AND i.subject_kind = 'cases.case' AND i.subject_id = of_case
      AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now()))
  RETURNING c.id, c.agency_id
$$;
"""
BEFORE = """
DROP FUNCTION cases_consents_to_end(bigint, bigint, bigint[], boolean);
CREATE FUNCTION cases_consents_to_end(of_case bigint, of_recipient bigint, of_consent bigint) RETURNS SETOF bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  UPDATE cases_consent c SET withdrawn_at = concerted_now(), withdrawn_at_agency_id = concerted_agency()
  WHERE c.case_id = of_case AND c.withdrawn_at IS NULL
    AND (of_recipient IS NULL OR c.recipient_id = of_recipient)
    AND (of_consent IS NULL OR c.id = of_consent)
    AND current_setting('concerted.act', true) = 'cases.withdraw_consents'
    AND EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()
      AND i.subject_kind = 'cases.case' AND i.subject_id = of_case
      AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now()))
  RETURNING c.id
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_erasure_waits_for_cases")]

    operations = [migrations.RunSQL(WITHDRAWN, BEFORE)]
