"""The demonstration's own stories, told act by act: each shows one thing case work must not lose; all invented."""

from __future__ import annotations

from datetime import date

from concerted.foundation.people.acts import record_person

from ..acts import (
    cases,
    clocks,
    consents,
    desks,
    files,
    glass,
    messages,
    placements,
    referrals,
    reports,
    screenings,
    secondments,
    transfers,
)
from ..models import Case, Report, Secondment
from . import texts
from .help import letter, not_recognised, recognised, support
from .people import FEMALE, MALE, about, lunar, person
from .stage import COUNTY
from .telling import Telling

JULY = date(2011, 7, 1)


def tell_all(t: Telling) -> None:
    """Every story once, in an order that does not matter to it."""
    for story in (
        the_woman_found_by_police,
        the_girl_nobody_answers_for,
        the_man_who_takes_his_consent_back,
        the_man_who_is_not_believed,
        the_child_without_parents,
        the_night_at_the_hospital,
        the_case_that_is_closed,
        the_case_to_be_closed,
        the_letters_that_came_back,
        the_reports_of_the_weekend,
    ):
        story(t)


# --- one woman, five agencies ----------------------------------------------------------------------


def the_woman_found_by_police(t: Telling) -> None:
    """From the report through shelter, hospital and Women's Federation to the home province, with one decline."""
    case = _found(t)
    _sheltered(t, case)
    _treated(t, case)
    _visited(t, case)
    _awaited_at_home(t, case)
    support(t, case)
    letter(t, case)
    recognised(t, case)
    police, relief = t.by("county-police"), t.by("relief-station")
    relief(messages.send_message, 6, case=case, to=[t.agency("county-police")], text=texts.MESSAGE)
    police(messages.send_message, 5.1, case=case, to=[t.agency("relief-station")], text=texts.ANSWER)
    police.advances(case, (4, "recover"))
    _interpreters(t, case)


def _interpreters(t: Telling, case: Case) -> None:
    """One officer whom the home agency could not spare, and one about whom it has not answered yet."""
    nurse = _asked_for(t, 6, case, "county-hospital", "same_sex", "routine")
    t.supervisor("county-hospital")(secondments.decline_secondment, 5, secondment=nurse, code="not_to_spare")
    _asked_for(t, 0.2, case, "county-federation", "language", "urgent")


def _asked_for(t: Telling, days: float, case: Case, of: str, need: str, urgency: str) -> Secondment:
    guest = t.stage.worker(of)
    assert guest.acting is not None
    asked = t.supervisor("county-police")(
        secondments.ask_for_officer,
        days,
        guest=guest,
        home_post=guest.acting.post,
        cases=[case],
        until=t.ago(-30),
        need=need,
        urgency=urgency,
    )
    return asked.secondment


def _found(t: Telling) -> Case:
    police = t.by("county-police")
    facts = {"trafficking_reported": "yes", "sex": "female", "age_band": "adult"}
    report = t.duty(
        reports.take_report,
        34.2,
        channel="police",
        narrative=texts.FOUND,
        urgency="urgent",
        place_code=COUNTY,
        facts=facts,
    )
    case = police(
        cases.open_case,
        34.1,
        report=report,
        age_band="adult",
        risk="high",
        handling=["no_home_contact"],
        is_demonstration=True,
    )
    police(reports.record_criminal_case_opened, 34.1, report=report, reference=texts.CRIMINAL_CASE)
    said = person(3, sex=FEMALE, born=lunar(1987, 3, 5), language=texts.LANGUAGE, alias=texts.ALIAS)
    who = police(record_person, 34.1, statements=said)
    police(files.link_person, 34.1, case=case, person=who, role="victim")
    police(
        screenings.record_screening,
        34,
        case=case,
        indicator_set=t.scored.indicator_set,
        set_version=t.scored.version,
        answers=t.scored.answers,
        result=t.scored.result,
        screener_role="police",
        source_of_identification="police_operation",
    )
    police.writes(33, case, contact=texts.CONTACT, account=texts.ACCOUNT, health=texts.HEALTH)
    police.advances(case, (33, "screen"), (33, "presume"))
    return case


def _sheltered(t: Telling, case: Case) -> None:
    police, relief = t.by("county-police"), t.by("relief-station")
    asked = police.refers(
        33, case, "relief-station", "shelter", "relief", "identity", "health", urgency="urgent"
    )
    relief(referrals.see_referral, 32.9, referral=asked)
    relief(referrals.accept_referral, 32.8, referral=asked)
    bed = relief(placements.request_bed, 32.5, case=case, shelter=t.shelter, reason=texts.REASON)
    bed = relief(placements.offer_bed, 32.4, placement=bed)
    relief(placements.record_arrival, 32.2, placement=bed)
    relief(referrals.begin_service, 32.2, referral=asked)
    relief.writes(31, case, contact=texts.CONTACT, psychosocial=texts.STATE, shelter_address=texts.ADDRESS)
    police.advances(case, (31, "protect"))


def _treated(t: Telling, case: Case) -> None:
    relief, hospital = t.by("relief-station"), t.by("county-hospital")
    asked = relief.refers(
        30, case, "county-hospital", "medical_care", "medical_care", "psychosocial", urgency="urgent"
    )
    hospital(referrals.accept_referral, 29.8, referral=asked)
    hospital.writes(29, case, health_detail=texts.EXAMINATION)
    hospital(referrals.begin_service, 29, referral=asked)
    hospital(referrals.finish_service, 22, referral=asked, outcome="achieved", note=texts.NOTE)
    relief(referrals.see_feedback, 21, referral=asked)
    relief(referrals.close_referral, 21, referral=asked)


def _visited(t: Telling, case: Case) -> None:
    relief, federation = t.by("relief-station"), t.by("county-federation")
    first = relief.refers(28, case, "county-federation", "psychological_care", "recovery", "psychosocial")
    federation(referrals.decline_referral, 26, referral=first, code="no_capacity", note=texts.NO_CAPACITY)
    second = relief.refers(19, case, "county-federation", "home_visits", "recovery", "psychosocial")
    federation(referrals.accept_referral, 18, referral=second)
    federation(referrals.begin_service, 14, referral=second)


def _awaited_at_home(t: Telling, case: Case) -> None:
    relief, home = t.by("relief-station"), t.by("home-station")
    asked = relief.refers(10, case, "home-station", "reception_home", "return")
    home(referrals.see_referral, 9, referral=asked)
    home(referrals.return_referral, 8, referral=asked, question=texts.QUESTION)
    relief(referrals.complete_information, 7, referral=asked, information=texts.INFORMATION)
    home(referrals.accept_referral, 5, referral=asked)


# --- what must not be lost --------------------------------------------------------------------------


def the_girl_nobody_answers_for(t: Telling) -> None:
    """Two referrals that were never answered: their clocks are late and have climbed."""
    relief = t.by("relief-station")
    case = relief.opens(
        21,
        person(14, sex=FEMALE, born=about(16, 17, on=JULY)),
        age_band="14_to_17",
        urgency="urgent",
        risk="high",
        handling=["same_sex_staff_only"],
    )
    relief.writes(21, case, contact=texts.CONTACT)
    relief(clocks.record_event, 21, case=case, event="station_suspects_trafficking")
    relief.does_owed(20.9, case, "relief.report_suspicion")
    relief.advances(case, (20, "presume"))
    relief.refers(18, case, "county-federation", "schooling", "schooling")
    relief.refers(13, case, "county-hospital", "medical_care", "medical_care", urgency="urgent")


def the_man_who_takes_his_consent_back(t: Telling) -> None:
    """Consent is withdrawn: the recipient reads no more, and the list still says who once held what."""
    relief, federation = t.by("relief-station"), t.by("county-federation")
    said = person(17, sex=MALE, born=about(40, 45, on=JULY))
    case = relief.opens(40, said, age_band="adult", risk="medium")
    relief.writes(39, case, contact=texts.CONTACT, account=texts.KILN)
    asked = relief.refers(38, case, "county-federation", "legal_aid", "legal_aid", "account")
    federation(referrals.accept_referral, 36, referral=asked)
    heard = {"received_by": texts.HEARD_BY, "presence": texts.WITNESS}
    relief(consents.withdraw_consents, 9, case=case, recipient=t.agency("county-federation"), **heard)
    relief(files.write_note, 9, case=case, text=texts.WITHDRAWN)
    _asks_somebody_outside(t, case)


def _asks_somebody_outside(t: Telling, case: Case) -> None:
    relief = t.by("relief-station")
    outside = {"name": texts.OUTSIDE, "body": texts.OUTSIDE, "country": "CN", "contact": texts.NO_ADDRESS}
    shared = {"case": case, "sections": ["contact", "account"], "purpose": "legal_aid", "outside": outside}
    agreed = relief(
        consents.take_consent,
        8,
        **shared,
        giver="self",
        until=t.ago(-60),
        language=texts.LANGUAGE,
        is_written=True,
    )
    draft = relief(
        referrals.draft_referral,
        8,
        **shared,
        service="legal_aid",
        reason=texts.REASON,
        consent=agreed,
        until=t.ago(-50),
    )
    relief(referrals.send_referral, 7, referral=draft)


def the_man_who_is_not_believed(t: Telling) -> None:
    """Police do not recognise a man as a victim; he asks for a review, which waits for its answer."""
    police = t.by("county-police")
    case = police.opens(21, person(19, sex=MALE, born=about(30, 35, on=JULY)), age_band="adult", risk="low")
    police.writes(20, case, account=texts.KILN)
    not_recognised(t, case)


def the_child_without_parents(t: Telling) -> None:
    """The clocks of a placed child, and the lead offered to the agency that cares for him."""
    police = t.by("county-police")
    said = person(8, sex=MALE, born=about(5, 7, on=JULY))
    case = police.opens(20, said, age_band="under_14", urgency="emergency", risk="high")
    police.writes(20, case, health=texts.CHILD_HEALTH)
    police(clocks.record_event, 19, case=case, event="child_placed")
    police.does_owed(18.9, case, "relief.child_temporary_care")
    police(clocks.record_event, 1, case=case, event="sample_owed")
    police(
        transfers.offer_lead,
        2,
        case=case,
        to_agency=t.agency("relief-station"),
        reason=texts.LEAD,
        legal_basis="state_organ_duty",
    )


def the_night_at_the_hospital(t: Telling) -> None:
    """Two emergency accesses: one reviewed, one that waits for the lead agency."""
    relief, hospital = t.by("relief-station"), t.by("county-hospital")
    said = person(10, sex=FEMALE, born=None)
    case = relief.opens(15, said, age_band="adult", risk="critical", urgency="urgent")
    relief.writes(15, case, health=texts.HEALTH, contact=texts.CONTACT)
    used = {"number": case.number, "reason": texts.EMERGENCY, "sections": ["health", "contact"]}
    first = hospital(glass.break_glass, 12, **used, second_factor_at=t.ago(12))
    t.supervisor("relief-station")(
        glass.review_glass, 10, glass=first, verdict="justified", review=texts.REVIEW
    )
    hospital(glass.break_glass, 2.3, **used, second_factor_at=t.ago(2.3))


def the_case_that_is_closed(t: Telling) -> None:
    """Recovered and closed by a second person; everything of it stays readable."""
    relief = t.by("relief-station")
    case = relief.opens(140, person(20, sex=FEMALE, born=lunar(1990, 9, 9)), age_band="adult", risk="low")
    relief.writes(139, case, contact=texts.CONTACT)
    relief.advances(case, (138, "screen"), (137, "presume"), (130, "protect"), (90, "recover"))
    relief.advances(case, (40, "settle"), (30, "follow_up"))
    relief(cases.propose_closing, 12, case=case, closing="recovered", note=texts.RECOVERED)
    t.supervisor("relief-station")(cases.close_case, 11, case=case)


def the_case_to_be_closed(t: Telling) -> None:
    """Proposed for closing: a second person has to look at it."""
    relief = t.by("relief-station")
    said = person(21, sex=MALE, born=about(30, 35, on=JULY))
    case = relief.opens(100, said, age_band="adult", risk="low")
    relief.advances(case, (99, "presume"), (95, "protect"), (50, "settle"))
    relief(cases.propose_closing, 1, case=case, closing="settled", note=texts.RECOVERED)


def the_letters_that_came_back(t: Telling) -> None:
    """Referrals that ask something of their sender: back for information, withdrawn, failed, a draft, just sent."""
    relief, federation = t.by("relief-station"), t.by("county-federation")
    said = person(12, sex=FEMALE, born=about(28, 32, on=JULY))
    case = relief.opens(16, said, age_band="adult", risk="medium")
    relief.writes(16, case, contact=texts.CONTACT)
    back = relief.refers(6, case, "county-hospital", "medical_care", "medical_care")
    t.by("county-hospital")(referrals.return_referral, 5, referral=back, question=texts.QUESTION)
    gone = relief.refers(6, case, "county-police", "investigation", "criminal_case")
    relief(referrals.withdraw_referral, 4, referral=gone, reason=texts.WITHDRAWN)
    failed = relief.refers(14, case, "county-federation", "vocational_training", "schooling")
    federation(referrals.accept_referral, 13, referral=failed)
    federation(referrals.begin_service, 12, referral=failed)
    federation(referrals.fail_service, 3, referral=failed, outcome="person_declined", note=texts.NOTE)
    relief.drafts(1, case, "home-station", "family_tracing", "tracing")
    relief.refers(0.1, case, "county-federation", "interpreting", "relief", urgency="urgent")


# --- what came in -----------------------------------------------------------------------------------


def the_reports_of_the_weekend(t: Telling) -> None:
    """What waits at the intake: a call, a school, a form of the public; one merged, one without concern."""
    for place in (COUNTY, "000000"):
        t.supervisor("county-police")(desks.name_intake_desk, 60, place_code=place)
    missing = {"trafficking_possible": "yes", "missing": "yes", "age_band": "adult", "sex": "female"}
    call = _comes_in(t, 1.4, "hotline", texts.CALL, urgency="urgent", is_anonymous=True, facts=missing)
    reporter = {"name": texts.MOTHER, "relation": texts.MOTHER}
    again = _comes_in(t, 1.3, "family", texts.CALL_AGAIN, reporter=reporter, safe_contact=texts.SAFE)
    t.duty(reports.merge_report, 1.2, report=again, into=call, note=texts.SAME)
    school = _comes_in(t, 0.8, "school", texts.SCHOOL)
    t.duty(reports.triage, 0.7, report=school, urgency="urgent", note=texts.NOTE)
    alarm = _comes_in(t, 3, "hospital", texts.FALSE_ALARM)
    t.duty(reports.dismiss_report, 2, report=alarm, reason=texts.NO_CONCERN)
    reports.take_public_report(
        at=t.ago(0.2), narrative=texts.PUBLIC, place_code=COUNTY, place_told=texts.PUBLIC_PLACE
    )


def _comes_in(t: Telling, days: float, channel: str, narrative: str, **more: object) -> Report:
    return t.duty(reports.take_report, days, channel=channel, narrative=narrative, place_code=COUNTY, **more)
