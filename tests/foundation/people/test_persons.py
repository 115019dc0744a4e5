"""A person is written down as each agency knows them: many values, each with its source, none overwritten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from tests.builders import MONDAY, World, build_world
from tests.record import the_record

from concerted.errors import Conflict, Invalid, NotThere, Refused
from concerted.foundation.access.models import Interest
from concerted.foundation.agencies.models import Officer
from concerted.foundation.people import acts, reads
from concerted.foundation.people.births import birth_unknown, born_by_age, born_on
from concerted.foundation.people.models import Attribute, Person, SearchMark
from concerted.foundation.people.values import Description, Document, Name, SexStated, Statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def police(world: World) -> Officer:
    return world.officer_for(world.yunnan, "case_worker")


@pytest.fixture
def hospital(world: World) -> Officer:
    return world.officer_for(world.ministry, "case_worker")


def _written(officer: Officer, *values: Any, kind: str = "person") -> Person:
    return acts.record_person(
        officer=officer, at=MONDAY, kind=kind, statements=[Statement(value) for value in values]
    )


def _identity(officer: Officer, person: Person) -> reads.Identity:
    return reads.identity_of(officer=officer, at=MONDAY, person=person, why="test")


def _shared(world: World, person: Person, officer: Officer, *sections: str, days: int = 1) -> Interest:
    with world.seen_by(world.officer_for(world.yunnan, "case_worker")):
        return Interest.objects.create(
            subject_kind="people.person",
            subject_id=person.pk,
            agency_id=officer.agency_id,
            granted_by_id=person.agency_id,
            basis="disclosure",
            sections=list(sections),
            since=MONDAY,
            until=MONDAY + timedelta(days=days),
        )


def test_nothing_has_to_be_known_of_a_person(police: Officer) -> None:
    for kind in Person.Kind.values:
        identity = _identity(police, _written(police, kind=kind))
        assert identity.stated == () and identity.display_name == ""
        assert identity.age_on(MONDAY.date()) == (None, None)


def test_values_come_back_as_they_were_said(police: Officer) -> None:
    name = Name("李小红", family="李", given="小红", kind="birth")
    card = Document("530000200104030029", expires_on=date(2021, 5, 6))
    person = _written(police, name, born_on(2001, 4, 3, calendar="chinese_lunar"), SexStated("female"), card)
    identity = _identity(police, person)
    assert identity.display_name == "李小红"
    assert [one.value for one in identity.of("document")] == [card]
    assert identity.of("birth")[0].value == born_on(2001, 4, 3, calendar="chinese_lunar")
    assert identity.of("sex")[0].attribute.source_agency_id == police.agency_id


def test_conflicting_values_stand_side_by_side_until_one_is_chosen(police: Officer, world: World) -> None:
    person = _written(police, Name("李小红"), born_on(2001))
    other = Statement(born_by_age(14, on=MONDAY.date()), confidence="possible", source_agency=world.ministry)
    added = acts.add_statement(officer=police, at=MONDAY, person=person, statement=other)
    assert _identity(police, person).is_disputed("birth")
    acts.choose_statement(officer=police, at=MONDAY, person=person, attribute=added, reason="bone age")
    chosen = _identity(police, person)
    assert not chosen.is_disputed("birth") and len(chosen.of("birth")) == 2
    assert chosen.of("birth")[0].attribute.source_agency == world.ministry


def test_a_withdrawn_value_is_neither_shown_nor_found(police: Officer) -> None:
    person = _written(police, Name("李小红"))
    shown = _identity(police, person).of("name")[0].attribute
    acts.withdraw_statement(officer=police, at=MONDAY, attribute=shown)
    assert _identity(police, person).stated == ()
    assert _found(police, Name("李小红")) == []
    with pytest.raises(Conflict):
        acts.withdraw_statement(officer=police, at=MONDAY, attribute=shown)


def _found(officer: Officer, *values: Any) -> list[tuple[int, bool]]:
    found = reads.possible_duplicates(officer=officer, at=MONDAY, values=values)
    return [(one.person.pk, one.is_strong) for one in found]


def test_the_agency_is_warned_of_its_own_record_by_name_sound_paper_and_birth(police: Officer) -> None:
    person = _written(police, Name("李小红"), born_on(2001, 5, 6), Document("530000200105060027"))
    _written(police, Name("王芳"))
    assert _found(police, Name("李小红")) == [(person.pk, False)]
    assert _found(police, Name("Xiaohong LI", script="latn")) == [(person.pk, False)]
    assert _found(police, Name("黎晓虹")) == [(person.pk, False)], "it sounds the same"
    assert _found(police, Name("Li Xiao Hong", script="latn"), born_on(2001)) == [(person.pk, True)]
    assert _found(police, Document("５３００００ 200105060027")) == [(person.pk, True)], "full-width digits"
    assert _found(police, born_on(2001, 5, 6)) == [], "a birthday alone tells nothing"
    assert _found(police, Name("赵六")) == []


def test_among_many_of_one_name_the_likeliest_come_first(police: Officer) -> None:
    for number in range(30):
        _written(police, Name("王芳"), born_on(1960 + number))
    wanted = _written(police, Name("王芳"), born_on(2001, 5, 6))
    found = reads.possible_duplicates(
        officer=police, at=MONDAY, values=[Name("王芳"), born_on(2001, 5, 6)], but=None
    )
    assert len(found) == 20 and found[0].person == wanted and found[0].is_strong
    assert not any(one.is_strong for one in found[1:])
    again = reads.possible_duplicates(officer=police, at=MONDAY, values=[Name("王芳")], but=wanted.pk)
    assert wanted not in [one.person for one in again]


def test_no_other_agency_is_warned_and_its_marks_never_equal(
    police: Officer, hospital: Officer, world: World
) -> None:
    _written(police, Name("李小红"))
    assert _found(hospital, Name("李小红")) == []
    _written(hospital, Name("李小红"))
    marks = []
    for officer in (police, hospital):
        with world.seen_by(officer):
            marks.append({bytes(mark) for mark in SearchMark.objects.values_list("mark", flat=True)})
    assert marks[0] and marks[1] and not marks[0] & marks[1]


def test_another_agency_knows_of_no_record_until_identity_is_disclosed(
    world: World, police: Officer, hospital: Officer
) -> None:
    person = _written(police, Name("李小红"))
    for section in ("health", "contact"):
        _shared(world, person, hospital, section)
    with pytest.raises(NotThere):
        _identity(hospital, person)
    with pytest.raises(NotThere):
        reads.person_by_id(officer=hospital, at=MONDAY, pk=person.pk)
    _shared(world, person, hospital, "identity")
    assert _identity(hospital, person).display_name == "李小红"
    with pytest.raises(NotThere):
        reads.identity_of(officer=hospital, at=MONDAY + timedelta(days=2), person=person, why="too late")


def test_an_agency_that_was_given_identity_adds_its_own_values_and_changes_none(
    world: World, police: Officer, hospital: Officer
) -> None:
    person = _written(police, Name("李小红"))
    _shared(world, person, hospital, "identity")
    acts.add_statement(
        officer=hospital, at=MONDAY, person=person, statement=Statement(Name("小红", kind="nickname"))
    )
    assert {one.value.full for one in _identity(police, person).of("name")} == {"李小红", "小红"}
    foreign = next(
        one.attribute
        for one in _identity(hospital, person).of("name")
        if one.attribute.agency_id != hospital.agency_id
    )
    with pytest.raises(Conflict):
        acts.withdraw_statement(officer=hospital, at=MONDAY, attribute=foreign)


def test_every_look_at_identity_is_recorded_with_who_what_and_why(police: Officer, world: World) -> None:
    people = [_written(police, Name(name)) for name in ("李小红", "王芳")]
    before = the_record(act="people.identity_of").count()
    reads.identities_of(officer=police, at=MONDAY, ids=[one.pk for one in people], why="case list")
    looks = the_record(act="people.identity_of").order_by("-id")
    assert looks.count() == before + 2
    assert {look.subject_id for look in looks[:2]} == {one.pk for one in people}
    assert looks[0].detail["why"] == "case list" and looks[0].detail["sections"] == ["identity"]
    assert (looks[0].officer_id, looks[0].agency_id) == (police.pk, police.agency_id)


def test_the_record_of_acts_holds_nothing_of_the_person(police: Officer) -> None:
    _written(police, Name("李小红"), Document("530000200105060027"), Description("疤痕"))
    kept = str(list(the_record().values_list("detail", flat=True)))
    assert not [word for word in ("李小红", "530000200105060027", "疤痕") if word in kept]


@pytest.mark.parametrize(
    "function", ["secretariat", "administrator", "statistician", "evaluator", "focal_point"]
)
def test_who_steers_or_counts_meets_no_person(world: World, function: str) -> None:
    officer = world.officer_for(world.office, function)
    with pytest.raises(Refused):
        acts.record_person(officer=officer, at=MONDAY)
    with pytest.raises(Refused):
        reads.person_by_id(officer=officer, at=MONDAY, pk=1)


def test_an_officer_set_aside_sees_nothing_of_the_record(world: World, police: Officer) -> None:
    cousin = world.new_officer(world.yunnan, "case_worker")
    person = _written(police, Name("李小红"))
    acts.set_officer_aside(officer=police, at=MONDAY, person=person, excluded=cousin)
    assert _identity(police, person).display_name == "李小红"
    with pytest.raises(NotThere):
        _identity(cousin, person)
    with world.seen_by(cousin):
        assert not Attribute.objects.filter(person=person).exists()


def test_raw_sql_without_an_agency_finds_no_row(police: Officer) -> None:
    _written(police, Name("李小红"), Document("530000200105060027"))
    with connection.cursor() as cursor:
        for table in ("people_person", "people_attribute", "people_searchmark", "vault_subjectkey"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table


def test_what_cannot_be_taken_is_said_with_its_row_and_nothing_is_written(
    world: World, police: Officer
) -> None:
    with world.seen_by(police):
        before = Person.objects.count()
    with pytest.raises(Invalid) as refusal:
        _written(police, Name("李小红"), Name("  "), Document("", kind="library card"))
    assert {(problem.row, problem.field) for problem in refusal.value.problems} == {
        (2, "full"),
        (3, "number"),
        (3, "kind"),
    }
    with world.seen_by(police):
        assert Person.objects.count() == before


def test_a_birth_nobody_knows_is_a_value_too(police: Officer) -> None:
    identity = _identity(police, _written(police, birth_unknown()))
    assert identity.of("birth")[0].value == birth_unknown()


def test_nobody_is_born_and_nothing_is_said_on_a_day_that_has_not_come(police: Officer) -> None:
    today = MONDAY.date()
    with pytest.raises(Invalid) as refused:
        _written(police, born_on(today.year + 1))
    assert [one.field for one in refused.value.problems] == ["birth"]
    said = Statement(Name("李小红"), stated_on=today + timedelta(days=1))
    with pytest.raises(Invalid) as later:
        acts.record_person(officer=police, at=MONDAY, statements=[said])
    assert [one.field for one in later.value.problems] == ["stated_on"]
    assert _written(police, born_on(today.year)).pk


def test_a_person_is_called_by_the_legal_name_however_new_another_is(police: Officer) -> None:
    person = _written(
        police, Name("李小红"), Name("阿红", kind="alias"), Name("玫瑰", kind="given_by_trafficker")
    )
    assert reads.identity_of(officer=police, at=MONDAY, person=person, why="test").display_name == "李小红"
