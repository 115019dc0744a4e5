"""Over the API an agency learns of a case what its pages show: without a part nothing, before accepting a preview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.interfaces.api.case_machines import Callers, build_callers, consent_body
from tests.interfaces.api.case_samples import build_case_samples, key_of
from tests.interfaces.api.keys import ROOT, Machine
from tests.mechanism.cases.woman import link
from tests.mechanism.plan.reporting_world import MONDAY
from tests.record import the_record

from concerted.foundation.agencies.models import Post
from concerted.interfaces.api.api import api
from concerted.interfaces.api.call import OPERATIONS
from concerted.mechanism.cases.acts import files, glass
from concerted.mechanism.cases.models import BreakGlass

pytestmark = pytest.mark.django_db

NOWHERE = 987_654_321
SECRET = {name.replace(".", "_") for name, permission in OPERATIONS.items() if permission.is_secret}


@pytest.fixture
def callers() -> Callers:
    return build_callers()


def _addressed() -> Iterator[tuple[str, str]]:
    """Every operation of case work that names something: method and path."""
    for path, methods in api.get_openapi_schema(path_prefix=ROOT + "/")["paths"].items():
        for method, described in methods.items():
            if described["operationId"] in SECRET and "{pk}" in path:
                yield method, path.removeprefix(ROOT)


def _ask(machine: Machine, method: str, path: str, number: object, part: object) -> tuple[int, Any]:
    address = path.replace("{pk}", str(number)).replace("{part}", str(part)).replace("{key}", "contact")
    sent = {"Idempotency-Key": f"paired-{method}-{path.replace('/', '.').translate(_PLAIN)}"}
    query = "?why=a test of two worlds" if method == "get" else ""
    answer = machine.send(method.upper(), address + query, _body(path), etag='"1"', **sent)
    return answer.status_code, answer.json()


_PLAIN = {ord("{"): None, ord("}"): None}


def _body(path: str) -> dict[str, Any]:
    """A body that is taken, for the calls whose fields are compulsory."""
    wanted = {
        "reason": {"reason": "A reason."},
        "note": {"note": "A note."},
        "text": {"text": "A text."},
    }
    last = path.rpartition("/")[2]
    if last in ("withdrawal", "dismissal", "reconsideration", "reopening", "revocation", "refusal", "recall"):
        return wanted["reason"]
    if last in ("acceptance", "closure", "beginning", "completion"):
        return wanted["note"]
    return wanted["text"] if last in ("notes", "statements") else {}


@pytest.mark.thorough
def test_every_read_of_case_work_answers_somebody_entitled(db: None) -> None:
    callers = build_callers()
    samples = build_case_samples(callers.machines)
    shut = []
    for path, methods in api.get_openapi_schema(path_prefix=ROOT + "/")["paths"].items():
        described = methods.get("get")
        if described is None or described["operationId"] not in SECRET:
            continue
        met = {
            key.get(address, {"why": "a walk over every read"}).status_code
            for address in _addresses(path.removeprefix(ROOT), samples.paths)
            for key in samples.keys
        }
        if 200 not in met or max(met) >= 500:
            shut.append((path, sorted(met)))
    assert shut == []


def _addresses(path: str, known: Mapping[str, list[Any]]) -> list[str]:
    """The path with things that exist in the place of its parameters; each value of the last one."""
    found = [path]
    for name in ("pk", "part", "key", "code"):
        mark = "{" + name + "}"
        before = path.partition(mark)[0].rstrip("/").rpartition("/")[2]
        values = known.get(before, [""]) if mark in path else [""]
        found = [each.replace(mark, str(value)) for each in found for value in values]
    return found


@pytest.mark.thorough
def test_for_an_outsider_what_exists_and_what_does_not_answer_alike(db: None) -> None:
    callers = build_callers()
    machines = callers.machines
    samples = build_case_samples(machines)
    agency = callers.world.outsider
    outsiders = [
        key_of(machines, callers.world.officer_for(agency, function))
        for function in (Post.Function.CASE_WORKER, Post.Function.CASE_SUPERVISOR)
    ]
    told_apart, asked = [], 0
    for method, path in _addressed():
        collection = path.split("/")[1]
        last = path.partition("{part}")[0].rstrip("/").rpartition("/")[2]
        parts = samples.paths.get(last, [1]) if "{part}" in path else [0]
        for machine in outsiders:
            here = _ask(machine, method, path, samples.paths[collection][0], parts[-1])
            there = _ask(machine, method, path, NOWHERE, NOWHERE)
            asked += 1
            if here != there or here[0] < 400:
                told_apart.append((method, path, here, there))
    assert told_apart == []
    assert asked > 150


def test_an_outsider_finds_no_case_in_any_list(callers: Callers) -> None:
    outsider = callers.outsider
    assert outsider.get("/cases", {"open_only": False}).json() == {"items": [], "next": None}
    assert outsider.get("/cases", {"number": callers.case.number}).json()["items"] == []
    assert outsider.get("/case-work").json()["todo"] == []
    assert outsider.get("/obligations").json()["items"] == []


def _referred(callers: Callers) -> tuple[Machine, int]:
    """A referral to the station, sent by machine; the station's machine and the referral's number."""
    police = callers.police
    consent = police.post(callers.at("/consents"), consent_body("ca-yunnan-station")).json()["id"]
    body = {
        "to_agency": "ca-yunnan-station",
        "service": "shelter",
        "reason": "She needs a bed tonight.",
        "sections": ["contact"],
        "purpose": "protection",
        "consent": consent,
    }
    draft = police.post(callers.at("/referrals"), body)
    assert draft.status_code == 201
    number = draft.json()["id"]
    assert police.step(f"/referrals/{number}/sending").json()["state"] == "sent"
    return callers.worker(callers.world.station), number


def test_a_receiver_reads_a_preview_before_it_accepts_and_the_case_afterwards(callers: Callers) -> None:
    police, words = callers.police, {"values": {"number": "telephone 13800000000"}}
    assert police.patch(callers.at("/sections/contact"), words, etag='"0"').status_code == 200
    station, number = _referred(callers)
    seen = station.get(f"/referrals/{number}").json()
    assert (seen["reason"], seen["case"]) == ("She needs a bed tonight.", None)
    assert {step["act"] for step in seen["steps"]} == {"see", "accept", "decline", "return"}
    assert station.get(callers.at("/sections/contact")).status_code == 404
    accepted = station.step(f"/referrals/{number}/acceptance", {})
    assert (accepted.status_code, accepted.json()["case"]) == (200, callers.case.pk)
    read = station.get(callers.at("/sections/contact")).json()
    assert read["words"][0]["values"] == {"number": "telephone 13800000000"}
    assert station.get(callers.at("/sections/legal")).json()["is_open"] is False


def test_a_step_that_is_not_possible_now_is_a_conflict_and_changes_nothing(callers: Callers) -> None:
    station, number = _referred(callers)
    assert station.step(f"/referrals/{number}/decline", {"code": "no_capacity"}).status_code == 200
    again = station.step(f"/referrals/{number}/acceptance", {})
    assert again.status_code == 409
    assert callers.police.get(f"/referrals/{number}").json()["state"] == "declined"
    assert callers.police.step(f"/referrals/{number}/acceptance", {}).status_code == 404  # not the sender's


def test_consent_withdrawn_by_machine_stops_what_stood_on_it_at_once(callers: Callers) -> None:
    station, number = _referred(callers)
    assert station.step(f"/referrals/{number}/acceptance", {}).status_code == 200
    said = {"recipient": "ca-yunnan-station", "received_by": "the duty officer", "presence": "alone"}
    done = callers.police.post(callers.at("/consents/withdrawal"), said)
    assert done.json()["holders"] == [{"gave": "ps-yunnan", "holds": "ca-yunnan-station"}]
    assert station.get(callers.at("/sections/contact")).json()["words"] == []
    holders = callers.police.get(callers.at("/holders")).json()
    assert [(one["holder"], one["state"]) for one in holders] == [("ca-yunnan-station", "withdrawn")]


def test_what_ended_on_a_suspicion_since_lifted_is_taken_up_over_the_api(callers: Callers) -> None:
    police, world = callers.police, callers.world
    father = link(world, callers.case, role="guardian")
    body = {**consent_body("ca-yunnan-station"), "giver": "guardian", "giver_person": father.pk}
    taken = police.post(callers.at("/consents"), body).json()
    suspect = police.post(callers.at("/persons"), {"person": father.pk, "role": "suspect"}).json()
    renewal = callers.at(f"/consents/{taken['id']}/renewal")
    again = {"received_by": "Officer Li", "presence": "alone"}
    assert police.post(renewal, again).status_code == 409
    police.post(callers.at(f"/persons/{suspect['id']}/end"), {"reason": "another man"})
    listed = {one["id"]: one for one in police.get(callers.at("/consents")).json()["items"]}
    assert (listed[taken["id"]]["state"], listed[taken["id"]]["may_take_up"]) == ("cleared", True)
    anew = police.post(renewal, again)
    assert (anew.status_code, anew.json()["takes_up"]) == (201, taken["id"])


def test_a_sealed_section_is_read_for_a_reason_alone_and_stands_in_no_answer_beside(callers: Callers) -> None:
    world, secret = callers.world, "room 4, canary street"
    files.write_section(
        officer=world.worker(world.police),
        at=MONDAY,
        case=callers.case,
        section="shelter_address",
        values={"address": secret},
    )
    police = callers.police
    beside = [police.get(callers.at(path)) for path in ("", "/timeline", "/documents", "/sections/contact")]
    beside.append(police.get("/cases"))
    assert not any(secret in answer.content.decode() for answer in beside)
    assert police.get(callers.at("/sections/shelter_address")).status_code == 422
    assert police.get(callers.at("/sections/shelter_address/history")).status_code == 404
    opened = police.get(callers.at("/sections/shelter_address"), {"why": "the escort leaves now"})
    assert opened.json()["words"][0]["values"] == {"address": secret}
    look = the_record(act="cases.case_view", subject_id=callers.case.pk).latest("id")
    assert (look.detail["sections"], look.detail["why"]) == ("shelter_address", "the escort leaves now")


def test_every_kind_of_statement_about_a_person_is_kept_as_it_was_said(callers: Callers) -> None:
    said = [
        {"what": "name", "full": "王小红"},
        {"what": "birth", "year": 1992, "month": 4, "calendar": "chinese_lunar"},
        {"what": "age", "age": 16, "age_to": 18, "on": "2010-04-12"},
        {"what": "birth_unknown"},
        {"what": "sex", "code": "female"},
        {"what": "origin", "nationality": "CN", "place_code": "430000", "language": "湘语"},
        {"what": "document", "number": "430101199204010028", "issued_on": "2008-05-01"},
        {"what": "description", "text": "A scar on the left hand."},
    ]
    made = callers.police.post("/persons", {"kind": "person", "statements": said})
    assert made.status_code == 201
    identity = callers.police.get(f"/persons/{made.json()['id']}/identity", {"why": "to check the entry"})
    kept = [(one["what"], one["value"]) for one in identity.json()["stated"]]
    births = ("birth", "age", "birth_unknown")
    assert [what for what, _value in kept] == [
        "birth" if one["what"] in births else one["what"] for one in said
    ]
    assert kept[5][1]["place_code"] == "430000" and kept[6][1]["issued_on"] == "2008-05-01"


def test_two_machines_that_write_one_section_do_not_write_over_each_other(callers: Callers) -> None:
    first, second = callers.police, callers.police
    etag = first.get(callers.at("/sections/legal"))["ETag"]
    assert etag == '"0"'
    written = first.patch(callers.at("/sections/legal"), {"values": {"standing": "a witness"}}, etag=etag)
    late = second.patch(callers.at("/sections/legal"), {"values": {"standing": "a suspect"}}, etag=etag)
    assert (written.status_code, written["ETag"], late.status_code) == (200, '"1"', 412)
    assert second.patch(callers.at("/sections/legal"), {"values": {}}).status_code == 428
    kept = first.get(callers.at("/sections/legal")).json()["words"]
    assert [one["values"] for one in kept] == [{"standing": "a witness"}]


def test_no_machine_opens_a_case_in_an_emergency(callers: Callers) -> None:
    body = {"number": callers.case.number, "reason": "Life is in danger.", "sections": ["contact"]}
    refused = callers.outsider.post("/emergency-accesses", body)
    none = callers.outsider.post("/emergency-accesses", body | {"number": "C-0000-0000-0000"})
    assert (refused.status_code, none.status_code) == (409, 409)
    assert refused.json() == none.json()
    assert callers.outsider.get(callers.at()).status_code == 404
    with callers.world.at_case_work(callers.world.worker(callers.world.outsider)):
        assert not BreakGlass.objects.exists()


def test_what_an_officer_opened_in_an_emergency_no_machine_of_his_agency_reads(callers: Callers) -> None:
    world = callers.world
    person = link(world, callers.case)
    outsider = callers.outsider
    glass.break_glass(
        officer=world.worker(world.outsider),
        at=MONDAY,
        number=callers.case.number,
        reason="Life is in danger.",
        sections=["contact", "identity"],
        second_factor_at=MONDAY,
    )
    asked = [callers.at(), callers.at("/sections/contact"), callers.at("/persons"), f"/persons/{person.pk}"]
    asked.append(f"/persons/{person.pk}/identity")
    assert {outsider.get(path, {"why": "the same emergency"}).status_code for path in asked} == {404}
    accesses = outsider.get("/emergency-accesses").json()["items"]
    assert [one["case"] for one in accesses] == [callers.case.pk]


def test_no_answer_about_a_case_is_kept_on_the_way(callers: Callers) -> None:
    assert callers.police.get(callers.at())["Cache-Control"] == "no-store"


def test_a_letter_is_valid_or_not_for_whoever_holds_it_and_tells_nothing_else(callers: Callers) -> None:
    asked = callers.police.post(callers.at("/entitlements"), {"kind": "relief"}).json()["id"]
    place = callers.at(f"/entitlements/{asked}")
    grant = {"since": "2010-04-12", "until": "2010-12-31"}
    assert callers.police.post(f"{place}/grant", grant).status_code == 404
    assert callers.chief.post(f"{place}/grant", grant, etag='"1"').json()["state"] == "granted"
    letter = callers.chief.post(f"{place}/letters", {"holder": "W.", "form": "docx"}).json()
    anybody = callers.machines.of(callers.world.secretariat, scopes=["read"])
    shown = {"number": letter["number"], "code": letter["code"]}
    assert anybody.post("/letter-checks", shown).json() == {"valid": True}
    assert anybody.post("/letter-checks", shown | {"code": "K-2222-2222-2222"}).json() == {"valid": False}
    callers.chief.post(callers.at(f"/letters/{letter['id']}/revocation"))
    assert anybody.post("/letter-checks", shown).json() == {"valid": False}


def test_a_case_is_closed_over_the_api_by_two_persons_only(callers: Callers) -> None:
    proposed = callers.chief.step(callers.at("/closing"), {"closing": "opened_in_error"})
    assert proposed.json()["closing_as"] == "opened_in_error"
    assert callers.chief.step(callers.at("/closure"), {}).status_code == 404
    other = callers.world.new_officer(callers.world.police, Post.Function.CASE_SUPERVISOR)
    closed = key_of(callers.machines, other).step(callers.at("/closure"), {})
    assert (closed.status_code, closed.json()["stage"]) == (200, "closed")


def test_an_officer_set_aside_loses_the_case_with_the_next_call(callers: Callers) -> None:
    police = callers.police
    username = callers.world.worker(callers.world.police).username
    set_aside = callers.chief.post(callers.at("/conflicts"), {"officer": username, "reason": "A cousin."})
    assert (set_aside.status_code, police.get(callers.at()).status_code) == (201, 404)
