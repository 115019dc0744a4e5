"""One reporting period in a real browser, from its opening to a published report."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.builders import PASSWORD
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Officer, Post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nation(transactional_db: None) -> Reporting:
    found = build_reporting()
    access.set_demonstration_clock(officer=found.world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    return found


def _people(nation: Reporting) -> tuple[Officer, Officer, Officer, Officer]:
    world = nation.world
    make = world.new_officer
    return (
        make(world.office, Post.Function.SECRETARIAT, password=PASSWORD),
        make(world.ministry, Post.Function.FOCAL_POINT, password=PASSWORD),
        make(world.ministry, Post.Function.CLEARER, password=PASSWORD),
        make(world.yunnan, Post.Function.PROVINCIAL_OFFICE, password=PASSWORD),
    )


def test_a_period_goes_from_its_opening_to_a_published_report(
    nation: Reporting,
    sign_in: Callable[[Officer, str], Page],
    keep_pictures: Callable[[Page, str], None],
) -> None:
    secretary, writer, clearer, provincial = _people(nation)
    measure, quarter = nation.measure("m1"), nation.quarter

    office = sign_in(secretary, "/reporting/periods/reporting-plan/")
    office.get_by_role("button", name="Open 2010-Q1").click()
    expect(office.locator("main")).to_contain_text("6 obligations were raised")
    keep_pictures(office, "periods")

    office.goto("/reporting/reminders/")
    expect(office.locator("main")).to_contain_text("Open shelters")
    keep_pictures(office, "reminders")
    office.get_by_role("button", name="Send these reminders").click()
    expect(office.locator("main")).to_contain_text("reminders were sent")
    expect(office.locator("main")).to_contain_text("Nobody is to be reminded today")

    desk = sign_in(writer, f"/reporting/form/{measure.pk}/{quarter.pk}/")
    desk.get_by_label("Under way").check()
    desk.get_by_label("What was done in this period").fill("Two shelters were opened.")
    expect(desk.locator("[data-save-status]")).to_contain_text("Saved", timeout=10_000)
    desk.reload()
    expect(desk.get_by_label("What was done in this period")).to_have_value("Two shelters were opened.")
    desk.get_by_role("button", name="Submit report").click()
    expect(desk.get_by_role("alert")).to_contain_text("No value for: Persons rescued")
    _look_at_form_with_errors(desk)
    desk.get_by_label("Value (persons)").fill("7")
    desk.get_by_label("trained").fill("3")
    desk.get_by_label("in post").fill("4")
    desk.get_by_role("button", name="Submit report").click()
    expect(desk.locator("main")).to_contain_text("The report was submitted.")
    report = desk.url

    path = re.sub(r"^https?://[^/]+", "", report)
    office.goto(path)
    keep_pictures(office, "report")
    office.get_by_text("Return for changes").click()
    office.get_by_label("Field to change").select_option("narrative")
    office.get_by_label("What is wrong and what is expected").fill("Say how many were taken in.")
    office.get_by_role("button", name="Return", exact=True).click()
    expect(office.locator("main")).to_contain_text("The report was returned")

    desk.goto(f"/reporting/form/{measure.pk}/{quarter.pk}/")
    expect(desk.locator("main")).to_contain_text("Say how many were taken in.")
    desk.get_by_label("What was done in this period").fill("Two shelters took in forty women.")
    desk.get_by_role("button", name="Submit report").click()
    expect(desk.locator("main")).to_contain_text("The report was submitted.")

    second = sign_in(clearer, "/reporting/queue/")
    keep_pictures(second, "queue")
    second.get_by_role("link", name="Open shelters").click()
    second.get_by_role("button", name="Clear", exact=True).click()
    expect(second.locator("main")).to_contain_text("The report is cleared.")

    office.goto("/reporting/queue/")
    office.get_by_role("link", name="Open shelters").click()
    office.get_by_role("button", name="Accept", exact=True).click()
    expect(office.locator("main")).to_contain_text("The report is accepted.")
    office.get_by_role("button", name="Publish", exact=True).click()
    expect(office.locator("main")).to_contain_text("The report is published.")

    reader = sign_in(provincial, path)
    expect(reader.locator("main")).to_contain_text("Two shelters took in forty women.")
    expect(reader.get_by_role("button", name="Publish")).to_have_count(0)
    owed = nation.owed()
    assert owed.met_at is not None
    assert owed.accepted_at is not None

    office.goto("/reporting/board/reporting-plan/2010-Q1/?by=measure")
    expect(office.get_by_role("row", name=re.compile("Open shelters"))).to_contain_text("1")
    keep_pictures(office, "board")


def _look_at_form_with_errors(page: Page) -> None:
    folder = os.environ.get("CONCERTED_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / "form-errors.png"), full_page=True)


def test_two_officers_who_edit_one_draft_lose_nothing(
    nation: Reporting,
    sign_in: Callable[[Officer, str], Page],
    keep_pictures: Callable[[Page, str], None],
) -> None:
    _secretary, writer, _clearer, _provincial = _people(nation)
    colleague = nation.world.new_officer(nation.world.ministry, Post.Function.FOCAL_POINT, password=PASSWORD)
    nation.open()
    address = f"/reporting/form/{nation.measure('m1').pk}/{nation.quarter.pk}/"
    mine, theirs = sign_in(writer, address), sign_in(colleague, address)
    theirs.get_by_label("Obstacles").fill("No budget line.")
    theirs.get_by_role("button", name="Save draft").click()
    expect(theirs.locator("main")).to_contain_text("Draft saved.")
    mine.get_by_label("What was done in this period").fill("Two shelters.")
    mine.get_by_role("link", name="Compare both versions").click()
    expect(mine.locator("main")).to_contain_text("No budget line.")
    expect(mine.locator("main")).to_contain_text("Two shelters.")
    keep_pictures(mine, "stale")
    mine.locator("#theirs-obstacles").check()
    mine.get_by_role("button", name="Save what I chose").click()
    expect(mine.get_by_label("Obstacles")).to_have_value("No budget line.")
    expect(mine.get_by_label("What was done in this period")).to_have_value("Two shelters.")
    keep_pictures(mine, "form")


def test_the_demonstration_clock_is_the_tests_monday(nation: Reporting) -> None:
    from concerted.foundation.access.reads import mechanism_now

    assert mechanism_now().date() == date(2010, 4, 12)
