"""Every kind of page can be used with keys, at any width, in both languages and without scripts; axe agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.attack.whole import NATION_PLAN, Whole, build_whole
from tests.builders import PASSWORD
from tests.mechanism.plan.reporting_world import MONDAY

from concerted.foundation.agencies.models import Officer, Post
from concerted.mechanism.cases.acts import desks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASKED = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": LEVELS}}
LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
SignIn = Callable[[Officer, str], Page]
Widths = Mapping[str, Sequence[int]]

BOTH, TELEPHONE = (1280, 390), (390,)
#: language -> the widths at which axe looks at a page in it. What Chinese pages have of their own is their words; that
#: axe looks at them at a desk's width too is left to the long run. Every page is measured at every width in both.
AXE = [
    pytest.param({"en": BOTH, "zh-hans": TELEPHONE}, id="both languages"),
    pytest.param({"zh-hans": BOTH}, id="Chinese at a desk", marks=pytest.mark.long),
]


@pytest.fixture(params=AXE)
def widths(request: pytest.FixtureRequest) -> Widths:
    given: Widths = request.param
    return given


#: Links and buttons that stand alone and are smaller than 24 by 24 CSS pixels (WCAG 2.2, 2.5.8); a link in a
#: sentence, one that is hidden, and a target with 24 pixels to itself are let pass as the criterion says.
SMALL = """() => {
  const boxes = [...document.querySelectorAll('a[href], button, summary, input[type=checkbox], input[type=radio]')]
    .filter(e => e.checkVisibility({visibilityProperty: true}) &&
      !e.closest('.govuk-visually-hidden, .govuk-skip-link'))
    .map(e => ({e, r: e.getBoundingClientRect()})).filter(b => b.r.width > 1 && b.r.height > 1);
  const inSentence = e => [...(e.parentElement?.childNodes ?? [])]
    .some(n => n.nodeType === 3 && n.textContent.trim().length > 1);
  const alone = b => boxes.every(o => {
    if (o === b || o.e.contains(b.e) || b.e.contains(o.e)) return true;
    const x = b.r.x + b.r.width / 2, y = b.r.y + b.r.height / 2;
    const dx = Math.max(o.r.left - x, 0, x - o.r.right), dy = Math.max(o.r.top - y, 0, y - o.r.bottom);
    return Math.hypot(dx, dy) >= 12;
  });
  return boxes.filter(b => (b.r.width < 23.5 || b.r.height < 23.5) && !inSentence(b.e) && !alone(b))
    .map(b => `${b.e.outerHTML.slice(0, 110)} ${Math.round(b.r.width)}x${Math.round(b.r.height)}`);
}"""
WIDER = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
#: The elements that reach beyond the right edge, without those in a box that scrolls by itself.
BEYOND = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .filter(e => { for (let p = e.parentElement; p !== document.body; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== 'visible') return false; return true; })
  .map(e => e.outerHTML.slice(0, 70)).slice(0, 4)"""
#: The focused element, whether its focus can be seen, and whether another element lies over its middle.
FOCUSED = """() => {
  const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
  const x = Math.min(Math.max(r.x + r.width / 2, 0), innerWidth - 1), y = r.y + r.height / 2;
  const top = y >= 0 && y < innerHeight ? document.elementFromPoint(x, y) : null;
  const drawn = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none';
  const label = e.closest('label') ?? (e.id ? document.querySelector(`label[for="${CSS.escape(e.id)}"]`) : null);
  const radio = ['radio', 'checkbox'].includes(e.type);
  const visible = drawn || radio;
  return {what: e.outerHTML.slice(0, 90), tag: e.tagName, classes: e.className, id: e.id,
          visible, open: !!top && (e.contains(top) || top.contains(e) || !!label?.contains(top) || radio)};
}"""


@pytest.fixture
def whole(transactional_db: None) -> Whole:
    return build_whole()


@pytest.fixture
def secretary(whole: Whole) -> Officer:
    return whole.world.new_officer(whole.world.office, Post.Function.SECRETARIAT, password=PASSWORD)


@pytest.fixture
def writer(whole: Whole) -> Officer:
    return whole.world.new_officer(whole.world.ministry, Post.Function.FOCAL_POINT, password=PASSWORD)


def _offices_pages(whole: Whole) -> list[str]:
    plan, quarter = NATION_PLAN, "2010-Q1"
    return [
        reverse("home:monday"),
        reverse("home:search") + "?q=shelters",
        reverse("home:obligations"),
        reverse("estimates:list"),
        reverse("estimates:new"),
        reverse("estimates:run", args=[whole.run]),
        reverse("estimates:compare"),
        reverse("estimates:against"),
        reverse("plan:list"),
        reverse("plan:plan", args=[plan]),
        reverse("plan:measure", args=[whole.measure.pk]),
        reverse("plan:matrix", args=[plan]),
        reverse("plan:timeline", args=[plan]),
        reverse("plan:edit_measure", args=[whole.draft_measure.pk]),
        reverse("plan:draft", args=[whole.plan_draft]),
        reverse("plan:adopt", args=[plan]),
        reverse("reporting:board", args=[plan, quarter]),
        reverse("reporting:periods", args=[plan]),
        reverse("reporting:report", args=[whole.report]),
        reverse("reporting:reminders"),
        reverse("meetings:calendar"),
        reverse("meetings:series", args=[whole.met.series]),
        reverse("meetings:meeting", args=[whole.met.coming]),
        reverse("meetings:agenda", args=[whole.met.coming]),
        reverse("meetings:edit_item", args=[whole.met.accepted]),
        reverse("meetings:room", args=[whole.met.sitting]),
        reverse("meetings:decide", args=[whole.met.sitting]),
        reverse("meetings:minutes", args=[whole.met.circulated]),
        reverse("meetings:minutes", args=[whole.met.drafted]),
        reverse("meetings:register"),
        reverse("meetings:decision", args=[whole.met.decision]),
        reverse("meetings:results"),
        reverse("meetings:actions"),
        reverse("meetings:action", args=[whole.met.action]),
        reverse("meetings:escalations"),
        reverse("meetings:rules"),
        reverse("indicators:list"),
        reverse("indicators:indicator", args=[whole.indicator]),
        reverse("indicators:cell", args=[whole.indicator, "530000", whole.period]),
        reverse("alignment:coverage", args=[plan]),
        reverse("alignment:measure", args=[whole.measure.pk]),
        reverse("agencies:list"),
        reverse("agencies:agency", args=["mca"]),
        reverse("agencies:account"),
        reverse("public:home"),
        reverse("public:plan", args=[plan]),
    ]


@pytest.fixture
def worker(whole: Whole) -> Officer:
    return whole.world.new_officer(whole.world.yunnan, Post.Function.CASE_WORKER, password=PASSWORD)


def _case_pages(whole: Whole) -> list[str]:
    work, to = whole.case_work, f"?to={whole.world.hunan.key}"
    return [
        reverse("cases:work"),
        reverse("cases:list"),
        reverse("cases:case", args=[work.case]),
        reverse("cases:consents", args=[work.case]),
        reverse("cases:take_consent", args=[work.case]) + to,
        reverse("cases:withdraw_consent", args=[work.case]),
        reverse("cases:refer", args=[work.case]),
        reverse("cases:refer", args=[work.case]) + to,
        reverse("cases:referral", args=[work.referral]),
        reverse("cases:screening", args=[work.case]),
        reverse("cases:write", args=[work.case, "account"]),
        reverse("cases:section", args=[work.case, "shelter_address"]),
        reverse("cases:propose_status", args=[work.case]),
        reverse("cases:review_status", args=[work.case, work.status]),
        reverse("cases:assess", args=[work.case]),
        reverse("cases:change_plan", args=[work.case, work.plan]),
        reverse("cases:withdraw_document", args=[work.case, work.document]),
        reverse("cases:take_report"),
        reverse("cases:imports"),
        reverse("cases:persons"),
        reverse("cases:record", args=[work.person]),
        reverse("cases:say", args=[work.person, "birth"]),
        reverse("cases:say", args=[work.person, "document"]),
        reverse("cases:say", args=[work.person, "photograph"]),
        reverse("cases:correct_said", args=[work.person, work.said]),
        reverse("cases:choose_said", args=[work.person, work.said]),
        reverse("cases:end_role", args=[work.case, work.role]),
        reverse("cases:rights", args=[work.case]),
        reverse("cases:person", args=[work.case]),
        reverse("cases:services"),
        reverse("cases:report", args=[work.report]),
        reverse("cases:break_glass"),
        reverse("tell:report"),
        reverse("tell:standing"),
        reverse("tell:letter"),
    ]


def _form(whole: Whole) -> str:
    return reverse("reporting:form", args=[whole.reporting.measure("m3").pk, whole.period])


def _speak(page: Page, language: str) -> None:
    site = page.evaluate("location.origin")  # an address further down would keep the cookie to itself
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])


def _violations(page: Page) -> Iterator[str]:
    """The faults axe finds in the page as it stands; its script is put into the page before."""
    for broken in page.evaluate("asked => axe.run(asked)", ASKED)["violations"]:
        for node in broken["nodes"]:
            yield f"{broken['id']}: {node['target']} {node['html'][:140]} | {node['failureSummary'][:260]}"


def _walk(page: Page, addresses: list[str], widths: Widths) -> dict[str, list[str]]:
    """What is wrong on each page in each language, by address; a title two pages share is wrong on the second."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wrong: dict[str, list[str]] = {}
    for language, asked in widths.items():
        _speak(page, language)
        wrong |= _walk_in(page, addresses, language, asked, complaints)
    return wrong


def _walk_in(
    page: Page, addresses: list[str], language: str, widths: Sequence[int], complaints: list[str]
) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for address in addresses:
        page.set_viewport_size({"width": 1280, "height": 900})
        complaints.clear()
        answer = page.goto(address, wait_until="load")
        found = [] if answer and answer.ok else [f"answered {answer and answer.status}"]
        found += [f"the browser complains: {each[:160]}" for each in complaints]
        found += _said_wrongly(page, language)
        first = titles.setdefault(f"{page.title()} {address.startswith('/public/')}", address)
        found += [f"its title is that of {first}"] if first != address else []
        found += _measured(page, widths)
        if found:
            wrong[f"{address} {page.title()}"] = found
    return wrong


def _said_wrongly(page: Page, language: str) -> Iterator[str]:
    if page.locator("html").get_attribute("lang") != LANGUAGES[language]:
        yield "says another language than it speaks"
    if page.locator("h1").count() != 1:
        yield "has not one main heading"


def _measured(page: Page, widths: Sequence[int]) -> Iterator[str]:
    """Faults at a desk's width, a telephone's, and where no page may scroll sideways; axe is asked at `widths`.

    A window of 1280 by 900 enlarged to 200 % shows as many CSS pixels as one of 640 by 450.
    """
    page.evaluate(Axe().axe_script)
    for width, height in ((1280, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        if width in widths:
            yield from (f"{width}: {each}" for each in _violations(page))
        yield from (f"{width} small: {each}" for each in page.evaluate(SMALL))
    for width, height in ((640, 450), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        if (wider := page.evaluate(WIDER)) > 0:
            yield f"{width}: {wider} wider, by {page.evaluate(BEYOND)}"


def test_axe_and_the_rulers_find_nothing_on_any_kind_of_page(
    whole: Whole, secretary: Officer, writer: Officer, sign_in: SignIn, widths: Widths
) -> None:
    office, desk = sign_in(secretary, "/"), sign_in(writer, "/")
    assert _walk(office, _offices_pages(whole), widths) == {}
    assert _walk(desk, [reverse("home:monday"), _form(whole)], widths) == {}


def test_axe_and_the_rulers_find_nothing_on_the_pages_of_case_work(
    whole: Whole, worker: Officer, sign_in: SignIn, widths: Widths
) -> None:
    desk = sign_in(worker, "/")
    assert _walk(desk, _case_pages(whole), widths) == {}
    for language, asked in widths.items():
        _speak(desk, language)
        desk.goto(reverse("tell:report"))
        desk.locator("select[name=place_code]").select_option("530000")
        desk.locator("button[name=show]").click()
        expect(desk.locator("select[name=finer]")).to_be_visible()
        assert [*_said_wrongly(desk, language), *_measured(desk, asked)] == []


def test_axe_and_the_rulers_find_nothing_on_the_pages_of_lent_officers(
    whole: Whole, sign_in: SignIn, widths: Widths
) -> None:
    supervisor = whole.world.new_officer(whole.world.yunnan, Post.Function.CASE_SUPERVISOR, password=PASSWORD)
    desk = sign_in(supervisor, "/")
    work = whole.case_work
    pages = [
        reverse("cases:secondments"),
        reverse("cases:second"),
        reverse("cases:secondment", args=[work.asked_for]),
        reverse("cases:answer_secondment", args=[work.asked_for, "withdraw"]),
        reverse("cases:further_cases", args=[work.seconded]),
        reverse("cases:desks") + "?place=530102",
        reverse("cases:name_desk"),
        reverse("cases:hand_over_desk", args=[work.desk]),
        reverse("cases:end_desk", args=[work.desk]),
    ]
    assert _walk(desk, pages, widths) == {}


def test_keys_alone_lead_over_the_quick_exit_to_the_answers_of_a_screening(
    whole: Whole, worker: Officer, sign_in: SignIn
) -> None:
    page = sign_in(worker, "/cases/")
    page.goto(reverse("cases:screening", args=[whole.case_work.case]))
    stops = _tab_through(page, 45)
    assert any(stop["id"] == "quick-exit" for stop in stops)
    assert any(stop["tag"] == "SELECT" for stop in stops)
    assert [stop["what"] for stop in stops if not stop["visible"]] == []


def test_keys_alone_write_a_section_and_send_it_and_no_stop_is_hidden_under_the_quick_exit(
    whole: Whole, worker: Officer, sign_in: SignIn
) -> None:
    page = sign_in(worker, "/cases/")
    page.goto(reverse("cases:write", args=[whole.case_work.case, "travel"]))
    stops = _tab_through(page, 60)
    assert [stop["what"] for stop in stops if not stop["visible"]] == []
    assert [stop["what"] for stop in stops if not stop["open"]] == []
    page.locator("textarea[name=route]").focus()
    page.keyboard.type("By the night bus.")
    page.locator("main form button.govuk-button").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{whole.case_work.case}/")
    expect(page.locator("main")).to_contain_text("By the night bus.")


def test_what_is_wrong_is_listed_first_and_each_fault_leads_to_its_field(
    whole: Whole, worker: Officer, sign_in: SignIn
) -> None:
    page = sign_in(worker, "/cases/")
    page.goto(reverse("cases:propose_status", args=[whole.case_work.case]))
    page.locator("main form button.govuk-button").first.press("Enter")
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_visible()
    link = summary.locator("a[href='#id_reasons']")
    link.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "id_reasons"
    described = page.locator("#id_reasons").get_attribute("aria-describedby") or ""
    assert {"id_reasons-hint", "id_reasons-error"} <= set(described.split())
    assert page.locator("#id_reasons").get_attribute("aria-invalid") == "true"


def test_somebody_reports_by_keys_alone_on_a_telephone_without_scripts(
    whole: Whole, browser: Browser, live_server: LiveServer, settings: Any
) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    desks.name_intake_desk(
        officer=whole.world.officer_for(whole.world.yunnan, Post.Function.CASE_SUPERVISOR),
        at=MONDAY,
        place_code="000000",
    )
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/tell/?lang=zh-hans")
    page.locator("textarea[name=narrative]").focus()
    page.keyboard.type("一个女孩被锁在屋里。")
    page.get_by_label("在哪个省").select_option("530000")
    page.get_by_role("button", name="显示可选的市、县").press("Enter")
    page.get_by_label("在哪个市、县或区").select_option("530102")
    expect(page.locator("textarea[name=narrative]")).to_have_value("一个女孩被锁在屋里。")
    page.get_by_role("button", name="提交").press("Enter")
    expect(page.locator(".govuk-panel__title")).to_be_visible()
    assert context.cookies() == []
    context.close()


def test_keys_alone_lead_from_from_the_skip_link_over_the_menu_to_the_form(
    whole: Whole, writer: Officer, sign_in: SignIn
) -> None:
    page = sign_in(writer, "/")
    page.goto(_form(whole))
    stops = _tab_through(page, 60)
    assert "govuk-skip-link" in stops[0]["classes"]
    assert any("c-nav__link" in stop["classes"] for stop in stops)
    assert {"TEXTAREA", "INPUT"} <= {stop["tag"] for stop in stops}
    assert [stop["what"] for stop in stops if not stop["visible"]] == []
    assert [stop["what"] for stop in stops if not stop["open"]] == []


def _tab_through(page: Page, most: int) -> list[dict[str, Any]]:
    stops: list[dict[str, Any]] = []
    for _number in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["tag"] == "BODY":
            break
        stops.append(stop)
    return stops


def test_the_skip_link_leads_to_the_main_part(secretary: Officer, sign_in: SignIn) -> None:
    page = sign_in(secretary, "/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_a_report_is_saved_and_submitted_without_scripts(
    whole: Whole, writer: Officer, browser: Browser, live_server: LiveServer, sign_in: SignIn
) -> None:
    signed = sign_in(writer, "/")
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=signed.context.storage_state()
    )
    page = context.new_page()
    page.goto(_form(whole))
    page.get_by_label("Under way").check()
    page.get_by_label("What was done in this period").fill("Forty officers were trained.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("main")).to_contain_text("Draft saved.")
    expect(page.get_by_label("What was done in this period")).to_have_value("Forty officers were trained.")
    page.get_by_role("button", name="Submit report").click()
    expect(page.locator("main")).to_contain_text("The report was submitted.")
    context.close()
