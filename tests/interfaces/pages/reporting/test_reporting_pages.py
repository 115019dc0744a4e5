"""The reporting pages show what the acts and reads say, offer only what the policy gives, and lose no typed word."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.mechanism.plan.reporting_world import COMPLETE, MONDAY, Reporting, build_reporting

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Officer
from concerted.mechanism.plan.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def nation(db: None) -> Reporting:
    found = build_reporting()
    access.set_demonstration_clock(officer=found.world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    return found


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    """The pages link assets by name, collected or not."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def _client(officer: Officer, *, language: str = "en") -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _form(nation: Reporting) -> tuple[str, list[int]]:
    numbers = [nation.measure("m1").pk, nation.quarter.pk]
    return reverse("reporting:form", args=numbers), numbers


POSTED = {
    "claimed_status": "under_way",
    "narrative": "Two shelters were opened.",
    "evidence": "Letter 12",
    "v.rescued.value": "7",
    "v.trained.numerator": "3",
    "v.trained.denominator": "4",
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("who", ["secretariat", "focal_point", "clearer", "provincial"])
def test_every_page_opens_for_whom_it_is_meant(nation: Reporting, who: str, language: str) -> None:
    nation.open()
    report = nation.submitted()
    client = _client(getattr(nation.world, who), language=language)
    plan = ["reporting-plan", "2010-Q1"]
    pages = {reverse("reporting:board", args=plan) + f"?by={by}" for by in ("agency", "measure", "province")}
    pages |= {reverse("reporting:behind", args=plan) + f"?by={by}" for by in ("agency", "province")}
    pages |= {reverse(f"reporting:{name}") for name in ("mine", "states")}
    pages |= {reverse("reporting:report", args=[report.pk]), reverse("reporting:periods", args=plan[:1])}
    if who in ("secretariat", "clearer", "provincial"):
        pages.add(reverse("reporting:queue"))
    if who == "secretariat":
        pages |= {reverse("reporting:reminders"), reverse("reporting:close_period", args=[nation.quarter.pk])}
    if who == "focal_point":
        third = [nation.measure("m3").pk, nation.quarter.pk]
        pages |= {reverse("reporting:form", args=third), reverse("reporting:ask_support", args=third)}
    answers = {address: client.get(address).status_code for address in sorted(pages)}
    assert answers == dict.fromkeys(sorted(pages), 200)


def test_the_office_opens_a_period_from_its_calendar(nation: Reporting) -> None:
    client = _client(nation.world.secretariat)
    calendar = client.get(reverse("reporting:periods", args=["reporting-plan"])).content.decode()
    assert 'aria-label="Open 2010-Q1"' in calendar
    answer = client.post(reverse("reporting:open_period", args=[nation.quarter.pk]), follow=True)
    assert "5 obligations were raised" in answer.content.decode()


def test_a_ministry_sees_the_calendar_without_its_buttons(nation: Reporting) -> None:
    answer = _client(nation.world.focal_point).get(reverse("reporting:periods", args=["reporting-plan"]))
    assert "Open 2010-Q1" not in answer.content.decode()


def test_a_draft_saved_without_scripts_stays_as_typed(nation: Reporting) -> None:
    nation.open()
    address, _numbers = _form(nation)
    client = _client(nation.world.focal_point)
    client.post(address, {**POSTED, "v.rescued.value": "about seven", "save": "1"})
    assert "about seven" in client.get(address).content.decode()


def test_submitting_tells_each_missing_field_and_keeps_what_was_typed(nation: Reporting) -> None:
    nation.open()
    address, _numbers = _form(nation)
    answer = _client(nation.world.focal_point).post(
        address, {**POSTED, "narrative": "", "v.rescued.value": "", "submit": "1"}
    )
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Tell what was done in the period." in text
    assert "No value for: Persons rescued" in text
    assert "Letter 12" in text


def test_a_complete_report_is_submitted_from_the_form(nation: Reporting) -> None:
    nation.open()
    address, _numbers = _form(nation)
    _client(nation.world.focal_point).post(address, {**POSTED, "submit": "1"})
    assert nation.owed().met_at is not None


def test_an_autosave_answers_with_the_new_version(nation: Reporting) -> None:
    nation.open()
    _address, numbers = _form(nation)
    client = _client(nation.world.focal_point)
    autosave = reverse("reporting:autosave", args=numbers)
    assert client.post(autosave, POSTED).headers["ETag"] == '"1"'
    again = client.post(autosave, {**POSTED, "obstacles": "No budget line."}, headers={"If-Match": '"1"'})
    assert again.headers["ETag"] == '"2"'


def test_a_stale_autosave_keeps_both_versions_for_the_comparison(nation: Reporting) -> None:
    nation.open()
    _address, numbers = _form(nation)
    client = _client(nation.world.focal_point)
    nation.draft(obstacles="No budget line.")
    stale = client.post(reverse("reporting:autosave", args=numbers), POSTED, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    page = client.get(stale.json()["compare"])
    text = page.content.decode()
    assert POSTED["narrative"] in text
    assert COMPLETE["narrative"] in text


def test_the_choice_between_two_versions_is_taken_field_by_field(nation: Reporting) -> None:
    nation.open()
    _address, numbers = _form(nation)
    report = nation.draft(obstacles="No budget line.")
    choice = {**POSTED, "row_version": '"1"', "keep.narrative": "mine", "keep.obstacles": "theirs"}
    _client(nation.world.focal_point).post(reverse("reporting:compare", args=numbers), choice)
    after = nation.seen(report.pk)
    assert (after.narrative, after.obstacles) == (POSTED["narrative"], "No budget line.")


def test_a_draft_of_another_agency_does_not_exist_for_the_office(nation: Reporting) -> None:
    nation.open()
    report = nation.draft()
    answer = _client(nation.world.secretariat).get(reverse("reporting:report", args=[report.pk]))
    assert answer.status_code == 404


def test_a_returned_report_shows_its_field_and_reason_on_the_form(nation: Reporting) -> None:
    nation.open()
    nation.in_state("returned")
    address, _numbers = _form(nation)
    assert "Say how many." in _client(nation.world.focal_point).get(address).content.decode()


def test_the_report_of_the_period_before_stands_beside_the_form(nation: Reporting) -> None:
    nation.open()
    nation.submitted()
    nation.open("2010-Q2")
    second = reverse("reporting:form", args=[nation.measure("m1").pk, nation.period("2010-Q2").pk])
    text = _client(nation.world.focal_point).get(second).content.decode()
    assert COMPLETE["narrative"] in text
    assert "2010-Q1: 7" in text


def test_a_number_of_the_board_opens_exactly_the_reports_it_counts(nation: Reporting) -> None:
    nation.open()
    nation.submitted()
    address = reverse("reporting:behind", args=["reporting-plan", "2010-Q1"])
    listed = _client(nation.world.secretariat).get(
        address, {"by": "agency", "state": "submitted", "row": "mca"}
    )
    assert [claim.measure.key for claim in listed.context["claims"]] == ["m1"]


def test_the_board_leaves_as_a_table_without_formulas(nation: Reporting) -> None:
    nation.open()
    address = reverse("reporting:board", args=["reporting-plan", "2010-Q1"])
    answer = _client(nation.world.secretariat).get(address, {"format": "csv"})
    assert "Ministry of Civil Affairs" in answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/csv")


def test_reminders_are_sent_once_and_only_as_they_were_seen(nation: Reporting) -> None:
    _ = nation.world.focal_point
    nation.open()
    client = _client(nation.world.secretariat)
    preview = client.get(reverse("reporting:reminders")).context["preview"]
    seen = {"for_day": preview.for_day.isoformat(), "lines": str(preview.line_count)}
    stale = client.post(reverse("reporting:send_reminders"), {**seen, "lines": "999"}, follow=True)
    assert "has changed since you looked" in stale.content.decode()
    sent = client.post(reverse("reporting:send_reminders"), seen, follow=True)
    assert f"{preview.line_count} reminders were sent" in sent.content.decode()
    assert client.get(reverse("reporting:reminders")).context["preview"].line_count == 0


def test_the_acts_of_a_report_run_from_its_page(nation: Reporting) -> None:
    nation.open()
    clearer = nation.world.clearer
    report = nation.submitted()
    for officer, name in (
        (clearer, "clear"),
        (nation.world.secretariat, "accept"),
        (nation.world.secretariat, "publish"),
    ):
        client = _client(officer)
        address = reverse(f"reporting:{name}", args=[report.pk])
        assert (
            f'action="{address}"'
            in client.get(reverse("reporting:report", args=[report.pk])).content.decode()
        )
        client.post(address)
    assert Report.objects.get(pk=report.pk).state == "published"


def test_a_return_without_a_reason_is_told_at_its_field(nation: Reporting) -> None:
    nation.open()
    report = nation.submitted()
    address = reverse("reporting:return", args=[report.pk])
    answer = _client(nation.world.secretariat).post(address, {"field": "narrative", "reason": ""})
    assert answer.status_code == 400
    assert nation.seen(report.pk).state == "submitted"


def test_a_place_hands_in_its_figures_on_its_page(nation: Reporting) -> None:
    office = nation.world.provincial
    nation.open()
    client = _client(office)
    mine = client.get(reverse("reporting:mine"))
    [(owed, _state, address)] = mine.context["owed"]
    answer = client.post(address, {"v.rescued.value": "0", "v.trained.no_value": "no register"})
    assert answer.status_code == 302
    owed.refresh_from_db()
    assert owed.met_at is not None


def test_support_is_asked_and_answered_on_pages(nation: Reporting) -> None:
    nation.open()
    _address, numbers = _form(nation)
    lead = _client(nation.world.focal_point)
    asked = {"asked": str(nation.world.other_ministry.pk), "question": "How many calls?"}
    lead.post(reverse("reporting:ask_support", args=numbers), asked)
    supporter = nation.world.officer_for(nation.world.other_ministry, "focal_point")
    other = _client(supporter)
    [request] = other.get(reverse("reporting:mine")).context["asked"]
    other.post(reverse("reporting:support", args=[request.pk]), {"answer": "Twelve calls."})
    assert "Twelve calls." in lead.get(_form(nation)[0]).content.decode()


def test_a_correction_begun_on_the_page_leads_to_its_form(nation: Reporting) -> None:
    nation.open()
    report = nation.in_state("published")
    reports_page = reverse("reporting:correct", args=[report.pk])
    answer = _client(nation.world.focal_point).post(reports_page, {"reason": "One more shelter."})
    assert answer.status_code == 302
    assert answer.headers["Location"] == _form(nation)[0]
