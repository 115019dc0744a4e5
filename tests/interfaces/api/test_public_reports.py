"""Somebody without a key reports over the API as on the public page: a code comes back, and by it a state."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.interfaces.api.case_machines import Callers, build_callers
from tests.interfaces.api.keys import ROOT
from tests.record import the_record

from concerted.foundation.access.models import IdempotentAnswer
from concerted.mechanism.cases.acts import desks
from concerted.mechanism.cases.models import Report

pytestmark = pytest.mark.django_db

WORDS = {"narrative": "A girl is held above the shop.", "urgency": "urgent", "place_code": "530102"}


@pytest.fixture
def callers() -> Callers:
    made = build_callers()
    desks.name_intake_desk(
        officer=made.world.supervisor(made.world.police), at=made.world.at, place_code="530000"
    )
    return made


def tell(body: Any, *, key: str = "first-call", path: str = "/public-reports") -> Any:
    client = Client(HTTP_ACCEPT_LANGUAGE="en", raise_request_exception=False)
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(ROOT + path, body, content_type="application/json", headers=headers)


def standing(code: str) -> Any:
    return tell({"code": code}, key="", path="/public-reports/standing")


def test_a_report_without_a_key_reaches_the_desk_and_only_a_code_comes_back(callers: Callers) -> None:
    facts = {"trafficking_reported": "yes"}
    taken = tell({**WORDS, "contact": "a neighbour", "safe_contact": "never call", "facts": facts})
    assert taken.status_code == 201
    assert set(taken.json()) == {"code"} and re.fullmatch(r"K(-\w{4}){3}", taken.json()["code"])
    assert (taken["Cache-Control"], taken["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert not taken.cookies and "Location" not in taken
    [listed] = callers.police.get("/intake-reports").json()["items"]
    whole = callers.police.get(f"/intake-reports/{listed['id']}").json()
    assert (whole["channel"], whole["place_code"], whole["is_anonymous"]) == ("public_form", "530102", False)
    assert (whole["narrative"], whole["reporter"]) == (WORDS["narrative"], {"contact": "a neighbour"})
    assert whole["safe_contact"] == {"how": "never call"}
    assert whole["triggers"] == ["report_of_trafficking"]
    row = the_record().get(act="cases.take_public_report")
    assert (row.officer_id, row.agency_id) == (None, callers.world.police.pk)


def test_by_the_code_one_learns_how_it_stands_and_no_word_of_it(callers: Callers) -> None:
    code = tell(WORDS).json()["code"]
    assert standing(code.lower().replace("-", " ")).json() == {"state": "received"}
    [listed] = callers.police.get("/intake-reports").json()["items"]
    callers.police.post(f"/intake-reports/{listed['id']}/triage", {"urgency": "routine"}, etag='"1"')
    told = standing(code)
    assert (told.status_code, told.json()) == (200, {"state": "in_hand"})
    wrong = standing("K-2222-2222-2222")
    assert (wrong.status_code, standing(listed["number"]).status_code) == (404, 404)
    assert WORDS["narrative"] not in wrong.content.decode()


def test_a_retry_gets_the_same_code_and_makes_no_second_report(callers: Callers) -> None:
    first, again = tell(WORDS), tell(WORDS)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    for other in (tell(WORDS, key="another-call"), tell({**WORDS, "urgency": "routine"})):
        assert other.json() != first.json()
    assert len(callers.police.get("/intake-reports").json()["items"]) == 3
    assert not IdempotentAnswer.objects.filter(body__contains=first.json()["code"]).exists()
    assert first.json()["code"] not in str(Report.objects.values())
    assert tell(WORDS, key="").status_code == 422


def test_no_report_is_refused_for_its_place(callers: Callers) -> None:
    desks.name_intake_desk(
        officer=callers.world.supervisor(callers.world.police), at=callers.world.at, place_code="000000"
    )
    for number, (given, code, told) in enumerate(
        (
            ({"place_code": "999999"}, "000000", {"words": "999999", "is_read": False}),
            ({"place_told": "behind the market"}, "000000", {"words": "behind the market", "is_read": False}),
            (
                {"place_told": "昆明市五华区学府路"},
                "530102",
                {"words": "昆明市五华区学府路", "is_read": True},
            ),
            ({}, "000000", None),
        )
    ):
        assert tell({"narrative": "Help her.", **given}, key=f"call-no-{number}").status_code == 201
        newest = callers.police.get("/intake-reports", {"limit": 200}).json()["items"]
        whole = [callers.police.get(f"/intake-reports/{one['id']}").json() for one in newest]
        assert (code, told) in [(one["place_code"], one["place_told"]) for one in whole]


def test_where_nobody_takes_reports_it_says_to_call_the_police() -> None:
    build_callers()
    told = tell(WORDS)
    assert (told.status_code, told.json()["remedy"]) == (503, "Call the police.")


def test_a_spoiled_report_is_told_its_faults_and_not_taken(callers: Callers) -> None:
    for body in (
        {},
        {"narrative": "  "},
        {**WORDS, "facts": {"missing": "perhaps"}},
        {**WORDS, "channel": "x"},
    ):
        assert tell(body).status_code == 422
    assert tell({**WORDS, "narrative": "x" * 20_001}).status_code == 422
    assert callers.police.get("/intake-reports").json()["items"] == []


def test_a_key_or_a_session_makes_no_difference(callers: Callers) -> None:
    with_key = callers.police.post("/public-reports", WORDS, key="same-for-both")
    assert with_key.json() == tell(WORDS, key="same-for-both").json()
    assert [one["channel"] for one in callers.police.get("/intake-reports").json()["items"]] == [
        "public_form"
    ]
