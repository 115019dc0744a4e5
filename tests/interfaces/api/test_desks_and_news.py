"""Over the API too: desks that take in reports, news marked as read together, further cases of a lent officer."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.interfaces.api.case_machines import Callers, build_callers
from tests.interfaces.api.case_samples import key_of
from tests.interfaces.api.keys import ROOT, Machine
from tests.mechanism.cases.woman import lent_to_police, open_case, referral_to

from concerted.foundation.agencies.models import Agency
from concerted.mechanism.cases.acts import messages, referrals
from concerted.mechanism.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def callers() -> Callers:
    return build_callers()


def chief_of(callers: Callers, agency: Agency) -> Machine:
    return key_of(callers.machines, callers.world.supervisor(agency))


def test_a_desk_is_named_found_handed_over_and_ended(callers: Callers) -> None:
    world = callers.world
    police, station = callers.chief, chief_of(callers, world.station)
    for code in ("530000", "530102"):
        assert police.post("/intake-desks", {"place_code": code}).status_code == 201
    refused = station.post("/intake-desks", {"place_code": "530000"})
    assert (refused.status_code, police.post("/intake-desks", {"place_code": "430000"}).status_code) == (
        409,
        422,
    )
    reader = key_of(callers.machines, world.duty(world.station))
    first = reader.get("/intake-desks", {"within": "530000", "limit": 1}).json()
    assert [one["place_code"] for one in first["items"]] == ["530000"]
    rest = reader.get("/intake-desks", {"within": "530000", "cursor": first["next"]}).json()
    assert ([one["place_code"] for one in rest["items"]], rest["next"]) == (["530102"], None)
    assert reader.get("/intake-desks/530103").json()["place_code"] == "530000"
    assert reader.get("/intake-desks/430000").status_code == 404
    assert reader.post("/intake-desks/530102/end").status_code == 404
    assert station.post("/intake-desks/530102/end").status_code == 404
    handed = police.post("/intake-desks/530102/hand-over", {"to_agency": world.station.key})
    assert (handed.status_code, handed.json()["agency"]) == (200, world.station.key)
    assert station.post("/intake-desks/530102/end").status_code == 200
    assert police.post("/intake-desks/530000/end").status_code == 409


def test_the_news_that_was_read_is_marked_together_and_nothing_else(callers: Callers) -> None:
    world = callers.world
    sent = referral_to(world, callers.case, world.station)
    referrals.accept_referral(officer=world.worker(world.station), at=world.at, referral=sent)
    now: dict[str, Any] = {"officer": world.worker(world.police), "at": world.at, "case": callers.case}
    messages.send_message(**now, to=[world.station], text="How is she?")
    station = callers.worker(world.station)
    shown = [one["id"] for one in station.get("/case-work").json()["news"]]
    assert len(shown) == 2
    messages.send_message(**now, to=[world.station], text="Please call.")
    assert callers.outsider.post("/case-news/seen", {"news": shown}).json() == []
    done = station.post("/case-news/seen", {"news": [*shown, 7]})
    assert {one["id"] for one in done.json()} == set(shown)
    assert all(one["seen_at"] for one in done.json())
    [left] = station.get("/case-work").json()["news"]
    assert left["id"] not in shown
    assert station.post("/case-news/seen", {"news": []}).status_code == 422


def test_further_cases_are_asked_for_and_home_is_told_none(callers: Callers) -> None:
    world, other = callers.world, open_case(callers.world)
    lent = lent_to_police(world, world.worker(world.federation), callers.case).pk
    home = chief_of(callers, world.federation)
    body = {"cases": [other.pk], "need": "language", "urgency": "urgent"}
    assert home.post(f"/secondments/{lent}/further-cases", body).status_code == 404
    asked = callers.chief.post(f"/secondments/{lent}/further-cases", body)
    assert (asked.status_code, asked.json()["widens"], asked.json()["cases"]) == (201, lent, [other.pk])
    further = asked.json()["id"]
    told = home.get(f"/secondments/{further}").json()
    assert (told["cases"], told["case_count"], told["widens"]) == ([], 1, lent)
    assert {step["act"] for step in told["steps"]} == {"agree", "decline"}
    assert home.step(f"/secondments/{further}/agreement").json()["state"] == "agreed"
    assert callers.chief.step(f"/secondments/{further}/end").status_code == 409
    assert callers.chief.post(f"/secondments/{lent}/further-cases", body).status_code == 422
    until = {"until": "2010-06-01T12:00:00+08:00", "need": "language"}
    longer = callers.chief.post(f"/secondments/{lent}/prolongation", until).json()
    assert (longer["prolongs"], longer["cases"]) == (True, [])
    assert home.step(f"/secondments/{longer['id']}/agreement").status_code == 200
    assert home.get(f"/secondments/{lent}").json()["until"].startswith("2010-06-01")
    assert home.post(f"/secondments/{further}/cases/{other.pk}/taking-back").status_code == 404
    back = callers.chief.post(f"/secondments/{further}/cases/{other.pk}/taking-back")
    assert (back.status_code, back.json()["cases"], back.json()["taken_back"]) == (200, [], 1)


@pytest.mark.parametrize(("named", "province"), [({}, "530000"), ({"place_code": "430102"}, "430000")])
@pytest.mark.parametrize("form", ["htcds", "sheet"])
def test_cases_of_a_file_stand_where_the_caller_says_else_where_the_agency_is(
    callers: Callers, form: str, named: dict[str, str], province: str
) -> None:
    heading = "prs_FirstName" if form == "htcds" else "person.name"
    column = "record" if form == "htcds" else "case.local_number"
    out = io.StringIO()
    csv.writer(out).writerows([[column, heading], ["A-1", "小芳"]])
    done = _upload(callers.police, f"/case-imports/{form}", out.getvalue(), **named)
    assert done.status_code == 201
    [number] = done.json()["cases"].values()
    with callers.world.at_case_work(callers.world.worker(callers.world.police), callers.world.later(days=1)):
        assert Case.objects.get(number=number).province_code == province


def test_a_place_that_is_none_is_refused_before_anything_is_imported(callers: Callers) -> None:
    refused = _upload(
        callers.police, "/case-imports/htcds", "record,prs_FirstName\nA,B\n", place_code="999999"
    )
    assert (refused.status_code, refused.json()["faults"][0]["field"]) == (422, "place_code")
    assert len(callers.police.get("/cases").json()["items"]) == 1


def test_a_held_file_keeps_the_place_it_was_handed_in_with(callers: Callers) -> None:
    held = _upload(
        callers.police,
        "/case-import-batches",
        "record,prs_FirstName\nA-1,小芳\n",
        form="htcds",
        place_code="430102",
    ).json()
    done = callers.police.post(f"/case-import-batches/{held['id']}/import", etag='"1"')
    [number] = done.json()["cases"].values()
    with callers.world.at_case_work(callers.world.worker(callers.world.police), callers.world.later(days=1)):
        assert Case.objects.get(number=number).province_code == "430000"


def _upload(machine: Machine, path: str, text: str, **more: str) -> Any:
    sent = SimpleUploadedFile("cases.csv", text.encode(), content_type="text/csv")
    return machine.client.post(
        ROOT + path,
        {"file": sent, **more},
        headers=machine.headers({"Idempotency-Key": f"upload-{path.rpartition('/')[2]}"}),
    )
