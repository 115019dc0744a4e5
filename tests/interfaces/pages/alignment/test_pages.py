"""The alignment pages say what the acts and reads say, and let a place answer without a script."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders import build_world
from tests.mechanism.plan.nation_and_places import (
    CAMPAIGN,
    PATROL,
    SHELTER,
    WATCHED,
    Nation,
    build_nation,
    changed,
)

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Officer
from concerted.mechanism.plan import document as said
from concerted.mechanism.plan.acts import alignment
from concerted.mechanism.plan.models import Alignment
from concerted.mechanism.plan.reads.alignment import standing_answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


@pytest.fixture
def plain_files(settings: Any) -> None:
    """Pages name their assets without asking whether the set-up has gathered them."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def nation() -> Nation:
    return build_nation(build_world())


def signed_in(officer: Officer) -> Client:
    """A browser in which the officer is signed in."""
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text_of(client: Client, address: str) -> str:
    """The page as text; it must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:2000]
    return answer.content.decode()


def test_the_coverage_shows_each_answer_with_its_words_and_counts(nation: Nation) -> None:
    alignment.decline_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01"), reason="no railway"
    )
    page = text_of(signed_in(nation.world.secretariat), reverse("alignment:coverage", args=["npa"]))
    assert 'aria-label="Declined"' in page
    assert "Watch stations" in page and "Yunnan" in page


def test_a_filter_by_answer_leaves_only_measures_answered_so(nation: Nation) -> None:
    alignment.decline_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01"), reason="no railway"
    )
    address = reverse("alignment:coverage", args=["npa"])
    page = text_of(signed_in(nation.world.secretariat), address + "?kind=declined")
    assert "Watch stations" in page and "Open shelters" not in page


def test_the_answers_are_listed_a_page_at_a_time_and_by_kind_with_their_counts(nation: Nation) -> None:
    alignment.decline_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01"), reason="no railway"
    )
    client, address = signed_in(nation.world.secretariat), reverse("alignment:behind", args=["npa"])
    first = client.get(address).context
    counts = {str(tab["label"]): tab["count"] for tab in first["tabs"]}
    assert counts["Declined"] == 1 and counts["Not yet considered"] == counts["All"] - 1 > len(first["lines"])
    whole, listed = [*first["listed"].rows], first["listed"]
    while listed.next:
        listed = client.get(address + f"?cursor={listed.next}").context["listed"]
        whole += listed.rows
    assert len({(row.measure.pk, cell.place_code) for row, cell in whole}) == len(whole) == counts["All"]
    narrowed = client.get(address + "?kind=declined&place=530000").context
    assert [line["place"].code for line in narrowed["lines"]] == ["530000"]
    assert narrowed["shown"] == 1 and narrowed["total"] == counts["All"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", ["coverage", "behind", "gaps"])
def test_the_tables_leave_as_files(nation: Nation, name: str, kind: str) -> None:
    client = signed_in(nation.world.secretariat)
    answer = client.get(reverse(f"alignment:{name}", args=["npa"]) + f"?format={kind}")
    assert answer.status_code == 200
    assert f".{kind}" in answer["Content-Disposition"]


def test_a_province_starts_its_plan_adopts_and_adapts_without_a_script(nation: Nation) -> None:
    client = signed_in(nation.yunnan)
    national = nation.measure("PRE-01")
    started = client.post(
        reverse("alignment:start", args=["npa"]),
        {
            "title_en": "Plan of Yunnan",
            "title_zh": "",
            "period_from": "2009-01-01",
            "period_to": "2012-12-31",
        },
    )
    assert started.status_code == 302, started.content[:3000]
    page = reverse("alignment:answer", args=[national.pk])
    assert client.post(page, {"step": "adopt", "row_version": ""}).status_code == 302
    assert "Adopted" in text_of(client, page)
    form = client.get(reverse("alignment:adapt", args=[national.pk])).context["form"]
    posted = {name: _as_posted(form[name].value()) for name in form.fields}
    number = form._names.index("deadline")
    posted |= {f"f{number}_1": "2013-06-30", "row_version": "1"}
    refused = client.post(reverse("alignment:adapt", args=[national.pk]), posted)
    assert refused.status_code == 200
    assert "This field differs and no reason is given." in refused.content.decode()
    posted[f"why_{number}"] = "roads are long"
    taken = client.post(reverse("alignment:adapt", args=[national.pk]), posted)
    assert taken.status_code == 302, taken.content[:3000]
    standing = standing_answer(national, "530000")
    assert standing is not None and standing.kind == "adapted"
    assert set(standing.differs) == {"deadline"}


def test_adapting_begins_with_the_agencies_the_local_measure_has_and_names_them(nation: Nation) -> None:
    _county_police(nation)
    nation.open_plan(nation.yunnan)
    client, national = signed_in(nation.yunnan), nation.measure("PRE-01")
    page = reverse("alignment:adapt", args=[national.pk])
    form = client.get(page).context["form"]
    number = form._names.index("lead")
    provincial = [nation.world.yunnan.key]
    assert form[f"f{number}_0"].value() == provincial
    alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=national)
    form = client.get(page).context["form"]
    assert form[f"f{number}_0"].value() == provincial
    answered = client.get(reverse("alignment:answer", args=[national.pk])).context["rows"]
    [lead] = [row for row in answered if row["label"] == "Lead agencies"]
    assert lead["local"] == nation.world.yunnan.name_en


def test_a_province_cannot_adapt_a_measure_into_one_that_cannot_be(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    client, national = signed_in(nation.yunnan), nation.measure("PRE-01")
    page = reverse("alignment:adapt", args=[national.pk])
    form = client.get(page).context["form"]
    posted = {name: _as_posted(form[name].value()) for name in form.fields} | {"row_version": ""}
    title, starts, deadline = (form._names.index(name) for name in ("title", "starts", "deadline"))
    posted |= {f"f{title}_0": "", f"f{title}_1": "", f"why_{title}": "ours"}
    posted |= {f"f{starts}_0": "2013-01-01", f"why_{starts}": "late", f"f{deadline}_1": "2008-12-31"}
    posted |= {f"why_{deadline}": "early"}
    answer = client.post(page, posted)
    assert answer.status_code == 200 and not Alignment.objects.exists()
    assert set(answer.context["form"].errors) == {f"f{title}_0", f"f{deadline}_1"}


def _county_police(nation: Nation) -> None:
    """A county's police, registered before the office of the province is looked for."""
    access.load_agencies(
        officer=nation.world.machine,
        at=nation.world.at,
        records=[
            access.NewAgency(
                key="a-county-police",
                kind="local_department",
                name_en="County police (tests)",
                line="mps",
                place_code="530000",
                tier="county",
            )
        ],
    )


def _as_posted(value: object) -> object:
    return "" if value is None else value.isoformat() if isinstance(value, date) else value


def test_declining_without_a_reason_shows_what_is_missing_and_writes_nothing(nation: Nation) -> None:
    client = signed_in(nation.yunnan)
    page = reverse("alignment:answer", args=[nation.measure("PRE-01").pk])
    refused = client.post(page, {"step": "decline", "reason": " "})
    assert "Say why." in refused.content.decode()
    assert not Alignment.objects.exists()


def test_a_national_change_is_reviewed_field_by_field(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    given = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01")
    )
    nation.revise(changed(PATROL, description="Officers watch stations and ferries."), SHELTER, CAMPAIGN)
    client = signed_in(nation.yunnan)
    place = text_of(client, reverse("alignment:place", args=["npa", "530000"]))
    review = reverse("alignment:rebase", args=[given.pk])
    assert review in place
    assert "stations and ferries" in text_of(client, review)
    unchosen = client.post(review, {"step": "rebase", "row_version": "1"})
    assert "Choose the national or the local wording." in unchosen.content.decode()
    done = client.post(review, {"step": "rebase", "row_version": "1", "choice.text": "national"})
    assert done.status_code == 302
    assert "Officers watch stations and ferries." in text_of(client, done["Location"])


def test_the_review_names_the_national_lead_that_no_agency_of_the_place_follows_and_no_key(
    nation: Nation,
) -> None:
    led = changed(PATROL, lead=(said.Responsibility("acwf"),))
    nation.revise(led, SHELTER, CAMPAIGN)
    nation.open_plan(nation.yunnan)
    given = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01")
    )
    raised = replace(WATCHED, targets=(said.IndicatorTarget(date(2012, 12, 31), Decimal(95)),))
    nation.revise(led, SHELTER, CAMPAIGN, indicators=(raised,))
    client = signed_in(nation.yunnan)
    pages = [
        reverse("alignment:rebase", args=[given.pk]),
        reverse("alignment:answer", args=[nation.measure("PRE-01").pk]),
    ]
    for address in pages:
        page = text_of(client, address)
        assert "No agency of the place does the work of All-China Women" in page
        assert "Target: Share of stations watched" in page
    client.cookies.load({"django_language": "zh-hans"})
    pages += [
        reverse("alignment:place", args=["npa", "530000"]),
        reverse("alignment:history", args=[nation.measure("PRE-01").pk, "530000"]),
        reverse("alignment:gaps", args=["npa"]),
    ]
    for address in pages:
        assert "stations-watched" not in re.sub("<[^>]*>", "", text_of(client, address)), address
    assert "指标值: 巡查车站占比" in text_of(client, pages[0])


def test_another_province_cannot_open_the_review_and_a_ministry_no_answer(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    given = alignment.adopt_measure(
        officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01")
    )
    assert signed_in(nation.hunan).get(reverse("alignment:rebase", args=[given.pk])).status_code == 404
    ministry = signed_in(nation.world.focal_point)
    assert ministry.get(reverse("alignment:answer", args=[nation.measure("PRE-01").pk])).status_code == 404


def test_every_page_opens_in_chinese_too(nation: Nation) -> None:
    nation.open_plan(nation.yunnan)
    alignment.adopt_measure(officer=nation.yunnan, at=nation.world.at, national=nation.measure("PRE-01"))
    client = signed_in(nation.yunnan)
    client.cookies.load({"django_language": "zh-hans"})
    pk = nation.measure("PRE-01").pk
    for address in (
        reverse("alignment:coverage", args=["npa"]),
        reverse("alignment:gaps", args=["npa"]),
        reverse("alignment:behind", args=["npa"]),
        reverse("alignment:place", args=["npa", "530000"]),
        reverse("alignment:measure", args=[pk]),
        reverse("alignment:answer", args=[pk]),
        reverse("alignment:adapt", args=[pk]),
        reverse("alignment:history", args=[pk, "530000"]),
    ):
        assert "云南" in text_of(client, address) or "加强车站巡查" in text_of(client, address)
