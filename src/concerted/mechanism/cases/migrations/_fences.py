"""The SQL that fences the tables of case work, for use in its migrations; it is never run at request time."""

from __future__ import annotations

from concerted.foundation.access.sql import fenced, interest_in, interest_in_section

ME = "concerted_agency()"
OWN = f"agency_id = {ME}"

#: Who leads, and which cases are shut to the officer: asked of tables that their own fences guard, therefore as
#: their owner; they answer about the acting agency and officer only.
FUNCTIONS = """
CREATE FUNCTION cases_leads(of_case bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
  COST 1
  SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = of_case
    AND (c.lead_id = concerted_agency() OR c.joint_leads @> to_jsonb(concerted_agency())))
$$;
CREATE FUNCTION cases_set_aside() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(x.case_id), '{}') FROM cases_conflictofinterest x
  WHERE x.officer_id = concerted_officer() AND x.until IS NULL
$$;
CREATE FUNCTION cases_limited_to() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
  SELECT array_agg(n.value::bigint) FROM cases_secondment s
  CROSS JOIN LATERAL jsonb_array_elements_text(s.cases || '[0]') n
  WHERE s.officer_id = concerted_officer() AND s.host_id = concerted_agency()
    AND s.since <= concerted_now() AND (s.ended_at IS NULL OR s.ended_at > concerted_now())
$$;
CREATE FUNCTION cases_emergency_target(wanted text) RETURNS TABLE (case_id bigint, lead_id bigint)
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT c.id, c.lead_id FROM cases_case c WHERE c.number = wanted
    AND concerted_agency() IS NOT NULL
    AND current_setting('concerted.act', true) = 'cases.break_glass'
    AND NOT c.handling ? 'no_emergency_access' AND c.stage <> 'closed'
    AND NOT EXISTS (SELECT 1 FROM cases_objection o WHERE o.case_id = c.id
      AND o.against_id = concerted_agency() AND o.ended_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM cases_conflictofinterest x WHERE x.case_id = c.id
      AND x.officer_id = concerted_officer() AND x.until IS NULL)
$$;
CREATE FUNCTION cases_objected(of_case bigint, to_agency bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM cases_objection o WHERE o.case_id = of_case AND o.against_id = to_agency
    AND o.ended_at IS NULL)
  AND EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()
    AND i.subject_kind = 'cases.case' AND i.subject_id = of_case)
$$;
CREATE FUNCTION cases_consents_to_end(of_case bigint, of_recipient bigint) RETURNS SETOF bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  UPDATE cases_consent c SET withdrawn_at = concerted_now(), withdrawn_at_agency_id = concerted_agency()
  WHERE c.case_id = of_case AND c.withdrawn_at IS NULL
    AND (of_recipient IS NULL OR c.recipient_id = of_recipient)
    AND current_setting('concerted.act', true) = 'cases.withdraw_consents'
    AND EXISTS (SELECT 1 FROM access_interest i WHERE i.agency_id = concerted_agency()
      AND i.subject_kind = 'cases.case' AND i.subject_id = of_case
      AND i.since <= concerted_now() AND (i.until IS NULL OR i.until > concerted_now()))
  RETURNING c.id
$$;
CREATE FUNCTION cases_disclosures_to_end(consents bigint[]) RETURNS TABLE (agency_id bigint, recipient_id bigint)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH withdrawn AS (
    SELECT c.id FROM cases_consent c WHERE c.id = ANY (consents)
      AND c.withdrawn_at_agency_id = concerted_agency() AND c.withdrawn_at = concerted_now()
      AND current_setting('concerted.act', true) = 'cases.withdraw_consents'
  ), marked AS (
    UPDATE cases_disclosure d SET marked_at = concerted_now(),
      ended_at = coalesce(d.ended_at, concerted_now()),
      ended_as = CASE WHEN d.ended_at IS NULL THEN 'withdrawn' ELSE d.ended_as END
    WHERE d.consent_id IN (SELECT id FROM withdrawn) AND d.marked_at IS NULL
    RETURNING d.case_id, d.agency_id, d.recipient_id, d.tag
  ), ended AS (
    UPDATE access_interest i SET until = concerted_now() FROM marked m
    WHERE i.basis = m.tag AND i.agency_id = m.recipient_id AND i.granted_by_id = m.agency_id
      AND (i.until IS NULL OR i.until > concerted_now())
  )
  SELECT m.agency_id, m.recipient_id FROM marked m
$$;
"""
FUNCTIONS_REVERSE = """
DROP FUNCTION cases_disclosures_to_end(bigint[]);
DROP FUNCTION cases_consents_to_end(bigint, bigint);
DROP FUNCTION cases_objected(bigint, bigint);
DROP FUNCTION cases_emergency_target(text);
DROP FUNCTION cases_limited_to();
DROP FUNCTION cases_set_aside();
DROP FUNCTION cases_leads(bigint);
"""

#: A bed beyond those there are is refused by the database, whatever the application counted.
BEDS = """
CREATE FUNCTION cases_bed_exists() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.state IN ('offered', 'in') AND NEW.bed NOT BETWEEN 1
     AND (SELECT s.beds FROM cases_shelter s WHERE s.id = NEW.shelter_id) THEN
    RAISE EXCEPTION 'the shelter has no such bed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cases_bed_exists BEFORE INSERT OR UPDATE ON cases_placement
  FOR EACH ROW EXECUTE FUNCTION cases_bed_exists();
"""
BEDS_REVERSE = "DROP FUNCTION cases_bed_exists() CASCADE;"

#: Leads see who has an interest in their case and what is owed on it.
LEADS_SEE = """
CREATE POLICY leads_see ON access_interest FOR SELECT
  USING (subject_kind = 'cases.case' AND cases_leads(subject_id));
CREATE POLICY leads_end ON access_interest FOR UPDATE
  USING (subject_kind = 'cases.case' AND cases_leads(subject_id)) WITH CHECK (true);
CREATE POLICY leads_see ON obligations_obligation FOR SELECT
  USING (confidential AND concerted_scope() = 'cases' AND subject_kind = 'cases.case'
         AND cases_leads(subject_id));
"""
LEADS_SEE_REVERSE = """
DROP POLICY leads_see ON obligations_obligation;
DROP POLICY leads_end ON access_interest;
DROP POLICY leads_see ON access_interest;
"""


def open_to_officer(column: str = "case_id") -> str:
    """SQL: the officer is not set aside from the case, and if seconded, seconded for it."""
    return (
        f"NOT ({column} = ANY ((SELECT cases_set_aside())::bigint[]))"
        f" AND ((SELECT cases_limited_to()) IS NULL OR {column} = ANY ((SELECT cases_limited_to())::bigint[]))"
    )


#: The mechanism's administration and its generic pages meet no row of these tables.
AT_WORK = "concerted_scope() = 'cases'"


def _fence(table: str, see: str, write: str, *, add: str | None = None, column: str = "case_id") -> object:
    officer = open_to_officer(column)
    return fenced(
        table,
        see=f"({see}) AND {officer}",
        write=f"({write}) AND {officer}",
        add=f"({add or write}) AND {officer}",
    )


def _in_case(column: str) -> str:
    return interest_in("cases.case", column)


def _section(table: str, section: str) -> object:
    seen = interest_in_section("cases.case", f"{table}.case_id", section, writer=f"{table}.agency_id")
    return _fence(table, f"{OWN} OR {seen}", f"{OWN} AND {_in_case(f'{table}.case_id')}")


SECTION_TABLES = {
    "cases_personlink": "identity",
    "cases_contact": "contact",
    "cases_health": "health",
    "cases_psychosocial": "psychosocial",
    "cases_legal": "legal",
    "cases_account": "account",
    "cases_travel": "travel",
    "cases_shelteraddress": "shelter_address",
    "cases_newidentity": "new_identity",
    "cases_witnessprotection": "witness_protection",
    "cases_healthdetail": "health_detail",
    "cases_assessment": "assessment",
    "cases_supportplan": "plan",
    "cases_goal": "plan",
}
LEADS = "cases_leads(case_id)"
COLLEAGUE = f"{OWN} AND officer_id = concerted_officer()"


def given_in(table: str, section: str) -> str:
    """SQL: the section was given to the acting agency by the agency that wrote the row."""
    return interest_in_section("cases.case", f"{table}.case_id", section, writer=f"{table}.agency_id")


_SCREENED = given_in("cases_screening", "screening")
_DOCUMENT = given_in("cases_casedocument", "cases_casedocument.section")
_PLANNED = given_in("cases_service", "plan")
_ENTITLED = given_in("cases_entitlement", "entitlement")
_PLACED = given_in("cases_placement", "shelter_address")
_COPY = (
    f"EXISTS (SELECT 1 FROM cases_messagecopy m WHERE m.message_id = cases_message.id AND m.agency_id = {ME})"
)
_SPINE = _in_case("cases_case.id")

FENCES = [
    fenced("cases_report", see=f"{OWN} OR follow_up = concerted_ticket()", write=OWN),
    fenced("cases_intakedesk", see="true"),
    _fence("cases_case", _SPINE, _SPINE, column="id"),
    _fence("cases_caselead", _in_case("cases_caselead.case_id"), _in_case("cases_caselead.case_id")),
    _fence("cases_agencyfile", OWN, OWN),
    _fence("cases_filenote", OWN, OWN),
    _fence(
        "cases_move",
        f"{OWN} OR other_id = {ME} OR (is_shared AND {_in_case('cases_move.case_id')})",
        OWN,
    ),
    *(_section(table, section) for table, section in SECTION_TABLES.items()),
    fenced(
        "cases_screening",
        see=f"({OWN} OR {_SCREENED}) AND (case_id IS NULL OR ({open_to_officer()}))",
        write=OWN,
    ),
    _fence("cases_casedocument", f"{OWN} OR {_DOCUMENT}", OWN),
    _fence(
        "cases_consent",
        f"{OWN} OR recipient_id = {ME} OR {LEADS}",
        OWN,
    ),
    _fence(
        "cases_disclosure",
        f"{OWN} OR recipient_id = {ME} OR {LEADS}",
        f"{OWN} OR recipient_id = {ME}",
        add=f"{OWN} OR recipient_id = {ME}",
    ),
    _fence("cases_objection", f"{OWN} OR {LEADS}", f"{OWN} OR {LEADS}"),
    _fence("cases_breakglass", f"{OWN} OR owner_id = {ME}", f"{OWN} OR owner_id = {ME}", add=OWN),
    fenced(
        "cases_conflictofinterest",
        see=f"{OWN} AND (officer_id <> concerted_officer() OR declared_by_id = concerted_officer())",
        add=OWN,
    ),
    fenced("cases_secondment", see=f"host_id = {ME} OR home_id = {ME}", write=f"host_id = {ME}"),
    _fence(
        "cases_referral",
        f"{OWN} OR (sent_at IS NOT NULL AND (to_agency_id = {ME} OR {LEADS}))",
        f"{OWN} OR (sent_at IS NOT NULL AND to_agency_id = {ME})",
        add=OWN,
    ),
    fenced(
        "cases_outsidepackage",
        see=f"{OWN} OR code = concerted_ticket()",
        write=f"{OWN} OR code = concerted_ticket()",
        add=OWN,
    ),
    _fence("cases_transfer", f"{OWN} OR to_agency_id = {ME}", f"{OWN} OR to_agency_id = {ME}", add=OWN),
    _fence(
        "cases_service",
        f"{OWN} OR provider_id = {ME} OR {_PLANNED}",
        f"{OWN} OR provider_id = {ME}",
    ),
    fenced("cases_shelter", see=AT_WORK),
    _fence("cases_placement", f"{OWN} OR host_id = {ME} OR {_PLACED}", f"{OWN} OR host_id = {ME}", add=OWN),
    _fence("cases_entitlement", f"{OWN} OR {_ENTITLED} OR {LEADS}", OWN),
    fenced("cases_letter", see=f"{OWN} OR check_digest = concerted_ticket()", write=OWN),
    fenced("cases_serviceoffer", see=AT_WORK),
    _fence("cases_message", f"({OWN} OR {_COPY}) AND {_in_case('cases_message.case_id')}", OWN),
    _fence("cases_messagecopy", f"{OWN} OR sender_id = {ME}", f"{OWN} OR sender_id = {ME}"),
    _fence("cases_notice", f"{OWN} OR sender_id = {ME}", f"{OWN} OR sender_id = {ME}"),
    fenced("cases_draft", see=COLLEAGUE),
    fenced("cases_savedfilter", see=COLLEAGUE),
]
_OTHERS = """
report intakedesk case caselead agencyfile filenote move screening casedocument consent disclosure objection
breakglass conflictofinterest secondment referral outsidepackage transfer service shelter placement entitlement
letter serviceoffer message messagecopy notice draft savedfilter
"""
#: Every table of case work, for the triggers that record writes no act announced.
TABLES = (*SECTION_TABLES, *(f"cases_{name}" for name in _OTHERS.split()))
#: Those that came later, each fenced and watched in the migration that made it.
LATER = (
    *("cases_agencymapping", "cases_importbatch", "cases_rightsrequest"),
    *("cases_statusdecision", "cases_statusreview", "cases_secondedcase"),
)
