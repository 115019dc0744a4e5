"""The evaluation pages walk an evaluation to its verified action, keep load to its office, and lose no typed word."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.attack.evaluated import Evaluated, build_evaluated
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.foundation.access import acts as access
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Officer
from concerted.mechanism.evaluation.acts import evaluations
from concerted.mechanism.evaluation.models import Evaluation, Finding

pytestmark = pytest.mark.django_db

DUE = MONDAY.date() + timedelta(days=60)
DAY = {"action_due-day": str(DUE.day), "action_due-month": str(DUE.month), "action_due-year": str(DUE.year)}


@pytest.fixture
def nation(db: None) -> Reporting:
    found = build_reporting()
    access.set_demonstration_clock(officer=found.world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    return found


@pytest.fixture
def evaluated(nation: Reporting) -> Evaluated:
    return build_evaluated(nation)


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    """The pages link assets by name, collected or not."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def client_of(officer: Officer, *, language: str = "en") -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def finding_of(nation: Reporting, pk: int) -> Finding:
    with acting(nation.world.secretariat, MONDAY):
        return Finding.objects.get(pk=pk)


def test_a_finding_is_answered_claimed_and_verified_on_its_pages(
    nation: Reporting, evaluated: Evaluated
) -> None:
    ministry, office = client_of(nation.world.focal_point), client_of(nation.world.secretariat)
    pk = [evaluated.finding]
    answer = {"kind": "accepted", "text": "We agree.", "action": "Lists from June.", **DAY}
    assert ministry.post(reverse("evaluation:respond", args=pk), answer).status_code == 302
    assert ministry.post(reverse("evaluation:claim", args=pk), {"evidence": "Notice 4"}).status_code == 302
    assert office.post(reverse("evaluation:verify", args=pk), {"note": ""}).status_code == 302
    assert finding_of(nation, evaluated.finding).state == "closed"
    page = ministry.get(reverse("evaluation:finding", args=pk)).content.decode()
    assert "Lists from June." in page


def test_a_refused_answer_keeps_every_typed_word(nation: Reporting, evaluated: Evaluated) -> None:
    answer = client_of(nation.world.focal_point).post(
        reverse("evaluation:respond", args=[evaluated.finding]), {"kind": "accepted", "text": "We agree."}
    )
    assert answer.status_code == 400
    assert "We agree." in answer.content.decode()


def test_a_stale_summary_shows_what_stands_and_what_was_typed(
    nation: Reporting, evaluated: Evaluated
) -> None:
    office = client_of(nation.world.secretariat)
    address = reverse("evaluation:summary", args=[evaluated.under_way])
    with acting(nation.world.secretariat, MONDAY):
        one = Evaluation.objects.get(pk=evaluated.under_way)
    seen = one.row_version
    evaluations.write_summary(
        officer=nation.world.secretariat, at=MONDAY, evaluation=one, summary="Theirs stands."
    )
    answer = office.post(address, {"summary": "Mine was typed.", "row_version": seen})
    said = answer.content.decode()
    assert answer.status_code == 400
    assert "Theirs stands." in said
    assert "Mine was typed." in said


def test_the_office_sees_the_load_of_all_and_a_ministry_its_own_only(
    nation: Reporting, evaluated: Evaluated
) -> None:
    nation.open()
    for name in ("evaluation:workload", "evaluation:late_risk"):
        office = client_of(nation.world.secretariat).get(reverse(name), {"format": "csv"})
        own = client_of(nation.world.focal_point).get(reverse(name), {"format": "csv"})
        offices = {row["Office"] for row in csv.DictReader(io.StringIO(office.content.decode("utf-8-sig")))}
        mine = {row["Office"] for row in csv.DictReader(io.StringIO(own.content.decode("utf-8-sig")))}
        assert len(offices) > 1
        assert mine == {"Ministry of Civil Affairs"}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "name",
    ["list", "findings", "areas", "instruments", "recommendations", "calendar", "workload", "late_risk"],
)
def test_every_list_leaves_as_a_table(
    nation: Reporting, evaluated: Evaluated, name: str, format: str
) -> None:
    answer = client_of(nation.world.secretariat).get(reverse(f"evaluation:{name}"), {"format": format})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]


def test_pages_speak_chinese(nation: Reporting, evaluated: Evaluated) -> None:
    client = client_of(nation.world.secretariat, language="zh-hans")
    said = client.get(reverse("evaluation:areas")).content.decode()
    assert "挂牌督办地区" in said
    assert "在列" in said
