"""A withdrawn consent, an objection and a suspect guardian are known to every agency on the case, not to one."""

from django.db import migrations

#: An agency on the case, now or before; asked by functions that look past its own fence.
ON_THE_CASE = """EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()
    AND i.subject_kind = 'cases.case' AND i.subject_id = {case})"""

#: Whoever wrote the guardian down as a suspect, and whether the asking agency may read that, the consent is none.
SUSPECTED = f"""
CREATE FUNCTION cases_guardian_suspected(of_consent bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM cases_consent c JOIN people_person p ON p.id = c.giver_person_id
    WHERE c.id = of_consent AND c.giver = 'guardian'
    AND (p.kind = 'unknown_offender' OR EXISTS (SELECT 1 FROM cases_personlink l
      WHERE l.case_id = c.case_id AND l.person_id = p.id AND l.role = 'suspect' AND l.ended_at IS NULL))
    AND {ON_THE_CASE.format(case="c.case_id")})
$$;
"""

#: The consents to end, of one recipient, or a single one: that to somebody outside has no recipient to be named by.
WITHDRAWN = """
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

#: Everything that reaches or waits to reach the agency objected to, whoever gave or offered it. Returns what waited
#: there: its kind, its number, who sent it, how it stood.
OBJECTED = """
CREATE FUNCTION cases_objection_to_end(of_objection bigint)
  RETURNS TABLE (thing text, thing_id bigint, sender_id bigint, stood text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE o cases_objection; excuse text := 'The person does not want this agency to know.';
BEGIN
  SELECT * INTO o FROM cases_objection x WHERE x.id = of_objection AND x.agency_id = concerted_agency()
    AND x.at = concerted_now() AND x.ended_at IS NULL
    AND current_setting('concerted.act', true) = 'cases.record_objection';
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE access_interest i SET until = concerted_now()
    WHERE i.agency_id = o.against_id AND (i.until IS NULL OR i.until > concerted_now())
    AND ((i.subject_kind = 'cases.case' AND i.subject_id = o.case_id)
      OR (i.subject_kind = 'people.person' AND i.granted_by_id <> o.against_id AND i.basis IN
          (SELECT d.tag FROM cases_disclosure d WHERE d.case_id = o.case_id AND d.recipient_id = o.against_id))
      OR (i.subject_kind = 'people.person' AND i.basis = 'break_glass' AND i.subject_id IN
          (SELECT l.person_id FROM cases_personlink l WHERE l.case_id = o.case_id)));
  UPDATE cases_disclosure d SET ended_at = concerted_now(), ended_as = 'recalled'
    WHERE d.case_id = o.case_id AND d.recipient_id = o.against_id AND d.ended_at IS NULL
    AND d.until > concerted_now();
  RETURN QUERY
  WITH waiting AS (
    SELECT 'referral' AS thing, r.id, r.agency_id AS sender, r.state::text AS stood FROM cases_referral r
      WHERE r.case_id = o.case_id AND r.to_agency_id = o.against_id AND r.state IN ('sent', 'seen', 'returned')
    UNION ALL SELECT 'transfer', t.id, t.agency_id, t.state::text FROM cases_transfer t
      WHERE t.case_id = o.case_id AND t.to_agency_id = o.against_id AND t.state = 'offered'
    UNION ALL SELECT 'placement', p.id, p.agency_id, p.state::text FROM cases_placement p
      WHERE p.case_id = o.case_id AND p.host_id = o.against_id AND p.agency_id <> o.against_id
      AND p.state IN ('requested', 'offered')
  ), referrals AS (
    UPDATE cases_referral r SET state = 'withdrawn', row_version = row_version + 1
      FROM waiting w WHERE w.thing = 'referral' AND r.id = w.id
  ), transfers AS (
    UPDATE cases_transfer t SET state = 'withdrawn', row_version = row_version + 1
      FROM waiting w WHERE w.thing = 'transfer' AND t.id = w.id
  ), placements AS (
    UPDATE cases_placement p SET state = 'withdrawn', row_version = row_version + 1
      FROM waiting w WHERE w.thing = 'placement' AND p.id = w.id
  ), excused AS (
    UPDATE obligations_obligation b SET excused_at = concerted_now() FROM waiting w
      WHERE b.subject_kind = 'cases.' || w.thing AND b.subject_id = w.id
      AND b.excused_at IS NULL AND b.met_at IS NULL RETURNING b.id, b.confidential
  ), told AS (
    INSERT INTO obligations_obligationevent (obligation_id, what, at, officer_id, reason, confidential)
      SELECT e.id, 'excused', concerted_now(), concerted_officer(), excuse, e.confidential FROM excused e
  )
  SELECT w.thing, w.id, w.sender, w.stood FROM waiting w;
END $$;
"""
#: Who relied on this guardian's word, and is to learn that it does not stand: they who took and gave, not they who hold.
RELIED = f"""
CREATE FUNCTION cases_relied_on_guardian(of_case bigint, of_person bigint) RETURNS SETOF bigint
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH given AS (
    SELECT c.id, c.agency_id FROM cases_consent c WHERE c.case_id = of_case AND c.giver = 'guardian'
      AND c.giver_person_id = of_person AND c.withdrawn_at IS NULL AND c.until > concerted_now()
      AND current_setting('concerted.act', true) = 'cases.link_person'
      AND {ON_THE_CASE.format(case="of_case")}
  )
  SELECT g.agency_id FROM given g
  UNION SELECT d.agency_id FROM cases_disclosure d JOIN given g ON g.id = d.consent_id
  UNION SELECT r.agency_id FROM cases_referral r JOIN given g ON g.id = r.consent_id
$$;
"""
WITHDRAWN_BEFORE_GOES = "DROP FUNCTION cases_consents_to_end(bigint, bigint);"
WITHDRAWN_BEFORE = WITHDRAWN.replace(", of_consent bigint", "").replace(
    "    AND (of_consent IS NULL OR c.id = of_consent)\n", ""
)
REVERSE = f"""
{WITHDRAWN_BEFORE}
DROP FUNCTION cases_relied_on_guardian(bigint, bigint);
DROP FUNCTION cases_objection_to_end(bigint);
DROP FUNCTION cases_consents_to_end(bigint, bigint, bigint);
DROP FUNCTION cases_guardian_suspected(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_desks_end_and_further_cases_are_asked"),
        ("obligations", "0009_what_is_still_owed"),
        ("people", "0002_fences"),
    ]

    operations = [
        migrations.RunSQL(SUSPECTED + WITHDRAWN_BEFORE_GOES + WITHDRAWN + OBJECTED + RELIED, REVERSE)
    ]
