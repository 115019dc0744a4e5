"""Who answers for a case reads in words who saw it and what an erasure takes: no key of the record stands there."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.translation import override
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.desk import client_of, sent, shown, worker_of
from tests.mechanism.cases.woman import link, open_case
from tests.record import the_record

from concerted.foundation.access.door import GUARDED
from concerted.foundation.people.reads import erasure_preview
from concerted.interfaces.pages.cases.course_words import COURSE
from concerted.interfaces.pages.cases.templatetags.case_words import record_number
from concerted.interfaces.pages.cases.trail_words import DONE, NOBODY, done_called, kept_called
from concerted.interfaces.pages.cases.trail_words_beside import BESIDE
from concerted.mechanism.cases.state_words import act_called
from concerted.mechanism.cases.states import (
    CASE,
    ENTITLEMENT,
    OUTSIDE,
    PLACEMENT,
    REFERRAL,
    STATUS,
    STATUS_REVIEW,
    TRANSFER,
)

pytestmark = pytest.mark.django_db


def test_one_look_at_the_case_is_one_line_in_words(world: CaseWorld) -> None:
    case = open_case(world)
    link(world, case)
    police = worker_of(world, world.police)
    shown(police, "case", case.pk)
    page = shown(client_of(world.supervisor(world.police)), "trail", case.pk)
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "Opened the case" in body and "Opened a new case" in body
    assert not re.search(r"\b(cases|people)\.[a-z_]+", body)
    moments = re.findall(r'<th scope="row".*?</th>', body)
    with world.at_case_work(world.supervisor(world.police)):
        looks = the_record(subject_kind="cases.case", subject_id=case.pk).count()
    assert len(moments) < looks


def test_every_act_and_look_that_has_words_is_one(world: CaseWorld) -> None:
    by_nobody = {"cases.take_public_report", "cases.acknowledge_package"}
    words = {**DONE, **BESIDE}
    assert set(words) - set(GUARDED) == by_nobody == set(NOBODY)
    with override("zh-hans"):
        nameless = [
            act for act in GUARDED if act.startswith(("cases.", "people.")) and act in done_called(act)
        ]
    assert not nameless


def test_every_step_of_a_case_is_a_line_in_words() -> None:
    things = (CASE, REFERRAL, OUTSIDE, TRANSFER, PLACEMENT, ENTITLEMENT, STATUS, STATUS_REVIEW)
    steps = {(thing.name, row.act) for thing in things for row in thing.rows}
    told = {(thing, act) for thing, acts in COURSE.items() for act in acts}
    assert steps <= told
    assert act_called("case", "close") == "Closed"


def test_a_page_reads_its_reason_in_words_and_an_empty_section_with_the_others(world: CaseWorld) -> None:
    case = open_case(world)
    person = link(world, case)
    police = worker_of(world, world.police)
    shown(police, "consents", case.pk)
    empty = police.post(reverse("cases:write", args=[case.pk, "travel"]))
    assert empty.status_code == 200 and "Nothing is written in it." in empty.content.decode()
    page = shown(police, "case", case.pk)
    assert page.count("Nothing that is open to you is written here.") == 1
    named = {"full": "Wang Xiaofang", "kind": "legal", "script": "", "confidence": "not_stated", "source": ""}
    sent(police, "say", person.pk, "name", **named)
    value = re.search(r"/say/(\d+)/correct/", shown(police, "record", person.pk))
    assert value
    about = shown(police, "correct_said", person.pk, int(value[1]))
    assert record_number(person.pk) in about
    trail = shown(client_of(world.supervisor(world.police)), "trail", case.pk)
    assert "for one value of the record" in trail
    assert not re.search(r"\b(cases|people)\.[a-z_]+", trail[trail.index("<tbody>") :])


def test_what_an_erasure_takes_is_named_in_words(world: CaseWorld) -> None:
    case = open_case(world)
    person = link(world, case)
    listed = erasure_preview(officer=world.supervisor(world.police), at=world.at, person=person).listed
    with override("zh-hans"):
        words = [kept_called(kind) for kind in listed]
    assert not [one for one in words if re.search(r"[a-z]\.[a-z]", one)], words
    assert "检索记录所用的标记" in words
