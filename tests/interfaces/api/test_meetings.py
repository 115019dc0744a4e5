"""A meeting held by machines: planned once, called, noted by two, worded, and read only by whom it concerns."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.attack.met import Met, build_met
from tests.interfaces.api.keys import Machines
from tests.mechanism.meetings.meeting_world import build_meeting_world
from tests.mechanism.plan.reporting_world import MONDAY

DAY = MONDAY.date()


def _planned(machines: Machines, day: date, key: str = "plan-the-meeting") -> Any:
    body = {"series": "tests-plenary", "held_on": day.isoformat(), "title_en": "Plenary"}
    return machines.office.post("/meetings", body, key=key)


def test_a_meeting_is_planned_once_however_often_the_call_is_repeated(callers: Machines) -> None:
    build_meeting_world(callers.world)
    first, again = (_planned(callers, DAY + timedelta(days=9)) for _turn in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotent-Replay"] == "true"
    assert first.json() == again.json()
    assert len(callers.office.get("/meetings", {"series": "tests-plenary"}).json()["items"]) == 1


def test_a_meeting_moved_on_an_old_version_stays_where_it_is(callers: Machines) -> None:
    build_meeting_world(callers.world)
    made = _planned(callers, DAY + timedelta(days=9)).json()
    path = f"/meetings/{made['key']}"
    moved = {"held_on": (DAY + timedelta(days=12)).isoformat(), "title_en": "Plenary"}
    assert callers.office.patch(path, moved).status_code == 428
    assert callers.office.patch(path, moved, etag='"1"').status_code == 200
    stale = callers.office.patch(path, moved | {"title_en": "Other"}, etag='"1"')
    assert stale.status_code == 412
    assert stale["Content-Type"] == "application/problem+json"
    assert callers.office.get(path).json()["title_en"] == "Plenary"


def test_two_machines_that_save_one_note_keep_both_texts(callers: Machines) -> None:
    joint = build_meeting_world(callers.world)
    sitting = joint.sitting(DAY)
    path = f"/meetings/{sitting.key}/notes"
    for text in ("It rings at night.", "It rings by day."):
        saved = callers.office.post(path, {"client_key": "n1", "text": text})
        assert saved.status_code == 200
    notes = callers.office.get(path).json()["items"]
    assert [note["text"] for note in notes] == ["It rings at night.", "It rings by day."]
    assert [note["beside"] for note in notes] == [None, notes[0]["id"]]


def test_a_task_is_worded_assigned_and_owned_by_one_agency(callers: Machines) -> None:
    sitting = build_meeting_world(callers.world).sitting(DAY)
    decided = callers.office.post(
        f"/meetings/{sitting.key}/decisions", {"kind": "task", "text_en": "Open a hotline."}
    ).json()
    words = {"text_en": "Open it.", "owner": "mca", "due": (DAY + timedelta(days=60)).isoformat()}
    made = callers.office.post(f"/decisions/{decided['id']}/action-items", words)
    assert made.status_code == 201
    own = callers.office.post(f"/decisions/{decided['id']}/action-items", words | {"verifier": "mca"})
    assert own.status_code == 422
    assert callers.ministry.get(f"/decisions/{decided['id']}").status_code == 404


def test_what_an_agency_owns_and_may_do_is_told_to_it_alone(machines: Machines) -> None:
    met: Met = build_met(machines.nation)
    board = machines.ministry.get("/action-items").json()
    assert [line["action_item"]["id"] for line in board["mine"]] == [met.action]
    page = machines.ministry.get(f"/action-items/{met.action}").json()
    assert set(page["possible"]) == {"acknowledge", "report_progress", "claim_done"}
    claim = {"text": "Done.", "evidence": ["Letter 12"]}
    assert machines.ministry.step(f"/action-items/{met.action}/claim", claim).status_code == 200
    verdict = {"is_done": True}
    assert machines.ministry.step(f"/action-items/{met.action}/verification", verdict).status_code == 404
    assert (
        machines.office.step(f"/action-items/{met.action}/verification", verdict).json()["state"]
        == "verified"
    )
    assert machines.office.get("/decision-results").json()["action_items"]["verified"] == 1
