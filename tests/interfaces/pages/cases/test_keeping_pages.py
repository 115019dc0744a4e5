"""The agency's own records on pages: found without a name in an address, held and let go by two, erased by schedule."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.at_work import refused
from tests.interfaces.pages.cases.desk import client_of, sent, shown
from tests.mechanism.cases.woman import link, open_case
from tests.record import the_record

from concerted.foundation.access import acts as access
from concerted.foundation.people.acts import record_person
from concerted.foundation.people.models import LegalHold, Person
from concerted.foundation.people.values import Name, Statement
from concerted.mechanism.cases.acts import cases as case_acts
from concerted.mechanism.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(world: CaseWorld) -> Person:
    return record_person(
        officer=world.worker(world.police), at=world.at, statements=[Statement(Name("王小芳"))]
    )


@pytest.fixture
def case(world: CaseWorld) -> Case:
    found = open_case(world)
    link(world, found)
    return found


def _closed_case(world: CaseWorld, *, age_band: str = "adult") -> tuple[Case, Person]:
    case = open_case(world, age_band=age_band)
    person = link(world, case)
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    case_acts.propose_closing(officer=worker, at=world.at, case=case, closing="settled")
    case_acts.close_case(officer=supervisor, at=world.at, case=case)
    return case, person


def _years_on(world: CaseWorld, years: int) -> None:
    later = world.at + timedelta(days=int(365.25 * years) + 2)
    access.set_demonstration_clock(officer=world.machine, at=later, day=later.date(), seed=1)


def test_a_record_is_found_by_its_name_and_the_list_shows_none(world: CaseWorld, person: Person) -> None:
    browser = client_of(world.worker(world.police))
    listed = shown(browser, "persons")
    assert str(person.pk) in listed and "王小芳" not in listed
    found = refused(browser, "persons", name="王小芳", number="")
    assert str(person.pk) in found
    assert "王小芳" in shown(browser, "record", person.pk)
    outsider = client_of(world.worker(world.outsider))
    assert str(person.pk) not in refused(outsider, "persons", name="王小芳", number="")
    shown(outsider, "record", person.pk, status=404)


def test_the_list_of_records_tells_the_cases_and_a_number_to_say(world: CaseWorld, case: Case) -> None:
    browser = client_of(world.worker(world.police))
    child = link(world, case, role="family")
    listed = shown(browser, "persons")
    assert case.number in listed and reverse("cases:case", args=[case.pk]) in listed
    assert child.number in listed and f">{child.pk}<" not in listed
    assert re.fullmatch(r"P(-[2-9A-HJ-NP-Z]{4}){2}-[2-9A-HJ-NP-Z]{3}", child.number)
    assert "Adult" in listed, "the spine tells the age of the victim"
    assert child.number in shown(browser, "record", child.pk)


def test_names_stand_in_the_list_of_records_when_asked_for_and_every_look_is_recorded(
    world: CaseWorld, person: Person
) -> None:
    browser = client_of(world.worker(world.police))
    looks = the_record(kind="look", act="people.identity_of", subject_id=person.pk)
    before = looks.count()
    shown(browser, "persons")
    assert looks.count() == before
    named = refused(browser, "persons", names="1")
    assert "王小芳" in named and "Hide the names" in named
    assert looks.count() == before + 1
    outsider = client_of(world.worker(world.outsider))
    assert "王小芳" not in refused(outsider, "persons", names="1")


def test_a_hold_is_set_with_its_reason_and_lifted_by_a_second_supervisor(
    world: CaseWorld, person: Person
) -> None:
    first, second = world.supervisor(world.police), world.new_officer(world.police, "case_supervisor")
    asks, decides = client_of(first), client_of(second)
    sent(asks, "set_hold", person.pk, ground="trial", reference="2010-17", reason="The court needs it.")
    with world.at_case_work(first):
        hold = LegalHold.objects.get()
        assert b"court" not in bytes(hold.sealed)
    assert "The court needs it." in shown(asks, "holds")
    assert "A hold stands on this record" in shown(asks, "erase", person.pk)
    sent(asks, "lift_hold", hold.pk, reason="The trial has ended.")
    shown(asks, "lift_hold", hold.pk, status=404)
    assert "The trial has ended." in shown(decides, "lift_hold", hold.pk)
    sent(decides, "lift_hold", hold.pk)
    assert "No hold stands." in shown(decides, "holds")


def test_the_schedule_lets_go_only_of_whom_its_day_has_come_and_no_hold_keeps(world: CaseWorld) -> None:
    _case, adult = _closed_case(world)
    _other, child = _closed_case(world, age_band="14_to_17")
    _third, held = _closed_case(world)
    still_open = link(world, open_case(world))
    first = world.supervisor(world.police)
    sent(client_of(first), "set_hold", held.pk, ground="inquiry", reference="", reason="")
    assert "No record's day has come." in shown(client_of(first), "schedule").replace("&#x27;", "'")
    _years_on(world, 10)
    page = shown(client_of(first), "schedule")
    assert f'name="person" value="{adult.pk}"' in page
    assert str(child.pk) not in page and str(still_open.pk) not in page
    assert str(held.pk) in page and f'value="{held.pk}"' not in page
    _years_on(world, 15)
    assert f'value="{child.pk}"' in shown(client_of(first), "schedule"), "28 at the latest by now"


def test_two_officers_erase_by_schedule_and_what_is_left_names_nobody(
    world: CaseWorld, django_capture_on_commit_callbacks: Any
) -> None:
    _case, adult = _closed_case(world)
    first, second = world.supervisor(world.police), world.new_officer(world.police, "case_supervisor")
    _years_on(world, 10)
    sent(client_of(first), "schedule", person=[adult.pk, 12345])
    with world.at_case_work(first):
        [request] = adult.erasures.all()
    alone = client_of(first)
    assert f'name="request" value="{request.pk}"' not in shown(alone, "erasures")
    alone.post("/cases/erasures/together/", {"request": request.pk, "confirmed": "1"})
    with world.at_case_work(first):
        adult.refresh_from_db()
    assert adult.erased_at is None, "nobody erases alone"
    decides = client_of(second)
    sent(alone, "set_hold", adult.pk, ground="inquiry", reference="", reason="")
    stopped = refused(decides, "erase_many", request=[request.pk])
    assert "A hold stands on this record" in stopped and "goes for ever" not in stopped
    with world.at_case_work(first):
        hold = LegalHold.objects.get()
    sent(alone, "lift_hold", hold.pk, reason="It was answered.")
    sent(decides, "lift_hold", hold.pk)
    assert "goes for ever" in refused(decides, "erase_many", request=[request.pk])
    with django_capture_on_commit_callbacks(execute=True):
        sent(decides, "erase_many", request=[request.pk], confirmed="1")
    page = shown(decides, "erased")
    assert "A person whose case is closed" in page and str(adult.pk) not in page
    with world.at_case_work(second):
        request.refresh_from_db()
    assert request.proof in page


def test_case_workers_find_records_but_neither_hold_nor_erase_them(world: CaseWorld, person: Person) -> None:
    worker = client_of(world.worker(world.police))
    for name in ("holds", "schedule", "erased", "erasures"):
        shown(worker, name, status=404)
    assert "Schedule of keeping" not in shown(worker, "persons")


def test_a_record_the_agency_has_is_taken_for_another_case_instead_of_a_second_one(
    world: CaseWorld, person: Person
) -> None:
    browser, case = client_of(world.worker(world.police)), open_case(world)
    said = {"role": "victim", "kind": "person", "name": "王小芳", "sex": "female", "born": "1990年3月"}
    warned = refused(browser, "person", case.pk, **said)
    assert f"/cases/persons/{person.pk}/" in warned and "Is it one of these?" in warned
    sent(browser, "person", case.pk, **said, same=str(person.pk))
    with world.at_case_work(world.worker(world.police)):
        assert Person.objects.get() == person, "no second record"
    assert case.number in shown(browser, "record", person.pk)


def test_a_person_is_known_again_by_a_card_under_another_name(world: CaseWorld) -> None:
    browser = client_of(world.worker(world.police))
    card = "11010519491231002X"
    said = {"role": "victim", "kind": "person", "name": "李春分", "id_number": card, "born": "61"}
    sent(browser, "person", open_case(world).pk, **said)
    again = {**said, "name": "赵谷雨"}
    assert "strong agreement" in refused(browser, "person", open_case(world).pk, **again)
    wrong = refused(browser, "person", open_case(world).pk, **{**said, "id_number": card[:-1] + "1"})
    assert "check character" in wrong


@pytest.mark.parametrize(
    "wrong",
    [
        {"id_number": "无"},
        {"id_number": "1.1010119900307e+17"},
        {"passport": "不详"},
        {"name": "未知"},
        {"born": "2031"},
    ],
)
def test_what_is_no_value_of_a_person_is_handed_back_at_its_field(
    world: CaseWorld, wrong: dict[str, str]
) -> None:
    browser = client_of(world.worker(world.police))
    case = open_case(world)
    page = refused(browser, "person", case.pk, role="victim", kind="person", **wrong)
    assert f'href="#id_{next(iter(wrong))}"' in page
    with world.at_case_work(world.worker(world.police)):
        assert not Person.objects.exists()


def test_a_number_that_stands_so_on_a_forged_card_is_written_down_with_its_person(world: CaseWorld) -> None:
    browser = client_of(world.worker(world.police))
    forged = {"id_number": "110105194912310021", "as_written": "on"}
    sent(browser, "person", open_case(world).pk, role="victim", kind="person", **forged)
    with world.at_case_work(world.worker(world.police)):
        number = Person.objects.get().pk
    assert "it stands so on the paper" in shown(browser, "record", number)
