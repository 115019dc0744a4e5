"""Treaty papers are obligations with a calendar, recommendations have measures, and a past day reads as it stood."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.obligations.models import Obligation, State
from concerted.mechanism.evaluation.acts import instruments as acts
from concerted.mechanism.evaluation.acts.instruments import NewRecommendation
from concerted.mechanism.evaluation.models import Instrument, Recommendation, ReviewCycle, TreatyDeadline
from concerted.mechanism.evaluation.reads import instruments as reads

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()


@pytest.fixture
def nation() -> Reporting:
    return build_reporting()


def cycle(nation: Reporting) -> ReviewCycle:
    return acts.open_cycle(
        officer=nation.world.secretariat,
        at=MONDAY,
        instrument=Instrument.objects.get(key="cedaw"),
        key="2010",
        title_en="Round of 2010",
        starts=date(2010, 1, 1),
        source="the tests' world",
    )


def paper(nation: Reporting, days: int = 60) -> TreatyDeadline:
    return acts.add_deadline(
        officer=nation.world.secretariat,
        at=MONDAY,
        cycle=cycle(nation),
        kind="report",
        title_en="Periodic report",
        owner=nation.world.ministry,
        due=TODAY + timedelta(days=days),
    )


def received(nation: Reporting, **given: object) -> Recommendation:
    said = {"reference": "CO/12", "text_en": "Train the border police.", "received_on": TODAY}
    return acts.receive_recommendation(
        officer=nation.world.secretariat,
        at=MONDAY,
        cycle=cycle(nation),
        recommendation=NewRecommendation(lead=nation.world.ministry, **{**said, **given}),
    )


def test_a_paper_in_the_calendar_is_owed_to_the_office_by_who_prepares_it(nation: Reporting) -> None:
    deadline = paper(nation)
    owed = Obligation.objects.get(kind="evaluation.treaty", subject_id=deadline.pk)
    assert (owed.owner, owed.owed_to, owed.due) == (nation.world.ministry, nation.world.office, deadline.due)


def test_the_agenda_reads_papers_due_and_overdue_and_a_past_day_as_it_stood(nation: Reporting) -> None:
    deadline = paper(nation)
    ask = {"officer": nation.world.secretariat, "at": MONDAY}
    [due] = reads.reports_due_to_treaty_bodies(**ask, on=TODAY)
    assert (due.deadline, due.days_left, due.state) == (deadline, 60, State.OPEN)
    late = TODAY + timedelta(days=70)
    assert reads.reports_due_to_treaty_bodies(**ask, on=late)[0].state is State.OVERDUE
    acts.send_paper(
        officer=nation.world.focal_point,
        at=MONDAY + timedelta(days=65),
        deadline=deadline,
        sent_on=TODAY + timedelta(days=65),
        reference="CEDAW/C/1",
    )
    assert reads.reports_due_to_treaty_bodies(**ask, on=late) == []
    assert len(reads.reports_due_to_treaty_bodies(**ask, on=TODAY)) == 1


def test_a_paper_is_sent_once_and_by_who_owes_it(nation: Reporting) -> None:
    deadline = paper(nation)
    said = {"at": MONDAY, "deadline": deadline, "sent_on": TODAY, "reference": "CEDAW/C/1"}
    with pytest.raises(Refused):
        acts.send_paper(officer=nation.world.provincial, **said)
    acts.send_paper(officer=nation.world.focal_point, **said)
    with pytest.raises(Conflict):
        acts.send_paper(officer=nation.world.focal_point, **said)


def test_new_instruments_are_told_by_their_own_days(nation: Reporting) -> None:
    news = reads.new_instruments(
        officer=nation.world.secretariat, at=MONDAY, since=date(2010, 1, 1), on=date(2010, 4, 12)
    )
    assert [(n.instrument.key, [e.value for e, _day in n.events]) for n in news] == [
        ("palermo-protocol", ["bound", "in_force_here"])
    ]


def test_loading_the_reference_again_changes_nothing(nation: Reporting) -> None:
    from concerted.interfaces.exchange import reference

    done = acts.load_instruments(
        officer=nation.world.machine, at=MONDAY, records=reference.read_instruments()
    )
    rules = acts.load_rules(
        officer=nation.world.machine, at=MONDAY, records=reference.read_evaluation_rules()
    )
    assert (done.added, done.changed, rules.added, rules.changed) == (0, 0, 0, 0)
    assert done.unchanged == Instrument.objects.count()


def test_a_recommendation_goes_from_received_to_closed_and_keeps_every_move(nation: Reporting) -> None:
    office = {"officer": nation.world.secretariat, "at": MONDAY}
    one = received(nation)
    one = acts.prepare_response(
        officer=nation.world.focal_point,
        at=MONDAY,
        recommendation=one,
        level="supported",
        response="Training starts.",
    )
    one = acts.answer_recommendation(**office, recommendation=one)
    one = acts.assign_measures(
        officer=nation.world.focal_point, at=MONDAY, recommendation=one, plan=nation.plan, measures=["m1"]
    )
    assert one.state == "implementing"
    for step in ("report", "close"):
        one = acts.conclude_recommendation(**office, recommendation=one, step=step, note="CEDAW/C/2, para 9")
    line = reads.recommendation_by_id(**office, pk=one.pk)
    assert [m.key for m in line.measures] == ["m1"]
    assert [m.to_state for m in line.recommendation.moves.all()] == [
        "received",
        "prepared",
        "answered",
        "implementing",
        "reported",
        "closed",
    ]


def test_one_that_is_only_noted_stays_in_the_list(nation: Reporting) -> None:
    office = {"officer": nation.world.secretariat, "at": MONDAY}
    one = received(nation)
    one = acts.prepare_response(**office, recommendation=one, level="noted", response="Not at present.")
    one = acts.answer_recommendation(**office, recommendation=one)
    one = acts.conclude_recommendation(**office, recommendation=one, step="report", note="Told again.")
    with pytest.raises(Conflict):
        acts.conclude_recommendation(**office, recommendation=one, step="close", note="Enough.")
    assert len(reads.recommendations(**office)) == 1


def test_measures_and_recommendations_are_many_to_many(nation: Reporting) -> None:
    office = {"officer": nation.world.secretariat, "at": MONDAY}
    first = received(nation)
    second = acts.receive_recommendation(
        **office,
        cycle=first.cycle,
        recommendation=NewRecommendation(reference="CO/13", text_en="Count them.", received_on=TODAY),
    )
    acts.assign_measures(**office, recommendation=first, plan=nation.plan, measures=["m1", "m2"])
    acts.assign_measures(**office, recommendation=second, plan=nation.plan, measures=["m1"])
    wanted = reads.RecommendationFilter(measure="m1")
    found = reads.recommendations(**office, wanted=wanted)
    assert [line.recommendation.reference for line in found] == ["CO/12", "CO/13"]
    acts.assign_measures(**office, recommendation=second, plan=nation.plan, measures=[])
    assert len(reads.recommendations(**office, wanted=wanted)) == 1


def test_a_recommendation_received_tomorrow_is_refused(nation: Reporting) -> None:
    with pytest.raises(Invalid):
        received(nation, received_on=TODAY + timedelta(days=1))
