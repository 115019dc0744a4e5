"""A plan is evaluated, findings are answered by whom they address, and what was promised is verified outside."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.errors import Conflict, Invalid, NotThere, Refused, Stale
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Officer, Post
from concerted.foundation.obligations.models import Obligation, State
from concerted.mechanism.evaluation.acts import evaluations, findings
from concerted.mechanism.evaluation.acts.evaluations import NewFinding
from concerted.mechanism.evaluation.models import Evaluation, Finding
from concerted.mechanism.evaluation.reads import evaluations as reads

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()


@pytest.fixture
def nation() -> Reporting:
    return build_reporting()


def planned(nation: Reporting, **given: object) -> Evaluation:
    said = {
        "kind": "stage",
        "title": "Stage evaluation 2008-2009",
        "period_from": date(2008, 1, 1),
        "period_to": date(2009, 12, 31),
        "due": TODAY + timedelta(days=30),
    }
    return evaluations.plan_evaluation(
        officer=nation.world.secretariat, at=MONDAY, plan=nation.plan, **{**said, **given}
    )


def finding_for(nation: Reporting, **given: object) -> NewFinding:
    said = {"text": "Half the shelters keep no list.", "severity": "major", "measures": ("m1",)}
    return NewFinding(addressed_to=nation.world.ministry, **{**said, **given})


def final(nation: Reporting) -> tuple[Evaluation, Finding]:
    office = {"officer": nation.world.secretariat, "at": MONDAY}
    evaluation = planned(nation)
    evaluations.add_finding(**office, evaluation=evaluation, finding=finding_for(nation))
    evaluations.write_summary(**office, evaluation=evaluation, summary="Two of three strands are on pace.")
    done = evaluations.finish_evaluation(**office, evaluation=evaluation)
    with acting(nation.world.secretariat, MONDAY):
        return done, Finding.objects.get(evaluation=done)


def clock(finding: Finding, kind: str, on: date = TODAY) -> State:
    return Obligation.objects.get(kind=kind, subject_id=finding.pk).state_on(on)


def accepted(nation: Reporting) -> Finding:
    _done, finding = final(nation)
    return findings.respond(
        officer=nation.world.focal_point,
        at=MONDAY + timedelta(days=2),
        finding=finding,
        kind="accepted",
        text="We agree.",
        action="Every shelter keeps the list from June.",
        action_due=TODAY + timedelta(days=60),
    )


def test_the_plans_office_owes_the_evaluation_it_planned_and_meets_it_by_finishing(nation: Reporting) -> None:
    evaluation, _finding = final(nation)
    owed = Obligation.objects.get(kind="evaluation.evaluation", subject_id=evaluation.pk)
    assert owed.owner == nation.world.office
    assert owed.state_on(TODAY) is State.MET_ON_TIME
    assert len(evaluation.content_hash) == 64


def test_a_ministry_plans_the_inspection_of_itself_and_nobody_elses(nation: Reporting) -> None:
    mine = evaluations.plan_evaluation(
        officer=nation.world.focal_point,
        at=MONDAY,
        plan=nation.plan,
        kind="self_inspection",
        title="Self-inspection 2009",
        period_from=date(2009, 1, 1),
        period_to=date(2009, 12, 31),
        due=TODAY,
        evaluated=nation.world.ministry,
    )
    assert mine.evaluator == mine.evaluated
    for wrong in (
        {"kind": "self_inspection", "evaluated": nation.world.other_ministry},
        {"kind": "stage", "evaluated": nation.world.ministry},
    ):
        with pytest.raises(Refused):
            evaluations.plan_evaluation(
                officer=nation.world.focal_point,
                at=MONDAY,
                plan=nation.plan,
                title="Not mine",
                period_from=date(2009, 1, 1),
                period_to=date(2009, 12, 31),
                due=TODAY,
                **wrong,
            )


def test_the_same_period_is_evaluated_once(nation: Reporting) -> None:
    planned(nation)
    with pytest.raises(Conflict):
        planned(nation, title="Once more")


def test_an_evaluation_under_way_does_not_exist_for_others(nation: Reporting) -> None:
    evaluation = planned(nation)
    with pytest.raises(NotThere):
        reads.evaluation_page(officer=nation.world.focal_point, at=MONDAY, pk=evaluation.pk, on=TODAY)
    with acting(nation.world.focal_point, MONDAY):
        assert not Evaluation.objects.filter(pk=evaluation.pk).exists()


def test_a_final_evaluation_is_read_by_every_member_with_its_findings_and_measures(nation: Reporting) -> None:
    evaluation, _finding = final(nation)
    page = reads.evaluation_page(officer=nation.world.focal_point, at=MONDAY, pk=evaluation.pk, on=TODAY)
    assert [m.key for m in page.findings[0].measures] == ["m1"]
    assert page.findings[0].standing == State.OPEN


def test_without_a_summary_it_cannot_be_final(nation: Reporting) -> None:
    with pytest.raises(Invalid):
        evaluations.finish_evaluation(officer=nation.world.secretariat, at=MONDAY, evaluation=planned(nation))


def test_a_stale_summary_is_refused_and_the_other_words_stay(nation: Reporting) -> None:
    office = {"officer": nation.world.secretariat, "at": MONDAY}
    evaluation = planned(nation)
    evaluations.write_summary(**office, evaluation=evaluation, summary="First.", row_version=1)
    with pytest.raises(Stale):
        evaluations.write_summary(**office, evaluation=evaluation, summary="Second.", row_version=1)
    page = reads.evaluation_page(**office, pk=evaluation.pk, on=TODAY)
    assert page.evaluation.summary == "First."


def test_the_database_itself_refuses_to_change_what_is_final(nation: Reporting) -> None:
    evaluation, finding = final(nation)
    with acting(nation.world.secretariat, MONDAY, act="test"):
        for change in (
            lambda: Evaluation.objects.filter(pk=evaluation.pk).update(summary="Better."),
            lambda: Finding.objects.filter(pk=finding.pk).update(text="Nothing was found."),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_a_finding_on_a_measure_the_plan_does_not_have_is_refused(nation: Reporting) -> None:
    with pytest.raises(Invalid) as told:
        evaluations.add_finding(
            officer=nation.world.secretariat,
            at=MONDAY,
            evaluation=planned(nation),
            finding=finding_for(nation, measures=("m1", "no-such")),
        )
    assert [p.field for p in told.value.problems] == ["measures"]


def test_finishing_opens_a_response_that_turns_overdue_by_itself(nation: Reporting) -> None:
    _evaluation, finding = final(nation)
    owed = Obligation.objects.get(kind="evaluation.response", subject_id=finding.pk)
    assert owed.owner == nation.world.ministry
    assert owed.due == finding.response_due
    assert clock(finding, "evaluation.response", owed.grace_until + timedelta(days=1)) is State.OVERDUE


def test_only_whom_a_finding_addresses_answers_it(nation: Reporting) -> None:
    _evaluation, finding = final(nation)
    other = nation.world.officer_for(nation.world.other_ministry, Post.Function.FOCAL_POINT)
    with pytest.raises(Refused):
        findings.respond(officer=other, at=MONDAY, finding=finding, kind="rejected", text="Not us.")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "accepted", "text": "Yes."}, "action"),
        ({"kind": "rejected", "text": " "}, "text"),
        ({"kind": "rejected", "text": "No.", "action": "A little."}, "action"),
        ({"kind": "perhaps", "text": "We shall see."}, "kind"),
    ],
)
def test_a_response_says_what_will_be_done_or_why_not(
    nation: Reporting, said: dict[str, str], field: str
) -> None:
    _evaluation, finding = final(nation)
    with pytest.raises(Invalid) as told:
        findings.respond(officer=nation.world.focal_point, at=MONDAY, finding=finding, **said)
    assert field in {p.field for p in told.value.problems}


def test_an_accepted_finding_owes_its_action_until_somebody_outside_verifies_it(nation: Reporting) -> None:
    finding = accepted(nation)
    later = MONDAY + timedelta(days=40)
    assert clock(finding, "evaluation.response", later.date()) is State.MET_ON_TIME
    assert clock(finding, "evaluation.action", later.date()) is State.OPEN
    claimed = findings.claim_done(
        officer=nation.world.focal_point, at=later, finding=finding, evidence="Notice 40 of 2010"
    )
    with pytest.raises(Refused):
        findings.verify(officer=nation.world.focal_point, at=later, finding=claimed)
    closed = findings.verify(officer=nation.world.secretariat, at=later, finding=claimed)
    owed = Obligation.objects.get(kind="evaluation.action", subject_id=finding.pk)
    assert closed.state == "closed"
    assert (owed.met_at, owed.accepted_at) == (later, later)


def test_what_is_sent_back_is_claimed_again_and_the_first_day_stays(nation: Reporting) -> None:
    finding = accepted(nation)
    later = MONDAY + timedelta(days=40)
    ministry: Officer = nation.world.focal_point
    claimed = findings.claim_done(officer=ministry, at=later, finding=finding, evidence="A list")
    back = findings.send_back(
        officer=nation.world.secretariat, at=later, finding=claimed, reason="Two are missing."
    )
    assert back.state == "accepted"
    again = findings.claim_done(
        officer=ministry, at=later + timedelta(days=5), finding=back, evidence="All of them"
    )
    owed = Obligation.objects.get(kind="evaluation.action", subject_id=finding.pk)
    assert again.state == "done_claimed"
    assert owed.met_at == later


def test_a_rejected_finding_stays_visible_after_it_is_closed(nation: Reporting) -> None:
    _evaluation, finding = final(nation)
    rejected = findings.respond(
        officer=nation.world.focal_point, at=MONDAY, finding=finding, kind="rejected", text="They all do."
    )
    findings.close_rejected(
        officer=nation.world.secretariat, at=MONDAY, finding=rejected, reason="Left to the next round."
    )
    lines = reads.findings(officer=nation.world.provincial, at=MONDAY, on=TODAY)
    assert [line.finding.response for line in lines] == ["They all do."]


def test_a_step_that_the_table_does_not_have_is_told_with_those_it_has(nation: Reporting) -> None:
    _evaluation, finding = final(nation)
    with pytest.raises(Conflict) as told:
        findings.claim_done(officer=nation.world.focal_point, at=MONDAY, finding=finding, evidence="Done.")
    assert "“Accept”" in str(told.value.remedy)


def test_only_a_final_evaluation_has_consequences(nation: Reporting) -> None:
    office = {"officer": nation.world.secretariat, "at": MONDAY}
    said = {"kind": "commended", "agency": nation.world.ministry, "on": TODAY, "reason": "Plan, safeguards"}
    with pytest.raises(Conflict):
        evaluations.enter_outcome(
            **office, evaluation=planned(nation, title="Another", kind="inspection"), **said
        )
    evaluation, _finding = final(nation)
    outcome = evaluations.enter_outcome(**office, evaluation=evaluation, **said)
    with pytest.raises(Conflict):
        evaluations.enter_outcome(**office, evaluation=evaluation, **said)
    assert outcome.agency == nation.world.ministry


def test_dropping_a_finding_leaves_the_numbers_of_the_others(nation: Reporting) -> None:
    office = {"officer": nation.world.secretariat, "at": MONDAY}
    evaluation = planned(nation)
    for text in ("One", "Two", "Three"):
        evaluations.add_finding(
            **office, evaluation=evaluation, finding=finding_for(nation, text=text, measures=())
        )
    evaluations.drop_finding(**office, evaluation=evaluation, number=2)
    page = reads.evaluation_page(**office, pk=evaluation.pk, on=TODAY)
    assert [line.finding.number for line in page.findings] == [1, 3]
