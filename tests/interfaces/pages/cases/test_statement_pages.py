"""What is said of a person on pages: added, corrected, withdrawn, chosen among; a wrong role ended with reason."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.builders import CaseWorld
from tests.foundation.people.test_erasure import picture
from tests.interfaces.pages.cases.at_work import refused
from tests.interfaces.pages.cases.desk import client_of, sent, shown
from tests.mechanism.cases.woman import link, open_case

from concerted.foundation.people.acts import record_person
from concerted.foundation.people.births import born_on, said_of
from concerted.foundation.people.models import Attribute, Person
from concerted.foundation.people.reads import Identity, identity_of
from concerted.foundation.people.values import Birth, Document, Name, Statement
from concerted.interfaces.exchange.case_sheet.births import birth_from
from concerted.mechanism.cases.models import Move

pytestmark = pytest.mark.django_db
SURE = {"confidence": "probable", "stated_on": "2010-04-01"}


@pytest.fixture
def person(world: CaseWorld) -> Person:
    said = [Statement(Name("王小芳"), confidence="possible")]
    return record_person(officer=world.worker(world.police), at=world.at, statements=said)


def _known(world: CaseWorld, person: Person) -> Identity:
    return identity_of(officer=world.worker(world.police), at=world.at, person=person, why="test")


def _numbers(world: CaseWorld, person: Person, what: str) -> list[int]:
    return [one.attribute.pk for one in _known(world, person).of(what)]


def test_every_kind_of_value_is_added_beside_with_its_day_and_how_sure_it_is(
    world: CaseWorld, person: Person
) -> None:
    browser = client_of(world.worker(world.police))
    values: dict[str, dict[str, Any]] = {
        "name": {"full": "Nguyễn Thị Hoa", "kind": "transcribed", "script": ""},
        "birth": {"born": "1990年闰五月初三", "calendar": "chinese_lunar", "estimated": "on"},
        "sex": {"code": "female"},
        "origin": {"nationality": "Vietnam", "language": "越南语", "place_text": "谅山"},
        "document": {"kind": "passport", "number": "B1234567", "country": "VN"},
        "description": {"text": "A scar above the left eye."},
    }
    for what, given in values.items():
        sent(browser, "say", person.pk, what, **given, **SURE, source="")
    known = _known(world, person)
    assert {one.attribute.what for one in known.stated} == set(values)
    added = [one.attribute for one in known.stated if getattr(one.value, "full", "") != "王小芳"]
    assert {(row.stated_on, row.confidence) for row in added} == {(date(2010, 4, 1), "probable")}
    birth = known.of("birth")[0].value
    assert isinstance(birth, Birth) and birth.is_exact and birth.calendar == "chinese_lunar"
    assert birth.estimation == "estimated"
    assert known.display_name == "王小芳", "a person is called by the legal name, however new another is"
    page = shown(browser, "record", person.pk)
    for word in ("Nguyễn Thị Hoa", "B1234567", "谅山", "Probable", "A scar above"):
        assert word in page, word
    assert "25 June 1990 (Gregorian calendar)" in page
    assert "said as: 1990年闰五月初三 (Chinese lunar calendar)" in page


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("birth", {"born": "2031", "calendar": "gregorian"}),
        ("birth", {"born": "05/03/1990", "calendar": "gregorian"}),
        ("name", {"full": "不详", "kind": "legal"}),
        ("document", {"kind": "resident_card", "number": "无"}),
        ("document", {"kind": "resident_card", "number": "110105194912310021"}),
        ("origin", {"nationality": "Atlantis"}),
        ("origin", {}),
    ],
)
def test_what_cannot_be_is_handed_back_with_what_was_typed(
    world: CaseWorld, person: Person, what: str, given: dict[str, str]
) -> None:
    browser = client_of(world.worker(world.police))
    before = len(_known(world, person).stated)
    page = refused(browser, "say", person.pk, what, confidence="not_stated", **given)
    assert "error-summary" in page and 'href="#id_' in page if given else "error-summary" in page
    assert all(value in page for value in given.values())
    assert len(_known(world, person).stated) == before


def test_a_number_that_stands_so_on_a_forged_card_is_kept_with_that_mark(
    world: CaseWorld, person: Person
) -> None:
    browser = client_of(world.worker(world.police))
    forged = {"kind": "resident_card", "number": "110105194912310021", "as_written": "on"}
    sent(browser, "say", person.pk, "document", **forged, confidence="doubtful")
    value = _known(world, person).of("document")[0].value
    assert isinstance(value, Document) and value.as_written
    assert "it stands so on the paper" in shown(browser, "record", person.pk)


def test_of_two_births_one_is_gone_by_for_a_reason_and_the_other_stays(
    world: CaseWorld, person: Person
) -> None:
    browser = client_of(world.worker(world.police))
    for born in ("1990", "1992-03-05"):
        sent(browser, "say", person.pk, "birth", born=born, calendar="gregorian", confidence="possible")
    disputed = "Different values stand side by side"
    assert disputed in shown(browser, "record", person.pk)
    _newest, older = _numbers(world, person, "birth")
    refused(browser, "choose_said", person.pk, older, reason=" ")
    sent(browser, "choose_said", person.pk, older, reason="The register was seen.")
    page = shown(browser, "record", person.pk)
    assert disputed not in page and "your agency goes by this" in page and "1992-03-05" in page
    assert _numbers(world, person, "birth")[0] == older


def test_a_value_is_corrected_by_withdrawing_it_and_saying_it_anew(world: CaseWorld, person: Person) -> None:
    browser = client_of(world.worker(world.police))
    [wrong] = _numbers(world, person, "name")
    assert 'value="王小芳"' in shown(browser, "correct_said", person.pk, wrong)
    sent(browser, "correct_said", person.pk, wrong, full="王晓芳", kind="legal", confidence="confirmed")
    [right] = _known(world, person).of("name")
    assert isinstance(right.value, Name) and right.value.full == "王晓芳"
    with world.at_case_work(world.worker(world.police)):
        assert Attribute.objects.get(pk=wrong).withdrawn_at is not None
    sent(browser, "withdraw_said", person.pk, right.attribute.pk)
    assert not _known(world, person).stated
    shown(browser, "withdraw_said", person.pk, right.attribute.pk, status=404)


def test_a_photograph_is_kept_in_the_vault_and_seen_by_whoever_may_see_identity(
    world: CaseWorld, person: Person
) -> None:
    browser = client_of(world.worker(world.police))
    file = SimpleUploadedFile("face.png", picture(), content_type="image/png")
    sent(browser, "say", person.pk, "photograph", content=file, caption="Face", confidence="confirmed")
    page = shown(browser, "record", person.pk)
    found = re.search(reverse("cases:picture", args=[person.pk, 0])[:-2] + r"(\d+)/", page)
    assert found is not None
    answer = browser.get(reverse("cases:picture", args=[person.pk, int(found[1])]))
    assert answer.getvalue() == picture() and answer["Content-Type"] == "image/png"
    outsider = client_of(world.worker(world.outsider))
    shown(outsider, "picture", person.pk, int(found[1]), status=404)


def test_nobody_without_a_part_says_anything_of_a_person(world: CaseWorld, person: Person) -> None:
    [own] = _numbers(world, person, "name")
    outsider = client_of(world.worker(world.outsider))
    shown(outsider, "say", person.pk, "name", status=404)
    for step in ("correct_said", "withdraw_said", "choose_said"):
        shown(outsider, step, person.pk, own, status=404)
    shown(client_of(world.worker(world.police)), "say", person.pk, "blood-type", status=404)


def test_a_wrong_role_is_ended_with_a_reason_that_the_agency_alone_reads(world: CaseWorld) -> None:
    case = open_case(world)
    link(world, case, role="suspect")
    browser = client_of(world.worker(world.police))
    page = shown(browser, "case", case.pk)
    found = re.search(reverse("cases:end_role", args=[case.pk, 0])[:-6] + r"(\d+)/end/", page)
    assert found is not None
    which = int(found[1])
    refused(browser, "end_role", case.pk, which, reason="")
    sent(browser, "end_role", case.pk, which, reason="It was her brother.")
    after = shown(browser, "case", case.pk)
    assert reverse("cases:end_role", args=[case.pk, which]) not in after
    assert "Role on the case ended: Suspect" in after and "It was her brother." in after
    with world.at_case_work(world.worker(world.police)):
        move = Move.objects.get(thing="role")
        assert b"brother" not in bytes(move.sealed) and not move.is_shared
    shown(browser, "end_role", case.pk, which, status=404)


def test_the_pages_speak_chinese(world: CaseWorld, person: Person) -> None:
    browser = client_of(world.worker(world.police), language="zh-hans")
    page = shown(browser, "record", person.pk)
    assert "法定姓名" in page and "补充" in page
    for what in ("name", "birth", "sex", "origin", "document", "description", "photograph"):
        assert re.search(r"<h1>[^<]*补充", shown(browser, "say", person.pk, what)), what


def test_a_lunar_birth_is_shown_and_corrected_as_it_was_said_though_only_its_parts_were_kept(
    world: CaseWorld,
) -> None:
    """So come births from lists, files and machines."""
    police = world.worker(world.police)
    leap = born_on(1990, 5, 3, calendar="chinese_lunar", leap_month=True)
    person = record_person(officer=police, at=world.at, statements=[Statement(leap)])
    browser = client_of(police)
    assert "said as: 农历1990年闰五月初三 (Chinese lunar calendar)" in shown(browser, "record", person.pk)
    [which] = _numbers(world, person, "birth")
    form = shown(browser, "correct_said", person.pk, which)
    assert 'value="农历1990年闰五月初三"' in form
    assert re.search(r'value="chinese_lunar"\s+selected', form)
    for month, day in ((1, 1), (11, 10), (12, 20), (8, 15), (12, 29), (2, 21)):
        born = born_on(1990, month, day, calendar="chinese_lunar")
        assert birth_from(said_of(born)) == born
