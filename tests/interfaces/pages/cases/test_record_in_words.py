"""Who answers for a case reads in words who saw it and what an erasure takes: no key of the record stands there."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.desk import client_of, shown, worker_of
from tests.mechanism.cases.woman import link, open_case
from tests.record import the_record

from concerted.foundation.access.door import GUARDED
from concerted.foundation.people.reads import erasure_preview
from concerted.interfaces.pages.cases.trail_words import DONE, kept_called

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
    assert set(DONE) - set(GUARDED) == {"cases.take_public_report"}


def test_what_an_erasure_takes_is_named_in_words(world: CaseWorld) -> None:
    case = open_case(world)
    person = link(world, case)
    listed = erasure_preview(officer=world.supervisor(world.police), at=world.at, person=person).listed
    with override("zh-hans"):
        words = [kept_called(kind) for kind in listed]
    assert not [one for one in words if re.search(r"[a-z]\.[a-z]", one)], words
    assert "检索记录所用的标记" in words
