"""Whoever reports names the county without scripts; nothing typed is lost, and no report is refused for its place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders import CaseWorld
from tests.interfaces.pages.cases.desk import client_of, number_in, sent, shown, worker_of

from concerted.interfaces.pages.cases.told_places import meant_by, places_of, read_in, words_of
from concerted.mechanism.cases.acts import desks, reports
from concerted.mechanism.cases.models import Report

pytestmark = pytest.mark.django_db

TYPED = {
    "narrative": "A girl cries behind the shop.",
    "urgency": "urgent",
    "contact": "by the well at noon",
    "how": "never at night",
    "fact_missing": "yes",
}


@pytest.fixture
def desk(world: CaseWorld) -> CaseWorld:
    """The nation with a desk of the county Wuhua at its relief station, and one of the nation at the police."""
    desks.name_intake_desk(officer=world.supervisor(world.station), at=world.at, place_code="530102")
    desks.name_intake_desk(officer=world.supervisor(world.police), at=world.at, place_code="000000")
    return world


def told(**values: Any) -> str:
    """What the public page answers to a post."""
    answer = Client(HTTP_ACCEPT_LANGUAGE="en").post(reverse("tell:report"), {**TYPED, **values})
    assert answer.status_code == 200
    return answer.content.decode()


def only_report(world: CaseWorld) -> Report:
    for agency in (world.station, world.police):
        with world.at_case_work(world.worker(agency)):
            if found := Report.objects.first():
                return found
    raise AssertionError("no report came in")


def test_a_province_shows_its_cities_and_counties_and_keeps_everything_typed(desk: CaseWorld) -> None:
    page = told(place_code="530000", place_told="near the lake", show="places")
    assert "govuk-panel__title" not in page, "nothing was sent"
    assert '<optgroup label="Kunming">' in page and "Wuhua District" in page
    assert page.count("<option") < 400, "no page carries the nation's counties"
    for words in ("A girl cries behind the shop.", "by the well at noon", "never at night", "near the lake"):
        assert words in page
    assert 'value="530000" selected' in page and 'value="urgent" selected' in page
    assert "govuk-error" not in page
    assert Report.objects.count() == 0


def test_the_largest_province_is_a_light_page(desk: CaseWorld) -> None:
    page = told(place_code="510000", show="places")
    assert page.count("<option") < 400 and len(page.encode()) < 60_000


def test_the_county_that_was_chosen_gets_the_report_and_the_officer_reads_it(desk: CaseWorld) -> None:
    page = told(place_code="530000", finer="530102", place_told="the noodle shop")
    assert "govuk-panel__title" in page
    assert only_report(desk).place_code == "530102"
    station = worker_of(desk, desk.station)
    listed = shown(station, "reports")
    assert "Wuhua District, Kunming, Yunnan" in listed
    whole = shown(station, "report", number_in(listed, r"/cases/report/(\d+)/"))
    assert "Wuhua District, Kunming, Yunnan" in whole and "the noodle shop" in whole
    assert "Read from the words" not in whole


def test_a_prefecture_is_enough(desk: CaseWorld) -> None:
    told(place_code="530000", finer="530100")
    assert only_report(desk).place_code == "530100"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"place_told": "昆明市五华区学府路一家面馆"}, "530102"),
        ({"place_told": "Wuhua District, Kunming"}, "530102"),
        ({"place_told": "a shop in Wuhua District, behind the school"}, "530102"),
        ({"place_code": "410000", "place_told": "鼓楼区"}, "410204"),
        ({"place_told": "鼓楼区"}, "000000"),
        ({"place_code": "530000", "place_told": "nobody knows where"}, "530000"),
        ({"place_told": "the red house"}, "000000"),
        ({"place_told": "城区"}, "000000"),
        ({}, "000000"),
    ],
)
def test_words_that_can_mean_one_place_only_are_read_and_others_kept(
    desk: CaseWorld, given: dict[str, str], code: str
) -> None:
    assert "govuk-panel__title" in told(**given)
    report = only_report(desk)
    assert report.place_code == code
    police = worker_of(desk, report.agency)
    whole = shown(police, "report", report.pk)
    assert given.get("place_told", "") in whole
    assert ("Read from the words" in whole) is (code not in ("000000", given.get("place_code")))


def test_words_without_a_province_offer_the_places_they_may_mean(desk: CaseWorld) -> None:
    page = told(place_told="鼓楼区", show="places")
    assert "Gulou District, Kaifeng, Henan 410204" in page and "350102" in page
    told(place_told="鼓楼区", finer="410204")
    assert only_report(desk).place_code == "410204"


def test_without_a_province_or_words_the_page_says_what_would_help(desk: CaseWorld) -> None:
    assert "Choose a province above" in told(show="places")


def test_a_county_of_a_province_that_was_changed_goes_with_the_words(desk: CaseWorld) -> None:
    told(place_code="410000", finer="530102", place_told="by the river")
    report = only_report(desk)
    assert report.place_code == "410000"
    assert "by the river; Wuhua District, Kunming, Yunnan" in shown(
        worker_of(desk, desk.police), "report", report.pk
    )


def test_a_report_that_lacks_its_words_comes_back_with_its_county(desk: CaseWorld) -> None:
    page = told(narrative="", place_code="530000", finer="530102")
    assert "govuk-error-summary" in page and 'value="530102" selected' in page


def test_the_other_language_is_asked_for_without_losing_what_was_typed(desk: CaseWorld) -> None:
    page = told(place_code="530000", finer="530102", lang="en", to_lang="zh-hans")
    assert 'lang="zh-Hans"' in page and "五华区" in page
    assert 'value="530102" selected' in page and "A girl cries behind the shop." in page
    assert Report.objects.count() == 0


def test_no_address_of_the_page_carries_what_was_typed(desk: CaseWorld) -> None:
    page = told(place_code="530000", place_told="near the lake", show="places")
    assert set(re.findall(r'<form[^>]*method="(\w+)"', page)) == {"post"}
    assert set(re.findall(r'formaction="([^"]*)"', page)) == {"#where"}
    assert "lake" not in "".join(re.findall(r'(?:href|src|action)="([^"]*)"', page))


def test_a_report_of_an_unknown_place_finds_the_widest_desk_where_the_nation_has_none(
    world: CaseWorld,
) -> None:
    desks.name_intake_desk(officer=world.supervisor(world.station), at=world.at, place_code="530102")
    desks.name_intake_desk(officer=world.supervisor(world.home), at=world.at, place_code="430000")
    taken = reports.take_public_report(at=world.at, narrative="Help her.", place_told="somewhere by a river")
    assert taken.report.agency == world.home


def test_an_officer_corrects_the_place_and_the_duty_of_police_goes_with_it(desk: CaseWorld) -> None:
    told(place_code="430000", fact_trafficking_reported="yes")
    report = only_report(desk)
    police = client_of(desk.worker(desk.police))
    assert "530102" not in shown(police, "report", report.pk)
    sent(police, "decide_report", report.pk, "triage", urgency="urgent", place_code="五华区")
    assert "Wuhua District, Kunming, Yunnan" in shown(police, "report", report.pk)
    assert only_report(desk).place_code == "530102"


def test_places_of_a_province_stand_under_their_prefecture(world: CaseWorld) -> None:
    groups = dict(places_of("530000"))
    assert groups["Kunming"][0] == ("530100", "Kunming") and ("530102", "Wuhua District") in groups["Kunming"]
    assert ("110101", "Dongcheng District") in places_of("110000"), "a municipality has no prefecture"
    assert len(meant_by("鼓楼区")) == 4
    assert read_in("") == "" and words_of(["999999"]) == {}
