"""Erasing a person takes the words of their own closed case along, and never those of an open one."""

from __future__ import annotations

import pytest
from tests.builders import CaseWorld
from tests.mechanism.cases.woman import link, open_case

from concerted.errors import Conflict
from concerted.foundation.people import acts as people
from concerted.foundation.people import reads
from concerted.foundation.vault import tombstones
from concerted.mechanism.cases.acts import cases, files

pytestmark = pytest.mark.django_db


def test_the_words_of_a_closed_case_go_with_its_person(world: CaseWorld) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    case = open_case(world)
    person = link(world, case)
    files.write_section(officer=worker, at=world.at, case=case, section="contact", values={"number": "0731"})
    second = world.new_officer(world.police, "case_supervisor")
    asked = {"at": world.at, "person": person, "ground": "court", "reference": "17"}
    with pytest.raises(Conflict, match="still open"):
        people.request_erasure(officer=supervisor, **asked)
    cases.propose_closing(officer=worker, at=world.at, case=case, closing="lost_contact")
    cases.close_case(officer=supervisor, at=world.at, case=case)
    preview = reads.erasure_preview(officer=supervisor, at=world.at, person=person)
    assert (preview.listed["cases.case"], preview.listed["cases.contact"]) == (1, 1)
    request = people.request_erasure(officer=supervisor, **asked)
    people.approve_erasure(officer=second, at=world.at, request=request)
    assert {stone.subject for stone in tombstones.standing()} == {person.subject, case.subject}


def test_a_case_about_two_people_outlives_one_of_them(world: CaseWorld) -> None:
    worker, supervisor = world.worker(world.police), world.supervisor(world.police)
    case = open_case(world)
    person, other = link(world, case), link(world, case)
    cases.propose_closing(officer=worker, at=world.at, case=case, closing="lost_contact")
    cases.close_case(officer=supervisor, at=world.at, case=case)
    request = people.request_erasure(
        officer=supervisor, at=world.at, person=person, ground="court", reference="17"
    )
    people.approve_erasure(
        officer=world.new_officer(world.police, "case_supervisor"), at=world.at, request=request
    )
    assert [stone.subject for stone in tombstones.standing()] == [person.subject]
    assert other.subject != person.subject
