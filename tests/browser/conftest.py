"""A real browser in which officers sign in to the tests' own site; no page here is a stand-in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.builders import PASSWORD

from concerted.foundation.agencies.models import Officer

CHROMIUM = os.environ.get("CONCERTED_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()
        # A connection opened while the browser's loop runs is another one than outside it.
        connections.close_all()


@pytest.fixture
def sign_in(
    browser: Browser, live_server: LiveServer, settings: Any
) -> Iterator[Callable[[Officer, str], Page]]:
    """Open a browser of their own for an officer, signed in, on the page asked for."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    contexts = []

    def opened(officer: Officer, address: str) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"/account/login/?next={address}")
        page.locator("input[name=login]").fill(officer.username)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda reached: reached == f"{live_server.url}{address}")
        page.set_default_timeout(10_000)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def keep_pictures() -> Callable[[Page, str], None]:
    """Keep pictures of a page, wide and narrow and in both languages, where a folder for them is named."""
    folder = os.environ.get("CONCERTED_PICTURES")

    def keep(page: Page, name: str) -> None:
        if not folder:
            return
        for language in ("en", "zh-hans"):
            page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
            page.reload()
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=str(Path(folder) / f"{name}-{language[:2]}-{width}.png"), full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.context.add_cookies([{"name": "django_language", "value": "en", "url": page.url}])
        page.reload()

    return keep
