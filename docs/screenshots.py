"""Takes the screenshots of README and tutorial from a running site; run it after a change that alters them.

.venv/bin/python docs/screenshots.py http://127.0.0.1:8000 USER:PASSWORD:secretariat USER:PASSWORD:ministry ...
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
]
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
SIZES = {"": (1280, 900), "-phone": (390, 844)}
#: Stands for the case the officer's own list of cases names first of those in recovery; its number is drawn anew.
CASE = "CASE/"
CASES = "/cases/list/?stage=recovery"
#: Pages so long that a picture shows their beginning only.
PAGES = {
    "secretariat": {
        "monday": "/",
        "board": "/reporting/",
        "plan": "/plans/demo-national-plan/",
        "coverage": "/alignment/plan/demo-national-plan/",
        "indicators": "/indicators/",
        "agenda": "/meetings/demo-plenary-2011-10-21/agenda/",
        "minutes": "/meetings/demo-plenary-2011-04-15/minutes/",
        "escalations": "/meetings/escalations/",
    },
    "ministry": {"monday": "/", "queue": "/reporting/mine/"},
    "province": {"monday": "/"},
    "police": {
        "my-work": "/cases/",
        "case": CASE,
        "consent": f"{CASE}consent/",
        "status": f"{CASE}#status",
        "screening": f"{CASE}screen/?list=adult_labour",
    },
}


def main(address: str, officers: list[str]) -> None:
    """Sign in as each officer in each language and size, and keep one picture per page."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for officer in officers:
            username, password, role = officer.split(":")
            for language, locale in LANGUAGES.items():
                for suffix, (width, height) in SIZES.items():
                    context = browser.new_context(
                        locale=locale,
                        extra_http_headers={"Accept-Language": locale},
                        viewport={"width": width, "height": height},
                    )
                    page = context.new_page()
                    _sign_in(page, address, username, password)
                    for name, path in PAGES[role].items():
                        page.goto(address + _path(page, address, path))
                        page.screenshot(path=IMAGES / _file(name, role, language, suffix))
                        print(name, role, language, suffix or "desktop", re.sub(r"\s+", " ", page.title()))
                    context.close()
        browser.close()


def _path(page: Page, address: str, path: str) -> str:
    if not path.startswith(CASE):
        return path
    page.goto(address + CASES)
    first = page.locator("main a[href^='/cases/']").filter(has_text="C-").first.get_attribute("href")
    return f"{first}{path.removeprefix(CASE)}"


def _file(name: str, role: str, language: str, suffix: str) -> str:
    """Pictures of case work are named by what they show; the others by who is shown it, too."""
    if role != "police":
        return f"{name}-{role}-{language}{suffix}.png"
    return f"cases-{name}{'-zh' if language == 'zh' else ''}{suffix}.png"


def _sign_in(page: Page, address: str, username: str, password: str) -> None:
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{address}/")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2:])
