"""Words that belong to one agency are planted as canaries; no page, search or export shows them to another."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from pytest_django import DjangoDbBlocker
from tests.attack.samples import OWN, SAMPLES
from tests.attack.whole import Whole, build_whole
from tests.mechanism.plan.reporting_world import MONDAY
from tests.standing import kept_in, standing

from concerted.foundation.agencies.models import Officer
from concerted.mechanism.plan.acts import drafts, editing, notes, reports
from concerted.mechanism.plan.models import Measure, Report

pytestmark = pytest.mark.django_db

MINISTRYS = {
    "draft": "canary-draft-7f3a",
    "draft before it was changed": "canary-older-draft-19c2",
    "note": "canary-note-55e1",
    "withdrawn note": "canary-withdrawn-c90d",
    "question": "canary-question-b83f",
}
OFFICES = {
    "plan draft": "canary-reading-金丝雀-4d10",
    "file name": "canary-file-0aa9",
    "draft version": "canary-version-e2b7",
    "words of a sitting": "canary-sitting-91b2",
    "draft version before it was changed": "canary-older-version-8c64",
}
THIRD_PARTY = ("account/", "language/", "api/")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of the whole nation lie."""
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(autouse=True)
def own_vault_folder(folder: Path) -> Iterator[Path]:
    """The tests of this file share one nation, and so the folder of its stored files."""
    with override_settings(**kept_in(folder)):
        yield folder


def _plant() -> tuple[Whole, Report]:
    whole = build_whole(question=MINISTRYS["question"], words=OFFICES["words of a sitting"])
    _plant_the_offices(whole)
    return whole, _plant_the_ministrys(whole)


@pytest.fixture(scope="module")
def garden(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, folder: Path
) -> Iterator[tuple[Whole, Report]]:
    with standing(_plant, blocker=django_db_blocker, folder=folder) as made:
        yield made


@pytest.fixture
def planted(garden: tuple[Whole, Report], db: None) -> tuple[Whole, Report]:
    """The whole nation with every canary in it, and the ministry's draft report."""
    return deepcopy(garden)


def _plant_the_ministrys(whole: Whole) -> Report:
    nation, writer = whole.reporting, whole.world.focal_point
    report = nation.draft(measure="m3", narrative=MINISTRYS["draft before it was changed"], values={})
    with whole.world.seen_by(writer):
        report.refresh_from_db()
    report = _saved_again(whole, report)
    on: dict[str, Any] = {"officer": writer, "at": MONDAY}
    kept = {"subject_kind": "plan.measure", "subject_id": whole.measure.pk}
    notes.write_note(**on, **kept, text=MINISTRYS["note"])
    withdrawn = notes.write_note(**on, **kept, text=MINISTRYS["withdrawn note"])
    notes.withdraw_note(**on, note=withdrawn)
    return report


def _saved_again(whole: Whole, report: Report) -> Report:
    return reports.save_draft(
        officer=whole.world.focal_point,
        at=MONDAY,
        measure=whole.reporting.measure("m3"),
        period=whole.reporting.quarter,
        fields={"claimed_status": "under_way", "narrative": MINISTRYS["draft"]},
        expected_row_version=report.row_version,
    )


def _plant_the_offices(whole: Whole) -> None:
    on: dict[str, Any] = {"officer": whole.world.secretariat, "at": MONDAY}
    drafts.save_draft_reading(
        **on,
        filename=f"{OFFICES['file name']}.txt",
        source_lines=[OFFICES["plan draft"]],
        reading={"title": OFFICES["plan draft"], "period": None, "measures": [], "unknown_agencies": []}
        | {"unplaced": [], "strands": [], "objectives": []},
    )
    for name in ("draft version before it was changed", "draft version"):
        with whole.world.seen_by(whole.world.secretariat):
            measure = Measure.objects.select_related("version__plan__office").get(pk=whole.draft_measure.pk)
            editing.edit_measure(**on, measure=measure, changes={"title_en": OFFICES[name]})


def _addresses(whole: Whole, report: Report) -> list[str]:
    found = [reverse(name, kwargs=dict(SAMPLES[name](whole).arguments)) for name in SAMPLES]
    found += [reverse(name) for name in _without_arguments()]
    quarter, third = whole.period, whole.reporting.measure("m3").pk
    found += [
        reverse("reporting:report", args=[report.pk]),
        reverse("plan:measure", args=[third]),
        reverse("plan:measure", args=[whole.draft_measure.pk]),
        reverse("plan:plan", args=["reporting-plan"]) + "?version=2",
        reverse("plan:matrix", args=["reporting-plan"]) + "?version=2",
        reverse("plan:timeline", args=["reporting-plan"]) + "?version=2",
        reverse("plan:download", args=["reporting-plan", "xlsx"]) + "?version=2",
        reverse("plan:download", args=["reporting-plan", "yaml"]) + "?version=2",
        reverse("reporting:form", args=[third, quarter]),
        reverse("home:search") + "?q=canary",
        reverse("home:search") + "?q=金丝雀",
        reverse("public:plan", args=["reporting-plan"]),
        reverse("public:download", args=["reporting-plan", "json"]),
        reverse("public:results", args=["reporting-plan", "csv"]),
        reverse("public:measure", args=["reporting-plan", "m3"]),
        "/api/v1/search?q=canary",
    ]
    return found


def _without_arguments() -> Iterator[str]:
    for part in get_resolver().url_patterns:
        if not str(part.pattern).startswith(THIRD_PARTY):
            for pattern in part.url_patterns:
                name = f"{part.namespace}:{pattern.name}"
                if not pattern.pattern.converters and name not in OWN:
                    yield name


def _told(client: Client, address: str) -> str:
    """Everything the answer says, the text inside a workbook too."""
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return content.decode("utf-8", errors="replace") + str(answer.headers)


def _seen(
    officer: Officer, addresses: list[str], words: dict[str, str], *, everywhere: bool = False
) -> set[tuple[str, str]]:
    """Which words stand at which address, on the page and in its files. everywhere: files are asked of every page, not
    only of those that offer them."""
    client = Client(raise_request_exception=False)
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    told: dict[str, str] = {}
    for address in addresses:
        told[address] = _told(client, address)
        if not everywhere and "format=csv" not in told[address]:
            continue
        asked = f"{address}{'&' if '?' in address else '?'}format="
        told[f"{asked}csv"] = _told(client, f"{asked}csv")
        if "attachment" in told[f"{asked}csv"]:  # a page that gives no file gives it in no form
            told[f"{asked}xlsx"] = _told(client, f"{asked}xlsx")
    return {(name, address) for address, text in told.items() for name, word in words.items() if word in text}


@pytest.mark.parametrize("everywhere", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("agency", "function"),
    [
        ("mps-cid", "administrator"),
        ("mps-cid", "evaluator"),
        ("acwf", "focal_point"),
        ("ps-yunnan", "provincial_office"),
    ],
)
def test_no_answer_shows_another_agencys_words(
    planted: tuple[Whole, Report], agency: str, function: str, everywhere: bool
) -> None:
    whole, report = planted
    officer = whole.world.officer_for(whole.world.agency(agency), function)
    words = {} if agency == "mps-cid" else dict(OFFICES)
    words |= MINISTRYS
    if agency == "acwf":
        del words["question"]  # it was asked of this agency
    assert _seen(officer, _addresses(whole, report), words, everywhere=everywhere) == set()


def test_the_walk_would_find_what_the_owners_themselves_see(planted: tuple[Whole, Report]) -> None:
    whole, report = planted
    found = _seen(whole.world.focal_point, _addresses(whole, report), MINISTRYS | OFFICES)
    assert {name for name, _address in found} >= {"draft", "note", "question"}
    assert not {name for name, _address in found} & set(OFFICES)


def test_the_office_sees_its_own_drafts_and_not_another_agencys_words(
    planted: tuple[Whole, Report],
) -> None:
    whole, report = planted
    found = _seen(whole.world.secretariat, _addresses(whole, report), MINISTRYS | OFFICES)
    assert {name for name, _address in found} >= {"file name", "draft version", "words of a sitting"}
    assert not {name for name, _address in found} & set(MINISTRYS)


def test_without_signing_in_nothing_of_it_is_shown(planted: tuple[Whole, Report]) -> None:
    whole, report = planted
    client = Client(raise_request_exception=False)
    words = MINISTRYS | OFFICES
    told = {address: _told(client, address) for address in _addresses(whole, report)}
    assert [a for a, text in told.items() if any(word in text for word in words.values())] == []
