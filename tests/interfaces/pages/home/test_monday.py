"""Each post finds its own Monday; another day is told as it stood; every number leads to its list."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from tests.interfaces.pages.home.conftest import SignedIn
from tests.mechanism.plan.reporting_world import MONDAY, Reporting

from concerted.foundation.agencies.models import Post
from concerted.foundation.obligations import acts
from concerted.interfaces.pages.home.words import step_words
from concerted.mechanism.plan import document as said
from concerted.mechanism.plan.acts import documents, periods
from concerted.mechanism.plan.models import Plan

F = Post.Function


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_a_stranger_is_asked_to_sign_in(db: None) -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]


def test_every_post_has_a_monday(nation: Reporting, signed_in: SignedIn) -> None:
    world = nation.world
    headings = {
        (world.office, F.SECRETARIAT): "Obligation board, 2010-Q1",
        (world.ministry, F.FOCAL_POINT): "What we owe",
        (world.ministry, F.CLEARER): "To clear",
        (world.yunnan, F.PROVINCIAL_OFFICE): "Our plan beside the national plan",
        (world.yunnan, F.LOCAL_OFFICER): "Due from us",
        (world.office, F.STATISTICIAN): "Owed for 2010-Q1",
        (world.office, F.EVALUATOR): "Owed for 2010-Q1",
        (world.office, F.ADMINISTRATOR): "Owed for 2010-Q1",
        (world.office, F.OBSERVER): "Owed for 2010-Q1",
    }
    for (agency, function), heading in headings.items():
        page = text_of(signed_in(world.officer_for(agency, function)), "/")
        assert heading in page, function
        assert "12 April 2010" in page


def test_a_ministry_sees_no_other_ministry_ranked_beside_it(nation: Reporting, signed_in: SignedIn) -> None:
    page = text_of(signed_in(nation.world.focal_point), "/")
    assert "Open shelters" in page
    assert "Tell the villages" not in page


def test_another_day_is_told_from_dates_and_events(nation: Reporting, signed_in: SignedIn) -> None:
    nation.submitted()
    client = signed_in(nation.world.focal_point)
    owed = nation.owed()
    before, after = owed.due - timedelta(days=60), owed.grace_until + timedelta(days=1)
    listed = f"/obligations/?agency=mca&state=met_on_time&on={MONDAY.date()}"
    assert "Open shelters" in text_of(client, listed)
    assert "Open shelters" not in text_of(client, listed.replace(str(MONDAY.date()), str(before)))
    late = text_of(client, f"/obligations/?agency=mca&state=overdue&on={after}")
    assert "Open shelters" not in late
    assert "Train together" in late
    assert "As it stood on" in text_of(client, f"/?on={after}")


def test_a_day_that_cannot_be_read_is_today(nation: Reporting, signed_in: SignedIn) -> None:
    client = signed_in(nation.world.focal_point)
    for nonsense in ("yesterday", "2010-02-31", "9999-12-31", "0001-01-01", "<b>"):
        assert "12 April 2010" in text_of(client, f"/?on={nonsense}")


@pytest.mark.thorough
@pytest.mark.parametrize("asked", ["agency", "state", "period", "place", "kind", "owed_to"])
def test_a_sign_that_no_text_holds_is_told_and_is_no_fault_of_ours(
    nation: Reporting, signed_in: SignedIn, asked: str
) -> None:
    told = signed_in(nation.world.secretariat).get(f"/obligations/?{asked}=%00")
    assert told.status_code in (200, 400)
    assert told.status_code == 200 or "holds a sign that no text holds" in told.content.decode()


@pytest.mark.thorough
def test_every_list_behind_the_office_page_opens(nation: Reporting, signed_in: SignedIn) -> None:
    client = signed_in(nation.world.secretariat)
    links = set(re.findall(r'href="(/[^"#]*)"', text_of(client, "/")))
    behind = {link.replace("&amp;", "&") for link in links if not link.startswith(("/account", "/static"))}
    assert any(link.startswith("/obligations/") for link in behind)
    for link in behind:
        assert client.get(link, follow=True).status_code == 200, link


@pytest.mark.thorough
@pytest.mark.parametrize("function", [F.SECRETARIAT, F.FOCAL_POINT, F.PROVINCIAL_OFFICE, F.OBSERVER])
def test_a_larger_nation_takes_no_more_queries(nation: Reporting, signed_in: SignedIn, function: str) -> None:
    world = nation.world
    agencies = {F.FOCAL_POINT: world.ministry, F.PROVINCIAL_OFFICE: world.yunnan}
    client = signed_in(world.officer_for(agencies.get(F(function), world.office), function))
    client.get("/")
    few = queries_of(client)
    for key in ("2010-Q2", "2010-Q3", "2010-Q4"):
        nation.open(key, at=MONDAY + timedelta(days=270))
    nation.submitted(help_requested="Two interpreters.")
    assert queries_of(client) <= few + 4


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get("/").status_code == 200
    return len(seen)


def test_only_who_is_owed_is_offered_to_excuse(nation: Reporting, signed_in: SignedIn) -> None:
    address = f"/obligations/{nation.owed().pk}/"
    assert "Excuse with this reason" not in text_of(signed_in(nation.world.focal_point), address)
    office = signed_in(nation.world.secretariat)
    assert "Excuse with this reason" in text_of(office, address)
    assert office.post(address + "excuse/", {"reason": " "}).status_code == 400
    assert office.post(address + "excuse/", {"reason": "Merged into measure 3."}).status_code == 302
    page = text_of(signed_in(nation.world.focal_point), address)
    assert "Merged into measure 3." in page
    assert signed_in(nation.world.focal_point).post(address + "excuse/", {"reason": "x"}).status_code == 404


def test_a_reminder_is_a_notice_until_it_is_seen(nation: Reporting, signed_in: SignedIn) -> None:
    due = nation.owed().due
    acts.send_reminders(officer=nation.world.secretariat, at=MONDAY.replace(month=due.month, day=due.day))
    client = signed_in(nation.world.focal_point)
    assert "Open shelters" in text_of(client, "/notices/")
    assert client.post("/notices/").status_code == 302
    assert "Mark" not in text_of(client, "/notices/")


def test_a_list_leaves_as_a_table(nation: Reporting, signed_in: SignedIn) -> None:
    client = signed_in(nation.world.focal_point)
    answer = client.get("/obligations/?agency=mca&format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "Open shelters" in b"".join(answer).decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("shelter", "Open shelters"),
        ("救助", "Open shelters"),
        ("mca", "Ministry of Civil Affairs"),
        ("民政", "Ministry of Civil Affairs"),
        ("530000", "Yunnan"),
    ],
)
def test_search_finds_both_languages_keys_and_codes(
    nation: Reporting, signed_in: SignedIn, text: str, found: str
) -> None:
    assert found in text_of(signed_in(nation.world.focal_point), f"/search/?q={text}")


def test_search_wants_two_characters_and_takes_any(nation: Reporting, signed_in: SignedIn) -> None:
    client = signed_in(nation.world.focal_point)
    assert "at least 2" in text_of(client, "/search/?q=a")
    for odd in ("%25%25", "__", "'; DROP", "<script>", "\\\\"):
        assert "<script>" not in text_of(client, f"/search/?q={odd}").split("<main")[1]


SECOND = "second-plan"


def second_plan(nation: Reporting) -> None:
    """Another national plan of the same years, adopted after the tests' plan; nothing was reported under it."""
    office = nation.world.secretariat
    facts = said.PlanFacts(
        SECOND,
        level="national",
        title_en="Another plan",
        title_zh="另一个计划",
        office="mps-cid",
        period=said.Period(date(2008, 1, 1), date(2012, 12, 31)),
    )
    led = said.Measure("n1", title="Something else", lead=(said.Responsibility("acwf"),))
    version = documents.store_version(
        officer=office,
        at=MONDAY,
        document=said.PlanDocument(facts, strands=(said.Strand("s", "S", measures=(led,)),)),
    )
    documents.adopt_version(officer=office, at=MONDAY, version=version, adopted_on=date(2008, 1, 1))


@pytest.mark.parametrize("function", [F.SECRETARIAT, F.FOCAL_POINT, F.PROVINCIAL_OFFICE, F.OBSERVER], ids=str)
def test_of_two_plans_in_force_every_page_shows_the_one_that_is_reported_on_and_names_it(
    nation: Reporting, signed_in: SignedIn, function: str
) -> None:
    second_plan(nation)
    world = nation.world
    agencies = {F.FOCAL_POINT: world.ministry, F.PROVINCIAL_OFFICE: world.yunnan}
    client = signed_in(world.officer_for(agencies.get(F(function), world.office), function))
    page = client.get("/")
    assert page.context["frame"].plan == nation.plan
    assert ">A plan for tests</a>" in page.content.decode()
    assert "2 national plans are in force" in page.content.decode()
    other = client.get(f"/?plan={SECOND}")
    assert other.context["frame"].plan.key == SECOND
    assert ">Another plan</a>" in other.content.decode()
    assert client.get("/?plan=no-such-plan").context["frame"].plan == nation.plan
    assert client.get("/alignment/").headers["Location"] == "/alignment/plan/reporting-plan/"


def test_an_earlier_day_shows_the_plan_that_was_reported_on_then(
    nation: Reporting, signed_in: SignedIn
) -> None:
    second_plan(nation)
    client = signed_in(nation.world.secretariat)
    later = MONDAY + timedelta(days=5)
    plan = Plan.objects.get(key=SECOND)
    calendar: dict[str, Any] = {"kind": "quarter", "first": date(2010, 4, 1), "last": date(2010, 12, 31)}
    office = nation.world.secretariat
    made = periods.make_calendar(officer=office, at=MONDAY, plan=plan, **calendar)
    periods.open_period(officer=office, at=later, period=made[0])
    assert client.get(f"/?on={MONDAY.date()}").context["frame"].plan == nation.plan
    assert client.get(f"/?on={later.date()}").context["frame"].plan == plan


def test_a_board_counts_the_reports_of_its_own_plan_alone(nation: Reporting, signed_in: SignedIn) -> None:
    second_plan(nation)
    office = nation.world.secretariat
    plan = Plan.objects.get(key=SECOND)
    quarter: dict[str, Any] = {"kind": "quarter", "first": date(2010, 1, 1), "last": date(2010, 3, 31)}
    [period] = periods.make_calendar(officer=office, at=MONDAY, plan=plan, **quarter)
    periods.open_period(officer=office, at=MONDAY, period=period)
    client = signed_in(office)
    counts = {}
    for key in (nation.plan.key, SECOND):
        found = client.get(f"/?plan={key}").context
        behind = client.get(found["reports_href"]).context["page"].total
        assert found["reports_of"] == behind
        counts[key] = behind
    assert counts == {nation.plan.key: 5, SECOND: 1}


def test_every_tile_of_the_office_has_its_denominator_and_opens_what_it_counts(
    nation: Reporting, signed_in: SignedIn
) -> None:
    nation.submitted()
    client = signed_in(nation.world.secretariat)
    page = client.get("/")
    found, tiles = page.context, re.findall(r'<div class="c-tile .*?</div>', page.content.decode(), re.S)
    assert tiles and all("c-tile__of" in tile for tile in tiles)
    assert (found["queue_count"], found["received"]) == (1, 1)
    conflicts = "/indicators/conflicts/reporting-plan/?period=2010-Q1"
    links = [conflicts, found["uncovered_href"], found["rebase_href"], found["reports_href"]]
    for link in links:
        assert link.replace("&", "&amp;") in page.content.decode(), link
        assert client.get(link).status_code == 200
    assert client.get(conflicts).context["total"] == found["conflict_count"]
    assert client.get(conflicts).context["cells_told"] == found["cells_told"] > 0
    queue = client.get("/reporting/queue/").context
    assert (queue["waiting"], queue["received"]) == (found["queue_count"], found["received"])
    uncovered = client.get(found["uncovered_href"]).context
    assert (uncovered["measures_shown"], uncovered["measures"]) == (
        found["uncovered_count"], found["measure_count"],
    )  # fmt: skip
    assert len(client.get(found["rebase_href"]).context["lines"]) == found["coverage"]["rebase_due"]


def test_the_lists_behind_another_day_are_of_that_day(nation: Reporting, signed_in: SignedIn) -> None:
    client = signed_in(nation.world.secretariat)
    after = nation.owed().grace_until + timedelta(days=1)
    found = client.get(f"/?on={after}").context
    assert found["overdue_n"] == client.get(found["overdue_href"]).context["page"].total > 0
    assert found["overdue_of"] == client.get(found["overdue_href"]).context["whole"]


def test_a_ministry_without_a_measure_is_told_so(nation: Reporting, signed_in: SignedIn) -> None:
    second_plan(nation)
    client = signed_in(nation.world.focal_point)
    assert "We lead no measure of this plan." in text_of(client, f"/?plan={SECOND}")
    assert "0 measures" not in text_of(client, f"/?plan={SECOND}")


def test_meetings_and_dates_ahead_stand_on_the_pages(nation: Reporting, signed_in: SignedIn) -> None:
    world = nation.world
    wanted = {
        world.secretariat: ("Next meeting", "Dates of evaluations and treaty bodies"),
        world.focal_point: ("Ours to do", "We assigned"),
        world.provincial: ("Decisions that bind us",),
    }
    for officer, headings in wanted.items():
        page = text_of(signed_in(officer), "/")
        for heading in headings:
            assert heading in page


def test_the_office_finds_what_is_stuck_above_its_board_and_every_agency_of_the_board(
    nation: Reporting, signed_in: SignedIn
) -> None:
    page = signed_in(nation.world.secretariat).get("/")
    shown = unescape(page.content.decode())
    assert shown.index("Stuck: the oldest at each stage") < shown.index("Obligation board")
    assert all(row["href"] in shown for row in page.context["board"])


def test_why_a_step_was_taken_is_told_in_the_readers_language() -> None:
    with override("zh-hans"):
        assert step_words("7 working days past 2011-07-21") == "2011年7月21日后已过7个工作日"
        told = step_words("7 working days past 2011-07-21; there is no agency above of the level line")
        assert told.endswith("上面没有该级单位")
    assert step_words("The flood.") == "The flood."


def test_a_newer_period_takes_no_overdue_report_off_the_page_of_the_office(
    nation: Reporting, signed_in: SignedIn
) -> None:
    client = signed_in(nation.world.secretariat)
    newer = nation.open("2010-Q2")
    day = newer.opens + timedelta(days=1)
    found = client.get(f"/?on={day}").context
    assert found["period"] == newer
    assert found["overdue_n"] == client.get(found["overdue_href"]).context["page"].total > 0
    [other] = [one for one in found["periods"] if not one["shown"]]
    assert client.get("/" + other["href"]).context["period"] == nation.quarter


def test_a_board_of_what_is_not_yet_open_adds_up(nation: Reporting, signed_in: SignedIn) -> None:
    nation.open("2010-Q2")
    client = signed_in(nation.world.secretariat)
    assert client.get("/").context["period"] == nation.quarter
    found = client.get("/?period=2010-Q2").context
    assert "not_open" in dict(found["columns"])
    for row in found["board"]:
        assert sum(n for _state, n, _href in row["cells"]) == row["total"] > 0


def test_where_nothing_is_owed_the_page_names_the_periods_that_are_open(
    nation: Reporting, signed_in: SignedIn
) -> None:
    world = nation.world
    page = text_of(signed_in(world.officer_for(world.hunan, F.LOCAL_OFFICER)), "/")
    assert "Open now: 2010-Q1" in page and "Obligations appear here" not in page


def test_a_province_that_gave_nothing_is_among_the_missing_itself(
    nation: Reporting, signed_in: SignedIn
) -> None:
    world = nation.world
    client = signed_in(world.officer_for(world.yunnan, F.PROVINCIAL_OFFICE))
    figures = client.get("/").context["figures"]
    assert figures
    for each in figures:
        assert each.reported + len(each.missing) == each.asked
        assert world.yunnan.place_code in {place.code for place in each.missing}
