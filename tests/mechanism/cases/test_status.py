"""Victim status is decided by two officers of an agency the law names, never by a screening, and can be reviewed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import consent_to, open_case

from concerted.errors import Conflict, Invalid, NotThere, Refused
from concerted.foundation.agencies.models import Post
from concerted.mechanism.cases import law
from concerted.mechanism.cases.acts import disclosures, screenings
from concerted.mechanism.cases.acts import status as acts
from concerted.mechanism.cases.acts import status_reviews as reviews
from concerted.mechanism.cases.models import Case, StatusDecision
from concerted.mechanism.cases.reads.assistance import assistance_of
from concerted.mechanism.cases.reads.status import StatusView, status_of
from concerted.mechanism.cases.reads.work import my_work, owed_on_case

Kind, Finding = StatusDecision.Kind, StatusDecision.Finding


@pytest.fixture
def case(world: CaseWorld) -> Case:
    return open_case(world)


def _propose(world: CaseWorld, case: Case, **facts: Any) -> StatusDecision:
    return acts.propose_status(
        **{
            "officer": world.worker(world.police),
            "at": world.at,
            "case": case,
            "kind": Kind.RECOGNITION,
            "finding": Finding.VICTIM,
            "basis": "criminal_code_240",
            "reasons": "She was sold twice.",
            **facts,
        }
    )


def _decided(world: CaseWorld, case: Case, **facts: Any) -> StatusDecision:
    decision = _propose(world, case, **facts)
    supervisor = world.supervisor(facts["officer"].agency if "officer" in facts else world.police)
    return acts.decide_status(officer=supervisor, at=world.at, decision=decision, row_version=1)


def _status(world: CaseWorld, case: Case, agency: Any = None) -> StatusView:
    return status_of(officer=world.worker(agency or world.police), at=world.at, case=case)


def test_one_officer_puts_it_forward_and_another_decides(world: CaseWorld, case: Case) -> None:
    decision = _propose(world, case)
    assert _status(world, case).holds is None
    with pytest.raises(Refused):
        acts.decide_status(officer=world.worker(world.police), at=world.at, decision=decision, row_version=1)
    acts.decide_status(officer=world.supervisor(world.police), at=world.at, decision=decision, row_version=1)
    holds = _status(world, case).holds
    assert holds is not None
    assert (holds.decision.finding, holds.words["reasons"]) == ("victim", "She was sold twice.")
    assert holds.basis is not None
    assert holds.basis.articles == ("刑法 240",)


def test_a_supervisor_who_puts_it_forward_does_not_decide(world: CaseWorld, case: Case) -> None:
    supervisor = world.supervisor(world.police)
    decision = _propose(world, case, officer=supervisor)
    with pytest.raises(Refused):
        acts.decide_status(officer=supervisor, at=world.at, decision=decision, row_version=1)


def test_a_screening_decides_nothing(world: CaseWorld, case: Case) -> None:
    screenings.record_screening(
        officer=world.worker(world.police), at=world.at, case=case, indicator_set="ilo", set_version="1",
        answers={"a": "yes"}, result={"result": {"en": "Victim"}}, screener_role="police",
        source_of_identification="police_operation",
    )  # fmt: skip
    assert _status(world, case).decisions == ()


def test_only_agencies_the_law_names_decide_finally_and_every_agency_may_presume(
    world: CaseWorld, case: Case
) -> None:
    sheltered = open_case(world, officer=world.worker(world.station))
    station: dict[str, Any] = {"officer": world.worker(world.station), "basis": "station_suspicion"}
    with pytest.raises(Invalid) as wrong:
        _propose(world, sheltered, **station)
    assert [problem.field for problem in wrong.value.problems] == ["basis"]
    with pytest.raises(Conflict, match="does not decide"):
        _propose(world, sheltered, **{**station, "basis": "judgment"})
    presumed = _propose(world, sheltered, **station, kind=Kind.PRESUMPTION)
    assert presumed.state == "proposed"
    assert {one.key for one in _status(world, case).may_decide} == {"presumption", "recognition"}


def test_a_positive_decision_names_its_rule_and_a_negative_one_need_not(world: CaseWorld, case: Case) -> None:
    with pytest.raises(Invalid, match="not saved"):
        _propose(world, case, basis="")
    assert _propose(world, case, basis="", finding=Finding.NOT_VICTIM).basis == ""


def test_a_period_of_reflection_begins_with_the_decision_and_belongs_to_it(
    world: CaseWorld, case: Case
) -> None:
    until = world.at.date() + timedelta(days=45)
    with pytest.raises(Invalid, match="not saved"):
        _propose(world, case, finding=Finding.NOT_VICTIM, reflection_until=until)
    decision = _decided(world, case, kind=Kind.PRESUMPTION, reflection_until=until)
    [(granted, _words)] = assistance_of(
        officer=world.worker(world.police), at=world.at, case=case
    ).entitlements
    assert (granted.pk, granted.kind, granted.state) == (
        decision.reflection_id,
        "reflection_period",
        "granted",
    )
    assert (granted.since, granted.until) == (world.at.date(), until)
    assert granted.decided_by == world.supervisor(world.police)


def test_the_clock_to_decide_runs_until_it_is_decided(world: CaseWorld, case: Case) -> None:
    decision = _propose(world, case, kind=Kind.PRESUMPTION)
    kinds = [one.kind for one in owed_on_case(officer=world.worker(world.police), at=world.at, case=case)]
    assert kinds == ["cases.decide_status"]
    late = my_work(officer=world.supervisor(world.police), at=world.later(days=20)).todo
    assert "overdue" in [item.state for item in late if item.obligation]
    acts.decide_status(officer=world.supervisor(world.police), at=world.at, decision=decision, row_version=1)
    owed = owed_on_case(officer=world.worker(world.police), at=world.at, case=case)
    assert {one.kind: one.state for one in owed} == {  # type: ignore[attr-defined]
        "cases.decide_status": "met_on_time",
        "cases.conclude_status": "open",
    }
    _decided(world, case)
    owed = owed_on_case(officer=world.worker(world.police), at=world.at, case=case)
    assert "open" not in [one.state for one in owed]  # type: ignore[attr-defined]


def test_a_final_decision_takes_the_place_of_a_presumption_and_is_not_undone_by_one(
    world: CaseWorld, case: Case
) -> None:
    first = _decided(world, case, kind=Kind.PRESUMPTION)
    final = _decided(world, case)
    assert final.replaces == first
    holds = _status(world, case).holds
    assert holds is not None
    assert holds.decision == final
    with pytest.raises(Conflict, match="finally"):
        _decided(world, case, kind=Kind.PRESUMPTION)


def test_what_was_put_forward_is_sent_back_with_a_reason_or_taken_back(world: CaseWorld, case: Case) -> None:
    supervisor = world.supervisor(world.police)
    decision = _propose(world, case)
    with pytest.raises(Conflict, match="already"):
        _propose(world, case)
    with pytest.raises(Invalid):
        acts.send_status_back(officer=supervisor, at=world.at, decision=decision, row_version=1, note=" ")
    acts.send_status_back(officer=supervisor, at=world.at, decision=decision, row_version=1, note="Ask her.")
    [sent_back] = _status(world, case).decisions
    assert (sent_back.decision.state, sent_back.words["decision"]) == ("sent_back", "Ask her.")
    again = _propose(world, case)
    acts.withdraw_status(officer=world.worker(world.police), at=world.at, decision=again, row_version=1)
    owed = owed_on_case(officer=world.worker(world.police), at=world.at, case=case)
    assert {one.state for one in owed} == {"met_on_time", "excused"}  # type: ignore[attr-defined]


def _shared(world: CaseWorld, case: Case) -> None:
    """The police give the section of status to the women's federation, on her consent."""
    consent = consent_to(world, case, world.federation, sections=["status", "contact"])
    disclosures.disclose(
        officer=world.worker(world.police), at=world.at, case=case, recipient=world.federation,
        sections=["status"], purpose="protection", until=world.later(days=30), consent=consent,
    )  # fmt: skip


def test_others_see_what_was_decided_with_the_section_and_never_what_was_put_forward(
    world: CaseWorld, case: Case
) -> None:
    _shared(world, case)
    decision = _propose(world, case)
    assert _status(world, case, world.federation).decisions == ()
    acts.decide_status(officer=world.supervisor(world.police), at=world.at, decision=decision, row_version=1)
    holds = _status(world, case, world.federation).holds
    assert holds is not None
    assert not holds.is_own
    assert _status(world, case, world.hospital).decisions == ()
    with pytest.raises(NotThere):
        acts.withdraw_status(
            officer=world.worker(world.federation), at=world.at, decision=decision, row_version=2
        )


def _reviewed(world: CaseWorld, case: Case) -> Any:
    _shared(world, case)
    decision = _decided(world, case, finding=Finding.NOT_VICTIM)
    return reviews.ask_status_review(
        officer=world.worker(world.federation), at=world.at, decision=decision, asked_by="person",
        grounds="Nobody asked her with an interpreter.",
    )  # fmt: skip


def test_a_review_is_answered_by_who_took_no_part_and_may_turn_the_decision(
    world: CaseWorld, case: Case
) -> None:
    review = _reviewed(world, case)
    [news] = my_work(officer=world.duty(world.police), at=world.at).news
    assert news.kind == "status_review_asked"
    with pytest.raises(Refused):
        reviews.uphold_status(
            officer=world.supervisor(world.police), at=world.at, review=review, row_version=1, answer="No."
        )
    other = world.new_officer(world.police, Post.Function.CASE_SUPERVISOR)
    answered = reviews.change_status(
        officer=other, at=world.at, review=review, row_version=1, answer="She was sold.", basis="palermo_art3"
    )
    assert answered.state == "changed"
    holds = _status(world, case, world.federation).holds
    assert holds is not None
    assert (holds.decision.finding, holds.decision.replaces_id) == ("victim", review.decision_id)
    told = [one.kind for one in my_work(officer=world.worker(world.federation), at=world.at).news]
    assert "status_reviewed" in told
    owed = owed_on_case(officer=other, at=world.at, case=case)
    assert {one.kind: one.state for one in owed}["cases.review_status"] == "met_on_time"  # type: ignore[attr-defined]


def test_a_review_under_way_is_not_asked_twice_and_can_be_taken_back(world: CaseWorld, case: Case) -> None:
    review = _reviewed(world, case)
    federation = world.worker(world.federation)
    with pytest.raises(Conflict, match="under way"):
        reviews.ask_status_review(
            officer=federation, at=world.at, decision=review.decision, asked_by="person", grounds="Again."
        )
    reviews.withdraw_status_review(officer=federation, at=world.at, review=review, row_version=1)
    owed = owed_on_case(officer=world.worker(world.police), at=world.at, case=case)
    assert {one.kind: one.state for one in owed}["cases.review_status"] == "excused"  # type: ignore[attr-defined]


def test_every_rule_of_status_names_where_it_was_read() -> None:
    assert all(kind.source for kind in law.status_kinds().values())
    for basis in law.status_bases().values():
        assert basis.kinds <= set(law.status_kinds())
