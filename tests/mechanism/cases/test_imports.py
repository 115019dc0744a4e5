"""An import opens all its cases or none; a trial leaves nothing; whoever may open no case imports none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.builders import MONDAY, World, build_world

from concerted.errors import Invalid, Refused
from concerted.foundation.agencies.models import Officer
from concerted.foundation.people.births import born_on
from concerted.foundation.people.models import Person
from concerted.foundation.people.values import Document, Name, Statement
from concerted.mechanism.cases.acts.imports import _opened, import_cases, problems_of, try_import
from concerted.mechanism.cases.incoming import IncomingCase
from concerted.mechanism.cases.models import AgencyFile, Case, FileNote, PersonLink

pytestmark = pytest.mark.django_db

FIRST = IncomingCase(
    row=2,
    local_number="L-1",
    place_code="530000",
    urgency="urgent",
    age_band="adult",
    statements=(Statement(Name("演示人甲")), Statement(born_on(1990))),
    sections={"contact": {"number": "000-0000", "language": "unknown"}, "health": {"pregnancy": "no"}},
    notes=("brought from a list",),
)
SECOND = IncomingCase(row=3, local_number="L-2")


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def worker(world: World) -> Officer:
    return world.officer_for(world.yunnan, "case_worker")


def test_every_case_comes_with_its_person_sections_and_notes(world: World, worker: Officer) -> None:
    imported = import_cases(officer=worker, at=MONDAY, cases=[FIRST, SECOND], source_file="list.csv")
    assert (len(imported.numbers), imported.persons, imported.sections, imported.notes) == (2, 1, 2, 1)
    with world.seen_by(worker):
        case = Case.objects.get(number=imported.numbers[2])
        assert (case.lead, case.urgency, case.age_band, case.province_code) == (
            world.yunnan,
            "urgent",
            "adult",
            "530000",
        )
        assert AgencyFile.objects.get(case=case).local_number == "L-1"
        assert PersonLink.objects.get(case=case).role == "victim"
        assert FileNote.objects.filter(case=case).count() == 1


def test_where_neither_birth_nor_paper_is_written_the_name_alone_warns(worker: Officer) -> None:
    thin = replace(FIRST, statements=(FIRST.statements[0],))
    first = import_cases(officer=worker, at=MONDAY, cases=[replace(FIRST, statements=FIRST.statements)])
    assert first.may_be_known == ()
    tried = try_import(officer=worker, at=MONDAY, cases=[replace(thin, local_number="L-7")])
    assert tried.may_be_known == (2,)
    born_later = (*thin.statements, Statement(born_on(2001)))
    other = replace(thin, local_number="L-8", statements=born_later)
    assert try_import(officer=worker, at=MONDAY, cases=[other]).may_be_known == ()


def test_no_other_agency_sees_what_was_imported(world: World, worker: Officer) -> None:
    import_cases(officer=worker, at=MONDAY, cases=[FIRST])
    with world.seen_by(world.officer_for(world.hunan, "case_worker")):
        assert not Case.objects.exists()
        assert not Person.objects.exists()
        assert not AgencyFile.objects.exists()


def test_one_bad_row_keeps_every_row_out_and_all_problems_are_told(world: World, worker: Officer) -> None:
    bad = replace(SECOND, urgency="soon", statements=(Statement(Document("")),))
    worse = IncomingCase(row=9, sections={"health": {"colour": "red"}})
    with pytest.raises(Invalid) as refused:
        import_cases(officer=worker, at=MONDAY, cases=[FIRST, bad, worse])
    assert {problem.row for problem in refused.value.problems} == {3, 9}
    with world.seen_by(worker):
        assert not Case.objects.exists()
        assert not Person.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        IncomingCase(row=4, urgency="soon", age_band="old", risk="some"),
        IncomingCase(row=5, statements=(Statement(Document("")), Statement(born_on(2090)))),
        IncomingCase(row=6, sections={"health": {"colour": "red", "pregnancy": "perhaps"}}),
        IncomingCase(row=7, notes=(" ", "x" * 20_001)),
    ],
)
def test_what_a_check_tells_is_what_the_acts_would_tell(worker: Officer, bad: IncomingCase) -> None:
    with pytest.raises(Invalid) as refused, transaction.atomic():
        _opened(worker, MONDAY, bad, False)
    told = [(str(one.what), one.field, one.remedy) for one in problems_of(bad, MONDAY)]
    assert told == [(str(one.what), one.field, one.remedy) for one in refused.value.problems] != []


def test_a_check_asks_as_much_for_thirty_cases_as_for_three(worker: Officer) -> None:
    def asked(many: int) -> int:
        cases = [replace(FIRST, row=row, local_number=f"N-{row}") for row in range(2, 2 + many)]
        with CaptureQueriesContext(connection) as questions:
            tried = try_import(officer=worker, at=MONDAY, cases=cases)
        assert tried.may_be_known == tuple(range(3, 2 + many)), "the first alone is new"
        return len(questions)

    assert asked(30) == asked(3)


def test_a_number_the_agency_uses_already_is_told_with_its_row(world: World, worker: Officer) -> None:
    import_cases(officer=worker, at=MONDAY, cases=[FIRST])
    with pytest.raises(Invalid) as refused:
        import_cases(officer=worker, at=MONDAY, cases=[replace(FIRST, row=7), SECOND])
    assert [(one.row, one.field) for one in refused.value.problems] == [(7, "case.local_number")]
    other = world.officer_for(world.hunan, "case_worker")
    assert import_cases(officer=other, at=MONDAY, cases=[FIRST]).numbers


def test_a_trial_says_what_would_be_and_leaves_nothing(world: World, worker: Officer) -> None:
    tried = try_import(officer=worker, at=MONDAY, cases=[FIRST, SECOND])
    assert (len(tried.numbers), tried.persons) == (2, 1)
    with world.seen_by(worker):
        assert not Case.objects.exists()
        assert not Person.objects.exists()


def test_a_person_the_agency_seems_to_know_is_told_by_row_and_not_merged(
    world: World, worker: Officer
) -> None:
    import_cases(officer=worker, at=MONDAY, cases=[FIRST])
    again, twin = replace(FIRST, row=5, local_number="L-5"), replace(FIRST, row=6, local_number="L-6")
    imported = import_cases(officer=worker, at=MONDAY, cases=[SECOND, again, twin])
    assert imported.may_be_known == (5, 6)
    other = import_cases(officer=world.officer_for(world.hunan, "case_worker"), at=MONDAY, cases=[FIRST])
    assert other.may_be_known == ()
    with world.seen_by(worker):
        assert Person.objects.count() == 3


@pytest.mark.parametrize("function", ["secretariat", "statistician", "focal_point"])
def test_who_may_open_no_case_imports_none(world: World, function: str) -> None:
    with pytest.raises(Refused):
        import_cases(officer=world.officer_for(world.office, function), at=MONDAY, cases=[FIRST])


def test_an_import_of_nothing_is_refused(worker: Officer) -> None:
    with pytest.raises(Invalid):
        import_cases(officer=worker, at=MONDAY, cases=[])
