"""A lead asks its supporting agencies; they owe the answer to the lead and see nothing but their request."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Officer, Post
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.plan.acts import support
from concerted.mechanism.plan.models import SupportRequest
from concerted.mechanism.plan.reads import reporting as reads

pytestmark = pytest.mark.django_db

NEXT_DAY = MONDAY + timedelta(days=1)


@pytest.fixture
def nation(db: None) -> Reporting:
    found = build_reporting()
    found.open()
    return found


def _supporter(nation: Reporting) -> Officer:
    return nation.world.officer_for(nation.world.other_ministry, Post.Function.FOCAL_POINT)


def _ask(nation: Reporting) -> SupportRequest:
    return support.ask_support(
        officer=nation.world.focal_point,
        at=MONDAY,
        measure=nation.measure("m1"),
        period=nation.quarter,
        asked=nation.world.other_ministry,
        question="How many hotline calls led to a shelter?",
    )


def test_the_asked_agency_owes_its_answer_to_the_lead_before_the_leads_own_day(nation: Reporting) -> None:
    request = _ask(nation)
    owed = Obligation.objects.get(kind="plan.support", subject_id=request.pk)
    assert (owed.owner, owed.owed_to) == (nation.world.other_ministry, nation.world.ministry)
    assert owed.due == request.due == date(2010, 4, 15)
    assert request.due < nation.quarter.due


def test_the_answer_stands_beside_the_leads_report_and_stops_the_clock(nation: Reporting) -> None:
    request = _ask(nation)
    support.answer_support(officer=_supporter(nation), at=NEXT_DAY, request=request, answer="Twelve.")
    with acting(nation.world.focal_point, NEXT_DAY):
        [seen] = reads.support_for(measure=nation.measure("m1"), period=nation.quarter)
    assert (seen.state, seen.answer) == ("answered", "Twelve.")
    assert Obligation.objects.get(kind="plan.support").met_at == NEXT_DAY


def test_a_second_answer_replaces_the_first_and_the_first_day_stands(nation: Reporting) -> None:
    request = _ask(nation)
    support.answer_support(officer=_supporter(nation), at=MONDAY, request=request, answer="Twelve.")
    support.answer_support(officer=_supporter(nation), at=NEXT_DAY, request=request, answer="Thirteen.")
    assert Obligation.objects.get(kind="plan.support").met_at == MONDAY


def test_others_do_not_see_the_request_and_the_asked_do_not_see_the_draft(nation: Reporting) -> None:
    request = _ask(nation)
    draft = nation.draft()
    with acting(nation.world.secretariat, NEXT_DAY):
        assert reads.support_by_id(request.pk) is None
    with acting(_supporter(nation), NEXT_DAY):
        assert reads.support_by_id(request.pk) is not None
        assert reads.report_by_id(draft.pk) is None


def test_only_an_agency_that_supports_the_measure_is_asked_and_only_once(nation: Reporting) -> None:
    _ask(nation)
    with pytest.raises(Conflict, match="already"):
        _ask(nation)
    with pytest.raises(Invalid) as told:
        support.ask_support(
            officer=nation.world.focal_point,
            at=MONDAY,
            measure=nation.measure("m1"),
            period=nation.quarter,
            asked=nation.world.office,
            question="",
        )
    assert {p.field for p in told.value.problems} == {"asked", "question"}


def test_a_supporting_agency_cannot_ask_in_the_leads_place(nation: Reporting) -> None:
    with pytest.raises(Refused):
        support.ask_support(
            officer=_supporter(nation),
            at=MONDAY,
            measure=nation.measure("m1"),
            period=nation.quarter,
            asked=nation.world.other_ministry,
            question="?",
        )


def test_a_withdrawn_request_is_excused_not_missed_and_can_be_asked_again(nation: Reporting) -> None:
    request = _ask(nation)
    support.withdraw_support(
        officer=nation.world.focal_point, at=NEXT_DAY, request=request, reason="Found elsewhere."
    )
    owed = Obligation.objects.get(kind="plan.support", subject_id=request.pk)
    assert owed.state_on(NEXT_DAY.date()) == "excused"
    with pytest.raises(Conflict, match="withdrawn"):
        support.answer_support(officer=_supporter(nation), at=NEXT_DAY, request=request, answer="Twelve.")
    assert _ask(nation).pk != request.pk


def test_an_answered_request_is_not_withdrawn(nation: Reporting) -> None:
    request = _ask(nation)
    support.answer_support(officer=_supporter(nation), at=MONDAY, request=request, answer="Twelve.")
    with pytest.raises(Conflict):
        support.withdraw_support(
            officer=nation.world.focal_point, at=NEXT_DAY, request=request, reason="Too late."
        )
