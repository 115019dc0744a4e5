"""The public site shows adopted plans and published results to everybody, and nothing else to anybody."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.foundation.access import acts as access
from concerted.mechanism.plan.acts import documents, drafts, editing
from concerted.mechanism.plan.models import Measure

pytestmark = pytest.mark.django_db

PLAN = "reporting-plan"
STORY = "Two shelters took in women found at the station."


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    """The pages link assets by name, collected or not."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def nation(db: None) -> Reporting:
    found = build_reporting()
    access.set_demonstration_clock(officer=found.world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    found.open()
    return found


def _text(address: str, *, language: str = "en", status: int = 200) -> str:
    answer = Client(HTTP_ACCEPT_LANGUAGE=language).get(address)
    assert answer.status_code == status
    return answer.content.decode()


ADDRESSES = ("/public/", "/public/accessibility/", f"/public/plans/{PLAN}/", f"/public/plans/{PLAN}/m1/")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_opens_for_everybody_in_both_languages(
    nation: Reporting, address: str, language: str
) -> None:
    text = _text(address, language=language)
    assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in text


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_public_frame_has_no_door_for_officers(nation: Reporting, address: str) -> None:
    assert "/account/login" not in _text(address)


def test_a_plan_that_is_not_adopted_is_as_absent_as_one_that_never_was(nation: Reporting) -> None:
    office: dict[str, Any] = {"officer": nation.world.secretariat, "at": MONDAY}
    reading = {name: [] for name in ("measures", "unknown_agencies", "unplaced", "strands", "objectives")}
    draft = drafts.save_draft_reading(
        **office,
        filename="x.txt",
        source_lines=["x"],
        reading=reading | {"title": "Kept back", "period": None},
    )
    version = drafts.adopt_draft(**office, draft=draft, key="kept-back")
    assert version.state == "draft"
    assert "Kept back" not in _text(reverse("public:home"))
    for name, rest in (("plan", []), ("download", ["json"]), ("results", ["csv"]), ("measure", ["m1"])):
        _text(reverse(f"public:{name}", args=["kept-back", *rest]), status=404)
        _text(reverse(f"public:{name}", args=["never-was", *rest]), status=404)


def test_a_revision_is_not_public_before_it_is_adopted(nation: Reporting) -> None:
    office: dict[str, Any] = {"officer": nation.world.secretariat, "at": MONDAY}
    version = documents.start_revision(**office, plan=nation.plan)
    with nation.world.seen_by(nation.world.secretariat):
        measure = Measure.objects.select_related("version__plan__office").get(version=version, key="m1")
    editing.edit_measure(**office, measure=measure, changes={"title_en": "Close shelters"})
    text = _text(reverse("public:plan", args=[PLAN]))
    assert "Open shelters" in text
    assert "Close shelters" not in text


@pytest.mark.parametrize("state", ["submitted", "cleared", "accepted"])
def test_a_report_is_not_public_before_it_is_published(nation: Reporting, state: str) -> None:
    nation.in_state(state)
    for address in (*ADDRESSES, reverse("public:results", args=[PLAN, "csv"])):
        assert STORY not in _text(address)


def test_a_published_report_stands_on_its_measure_and_in_the_files(nation: Reporting) -> None:
    nation.in_state("published")
    assert STORY in _text(reverse("public:measure", args=[PLAN, "m1"]))
    table = _text(reverse("public:results", args=[PLAN, "csv"]))
    assert STORY in table and "Under way" in table and "under_way" not in table
    workbook = Client().get(reverse("public:results", args=[PLAN, "xlsx"]))
    cells = [
        cell for row in openpyxl.load_workbook(io.BytesIO(workbook.content)).active.values for cell in row
    ]
    assert STORY in cells


def test_the_yaml_file_has_the_hash_that_the_page_tells(nation: Reporting) -> None:
    answer = Client().get(reverse("public:download", args=[PLAN, "yaml"]))
    digest = hashlib.sha256(answer.content).hexdigest()
    assert digest[:16] in _text(reverse("public:plan", args=[PLAN]))


def test_the_plan_leaves_as_json_and_as_a_workbook(nation: Reporting) -> None:
    told = json.loads(Client().get(reverse("public:download", args=[PLAN, "json"])).content)
    assert told["plan"]["id"] == PLAN
    workbook = Client().get(reverse("public:download", args=[PLAN, "xlsx"])).content
    assert openpyxl.load_workbook(io.BytesIO(workbook)).sheetnames


def test_a_form_that_is_not_offered_and_a_measure_that_is_not_there_are_not_found(nation: Reporting) -> None:
    _text(reverse("public:download", args=[PLAN, "docx"]), status=404)
    _text(reverse("public:results", args=[PLAN, "docx"]), status=404)
    _text(reverse("public:measure", args=[PLAN, "m99"]), status=404)


def test_an_unchanged_file_is_not_sent_twice(nation: Reporting) -> None:
    address = reverse("public:download", args=[PLAN, "json"])
    tag = Client().get(address)["ETag"]
    assert Client().get(address, HTTP_IF_NONE_MATCH=tag).status_code == 304
