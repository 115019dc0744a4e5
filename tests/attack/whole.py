"""A nation in which something exists behind every address of the site, built through acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.attack.evaluated import Evaluated, build_evaluated
from tests.attack.met import Met, build_met
from tests.builders import World
from tests.foundation.people.test_erasure import picture
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Agency, Officer, Post
from concerted.foundation.obligations.models import Obligation
from concerted.foundation.people.acts.erasure import request_erasure
from concerted.foundation.people.acts.holds import set_hold
from concerted.foundation.people.acts.persons import add_photograph, add_statement, record_person
from concerted.foundation.people.models import Person
from concerted.foundation.people.values import Description, Statement
from concerted.mechanism.cases.acts import (
    assistance,
    batches,
    cases,
    consents,
    desks,
    directory,
    disclosures,
    entitlements,
    glass,
    placements,
    referrals,
    reports,
    rights,
    secondments,
    status,
    status_reviews,
    transfers,
)
from concerted.mechanism.cases.acts import officers as case_officers
from concerted.mechanism.cases.acts.clocks import record_event
from concerted.mechanism.cases.acts.documents import attach_file
from concerted.mechanism.cases.acts.files import link_person, unlink_person
from concerted.mechanism.cases.models import Case, Secondment, SupportPlan
from concerted.mechanism.cases.reads.assistance import assistance_of
from concerted.mechanism.figures import acts as figures
from concerted.mechanism.plan.acts import alignment, documents, drafts, editing, notes, observations, periods
from concerted.mechanism.plan.acts.support import ask_support
from concerted.mechanism.plan.models import Indicator, Measure
from concerted.methods.prevalence import PanelOptions, agreement_panel, read_table

READING: dict[str, Any] = {
    "title": "A plan read",
    "period": None,
    "measures": [],
    "unknown_agencies": [],
    "unplaced": [],
    "strands": [],
    "objectives": [],
}
NATION_PLAN = "reporting-plan"
SUMMER = MONDAY + timedelta(days=112)
LIST = {"schema": "concerted/case-mapping/1", "columns": {"编号": "case.local_number", "姓名": "person.name"}}


@dataclass(frozen=True)
class CaseWork:
    """One thing of every kind in case work, led by the provincial police of Yunnan, who referred to Hunan."""

    case: int
    report: int
    referral: int
    disclosure: int
    plan: int
    service: int
    entitlement: int
    placement: int
    transfer: int
    glass: int
    document: int
    person: int
    erasure: int
    owed: int
    goal: int
    letter: int
    status: int
    status_review: int
    set_aside: int = 0
    seconded: int = 0
    asked_for: int = 0
    hold: int = 0
    offer: int = 0
    shelter: int = 0
    asks: int = 0
    objection: int = 0
    mapping: int = 0
    desk: str = "530000"
    said: int = 0
    picture: int = 0
    role: int = 0
    cleared: int = 0


@dataclass(frozen=True)
class Parties:
    """Who meets in a case: who leads it, who is referred to, who is offered the lead, who breaks the glass.

    is_of_report: whether the case grew of the report; else the report stands beside it and waits.
    keeps_more: whether the lead also keeps what others may learn of: officers lent and set aside, a service, a shelter.
    """

    lead: Agency
    receiver: Agency
    heir: Agency
    rescuer: Agency
    house: str = "a-house"
    is_of_report: bool = False
    keeps_more: bool = True


@dataclass
class Whole:
    """The nation with the ids of one thing of every kind."""

    reporting: Reporting
    measure: Measure
    draft_measure: Measure
    milestone: int
    report: int
    support: int
    plan_draft: int
    note: int
    indicator: int
    observation: int
    period: int
    closed_period: int
    exception: int
    alignment: int
    report_owed: int
    figures_owed: int
    run: int
    evaluated: Evaluated
    met: Met
    case_work: CaseWork

    @property
    def world(self) -> World:
        return self.reporting.world


def build_whole(
    *, question: str = "How many volunteers came?", words: str = "The hotline stays silent at night."
) -> Whole:
    """A plan in force and its revision, reports, figures, answers of a place, a note and a draft reading.

    question: what the ministry asks of the agency that supports its measure. words: what a clerk notes while a
    meeting sits.
    """
    nation = build_reporting()
    world = nation.world
    access.set_demonstration_clock(officer=world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    office: dict[str, Any] = {"officer": world.secretariat, "at": MONDAY}
    assert world.provincial.acting is not None  # a place with nobody in post owes no figures
    nation.open()
    report = nation.submitted()
    measure = nation.measure("m1")
    support = ask_support(
        officer=world.focal_point,
        at=MONDAY,
        measure=measure,
        period=nation.quarter,
        asked=world.other_ministry,
        question=question,
    )
    observation = observations.enter_observation(
        officer=world.provincial,
        at=MONDAY,
        indicator=Indicator.objects.get(plan=nation.plan, key="rescued"),
        place_code="530000",
        period=nation.quarter,
        value=Decimal(12),
    )
    kept = drafts.save_draft_reading(**office, filename="plan.txt", source_lines=["A plan"], reading=READING)
    note = notes.write_note(
        officer=world.focal_point, at=MONDAY, subject_kind="plan.measure", subject_id=measure.pk, text="Ask."
    )
    answer = _answer(nation, measure)
    step, revised = _revision(nation)
    closed, exception = _closed(nation)
    return Whole(
        reporting=nation,
        measure=measure,
        draft_measure=revised,
        milestone=step,
        report=report.pk,
        support=support.pk,
        plan_draft=kept.pk,
        note=note.pk,
        indicator=observation.indicator_id,
        observation=observation.pk,
        period=nation.quarter.pk,
        closed_period=closed,
        exception=exception,
        alignment=answer,
        report_owed=nation.owed().pk,
        figures_owed=Obligation.objects.get(
            kind="plan.return", owner=world.yunnan, subject_id=nation.quarter.pk
        ).pk,
        run=_estimated(nation),
        evaluated=build_evaluated(nation),
        met=build_met(nation, words=words),
        case_work=build_case_work(world),
    )


def build_case_work(world: World, parties: Parties | None = None) -> CaseWork:
    """A report, a case, a consent, what was given on it, and a referral that waits for its answer."""
    parties = parties or Parties(world.yunnan, world.hunan, world.ministry, world.other_ministry)
    worker = world.officer_for(parties.lead, Post.Function.CASE_WORKER)
    now: dict[str, Any] = {"officer": worker, "at": MONDAY}
    told = reports.take_report(**now, channel="hotline", narrative="Somebody called.", place_code="530000")
    grown = told if parties.is_of_report else None
    case = cases.open_case(**now, report=grown, place_code="530000", age_band="adult")
    until = MONDAY + timedelta(days=200)
    consent = consents.take_consent(
        **now,
        case=case,
        recipient=parties.receiver,
        giver="self",
        sections=["contact"],
        purpose="protection",
        until=until,
        language="zh",
    )
    given: dict[str, Any] = {
        "case": case,
        "sections": ["contact"],
        "purpose": "protection",
        "consent": consent,
        "until": MONDAY + timedelta(days=90),
    }
    disclosure = disclosures.disclose(**now, recipient=parties.receiver, **given)
    draft = referrals.draft_referral(
        **now, to_agency=parties.receiver, service="home_visits", reason="A visit.", **given
    )
    sent = referrals.send_referral(**now, referral=draft)
    plan = assistance.write_plan(**now, case=case, summary="A plan.", goals={1: "A goal."})
    service = assistance.plan_service(**now, case=case, kind="medical_care")
    asked = entitlements.request_entitlement(**now, case=case, kind="relief")
    transfer = transfers.offer_lead(**now, case=case, to_agency=parties.heir, reason="It leads better.")
    shelter = directory.describe_shelter(
        officer=world.officer_for(parties.receiver, Post.Function.CASE_SUPERVISOR),
        at=MONDAY,
        key=parties.house,
        name_en="A house",
        beds=2,
    )
    bed = placements.request_bed(**now, case=case, shelter=shelter, reason="A bed.")
    broken = glass.break_glass(
        officer=world.officer_for(parties.rescuer, Post.Function.DUTY_OFFICER),
        at=MONDAY,
        number=case.number,
        reason="An emergency.",
        sections=["contact"],
        second_factor_at=MONDAY,
    )
    note = b"A plain note."
    document = attach_file(
        **now, case=case, section="contact", kind="note", title="Note", content=note, name="note.txt"
    )
    person = record_person(**now)
    said = add_statement(**now, person=person, statement=Statement(Description("A scar.")))
    photograph = add_photograph(**now, person=person, content=picture())
    role = link_person(**now, case=case, person=record_person(**now), role="other")
    cleared = _cleared(now, case, role.person, parties.receiver)
    supervisor = world.officer_for(parties.lead, Post.Function.CASE_SUPERVISOR)
    erasure = request_erasure(
        officer=supervisor, at=MONDAY, person=person, ground="mistake", reference="2010-1"
    )
    owed = record_event(**now, case=case, event="sample_owed")[0]
    granted = entitlements.request_entitlement(**now, case=case, kind="legal_aid")
    signed: dict[str, Any] = {"officer": supervisor, "at": MONDAY}
    entitlements.grant_entitlement(**signed, entitlement=granted, since=MONDAY.date(), until=None)
    letter = entitlements.issue_letter(**signed, entitlement=granted).letter
    decider = (
        world.new_officer(parties.lead, Post.Function.CASE_SUPERVISOR) if parties.keeps_more else supervisor
    )
    decided, review = _status(decider, case, now)
    kept = _kept_beside(world, parties, case, person) if parties.keeps_more else {}
    return CaseWork(
        case=case.pk,
        report=told.pk,
        referral=sent.pk,
        disclosure=disclosure.pk,
        plan=plan.pk,
        service=service.pk,
        entitlement=asked.pk,
        placement=bed.pk,
        transfer=transfer.pk,
        glass=broken.pk,
        document=document.pk,
        person=person.pk,
        erasure=erasure.pk,
        owed=owed.pk,
        goal=_goal_of(worker, plan),
        letter=letter.pk,
        status=decided,
        status_review=review,
        said=said.pk,
        picture=photograph.pk,
        role=role.pk,
        cleared=cleared,
        **kept,
    )


def _cleared(now: dict[str, Any], case: Case, guardian: Person, recipient: Agency) -> int:
    """A consent of a guardian that ended on a suspicion which was lifted."""
    consent = consents.take_consent(
        **now,
        case=case,
        recipient=recipient,
        giver="guardian",
        giver_person=guardian,
        sections=["contact"],
        purpose="protection",
        until=MONDAY + timedelta(days=200),
        language="zh",
    )
    suspect = link_person(**now, case=case, person=guardian, role="suspect")
    unlink_person(**now, link=suspect, reason="another man")
    return consent.pk


def _goal_of(worker: Officer, plan: SupportPlan) -> int:
    [(goal, _words)] = assistance_of(officer=worker, at=MONDAY, case=plan.case).goals
    return goal.pk


def _status(decider: Officer, case: Case, now: dict[str, Any]) -> tuple[int, int]:
    """A decision on victim status by a supervisor, and a review that another one can answer."""
    put_forward = status.propose_status(
        **now,
        case=case,
        kind="recognition",
        finding="victim",
        basis="criminal_code_240",
        reasons="She was sold.",
    )
    decided = status.decide_status(
        officer=decider,
        at=MONDAY,
        decision=put_forward,
        row_version=put_forward.row_version,
    )
    review = status_reviews.ask_status_review(
        **now, decision=decided, asked_by="person", grounds="She was not heard."
    )
    return decided.pk, review.pk


def _kept_beside(world: World, parties: Parties, case: Case, person: Person) -> dict[str, int]:
    """What an agency keeps beside its cases: officers set aside and lent, a hold, a service, a shelter, a wish."""
    supervisor: dict[str, Any] = {
        "officer": world.officer_for(parties.lead, Post.Function.CASE_SUPERVISOR),
        "at": MONDAY,
    }
    related = world.new_officer(parties.lead, Post.Function.CASE_WORKER)
    aside = case_officers.declare_conflict(**supervisor, case=case, related=related, reason="A cousin.")
    guest = world.new_officer(parties.receiver, Post.Function.CASE_WORKER)
    lent = _asked_for(supervisor, guest, case)
    secondments.agree_secondment(
        officer=world.officer_for(parties.receiver, Post.Function.CASE_SUPERVISOR),
        at=MONDAY,
        secondment=lent,
    )
    desks.name_intake_desk(**supervisor, place_code="530000")
    asked_for = _asked_for(supervisor, world.new_officer(parties.receiver, Post.Function.CASE_WORKER), case)
    offer = directory.offer_service(**supervisor, key="an-aid", kind="legal_aid", values={"name_en": "Aid"})
    house = directory.describe_shelter(**supervisor, key="our-house", name_en="Our house", beds=1)
    asked = rights.record_request(**supervisor, case=case, kind="copy")
    objection = consents.record_objection(**supervisor, case=case, against=world.agency("mps"))
    mapping = batches.keep_agency_mapping(**supervisor, name="List", mapping=LIST)
    return {
        "set_aside": aside.pk,
        "seconded": lent.pk,
        "asked_for": asked_for.pk,
        "hold": set_hold(**supervisor, person=person, ground="trial").pk,
        "offer": offer.pk,
        "shelter": house.pk,
        "asks": asked.pk,
        "objection": objection.pk,
        "mapping": mapping.pk,
    }


def _asked_for(supervisor: dict[str, Any], guest: Officer, case: Case) -> Secondment:
    assert guest.acting is not None
    return secondments.ask_for_officer(
        **supervisor,
        guest=guest,
        home_post=guest.acting.post,
        cases=[case],
        until=MONDAY + timedelta(days=9),
        need="language",
    ).secondment


def _estimated(nation: Reporting) -> int:
    """A run of the office that is done and shared with every member; its id."""
    office, at = nation.world.secretariat, MONDAY
    options = PanelOptions(methods=("chao", "chapman"), bootstrap=0)
    table = read_table("police,shelters,count\n1,0,50\n0,1,40\n1,1,12\n")
    asked = figures.ask_for_run(
        officer=office, at=at, table=table, title="Two lists", options=options, year=2009
    )
    figures.begin(run_id=asked.pk, at=at, real=at)
    figures.finish(run_id=asked.pk, at=at, result=agreement_panel(table, options).to_json())
    return figures.share_run(officer=office, at=at, run=asked).pk


def _answer(nation: Reporting, measure: Measure) -> int:
    """Yunnan declines the measure; its id."""
    provincial = nation.world.provincial
    alignment.open_local_plan(
        officer=provincial,
        at=MONDAY,
        national=nation.plan,
        title_en="Plan of Yunnan",
        period_from=date(2009, 1, 1),
        period_to=date(2012, 12, 31),
    )
    return alignment.decline_measure(
        officer=provincial, at=MONDAY, national=measure, reason="There is no station."
    ).pk


def _revision(nation: Reporting) -> tuple[int, Measure]:
    """An open draft of the plan with a milestone."""
    officer = nation.world.secretariat
    version = documents.start_revision(officer=officer, at=MONDAY, plan=nation.plan)
    with nation.world.seen_by(officer):
        revised = Measure.objects.select_related("version__plan__office").get(version=version, key="m1")
        step = editing.add_milestone(
            officer=officer, at=MONDAY, measure=revised, key="first", title_en="First", due=date(2010, 9, 1)
        )
    return step.pk, revised


def _closed(nation: Reporting) -> tuple[int, int]:
    """The second quarter, closed in the summer, and the exception the ministry was granted in it."""
    office: dict[str, Any] = {"officer": nation.world.secretariat, "at": SUMMER}
    nation.open("2010-Q2", at=SUMMER)
    periods.close_period(**office, period=nation.period("2010-Q2"))
    exception = periods.grant_lock_exception(
        **office,
        period=nation.period("2010-Q2"),
        agency=nation.world.ministry,
        until=date(2010, 12, 31),
        reason="The archive burnt.",
    )
    return nation.period("2010-Q2").pk, exception.pk


@dataclass(frozen=True)
class Sample:
    """Arguments of a route, and the agency whose officers they are shown to (the office unless said)."""

    arguments: Mapping[str, Any]
    agency: Agency | None = None


Sampler = Callable[[Whole], Sample]

__all__ = [
    "NATION_PLAN",
    "CaseWork",
    "Parties",
    "Sample",
    "Sampler",
    "Whole",
    "build_case_work",
    "build_whole",
]
