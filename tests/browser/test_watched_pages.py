"""Pages that somebody may watch: they are left at once whatever was typed, and what lies on the device stays true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect
from tests.builders import PASSWORD, CaseWorld, build_case_world
from tests.mechanism.cases.woman import open_case

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Officer, Post
from concerted.mechanism.cases.acts.files import write_section

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SignIn = Callable[[Officer, str], Page]


@pytest.fixture
def world(transactional_db: None) -> CaseWorld:
    found = build_case_world()
    access.set_demonstration_clock(officer=found.machine, at=found.at, day=found.at.date(), seed=1)
    return found


def _worker(world: CaseWorld) -> Officer:
    return world.new_officer(world.police, Post.Function.CASE_WORKER, password=PASSWORD)


def _typed(page: Page, address: str, words: str) -> None:
    page.goto(address)
    expect(page.locator("form[data-draft-ready=yes]")).to_be_visible()
    page.locator("textarea[name=route]").fill(words)
    expect(page.locator("form[data-draft-kept=yes]")).to_be_visible()


def test_the_quick_exit_asks_nothing_when_something_was_typed(
    world: CaseWorld, sign_in: SignIn, settings: Any
) -> None:
    case = open_case(world)
    page = sign_in(_worker(world), "/cases/")
    settings.QUICK_EXIT = "/tell/letter/"
    asked: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    def press_shift() -> None:
        for _times in range(3):
            page.keyboard.press("Shift")

    def press_the_button() -> None:
        page.locator("[data-quick-exit]").click()

    page.on("dialog", dismiss)
    ways: list[tuple[str, Callable[[], None]]] = [
        (f"/cases/{case.pk}/section/travel/write/", press_the_button),
        ("/cases/reports/take/", press_shift),
    ]
    for address, leave in ways:
        page.goto(address)
        page.locator("textarea").first.fill("something")
        expect(page.locator("form[data-unsaved]")).to_be_visible()
        leave()
        page.wait_for_url("**/tell/letter/")
    assert asked == []


def test_capitals_a_held_key_and_the_middle_of_a_chinese_word_do_not_leave_the_page(
    world: CaseWorld, sign_in: SignIn, settings: Any
) -> None:
    case = open_case(world)
    page = sign_in(_worker(world), "/cases/")
    settings.QUICK_EXIT = "/tell/letter/"
    page.goto(f"/cases/{case.pk}/section/travel/write/")
    box = page.locator("textarea[name=route]")
    box.focus()
    for letter in "ABCDEF":
        page.keyboard.press(f"Shift+{letter}")
    expect(box).to_have_value("ABCDEF")
    page.evaluate(
        """() => { const box = document.querySelector("textarea[name=route]");
          for (let times = 0; times < 4; times += 1) for (const kind of ["keydown", "keyup"])
            box.dispatchEvent(new KeyboardEvent(kind, {key: "Shift", bubbles: true, isComposing: true})); }"""
    )
    box.press_sequentially("?!")
    assert "/section/travel/write/" in page.url


def test_a_draft_put_back_on_a_newer_text_says_so_and_replaces_nothing_unseen(
    world: CaseWorld, sign_in: SignIn
) -> None:
    case = open_case(world)
    worker = _worker(world)
    page = sign_in(worker, "/cases/")
    page.on("dialog", lambda dialog: dialog.accept())
    address = f"/cases/{case.pk}/section/travel/write/"
    _typed(page, address, "by the night bus")
    page.goto("about:blank")
    write_section(
        officer=world.supervisor(world.police), at=world.at, case=case, section="travel",
        values={"route": "by the early train"},
    )  # fmt: skip
    page.goto(address)
    expect(page.locator("main form")).to_contain_text("A colleague has saved a newer text")
    expect(page.locator("textarea[name=route]")).to_have_value("by the night bus")
    page.locator("main form button.govuk-button").click()
    expect(page.locator("main")).to_contain_text("by the early train")
    expect(page.locator("textarea[name=route]")).to_have_value("by the night bus")
    page.locator("main form button.govuk-button").click()
    page.wait_for_url(f"**/cases/{case.pk}/")
    expect(page.locator("main")).to_contain_text("by the night bus")
    page.get_by_role("link", name="Earlier wordings").first.click()
    expect(page.locator("main")).to_contain_text("by the early train")


def test_signing_out_in_one_tab_ends_the_keeping_of_drafts_in_the_other(
    world: CaseWorld, sign_in: SignIn
) -> None:
    case = open_case(world)
    page = sign_in(_worker(world), "/cases/")
    page.on("dialog", lambda dialog: dialog.accept())
    _typed(page, f"/cases/{case.pk}/section/travel/write/", "by the night bus")
    other = page.context.new_page()
    other.goto("/account/logout/")
    page.locator("textarea[name=route]").fill("by the night bus, with her aunt")
    expect(page.locator("main form")).to_contain_text("You have signed out in another window")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_a_sealed_section_is_not_printed_from_the_page_on_which_it_is_written(
    world: CaseWorld, sign_in: SignIn
) -> None:
    case = open_case(world)
    worker = _worker(world)
    write_section(
        officer=worker, at=world.at, case=case, section="shelter_address", values={"address": "Lane 7"}
    )
    page = sign_in(worker, "/cases/")
    page.goto(f"/cases/{case.pk}/section/shelter_address/write/")
    expect(page.locator("main")).not_to_contain_text("Lane 7")
    page.locator("input[name=why]").fill("The address changed.")
    page.locator("main form button.govuk-button").click()
    written = page.locator("[name=address]")
    expect(written).to_have_value("Lane 7")
    page.emulate_media(media="print")
    expect(written).to_be_hidden()
    page.emulate_media(media="screen")
    written.fill("Lane 8")
    page.locator("main form button.govuk-button").click()
    page.wait_for_url(f"**/cases/{case.pk}/")
