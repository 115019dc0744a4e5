"""A woman found by police, invented: screening, shelter, hospital, federation, home province, in a real browser."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.builders import PASSWORD, CaseWorld, build_case_world
from tests.mechanism.cases.woman import open_case

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Agency, Officer, Post
from concerted.mechanism.cases.acts.clocks import escalate_case_clocks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "王小芳"
ADDRESS = re.compile(r"/cases/(?:\w+/)?(\d+)/")


@pytest.fixture
def world(transactional_db: None) -> CaseWorld:
    found = build_case_world()
    _turn_to(found, found.at)
    return found


def _turn_to(world: CaseWorld, at: datetime) -> None:
    access.set_demonstration_clock(officer=world.machine, at=at, day=at.date(), seed=1)


def _send(page: Page, address: str, **values: Any) -> int:
    """Fill the form at the address by the names of its fields, send it, and return the number of where it leads."""
    page.goto(address)
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            _enter(page, name, one)
    before = page.url
    page.locator("main form[method=post] button.govuk-button:not([data-quick-exit])").first.click()
    page.wait_for_url(lambda reached: reached != before)
    found = ADDRESS.search(page.url)
    return int(found[1]) if found else 0


def _keep_picture(page: Page, name: str) -> None:
    """Keep the page as it stands, wide and narrow, where a folder for pictures is named."""
    folder = os.environ.get("CONCERTED_PICTURES")
    if not folder:
        return
    language = (page.locator("html").get_attribute("lang") or "")[:2]
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(
            path=str(Path(folder) / f"cases-{name}-{language}-{width}.png"), full_page=width < 1000
        )
    page.set_viewport_size({"width": 1280, "height": 900})


def _enter(page: Page, name: str, value: str) -> None:
    if name.endswith("_on"):
        return
    field = page.locator(f"main [name={name}]")
    if field.first.get_attribute("type") in ("checkbox", "radio"):
        page.locator(f"main [name={name}][value='{value}']").check()
    elif field.first.evaluate("e => e.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def _consent(page: Page, case: int, to: Agency, sections: list[str]) -> None:
    _send(
        page, f"/cases/{case}/consent/take/?to={to.key}", giver="self", sections=sections, purpose="protection",
        language="zh", witness="an interpreter",
    )  # fmt: skip


def _refer(page: Page, case: int, to: Agency, service: str, sections: list[str]) -> int:
    """Take the person's consent to the agency and refer on it; the number of the referral."""
    _consent(page, case, to, sections)
    address = f"/cases/{case}/refer/?to={to.key}"
    page.goto(address)
    assert page.locator("main [name=basis]").input_value() == "", "no basis is chosen for the officer"
    basis = page.locator("main [name=basis] option[value^=consent]").first.get_attribute("value")
    return _send(
        page, address, service=service, urgency="urgent", reason="She asks for it.", basis=basis,
        sections=sections, purpose="protection",
    )  # fmt: skip


def _withdraw(page: Page, case: int, called: str) -> None:
    """The person takes back what she agreed to for the agency of this name."""
    page.goto(f"/cases/{case}/consent/withdraw/")
    page.locator("main .govuk-checkboxes__item", has_text=called).locator("input").check()
    for name in ("received_by", "presence"):
        page.locator(f"main [name={name}]").fill("an officer whom she trusts")
    page.locator("main [name=is_sure]").check()
    page.locator("main form[method=post] button.govuk-button:not([data-quick-exit])").first.click()


def _answer(page: Page, referral: int, act: str, **values: Any) -> None:
    _send(page, f"/cases/referral/{referral}/{act}/", **values)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_woman_is_helped_by_five_agencies_each_of_which_sees_only_its_share(
    world: CaseWorld,
    sign_in: Callable[[Officer, str], Page],
    language: str,
) -> None:
    def desk(agency: Agency) -> Page:
        officer = world.new_officer(agency, Post.Function.CASE_WORKER, password=PASSWORD)
        page = sign_in(officer, "/cases/")
        page.context.add_cookies(
            [{"name": "django_language", "value": language, "url": page.url.removesuffix("/cases/")}]
        )
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-Hans")
        return page

    police = desk(world.police)
    report = _send(
        police, "/cases/reports/take/", channel="police", urgency="urgent", place_code="530000",
        narrative="A patrol met a woman who was held.",
    )  # fmt: skip
    case = _send(police, f"/cases/report/{report}/open_case/", age_band="adult", risk="high")
    _send(police, f"/cases/{case}/person/", role="victim", kind="person", name=NAME, sex="female")
    _send(police, f"/cases/{case}/section/contact/write/", number="0871 5550")
    _screened(police, case)
    _keep_picture(police, "screening")

    station, hospital = desk(world.station), desk(world.hospital)
    shelter = _refer(police, case, world.station, "shelter", ["identity", "contact"])
    station.goto(f"/cases/referral/{shelter}/")
    expect(station.locator("main")).not_to_contain_text(NAME)
    _keep_picture(station, "referral")
    _answer(station, shelter, "accept", note="Come.")
    station.goto(f"/cases/{case}/")
    expect(station.locator("main")).to_contain_text(NAME)

    care = _refer(police, case, world.hospital, "medical_care", ["identity"])
    _answer(hospital, care, "decline", code="no_capacity", note="Every bed is taken.")
    assert hospital.goto(f"/cases/{case}/").status == 404  # type: ignore[union-attr]
    police.goto(f"/cases/referral/{care}/")
    expect(police.locator("main")).to_contain_text("Every bed is taken.")

    federation, home = desk(world.federation), desk(world.home)
    visits = _refer(police, case, world.federation, "home_visits", ["contact"])
    late = world.at + timedelta(days=10)
    _turn_to(world, late)
    escalate_case_clocks(officer=world.machine, at=late)
    federation.goto("/cases/")
    expect(federation.locator("main .c-tone-bad").first).to_be_visible()
    expect(federation.locator(f"main a[href='/cases/referral/{visits}/']").first).to_be_visible()
    police.goto("/cases/")
    expect(police.locator(f"main a[href='/cases/referral/{visits}/']").first).to_be_visible()
    _keep_picture(police, "my-work")
    _answer(federation, visits, "accept")
    federation.goto(f"/cases/{case}/")
    expect(federation.locator("main")).to_contain_text("0871 5550")
    expect(federation.locator("main")).not_to_contain_text(NAME)

    return_home = _refer(police, case, world.home, "reception_home", ["identity"])
    _answer(home, return_home, "accept")
    home.goto(f"/cases/{case}/")
    expect(home.locator("main")).to_contain_text(NAME)
    expect(home.locator("main")).not_to_contain_text("0871 5550")

    friend = world.federation
    _withdraw(police, case, friend.name_en if language == "en" else friend.name_zh or friend.name_en)
    expect(police.locator("#holds")).to_be_visible()
    _keep_picture(police, "consent")
    federation.goto(f"/cases/{case}/")
    expect(federation.locator("main")).not_to_contain_text("0871 5550")
    police.goto(f"/cases/{case}/")
    _keep_picture(police, "case")


def _screened(page: Page, case: int) -> None:
    """Answer, see the result change by itself, and keep the screening."""
    page.goto(f"/cases/{case}/screen/?list=adult_labour")
    choices = page.locator(".c-screen__row select")
    for number in (0, 1, 2):
        choices.nth(number).select_option("yes")
    expect(page.locator("#result strong").first).to_be_visible()
    page.locator("button[name=keep]").click()
    page.wait_for_url(f"**/cases/{case}/")
    page.goto(f"/cases/{case}/screen/?list=adult_labour")


#: Everything a browser keeps for a site, but for the address of the page the tab shows.
KEPT = """async () => JSON.stringify([{...localStorage}, {...sessionStorage, 'htmx-current-path-for-history': ''},
  document.cookie, (await indexedDB.databases()).map(one => one.name), await caches.keys()])"""


def _typed(page: Page, address: str, words: str) -> None:
    page.goto(address)
    expect(page.locator("form[data-draft-ready=yes]")).to_be_visible()
    page.locator("textarea[name=route]").fill(words)
    expect(page.locator("form[data-draft-kept=yes]")).to_be_visible()
    page.evaluate("document.querySelector('form[data-warn-unsaved]').removeAttribute('data-warn-unsaved')")


def test_a_draft_is_kept_encrypted_on_the_device_put_back_and_wiped_at_sign_out(
    world: CaseWorld, sign_in: Callable[[Officer, str], Page]
) -> None:
    case = open_case(world)
    page = sign_in(world.new_officer(world.police, Post.Function.CASE_WORKER, password=PASSWORD), "/cases/")
    page.on("dialog", lambda dialog: dialog.accept())
    address = f"/cases/{case.pk}/section/travel/write/"
    _typed(page, address, "by the night bus")
    kept = page.evaluate(KEPT)
    secret = page.locator("form[data-draft-secret]").get_attribute("data-draft-secret")
    assert '"draft:' in kept
    for readable in ("night bus", "travel", str(case.pk), secret, "route"):
        assert readable and readable not in kept
    page.goto(address)
    expect(page.locator("textarea[name=route]")).to_have_value("by the night bus")
    page.goto("/account/logout/")
    assert "draft:" not in page.evaluate(KEPT)


def test_a_draft_outlives_a_session_that_ran_out_and_another_officer_on_the_device_wipes_it(
    world: CaseWorld, sign_in: Callable[[Officer, str], Page]
) -> None:
    case = open_case(world)
    officer = world.new_officer(world.police, Post.Function.CASE_WORKER, password=PASSWORD)
    page = sign_in(officer, "/cases/")
    page.on("dialog", lambda dialog: dialog.accept())
    address = f"/cases/{case.pk}/section/travel/write/"
    _typed(page, address, "by the night bus")
    page.context.clear_cookies()
    _sign_in_again(page, officer, address)
    expect(page.locator("textarea[name=route]")).to_have_value("by the night bus")
    page.evaluate("document.querySelector('form[data-warn-unsaved]').removeAttribute('data-warn-unsaved')")
    page.context.clear_cookies()
    other = world.new_officer(world.police, Post.Function.CASE_WORKER, password=PASSWORD)
    _sign_in_again(page, other, address)
    expect(page.locator("form[data-draft-ready=yes]")).to_be_visible()
    expect(page.locator("textarea[name=route]")).to_have_value("")
    page.context.clear_cookies()
    _sign_in_again(page, officer, address)
    expect(page.locator("form[data-draft-ready=yes]")).to_be_visible()
    expect(page.locator("textarea[name=route]")).to_have_value("")


def _sign_in_again(page: Page, officer: Officer, address: str) -> None:
    page.goto(address)
    page.locator("input[name=login]").fill(officer.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{address}")


def test_what_was_sent_is_no_draft_any_more_and_what_did_not_arrive_still_is(
    world: CaseWorld, sign_in: Callable[[Officer, str], Page]
) -> None:
    case = open_case(world)
    page = sign_in(world.new_officer(world.police, Post.Function.CASE_WORKER, password=PASSWORD), "/cases/")
    page.on("dialog", lambda dialog: dialog.accept())
    address = f"/cases/{case.pk}/section/travel/write/"
    _typed(page, address, "by the night bus")
    page.route(
        "**/write/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.locator("main form[data-keep-draft] button.govuk-button").click()
    page.unroute("**/write/")
    page.goto(address)
    expect(page.locator("textarea[name=route]")).to_have_value("by the night bus")
    page.locator("main form[data-keep-draft] button.govuk-button").click()
    page.wait_for_url(f"**/cases/{case.pk}/")
    expect(page.locator("main")).to_contain_text("by the night bus")
    assert [key for key in page.evaluate("Object.keys(localStorage)") if key != "draft:owner"] == []


def test_the_quick_exit_replaces_the_page_so_that_going_back_does_not_show_it(
    world: CaseWorld, sign_in: Callable[[Officer, str], Page], settings: Any
) -> None:
    case = open_case(world)
    page = sign_in(world.new_officer(world.police, Post.Function.CASE_WORKER, password=PASSWORD), "/cases/")
    settings.QUICK_EXIT = "/tell/letter/"
    page.goto(f"/cases/{case.pk}/screen/")
    for _times in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/tell/letter/")
    page.go_back()
    assert "/screen/" not in page.url
