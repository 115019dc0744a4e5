"""Takes the screenshots of README and tutorial from a running site; run it after a change that alters them.

.venv/bin/python docs/screenshots.py http://127.0.0.1:8000 USER:PASSWORD:secretariat USER:PASSWORD:ministry ...

Roles: secretariat, ministry, province; of case work police, federation and supervisor (of the relief station). What it
types into forms is invented and is not kept: a list that it hands in is let go of again.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
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
        "holders": f"{CASE}consent/",
        "screening": f"{CASE}screen/?list=adult_labour",
        "import": "/cases/import/",
    },
    "federation": {"queue": "/cases/queue/"},
    "supervisor": {"glass": "/cases/", "secondment": "/cases/secondments/new/"},
}
CASE_WORK = {"police", "federation", "supervisor"}
#: Pictures of case work that are also taken as a telephone shows the page.
ON_A_TELEPHONE = {"case", "queue"}
#: Pages that are worked on at a desk; they are not taken as a telephone shows them.
AT_A_DESK = {"agenda", "minutes", "escalations"}
FAULTY_LIST = """编号,姓名,性别,出生日期,备注
演示-01,演示人·甲,女,05/03/1990,【演示，虚构】
演示-02,演示人·乙,x,1992年,【演示，虚构】
演示-02,演示人·丙,女,1995-13-01,【演示，虚构】
演示-04,演示人·丁,女,农历1990年三月初五,【演示，虚构】
"""


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
                        if suffix and (
                            name in AT_A_DESK or (role in CASE_WORK and name not in ON_A_TELEPHONE)
                        ):
                            continue
                        page.goto(address + _path(page, address, path))
                        BEFORE.get(name, _nothing)(page)
                        page.screenshot(path=IMAGES / _file(name, role, language, suffix))
                        AFTER.get(name, _nothing)(page)
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
    if role not in CASE_WORK:
        return f"{name}-{role}-{language}{suffix}.png"
    return f"cases-{name}{'-zh' if language == 'zh' else ''}{suffix}.png"


def _nothing(page: Page) -> None:
    """The page as it is."""


def _answer(page: Page) -> None:
    """Some answers to a screening, and its result in the middle of the picture; it is not kept."""
    selects = page.locator(".c-screen__row select")
    for number in (0, 1, 8, 12, 20, 28, 36, 44):
        if number < selects.count():
            with page.expect_response(lambda answer: answer.request.method == "POST"):
                selects.nth(number).select_option("yes")
    _to_the_middle(page, "#result-heading")


def _hand_in(page: Page) -> None:
    """A list with faults, mapped by its usual headings and tried."""
    file = {"name": "演示名单.csv", "mimeType": "text/csv", "buffer": FAULTY_LIST.encode()}
    page.set_input_files("input[type=file]", files=[file])
    page.click("main form[enctype] button.govuk-button:not(.govuk-button--secondary)")
    page.wait_for_url("**/cases/import/*/")
    page.click("main form button.govuk-button:not(.govuk-button--secondary)")
    page.wait_for_url("**/check/")


def _let_go(page: Page) -> None:
    """Nothing of the list stays."""
    page.goto(page.url.partition("/cases/")[0] + "/cases/import/")
    page.click("form[action$='/discard/'] button")


def _take_in(page: Page) -> None:
    """The form of a secondment as a supervisor fills it in; it is not sent."""
    page.fill("[name=username]", "demo-case-worker-demo-home-station")
    page.fill("textarea", "C-0000-0000-0000")
    for part, value in (("day", "31"), ("month", "8"), ("year", "2011")):
        page.fill(f"[name=until-{part}]", value)


def _waiting_review(page: Page) -> None:
    """The emergency access that waits for the supervisor's review."""
    waits = page.locator("main th a[href^='/cases/emergency/']").first.get_attribute("href")
    page.goto(f"{page.url.partition('/cases/')[0]}{waits}")


def _to_the_middle(page: Page, selector: str) -> None:
    page.locator(selector).first.evaluate("one => one.scrollIntoView({block: 'center'})")


#: What is done on a page before its picture is taken, and after it.
BEFORE: dict[str, Callable[[Page], None]] = {
    "screening": _answer,
    "holders": lambda page: _to_the_middle(page, "main table"),
    "import": _hand_in,
    "glass": _waiting_review,
    "secondment": _take_in,
}
AFTER: dict[str, Callable[[Page], None]] = {"import": _let_go}


def _sign_in(page: Page, address: str, username: str, password: str) -> None:
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/account/" not in url)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2:])
