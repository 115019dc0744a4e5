"""What stands on a case holds the records of its persons back from erasure, whoever of the agency asks."""

from django.db import migrations

#: Of records of the acting agency only. While one is erased its cases are held, so that no mark comes in between.
HELD_BACK = """
CREATE FUNCTION cases_held_back(persons bigint[]) RETURNS TABLE (person_id bigint, why text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
BEGIN
  IF current_setting('concerted.act', true) = 'people.approve_erasure' THEN
    PERFORM 1 FROM cases_case c WHERE c.id IN (SELECT l.case_id FROM cases_personlink l
      JOIN people_person p ON p.id = l.person_id AND p.agency_id = concerted_agency()
      WHERE l.person_id = ANY (persons)) ORDER BY c.id FOR SHARE;
  END IF;
  RETURN QUERY
  SELECT DISTINCT l.person_id, w.why FROM cases_personlink l
  JOIN people_person p ON p.id = l.person_id AND p.agency_id = concerted_agency()
  JOIN cases_case c ON c.id = l.case_id
  CROSS JOIN LATERAL (
    SELECT 'legal_hold' AS why WHERE c.handling ? 'legal_hold'
    UNION ALL SELECT 'review' WHERE c.lead_id = p.agency_id AND EXISTS (
      SELECT 1 FROM cases_breakglass g WHERE g.case_id = c.id AND g.reviewed_at IS NULL)
  ) w
  WHERE l.person_id = ANY (persons) ORDER BY 1, 2;
END $$;
"""
#: Whether an emergency access to the case waits for its review: whoever leads it now is told, also where it was
#: another agency's to lead, and is still its to review.
UNREVIEWED = """
CREATE FUNCTION cases_review_waits(of_case bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
  SELECT cases_leads(of_case) AND EXISTS (SELECT 1 FROM cases_breakglass g
    WHERE g.case_id = of_case AND g.reviewed_at IS NULL)
$$;
"""
REVERSE = """
DROP FUNCTION cases_review_waits(bigint);
DROP FUNCTION cases_held_back(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_news_of_desks"), ("people", "0005_guests_meet_only_their_own")]

    operations = [migrations.RunSQL(HELD_BACK + UNREVIEWED, REVERSE)]
