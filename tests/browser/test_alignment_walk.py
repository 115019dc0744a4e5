"""A province's own words in a real browser, from its adaptation through a revision of the national plan."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from tests.builders import MONDAY, PASSWORD, build_world
from tests.mechanism.plan.nation_and_places import Nation, build_nation

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Officer, Post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OWN_WORDS = "Officers watch the stations and the ferries of the border river."
NEW_NATIONAL = "Officers watch the stations and the airports."


@pytest.fixture
def nation(transactional_db: None) -> Nation:
    found = build_nation(build_world())
    access.set_demonstration_clock(officer=found.world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    return found


def _field(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=re.compile(f"^{name}"))


def _local_words(nation: Nation, officer: Officer) -> str:
    local = nation.standing(officer, "PRE-01").local
    assert local is not None
    return local.text_en


def _adapt_in_the_province(page: Page) -> None:
    page.get_by_role("link", name="Start the plan of your place").click()
    page.get_by_label("Title in English").fill("Plan of Yunnan")
    page.locator("main form").get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("The draft of your plan is open.")
    page.get_by_role("row", name=re.compile("Watch stations")).get_by_role("link", name="Answer").click()
    page.get_by_role("link", name="Adapt, with reasons").click()
    text, deadline = _field(page, "Text"), _field(page, "Deadline")
    text.get_by_label("In English").fill(OWN_WORDS)
    deadline.get_by_label("Year").fill("2013")
    text.get_by_label("Why it differs").fill("Most are taken over the river.")
    page.get_by_role("button", name="Adapt the measure").click()
    expect(_field(page, "Deadline")).to_contain_text("This field differs and no reason is given.")
    expect(_field(page, "Text").get_by_label("In English")).to_have_value(OWN_WORDS)
    _field(page, "Deadline").get_by_label("Why it differs").fill("Roads are long.")
    page.get_by_role("button", name="Adapt the measure").click()
    expect(page.locator("main")).to_contain_text("Your answer stands: adapted.")


def _revise_in_the_office(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Start a revision").click()
    expect(page.locator("main")).to_contain_text("The revision is open. Every measure is carried over.")
    draft = page.url
    page.get_by_role("link", name="Watch stations").first.click()
    page.get_by_role("link", name="Change this measure").click()
    page.get_by_label("Title in English").first.fill("Watch stations and airports")
    page.get_by_label("Text in English").fill(NEW_NATIONAL)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).to_contain_text("The measure is changed.")
    page.goto(draft)
    page.get_by_role("link", name="Check and adopt").click()
    expect(page.locator("main")).to_contain_text("nothing stands in the way")
    for part, number in (("Day", "12"), ("Month", "4"), ("Year", "2010")):
        page.get_by_label(part, exact=True).fill(number)
    page.get_by_role("button", name="Adopt", exact=True).click()
    expect(page.locator("main")).to_contain_text("The plan is adopted and frozen.")


def test_a_province_keeps_its_own_words_when_the_nation_revises_its_plan(
    nation: Nation,
    sign_in: Callable[[Officer, str], Page],
    keep_pictures: Callable[[Page, str], None],
) -> None:
    make = nation.world.new_officer
    keeper = make(nation.world.yunnan, Post.Function.PROVINCIAL_OFFICE, password=PASSWORD)
    secretary = make(nation.world.office, Post.Function.SECRETARIAT, password=PASSWORD)

    province = sign_in(keeper, reverse("alignment:place", args=["npa", "530000"]))
    _adapt_in_the_province(province)
    assert _local_words(nation, keeper) == OWN_WORDS

    office = sign_in(secretary, reverse("plan:plan", args=["npa"]))
    _revise_in_the_office(office)
    assert _local_words(nation, keeper) == OWN_WORDS
    office.goto(reverse("alignment:coverage", args=["npa"]))
    watched = office.get_by_role("row", name=re.compile("Watch stations and airports"))
    expect(watched.get_by_title(re.compile("^Yunnan: National change to review"))).to_be_visible()
    keep_pictures(office, "coverage-due")

    province.goto("/")
    expect(province.locator("main")).to_contain_text("National changes to review")
    province.get_by_role("link", name=re.compile("Watch stations and airports")).first.click()
    expect(province.locator("main")).to_contain_text("Nothing of your plan has changed")
    keep_pictures(province, "three-way")
    text, title = _field(province, "Text"), _field(province, "Title")
    for wording in ("Officers watch the stations.", NEW_NATIONAL, OWN_WORDS):
        expect(text).to_contain_text(wording)
    expect(text).to_contain_text("Conflict: both changed it")
    expect(title).to_contain_text("Offered: the nation changed it")
    expect(_field(province, "Deadline")).to_have_count(0)
    title.get_by_label("Take the new national wording").check()
    province.get_by_role("button", name="Save my choices").click()
    expect(province.get_by_role("alert")).to_contain_text("Choose the national or the local wording.")
    expect(title.get_by_label("Take the new national wording")).to_be_checked()
    text.get_by_label("Keep the local wording").check()
    text.get_by_label("Why, if it is kept").fill("There is no airport at the border.")
    province.get_by_role("button", name="Save my choices").click()
    expect(province.locator("main")).to_contain_text("Your choices stand")

    written = province.get_by_role("row", name=re.compile("^Text"))
    expect(written).to_contain_text(OWN_WORDS)
    expect(written).to_contain_text("There is no airport at the border.")
    expect(province.get_by_role("row", name=re.compile("^Deadline"))).to_contain_text("2013")
    standing = nation.standing(keeper, "PRE-01")
    assert standing.national.version.number == 2
    assert standing.local is not None
    assert (standing.local.title_en, standing.local.text_en) == ("Watch stations and airports", OWN_WORDS)

    office.reload()
    expect(watched.get_by_title(re.compile("^Yunnan: Adapted"))).to_be_visible()
    keep_pictures(office, "coverage-reviewed")
