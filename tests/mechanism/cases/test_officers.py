"""To an officer set aside a case does not exist; a guest sees the cases he came for and no others."""

from datetime import timedelta

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import link, open_case

from concerted.errors import Conflict, NotThere, Refused
from concerted.foundation.agencies.reads import acting_as
from concerted.foundation.people.models import Person
from concerted.foundation.people.reads import own_persons
from concerted.mechanism.cases.acts import files, officers, reports
from concerted.mechanism.cases.models import AgencyFile, Case, ConflictOfInterest, Contact, Report
from concerted.mechanism.cases.reads.cases import case_by_id, my_cases
from concerted.mechanism.cases.reads.files import preview_assignment
from concerted.mechanism.cases.reads.officers import conflicts_here, possible_guest, secondments
from concerted.mechanism.cases.reads.work import my_work


@pytest.fixture
def case(world: CaseWorld) -> Case:
    case = open_case(world)
    link(world, case)
    files.write_section(
        officer=world.worker(world.police), at=world.at, case=case, section="contact", values={"number": "1"}
    )
    return case


def test_an_officer_set_aside_sees_nothing_of_the_case(world: CaseWorld, case: Case) -> None:
    related, supervisor = world.worker(world.police), world.supervisor(world.police)
    [file] = my_cases(officer=related, at=world.at).files
    files.assign_files(officer=supervisor, at=world.at, files=[file.pk], to=related)
    officers.declare_conflict(
        officer=supervisor, at=world.at, case=case, related=related, reason="a cousin of the suspect"
    )
    with pytest.raises(NotThere):
        case_by_id(officer=related, at=world.at, pk=case.pk)
    assert my_cases(officer=related, at=world.at).files == []
    with world.at_case_work(related):
        for model in (Case, AgencyFile, Contact, ConflictOfInterest, Person):
            assert not model._default_manager.exists(), model.__name__
    with world.at_case_work(supervisor):
        assert AgencyFile.objects.get().assigned_to is None
    [shown] = preview_assignment(officer=supervisor, at=world.at, files=[file.pk], to=related)
    assert shown.outcome == "conflict_of_interest"


def test_an_officer_steps_aside_by_himself_but_sets_no_colleague_aside(world: CaseWorld, case: Case) -> None:
    worker = world.worker(world.police)
    with pytest.raises(Conflict, match="supervisor"):
        officers.declare_conflict(
            officer=worker, at=world.at, case=case, related=world.supervisor(world.police), reason="x"
        )
    officers.declare_conflict(officer=worker, at=world.at, case=case, related=worker, reason="my sister")
    with world.at_case_work(worker):
        assert not Case.objects.exists()


def test_a_conflict_is_lifted_by_a_third_officer_who_neither_asked_nor_is_concerned(
    world: CaseWorld, case: Case
) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    third = world.new_officer(world.police, "case_supervisor")
    conflict = officers.declare_conflict(
        officer=supervisor, at=world.at, case=case, related=worker, reason="a mistake"
    )
    with pytest.raises(Conflict, match="asked"):
        officers.end_conflict(officer=third, at=world.at, conflict=conflict)
    with pytest.raises(NotThere):
        officers.ask_to_lift_conflict(
            officer=worker, at=world.at, conflict=conflict, reason="I want to see it"
        )
    officers.ask_to_lift_conflict(
        officer=supervisor, at=world.at, conflict=conflict, reason="they are not related"
    )
    with pytest.raises(Conflict, match="does not decide"):
        officers.end_conflict(officer=supervisor, at=world.at, conflict=conflict)
    [shown] = conflicts_here(officer=third, at=world.at)
    assert shown.words == {"reason": "a mistake", "lift_reason": "they are not related"}
    assert conflicts_here(officer=worker, at=world.at) == []
    officers.end_conflict(officer=third, at=world.at, conflict=conflict)
    assert case_by_id(officer=worker, at=world.at, pk=case.pk) == case
    assert conflicts_here(officer=third, at=world.at) == []


def test_a_conflict_that_is_kept_may_be_asked_about_again(world: CaseWorld, case: Case) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    third = world.new_officer(world.police, "case_supervisor")
    conflict = officers.declare_conflict(
        officer=supervisor, at=world.at, case=case, related=worker, reason="a cousin"
    )
    officers.ask_to_lift_conflict(officer=supervisor, at=world.at, conflict=conflict, reason="a mistake")
    officers.keep_conflict(officer=third, at=world.at, conflict=conflict)
    with pytest.raises(NotThere):
        case_by_id(officer=worker, at=world.at, pk=case.pk)
    officers.ask_to_lift_conflict(officer=supervisor, at=world.at, conflict=conflict, reason="it is proven")


def test_the_home_agency_calls_its_officer_back(world: CaseWorld, case: Case) -> None:
    guest = world.worker(world.federation)
    found, post = possible_guest(officer=world.supervisor(world.police), at=world.at, username=guest.username)
    assert guest.acting is not None and (found, post) == (guest, guest.acting.post)
    made = officers.second_officer(
        officer=world.supervisor(world.police),
        at=world.at,
        guest=guest,
        home_post=post,
        cases=[case],
        until=world.later(days=20),
    )
    [lent] = secondments(officer=world.supervisor(world.federation), at=world.at)
    assert (lent.is_host, lent.cases) == (False, ())
    with pytest.raises(NotThere):
        officers.end_secondment(
            officer=world.supervisor(world.outsider), at=world.at, secondment=made.secondment
        )
    officers.end_secondment(
        officer=world.supervisor(world.federation), at=world.at, secondment=made.secondment
    )
    made.appointment.refresh_from_db()
    assert made.appointment.valid_to == world.at.date()
    assert secondments(officer=world.supervisor(world.police), at=world.at) == []


def test_a_guest_is_found_by_the_whole_name_he_signs_in_with_and_by_nothing_else(world: CaseWorld) -> None:
    supervisor = world.supervisor(world.police)
    for name in ("", "case_worker", world.worker(world.police).username, world.secretariat.username):
        with pytest.raises(NotThere):
            possible_guest(officer=supervisor, at=world.at, username=name)


def test_a_guest_sees_only_the_cases_of_the_secondment_until_its_day(world: CaseWorld, case: Case) -> None:
    other = open_case(world)
    unknown = link(world, other)
    reports.take_report(
        officer=world.worker(world.police), at=world.at, channel="hotline", narrative="A call."
    )
    guest = world.worker(world.federation)
    assert guest.acting is not None
    made = officers.second_officer(
        officer=world.supervisor(world.police),
        at=world.at,
        guest=guest,
        home_post=guest.acting.post,
        cases=[case],
        until=world.at + timedelta(days=20),
    )
    here = acting_as(officer=guest, on=world.at.date(), function="case_worker")
    here.acting = made.appointment
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
    officers.end_secondment(officer=world.supervisor(world.police), at=world.at, secondment=made.secondment)
    with pytest.raises(Refused, match="not live"):
        my_cases(officer=here, at=world.later(days=1))


def _people_on(world: CaseWorld, case: Case) -> set[Person]:
    with world.at_case_work(world.worker(world.police)):
        return {each.person for each in case.people.select_related("person")}


def test_nobody_takes_himself_in(world: CaseWorld, case: Case) -> None:
    supervisor = world.supervisor(world.police)
    assert supervisor.acting is not None
    with pytest.raises(NotThere):
        officers.second_officer(
            officer=supervisor,
            at=world.at,
            guest=supervisor,
            home_post=supervisor.acting.post,
            cases=[case],
            until=world.later(days=1),
        )
