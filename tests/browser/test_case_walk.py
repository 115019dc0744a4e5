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
    return _send(
        page, f"/cases/{case}/refer/?to={to.key}", service=service, urgency="urgent", reason="She asks for it.",
        sections=sections, purpose="protection",
    )  # fmt: skip


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

    police.goto(f"/cases/{case}/consent/")
    police.locator(f"form:has(input[value='{world.federation.key}']) button").click()
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


def test_a_draft_is_kept_encrypted_on_the_device_put_back_and_wiped_at_sign_out(
    world: CaseWorld, sign_in: Callable[[Officer, str], Page]
) -> None:
    case = open_case(world)
    page = sign_in(world.new_officer(world.police, Post.Function.CASE_WORKER, password=PASSWORD), "/cases/")
    address = f"/cases/{case.pk}/section/travel/write/"
    page.goto(address)
    page.locator("textarea[name=route]").fill("by the night bus")
    expect(page.locator("form[data-draft-kept=yes]")).to_be_visible()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert f"section-{case.pk}-travel" in kept and "night bus" not in kept
    page.evaluate("document.querySelector('form[data-warn-unsaved]').removeAttribute('data-warn-unsaved')")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    expect(page.locator("textarea[name=route]")).to_have_value("by the night bus")
    page.goto("/account/logout/")
    assert "draft:" not in page.evaluate("JSON.stringify(localStorage)")
