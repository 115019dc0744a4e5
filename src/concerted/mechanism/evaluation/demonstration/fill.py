"""Evaluates, supervises and reports in the invented nation through acts, once; again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction

from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Agency, Officer, Post
from concerted.foundation.agencies.reads import acting_as, agency_by_key, officer_by_username, place_on
from concerted.mechanism.plan.demonstration import TODAY
from concerted.mechanism.plan.demonstration.script import OFFICE, PLAN
from concerted.mechanism.plan.demonstration.stage import moment
from concerted.mechanism.plan.models import Plan

from ..acts import evaluations, findings, instruments, supervision
from ..models import Evaluation, Finding, Instrument, ReviewCycle
from ..reads.evaluations import measure_keys
from . import script

F = Post.Function


def is_filled() -> bool:
    """Whether the demonstration's review cycle is there."""
    return ReviewCycle.objects.filter(key=script.CYCLE[1]).exists()


def fill() -> bool:
    """Fill the evaluation part of the demonstration; False where it is there already, or its plan is not."""
    plan = Plan.objects.filter(key=PLAN).first()
    if plan is None or is_filled():
        return False
    with transaction.atomic():
        people = _People()
        _stage(people, plan)
        _self_inspections(people, plan)
        _areas(people)
        _treaties(people, plan)
    return True


@dataclass
class _People:
    """The demonstration's officers by agency, on a day."""

    _known: dict[str, Officer | None] = field(default_factory=dict)

    def agency(self, key: str) -> Agency:
        found = agency_by_key(key)
        if found is None:
            raise LookupError(key)
        return found

    def clerk(self, on: date) -> Officer:
        found = self.of(OFFICE, on)
        assert found is not None
        return found

    def of(self, key: str, on: date) -> Officer | None:
        """Whoever answers for the agency on the day, or None."""
        for function in (F.SECRETARIAT, F.FOCAL_POINT):
            officer = self._named(f"demo-{function.replace('_', '-')}-{key}"[:80])
            if officer is not None:
                found = acting_as(officer=officer, on=on, function=function)
                if found.acting is not None:
                    return found
        return None

    def _named(self, username: str) -> Officer | None:
        if username not in self._known:
            self._known[username] = officer_by_username(username)
        return self._known[username]


def _stage(people: _People, plan: Plan) -> None:
    """The stage evaluation of 2010, with findings answered as far as the script says."""
    on = script.STAGE_ON
    clerk = people.clerk(on)
    made = evaluations.plan_evaluation(
        officer=clerk,
        at=moment(on - timedelta(days=60)),
        plan=plan,
        kind=Evaluation.Kind.STAGE,
        title=script.STAGE_TITLE,
        period_from=date(2008, 1, 1),
        period_to=date(2010, 9, 30),
        due=on + timedelta(days=14),
        is_demonstration=True,
    )
    known = measure_keys(plan)
    for found in script.FINDINGS:
        evaluations.add_finding(
            officer=clerk,
            at=moment(on),
            evaluation=made,
            finding=evaluations.NewFinding(
                found.text,
                found.severity,
                people.agency(found.agency),
                measures=[key for key in found.measures if key in known],
            ),
        )
    evaluations.write_summary(officer=clerk, at=moment(on, 15), evaluation=made, summary=script.STAGE_SUMMARY)
    evaluations.finish_evaluation(officer=clerk, at=moment(on, 17), evaluation=made)
    evaluations.enter_outcome(
        officer=clerk,
        at=moment(on + timedelta(days=30)),
        evaluation=made,
        kind="public_order_appraisal",
        agency=people.agency("comprehensive-governance-office"),
        on=on + timedelta(days=30),
        reason=script.BASIS,
    )
    with acting(clerk, moment(on, 18)):
        listed = list(Finding.objects.filter(evaluation=made).select_related("evaluation__plan"))
    for finding, found in zip(listed, script.FINDINGS, strict=True):
        if found.answer:
            _answer(people, finding, found)


def _answer(people: _People, finding: Finding, found: script.Found) -> None:
    on = script.STAGE_ON + timedelta(days=25)
    officer = people.of(found.agency, on)
    if officer is None:
        return
    findings.respond(
        officer=officer,
        at=moment(on),
        finding=finding,
        kind=found.answer,
        text=script.REJECTED_WHY if found.answer == "rejected" else found.action,
        action=found.action,
        action_due=found.action_due,
    )
    if found.claimed_on is None:
        return
    claimer = people.of(found.agency, found.claimed_on)
    if claimer is None:
        return
    findings.claim_done(
        officer=claimer, at=moment(found.claimed_on), finding=finding, evidence="Notice 11 of 2011 (invented)"
    )
    if found.verified:
        later = found.claimed_on + timedelta(days=7)
        findings.verify(officer=people.clerk(later), at=moment(later), finding=finding)


def _self_inspections(people: _People, plan: Plan) -> None:
    """Self-inspections for 2010; one member has not finished its own."""
    on = date(2011, 2, 14)
    for key in (*script.INSPECTED, script.LATE_INSPECTION):
        officer = people.of(key, on)
        if officer is None:
            continue
        made = evaluations.plan_evaluation(
            officer=officer,
            at=moment(on),
            plan=plan,
            kind=Evaluation.Kind.SELF_INSPECTION,
            title="2010年自查 / Self-inspection 2010",
            period_from=date(2010, 1, 1),
            period_to=date(2010, 12, 31),
            due=date(2011, 3, 31),
            evaluated=people.agency(key),
            is_demonstration=True,
        )
        if key != script.LATE_INSPECTION:
            evaluations.write_summary(
                officer=officer,
                at=moment(on + timedelta(days=20)),
                evaluation=made,
                summary="Measures were looked at one by one. / 已逐项自查。",
            )
            evaluations.finish_evaluation(
                officer=officer, at=moment(on + timedelta(days=30)), evaluation=made
            )


def _areas(people: _People) -> None:
    for code, steps in script.AREAS:
        if place_on(code=code, on=TODAY) is None:
            continue
        area = None
        for on, step in zip(script.STEP_DAYS, steps, strict=False):
            clerk, at = people.clerk(on), moment(on)
            reason = script.STEP_WORDS[step]
            if area is None:
                area = supervision.list_area(
                    officer=clerk,
                    at=at,
                    place_code=code,
                    review_on=date(2011, 6, 30),
                    is_demonstration=True,
                    reason=reason,
                    basis=script.BASIS,
                )
            else:
                area = supervision.change_area(
                    officer=clerk, at=at, area=area, step=step, reason=reason, basis=script.BASIS
                )


def _treaties(people: _People, plan: Plan) -> None:
    """A review cycle with papers, one of them late, and recommendations at every stage."""
    key, cycle_key, title_en, title_zh, starts = script.CYCLE
    instrument = Instrument.objects.filter(key=key).first()
    if instrument is None:
        return
    clerk, at = people.clerk(starts), moment(starts)
    cycle = instruments.open_cycle(
        officer=clerk,
        at=at,
        instrument=instrument,
        key=cycle_key,
        title_en=title_en,
        title_zh=title_zh,
        starts=starts,
        source=script.SOURCE,
        is_demonstration=True,
    )
    for kind, paper_en, paper_zh, owner, due, sent in script.PAPERS:
        paper = instruments.add_deadline(
            officer=clerk,
            at=at,
            cycle=cycle,
            kind=kind,
            title_en=paper_en,
            title_zh=paper_zh,
            owner=people.agency(owner),
            due=due,
        )
        sender = people.of(owner, sent) if sent else None
        if sent and sender:
            instruments.send_paper(
                officer=sender, at=moment(sent), deadline=paper, sent_on=sent, reference="DEMO 1/2011"
            )
    _recommendations(people, plan, cycle)


def _recommendations(people: _People, plan: Plan, cycle: ReviewCycle) -> None:
    on = date(2011, 5, 9)
    clerk, at, known = people.clerk(on), moment(on), measure_keys(plan)
    for reference, text_en, text_zh, lead, level, measures in script.RECOMMENDATIONS:
        one = instruments.receive_recommendation(
            officer=clerk,
            at=at,
            cycle=cycle,
            recommendation=instruments.NewRecommendation(
                reference, text_en, on, text_zh=text_zh, lead=people.agency(lead)
            ),
        )
        if not level:
            continue
        one = instruments.prepare_response(
            officer=clerk, at=at, recommendation=one, level=level, response=script.SOURCE
        )
        if level == "partly":
            continue
        one = instruments.answer_recommendation(officer=clerk, at=at, recommendation=one)
        named = [key for key in measures if key in known]
        if named:
            instruments.assign_measures(officer=clerk, at=at, recommendation=one, plan=plan, measures=named)
