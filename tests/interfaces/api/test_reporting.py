"""A report walks from draft to publication through the API, and nobody sees what is not yet his to see."""

from __future__ import annotations

from datetime import date

from tests.interfaces.api.keys import Machines

from concerted.foundation.access import acts


def _begun(machines: Machines, **fields: object) -> tuple[int, str]:
    body = {
        "measure": machines.nation.measure("m1").pk,
        "period": machines.nation.quarter.pk,
        "fields": {
            "claimed_status": "under_way",
            "narrative": "Two shelters took women in.",
            "values": {"rescued": {"value": "7"}, "trained": {"numerator": "3", "denominator": "4"}},
        }
        | fields,
    }
    begun = machines.ministry.post("/reports", body)
    assert begun.status_code == 201, begun.content
    return begun.json()["id"], begun["ETag"]


def test_a_report_walks_from_draft_to_publication(machines: Machines) -> None:
    ministry, office = machines.ministry, machines.office
    clearer = machines.of(machines.world.clearer)
    number, etag = _begun(machines)
    for machine, step in (
        (ministry, "submission"),
        (clearer, "clearance"),
        (office, "acceptance"),
        (office, "publication"),
    ):
        moved = machine.post(f"/reports/{number}/{step}", etag=etag)
        assert moved.status_code == 200, (step, moved.content)
        etag = moved["ETag"]
    states = [move["to_state"] for move in office.get(f"/reports/{number}/moves").json()]
    assert states == ["draft", "submitted", "cleared", "accepted", "published"]


def test_another_agencys_draft_does_not_exist(machines: Machines) -> None:
    number, etag = _begun(machines)
    stranger = machines.stranger
    absent = stranger.get("/reports/987654321")
    theirs = stranger.get(f"/reports/{number}")
    changed = stranger.patch(f"/reports/{number}", {"narrative": "mine"}, etag=etag)
    assert (theirs.status_code, theirs.json()) == (absent.status_code, absent.json())
    assert changed.status_code == 404
    assert stranger.get("/reports").json()["items"] == []


def test_a_report_is_returned_with_its_field_and_reason(machines: Machines) -> None:
    number, etag = _begun(machines)
    etag = machines.ministry.post(f"/reports/{number}/submission", etag=etag)["ETag"]
    why = {"field": "narrative", "reason": "Say how many."}
    returned = machines.office.post(f"/reports/{number}/return", why, etag=etag)
    assert (returned.status_code, returned.json()["state"]) == (200, "returned")


def test_the_author_cannot_clear_it(machines: Machines) -> None:
    number, etag = _begun(machines)
    etag = machines.ministry.post(f"/reports/{number}/submission", etag=etag)["ETag"]
    assert machines.ministry.post(f"/reports/{number}/clearance", etag=etag).status_code == 404


def test_a_change_needs_the_etag_and_a_stale_one_is_refused(machines: Machines) -> None:
    number, etag = _begun(machines)
    ministry = machines.ministry
    new = {"narrative": "Three shelters."}
    assert ministry.patch(f"/reports/{number}", new).status_code == 428
    changed = ministry.patch(f"/reports/{number}", new, etag=etag)
    assert changed.status_code == 200
    stale = ministry.patch(f"/reports/{number}", {"narrative": "Four."}, etag=etag)
    assert stale.status_code == 412
    wrong = {"values": {"moonbeams": {"value": "1"}, "shelters": {"value": "NaN"}}}
    refused = ministry.patch(f"/reports/{number}", wrong, etag=changed["ETag"])
    told = {one["field"] for one in refused.json()["faults"]}
    assert refused.status_code == 422 and {"values.moonbeams", "values.shelters.value"} <= told
    assert ministry.get(f"/reports/{number}").json()["narrative"] == "Three shelters."
    assert changed["ETag"] != etag


def test_a_move_with_a_stale_etag_moves_nothing(machines: Machines) -> None:
    number, etag = _begun(machines)
    machines.ministry.patch(f"/reports/{number}", {"narrative": "Three shelters."}, etag=etag)
    assert machines.ministry.post(f"/reports/{number}/submission", etag=etag).status_code == 412
    assert machines.ministry.get(f"/reports/{number}").json()["state"] == "draft"


def test_an_incomplete_report_is_refused_field_by_field(machines: Machines) -> None:
    number, etag = _begun(machines, narrative="", claimed_status="")
    refused = machines.ministry.post(f"/reports/{number}/submission", etag=etag)
    fields = {fault["field"] for fault in refused.json()["faults"]}
    assert (refused.status_code, fields >= {"narrative", "claimed_status"}) == (422, True)


def test_a_supporting_agency_answers_the_lead_and_nobody_else_sees_it(machines: Machines) -> None:
    asked = machines.ministry.post(
        "/support-requests",
        {
            "measure": machines.nation.measure("m1").pk,
            "period": machines.nation.quarter.pk,
            "asked": "acwf",
            "question": "What did you do?",
        },
    )
    number = asked.json()["id"]
    answered = machines.stranger.post(f"/support-requests/{number}/answer", {"answer": "We told them."})
    assert (asked.status_code, answered.json()["state"]) == (201, "answered")
    province = machines.of(machines.world.provincial)
    assert province.get(f"/support-requests/{number}").status_code == 404


def test_closing_a_period_freezes_a_snapshot(machines: Machines) -> None:
    period = machines.nation.quarter.pk
    early = machines.office.post(f"/periods/{period}/closing")
    acts.set_demonstration_clock(
        officer=machines.world.machine, at=machines.world.at, day=date(2010, 5, 10), seed=1
    )
    closed = machines.office.post(f"/periods/{period}/closing")
    frozen = machines.office.get(f"/periods/{period}/snapshots/1").json()
    assert (early.status_code, closed.status_code) == (409, 201)
    assert frozen["content_hash"] == closed.json()["content_hash"]
    assert frozen["silent"] > 0
