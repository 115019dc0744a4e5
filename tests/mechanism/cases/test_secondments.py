"""A home agency is asked before its officer is lent, and is told no case; before it agrees the officer sees nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import ask_for, lent_to_police, link, open_case
from tests.record import the_record

from concerted.errors import Conflict, Invalid, NotThere, Refused
from concerted.foundation.agencies.models import Appointment, Officer
from concerted.foundation.agencies.reads import acting_as
from concerted.foundation.people.models import Person
from concerted.foundation.people.reads import own_persons
from concerted.mechanism.cases.acts import clocks, files, officers, reports
from concerted.mechanism.cases.acts import secondments as acts
from concerted.mechanism.cases.models import AgencyFile, Case, Notice, Report, SecondedCase, Secondment
from concerted.mechanism.cases.reads.cases import my_cases
from concerted.mechanism.cases.reads.secondments import (
    past_secondments,
    possible_guest,
    secondment_by_id,
    secondments,
    secondments_after,
)
from concerted.mechanism.cases.reads.work import my_work


@pytest.fixture
def case(world: CaseWorld) -> Case:
    case = open_case(world)
    link(world, case)
    return case


@pytest.fixture
def guest(world: CaseWorld) -> Officer:
    return world.worker(world.federation)


def host_of(world: CaseWorld) -> Mapping[str, Any]:
    return {"officer": world.supervisor(world.police), "at": world.at}


def home_of(world: CaseWorld) -> Mapping[str, Any]:
    return {"officer": world.supervisor(world.federation), "at": world.at}


def test_a_request_is_owed_an_answer_and_tells_home_no_case(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    asked = ask_for(world, guest, case, urgency="urgent")
    [owed] = [item for item in my_work(**home_of(world)).todo if item.subject_kind == "cases.secondment"]
    assert owed.obligation is not None and owed.obligation.kind == "cases.answer_secondment_urgent"
    assert owed.due_at == asked.answer_by == world.later(hours=24)
    [here], [there] = secondments(**host_of(world)), secondments(**home_of(world))
    assert (here.is_host, here.cases) == (True, (case,))
    assert (there.is_host, there.cases, there.secondment.case_count) == (False, (), 1)
    with world.at_case_work(world.supervisor(world.federation)):
        assert not SecondedCase.objects.exists() and not Case.objects.exists()
        assert Secondment.objects.exists()


def test_before_home_agrees_the_officer_may_not_act_for_the_host_and_knows_of_nothing(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    asked = ask_for(world, guest, case)
    assert asked.appointment is None
    assert acting_as(officer=guest, on=world.at.date(), function="case_worker").agency == world.federation
    with world.at_case_work(guest):
        assert not Secondment.objects.exists() and not Case.objects.exists()
    lender = acts.agree_secondment(**home_of(world), secondment=asked)
    assert lender.appointment is not None and lender.appointment.post.agency == world.police
    assert [file.case for file in my_cases(officer=_at_host(guest, lender), at=world.at).files] == [case]


def further_for(
    world: CaseWorld, lent: Secondment, *cases: Case, at: Any = None, urgency: str = "routine"
) -> Secondment:
    """Ask for further cases of a lent officer in the host's name."""
    now = {**host_of(world), **({"at": at} if at else {})}
    made = acts.ask_for_further_cases(**now, secondment=lent, cases=cases, need="language", urgency=urgency)
    return made.secondment


def test_further_cases_within_a_secondment_open_when_home_has_agreed_and_not_before(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    other, third = open_case(world), open_case(world)
    lent = lent_to_police(world, guest, case)
    here = _at_host(guest, lent)
    with pytest.raises(Conflict, match="lent to your agency already"):
        ask_for(world, guest, other)
    asked = further_for(world, lent, other, urgency="urgent")
    assert (asked.until, asked.widens, asked.case_count) == (lent.until, lent, 1)
    assert _open_to(world, here) == {case.pk}
    [owed] = [item for item in my_work(**home_of(world)).todo if item.subject_id == asked.pk]
    assert owed.obligation is not None and owed.obligation.kind == "cases.answer_further_cases_urgent"
    assert "further_cases_asked" in {one.kind for one in my_work(**home_of(world)).news}
    [there] = [each for each in secondments(**home_of(world)) if each.secondment == asked]
    assert (there.is_host, there.cases, there.secondment.case_count) == (False, (), 1)
    acts.agree_secondment(**home_of(world), secondment=asked)
    assert _open_to(world, here) == {case.pk, other.pk}
    assert third.pk not in _open_to(world, here)
    assert "further_cases_agreed" in {one.kind for one in my_work(**host_of(world)).news}
    assert Appointment.objects.filter(officer=guest, post__agency=world.police).count() == 1
    assert [each.secondment for each in secondment_by_id(**host_of(world), pk=lent.pk).further] == [asked]


def test_declined_further_cases_stay_shut_and_the_secondment_runs_on(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    lent = lent_to_police(world, guest, case)
    asked = further_for(world, lent, open_case(world))
    acts.decline_secondment(**home_of(world), secondment=asked, code="not_to_spare")
    assert _open_to(world, _at_host(guest, lent)) == {case.pk}
    assert "further_cases_declined" in {one.kind for one in my_work(**host_of(world)).news}
    assert secondment_by_id(**host_of(world), pk=lent.pk).may_widen


def test_no_case_comes_to_a_request_after_it_was_named(world: CaseWorld, case: Case, guest: Officer) -> None:
    other = open_case(world)
    lent = lent_to_police(world, guest, case)
    with (
        world.at_case_work(world.supervisor(world.police)),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        SecondedCase.objects.create(secondment=lent, case=other, host=world.police)
    with world.at_case_work(world.supervisor(world.police)):
        assert SecondedCase.objects.update(case=other) == 0
    assert _open_to(world, _at_host(guest, lent)) == {case.pk}


def test_further_cases_end_with_the_secondment_and_a_waiting_request_is_let_off(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    other = open_case(world)
    lent = lent_to_police(world, guest, case)
    agreed = acts.agree_secondment(**home_of(world), secondment=further_for(world, lent, other))
    waits = further_for(world, lent, open_case(world))
    with pytest.raises(Conflict, match="ends with the secondment"):
        acts.end_secondment(**host_of(world), secondment=agreed)
    acts.end_secondment(**home_of(world), secondment=lent)
    with pytest.raises(Refused):
        my_cases(officer=_at_host(guest, lent), at=world.later(hours=1))
    with world.at_case_work(world.supervisor(world.police)):
        states = {each.pk: each.state for each in Secondment.objects.all()}
    assert states == {lent.pk: "ended", agreed.pk: "ended", waits.pk: "withdrawn"}
    assert not [item for item in my_work(**home_of(world)).todo if item.subject_kind == "cases.secondment"]
    with pytest.raises(Conflict, match="not possible"):
        acts.agree_secondment(**home_of(world), secondment=waits)


def test_further_cases_are_asked_for_by_the_host_alone_once_at_a_time_while_it_runs(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    other = open_case(world)
    asked = ask_for(world, guest, case)
    with pytest.raises(Conflict, match="does not run"):
        further_for(world, asked, other)
    lent = acts.agree_secondment(**home_of(world), secondment=asked)
    with pytest.raises(NotThere):
        acts.ask_for_further_cases(**home_of(world), secondment=lent, cases=[], need="language")
    with pytest.raises(Invalid) as told:
        further_for(world, lent, case)
    assert [problem.field for problem in told.value.problems] == ["cases"]
    waits = further_for(world, lent, other)
    assert not secondment_by_id(**host_of(world), pk=lent.pk).may_widen
    with pytest.raises(Conflict, match="asked for already"):
        further_for(world, lent, other)
    with pytest.raises(Conflict, match="does not run"):
        further_for(world, waits, other)
    late = lent.until + timedelta(seconds=1)
    with pytest.raises(Conflict, match="does not run"):
        further_for(world, lent, other, at=late)
    with pytest.raises(Conflict, match="has passed"):
        acts.agree_secondment(officer=home_of(world)["officer"], at=late, secondment=waits)


def longer_for(world: CaseWorld, lent: Secondment, *, days: int, at: Any = None) -> Secondment:
    """Ask in the host's name whether a lent officer may stay longer."""
    now = {**host_of(world), **({"at": at} if at else {})}
    return acts.ask_for_longer(
        **now, secondment=lent, until=world.later(days=days), need="language"
    ).secondment


def test_a_secondment_lasts_longer_when_home_has_agreed_and_with_it_what_came_to_it(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    lent = lent_to_police(world, guest, case)
    came = acts.agree_secondment(**home_of(world), secondment=further_for(world, lent, open_case(world)))
    with pytest.raises(Invalid, match="It was not saved"):
        longer_for(world, lent, days=20)
    with pytest.raises(NotThere):
        acts.ask_for_longer(**home_of(world), secondment=lent, until=world.later(days=40), need="language")
    asked = longer_for(world, lent, days=40)
    assert asked.prolongs and (asked.widens, asked.case_count) == (lent, 0)
    [owed] = [item for item in my_work(**home_of(world)).todo if item.subject_id == asked.pk]
    assert owed.obligation is not None and owed.obligation.kind == "cases.answer_prolongation_routine"
    assert secondment_by_id(**host_of(world), pk=lent.pk).secondment.until == lent.until, "the old day holds"
    acts.agree_secondment(**home_of(world), secondment=asked)
    with world.at_case_work(world.supervisor(world.police)):
        ends = {each.pk: each.until for each in Secondment.objects.all()}
    assert ends == dict.fromkeys((lent.pk, came.pk, asked.pk), world.later(days=40))
    assert "prolongation_agreed" in {one.kind for one in my_work(**host_of(world)).news}
    assert asked not in [each.secondment for each in secondments(**host_of(world))]
    here, then = _at_host(guest, lent), world.later(days=30)
    assert len(my_cases(officer=here, at=then).files) == 2
    acts.end_secondment(**home_of(world), secondment=lent)
    with pytest.raises(Refused):
        my_cases(officer=here, at=then)


def test_a_longer_time_is_declined_or_comes_too_late_and_the_old_day_holds(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    lent = lent_to_police(world, guest, case)
    asked = longer_for(world, lent, days=40)
    with pytest.raises(Conflict, match="asked for already"):
        further_for(world, lent, open_case(world))
    acts.decline_secondment(**home_of(world), secondment=asked, code="not_to_spare")
    assert "prolongation_declined" in {one.kind for one in my_work(**host_of(world)).news}
    again = longer_for(world, lent, days=50)
    late = {"officer": home_of(world)["officer"], "at": world.later(days=21)}
    with pytest.raises(Conflict, match="has ended"):
        acts.agree_secondment(**late, secondment=again)
    with pytest.raises(Conflict, match="does not run"):
        longer_for(world, lent, days=60, at=world.later(days=21))
    assert secondment_by_id(**host_of(world), pk=lent.pk).secondment.until == world.later(days=20)


def test_to_an_officer_set_aside_from_a_case_no_longer_time_is_asked_for(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    related = world.new_officer(world.police, "case_supervisor")
    officers.declare_conflict(**host_of(world), case=case, related=related, reason="a cousin")
    longer_for(world, lent_to_police(world, guest, case), days=40)
    for officer, waits in ((related, 0), (world.supervisor(world.police), 1)):
        assert sum(each.secondment.prolongs for each in secondments(officer=officer, at=world.at)) == waits
        assert len(my_work(officer=officer, at=world.at).waiting_for) == waits


def test_a_single_case_is_taken_back_from_a_guest_who_works_the_others_on(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    other = open_case(world)
    stranger = link(world, other)
    lent = lent_to_police(world, guest, case, other)
    here, host = _at_host(guest, lent), world.supervisor(world.police)
    with world.at_case_work(host):
        file = AgencyFile.objects.get(case=other)
    files.assign_files(officer=host, at=world.at, files=[file.pk], to=here)
    for officer in (world.supervisor(world.federation), world.supervisor(world.outsider)):
        with pytest.raises(NotThere):
            acts.take_case_back(officer=officer, at=world.at, secondment=lent, case=other)
    acts.take_case_back(**host_of(world), secondment=lent, case=other)
    assert _open_to(world, here) == {case.pk}
    with world.at_case_work(here):
        assert not Person.objects.filter(pk=stranger.pk).exists()
    with world.at_case_work(host):
        assert AgencyFile.objects.get(case=other).assigned_to is None
    view = secondment_by_id(**host_of(world), pk=lent.pk)
    assert (view.cases, view.taken_back, view.secondment.taken_back) == ((case,), (other,), 1)
    there = secondment_by_id(**home_of(world), pk=lent.pk)
    assert (there.cases, there.taken_back, there.secondment.taken_back) == ((), (), 1)
    assert "lent_case_taken_back" in {one.kind for one in my_work(**home_of(world)).news}
    with pytest.raises(Conflict, match="only case"):
        acts.take_case_back(**host_of(world), secondment=lent, case=case)
    with pytest.raises(NotThere):
        acts.take_case_back(**host_of(world), secondment=lent, case=other)
    acts.agree_secondment(**home_of(world), secondment=further_for(world, lent, other))
    assert _open_to(world, here) == {case.pk, other.pk}, "asked for again, as any further case"


def _open_to(world: CaseWorld, officer: Officer) -> set[int]:
    with world.at_case_work(officer):
        return set(Case.objects.values_list("pk", flat=True))


def _at_host(guest: Officer, lent: Secondment) -> Officer:
    here = Officer.objects.get(pk=guest.pk)
    here.acting = Appointment.objects.select_related("post__agency").get(pk=lent.appointment_id)
    return here


def test_home_declines_with_a_coded_reason_and_the_host_is_told(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    asked = ask_for(world, guest, case)
    with pytest.raises(Invalid, match="It was not saved"):
        acts.decline_secondment(**home_of(world), secondment=asked, code="he_is_busy")
    acts.decline_secondment(**home_of(world), secondment=asked, code="not_to_spare")
    assert not Appointment.objects.filter(officer=guest, post__agency=world.police).exists()
    assert "secondment_declined" in {one.kind for one in my_work(**host_of(world)).news}
    assert my_work(**home_of(world)).todo == ()
    assert secondments(**host_of(world)) == []
    [over] = past_secondments(**host_of(world))
    assert over.secondment.decline_code == "not_to_spare"
    with pytest.raises(Conflict, match="not possible"):
        acts.agree_secondment(**home_of(world), secondment=asked)
    ask_for(world, guest, case)


def test_a_withdrawn_request_owes_nothing_and_home_is_told(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    asked = ask_for(world, guest, case)
    with pytest.raises(NotThere):
        acts.withdraw_secondment(**home_of(world), secondment=asked)
    acts.withdraw_secondment(**host_of(world), secondment=asked)
    work = my_work(**home_of(world))
    assert work.todo == () and "secondment_withdrawn" in {one.kind for one in work.news}
    with pytest.raises(Conflict):
        acts.agree_secondment(**home_of(world), secondment=asked)


def test_nobody_but_home_answers_and_never_the_officer_himself(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    asked = ask_for(world, guest, case)
    for officer in (world.supervisor(world.police), world.supervisor(world.outsider)):
        with pytest.raises(NotThere):
            acts.agree_secondment(officer=officer, at=world.at, secondment=asked)
    with pytest.raises(Refused):
        acts.agree_secondment(officer=guest, at=world.at, secondment=asked)
    supervisor = world.supervisor(world.hospital)
    own = ask_for(world, supervisor, case)
    for read in (secondments, past_secondments):
        assert read(officer=supervisor, at=world.at) == []
    with pytest.raises(NotThere):
        secondment_by_id(officer=supervisor, at=world.at, pk=own.pk)
    with pytest.raises(NotThere):
        acts.agree_secondment(officer=supervisor, at=world.at, secondment=own)


def test_the_database_lends_nobody_whom_home_did_not_agree_to_lend(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    asked, lent = ask_for(world, guest, case), lent_to_police(world, world.worker(world.hospital), case)
    with (
        pytest.raises(DatabaseError, match="lent_only_when_home_agreed"),
        transaction.atomic(),
        world.at_case_work(world.supervisor(world.police)),
    ):
        Secondment.objects.filter(pk=asked.pk).update(appointment=lent.appointment, since=world.at)


def test_an_officer_is_asked_for_once_at_a_time(world: CaseWorld, case: Case, guest: Officer) -> None:
    ask_for(world, guest, case)
    with pytest.raises(Conflict, match="asked for already"):
        ask_for(world, guest, open_case(world))


def test_an_agreement_comes_too_late_when_the_time_has_passed_or_the_officer_has_left(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    asked = ask_for(world, guest, case, until=world.later(days=1))
    late = {"officer": world.supervisor(world.federation), "at": world.later(days=2)}
    with pytest.raises(Conflict, match="has passed"):
        acts.agree_secondment(**late, secondment=asked)
    other = world.new_officer(world.federation, "case_worker")
    gone = ask_for(world, other, case)
    Appointment.objects.filter(officer=other).update(valid_to=world.at.date())
    with pytest.raises(Conflict, match="left the post"):
        acts.agree_secondment(**home_of(world), secondment=gone)


def test_a_late_answer_climbs(world: CaseWorld, case: Case, guest: Officer) -> None:
    ask_for(world, guest, case, urgency="emergency")
    clocks.escalate_case_clocks(officer=world.machine, at=world.later(hours=30))
    work = my_work(officer=world.supervisor(world.police), at=world.later(hours=30))
    [late] = work.waiting_for
    assert late.state == "overdue" and late.subject_kind == "cases.secondment"


def test_to_an_officer_set_aside_from_the_case_there_is_no_request(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    related = world.new_officer(world.police, "case_supervisor")
    officers.declare_conflict(**host_of(world), case=case, related=related, reason="a cousin")
    asked = ask_for(world, guest, case)
    for officer, sees in ((related, False), (world.supervisor(world.police), True)):
        assert bool(secondments(officer=officer, at=world.at)) is sees
        assert bool(my_work(officer=officer, at=world.at).waiting_for) is sees
    acts.decline_secondment(**home_of(world), secondment=asked, code="not_to_spare")
    assert not my_work(officer=related, at=world.at).news
    with world.at_case_work(related):
        assert not Notice.objects.exists() and not SecondedCase.objects.exists()


def test_the_record_keeps_who_agreed_and_tells_home_no_case(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    lent = lent_to_police(world, guest, case)
    asked = the_record().get(act="cases.ask_for_officer")
    agreed = the_record().get(act="cases.agree_secondment")
    assert asked.detail["cases"] == [case.pk] and asked.agency_id == world.police.pk
    assert (agreed.subject_kind, agreed.subject_id) == ("cases.secondment", lent.pk)
    assert agreed.agency_id == world.federation.pk and "cases" not in agreed.detail


def test_the_home_agency_calls_its_officer_back(world: CaseWorld, case: Case, guest: Officer) -> None:
    found, post = possible_guest(officer=world.supervisor(world.police), at=world.at, username=guest.username)
    assert guest.acting is not None and (found, post) == (guest, guest.acting.post)
    lent = lent_to_police(world, guest, case)
    with pytest.raises(NotThere):
        acts.end_secondment(officer=world.supervisor(world.outsider), at=world.at, secondment=lent)
    acts.end_secondment(**home_of(world), secondment=lent)
    assert lent.appointment is not None
    lent.appointment.refresh_from_db()
    assert lent.appointment.valid_to == world.at.date()
    assert secondments(**host_of(world)) == []
    assert "secondment_ended" in {one.kind for one in my_work(**host_of(world)).news}


def test_machines_read_every_secondment_page_by_page(world: CaseWorld, case: Case, guest: Officer) -> None:
    made = {ask_for(world, guest, case).pk, lent_to_police(world, world.worker(world.hospital), case).pk}
    first = secondments_after(**host_of(world), limit=1)
    rest = secondments_after(**host_of(world), after=first[0].secondment.pk, limit=5)
    assert {view.secondment.pk for view in (*first, *rest)} == made
    [waiting] = secondments_after(**home_of(world), state="asked", limit=5)
    assert waiting.cases == ()


def test_a_guest_is_found_by_the_whole_name_he_signs_in_with_and_by_nothing_else(world: CaseWorld) -> None:
    supervisor = world.supervisor(world.police)
    for name in ("", "case_worker", world.worker(world.police).username, world.secretariat.username):
        with pytest.raises(NotThere):
            possible_guest(officer=supervisor, at=world.at, username=name)


def test_a_guest_sees_only_the_cases_of_the_secondment_until_its_day(
    world: CaseWorld, case: Case, guest: Officer
) -> None:
    other = open_case(world)
    unknown = link(world, other)
    reports.take_report(
        officer=world.worker(world.police), at=world.at, channel="hotline", narrative="A call."
    )
    lent = lent_to_police(world, guest, case)
    here = _at_host(guest, lent)
    assert [file.case for file in my_cases(officer=here, at=world.at).files] == [case]
    with world.at_case_work(here):
        assert not Case.objects.filter(pk=other.pk).exists()
        assert not Report.objects.exists()
        assert Person.objects.exists() and not Person.objects.filter(pk=unknown.pk).exists()
    assert [row.person for row in own_persons(officer=here, at=world.at).rows] == list(
        _people_on(world, case)
    )
    work = my_work(officer=here, at=world.at)
    assert [item for item in (*work.todo, *work.waiting_for) if item.subject_id != case.pk] == []
    written = link(world, case, officer=here)
    assert written in {row.person for row in own_persons(officer=here, at=world.at).rows}
    acts.end_secondment(**host_of(world), secondment=lent)
    with pytest.raises(Refused, match="not live"):
        my_cases(officer=here, at=world.later(days=1))


def _people_on(world: CaseWorld, case: Case) -> set[Person]:
    with world.at_case_work(world.worker(world.police)):
        return {each.person for each in case.people.select_related("person")}


def test_nobody_asks_for_himself_or_for_a_colleague(world: CaseWorld, case: Case) -> None:
    for officer in (world.supervisor(world.police), world.worker(world.police)):
        with pytest.raises(NotThere):
            ask_for(world, officer, case)
