"""Machines evaluate, answer findings and keep treaty papers through the API, held to the versions they read."""

from __future__ import annotations

from typing import Any

import pytest
from tests.attack.evaluated import TODAY, Evaluated, build_evaluated
from tests.interfaces.api.keys import Machines

OUTCOME = {
    "kind": "commended",
    "agency": "mca",
    "on": TODAY.isoformat(),
    "reason": "Lists are kept; safeguards, 3.",
}
CYCLE = {"key": "2012", "title_en": "Round of 2012", "starts": "2012-01-01", "source": "the tests' world"}
PAPER = {"kind": "answers", "title_en": "Answers", "owner": "mca", "due": "2012-06-30"}
SAID = {"reference": "CO/1", "text_en": "Keep lists.", "received_on": TODAY.isoformat(), "lead": "mca"}


@pytest.fixture
def evaluated(machines: Machines) -> Evaluated:
    return build_evaluated(machines.nation)


def made(answer: Any) -> Any:
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_what_follows_from_a_final_evaluation_is_entered_and_read(
    machines: Machines, evaluated: Evaluated
) -> None:
    entered = made(machines.office.post(f"/evaluations/{evaluated.final}/outcomes", OUTCOME))
    read = machines.ministry.get(f"/evaluations/{evaluated.final}/outcomes").json()
    assert [one["id"] for one in read] == [entered["id"]]
    assert {key: read[0][key] for key in OUTCOME} == OUTCOME


def test_nothing_follows_from_an_evaluation_under_way_or_of_an_unknown_kind(
    machines: Machines, evaluated: Evaluated
) -> None:
    office = machines.office
    assert office.post(f"/evaluations/{evaluated.under_way}/outcomes", OUTCOME).status_code == 409
    odd = office.post(f"/evaluations/{evaluated.final}/outcomes", OUTCOME | {"kind": "fame"})
    assert (odd.status_code, odd.json()["faults"][0]["field"]) == (422, "kind")


def test_a_rejected_finding_is_closed_by_the_office_alone_with_its_reason(
    machines: Machines, evaluated: Evaluated
) -> None:
    address = f"/findings/{evaluated.finding}"
    etag = machines.ministry.get(address)["ETag"]
    said = {"kind": "rejected", "text": "Lists are kept elsewhere."}
    etag = machines.ministry.post(f"{address}/response", said, etag=etag)["ETag"]
    why = {"reason": "Seen on site."}
    assert machines.ministry.post(f"{address}/closure", why, etag=etag).status_code == 404
    assert machines.office.post(f"{address}/closure", why).status_code == 428
    assert machines.office.post(f"{address}/closure", {"reason": " "}, etag=etag).status_code == 422
    closed = machines.office.post(f"{address}/closure", why, etag=etag)
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert machines.office.post(f"{address}/closure", why, etag=etag).status_code == 412


def test_a_cycle_is_opened_and_its_papers_enter_the_calendar(
    machines: Machines, evaluated: Evaluated
) -> None:
    office = machines.office
    cycle = made(office.post(f"/instruments/{evaluated.instrument}/cycles", CYCLE))
    assert office.get(f"/review-cycles/{cycle['id']}").json() == cycle
    assert cycle in machines.ministry.get(f"/instruments/{evaluated.instrument}/cycles").json()
    paper = made(office.post(f"/review-cycles/{cycle['id']}/treaty-papers", PAPER))
    assert (paper["owner"], paper["due"], paper["sent_on"]) == ("mca", "2012-06-30", None)
    assert office.get(f"/treaty-papers/{paper['id']}").json() == paper
    assert paper in machines.ministry.get("/treaty-papers").json()
    again = office.post(f"/instruments/{evaluated.instrument}/cycles", CYCLE)
    assert again.status_code == 409
    assert machines.ministry.post(f"/review-cycles/{cycle['id']}/treaty-papers", PAPER).status_code == 404


def test_a_recommendation_walks_from_its_receipt_to_the_report_on_it(
    machines: Machines, evaluated: Evaluated
) -> None:
    office, ministry = machines.office, machines.ministry
    received = office.post(f"/review-cycles/{evaluated.cycle}/recommendations", SAID)
    address, etag = f"/recommendations/{made(received)['id']}", received["ETag"]
    plan = machines.nation.plan.key
    steps: list[tuple[Any, str, dict[str, Any]]] = [
        (ministry, "response", {"level": "supported", "response": "We will."}),
        (office, "answer", {"note": "Sent as annex 2."}),
        (ministry, "measures", {"plan": plan, "measures": ["m1"]}),
        (office, "conclusion", {"step": "report", "note": "Follow-up report, paragraph 9."}),
        (office, "conclusion", {"step": "close", "note": "Taken note of by the body."}),
    ]
    states = []
    for machine, step, body in steps:
        assert machine.post(f"{address}/{step}", body).status_code == 428
        moved = machine.post(f"{address}/{step}", body, etag=etag)
        assert moved.status_code == 200, (step, moved.content)
        states.append(moved.json()["state"])
        etag = moved["ETag"]
    assert states == ["prepared", "answered", "implementing", "reported", "closed"]
    assert office.get(address)["ETag"] == etag
    assert ministry.post(f"{address}/answer", {}, etag=etag).status_code == 404


def test_two_that_change_one_recommendation_do_not_overwrite_each_other(
    machines: Machines, evaluated: Evaluated
) -> None:
    address = f"/recommendations/{evaluated.recommendation}"
    etag = machines.ministry.get(address)["ETag"]
    ours = {"level": "partly", "response": "In part."}
    assert machines.ministry.post(f"{address}/response", ours, etag=etag).status_code == 200
    theirs = machines.office.post(f"{address}/response", ours | {"response": "All of it."}, etag=etag)
    assert theirs.status_code == 412
    assert machines.office.get(address).json()["response"] == "In part."
