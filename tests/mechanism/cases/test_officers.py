"""To an officer set aside a case does not exist, until a third officer lifts it."""

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import link, open_case

from concerted.errors import Conflict, NotThere
from concerted.foundation.people.models import Person
from concerted.mechanism.cases.acts import files, officers
from concerted.mechanism.cases.models import AgencyFile, Case, ConflictOfInterest, Contact
from concerted.mechanism.cases.reads.cases import case_by_id, my_cases
from concerted.mechanism.cases.reads.files import preview_assignment
from concerted.mechanism.cases.reads.officers import conflicts_here


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
