"""Runs are asked for through the API as on the pages: by strata, with linkage errors, and every fault by its row."""

from __future__ import annotations

from typing import Any

import pytest
from tests.interfaces.api.keys import Machines

from concerted.mechanism.figures.models import EstimationRun

TABLE: dict[str, Any] = {
    "title": "Two lists by sex",
    "lists": ["police", "shelters"],
    "by": ["sex"],
    "rows": [
        {"history": 1, "count": 40, "stratum": ["f"]},
        {"history": 2, "count": 30, "stratum": ["f"]},
        {"history": 3, "count": 12, "stratum": ["f"]},
        {"history": 1, "count": 3, "stratum": ["m"]},
    ],
    "methods": ["chapman", "chao"],
    "bootstrap": 50,
    "within": "chapman",
    "linkage": {"missed": {"police:shelters": [3, 40]}, "draws": 5},
}


def test_a_run_by_strata_and_with_linkage_errors_is_asked_for(callers: Machines) -> None:
    answer = callers.office.post("/estimation-runs", TABLE)
    assert answer.status_code == 201, answer.content
    run = answer.json()
    assert (run["by"], run["lists"], run["state"]) == (["sex"], ["police", "shelters"], "queued")
    with callers.world.seen_by(callers.world.secretariat):
        options = EstimationRun.objects.get(pk=run["id"]).options
    assert options["linkage"]["missed"] == {"police:shelters": [3, 40]}
    assert options["methods"] == ["chapman", "chao"]
    plain = callers.office.post("/estimation-runs", {"title": "t", "lists": ["a", "b"], "rows": [_row(1, 5)]})
    assert plain.json()["by"] == []


def _row(history: int, count: int, *stratum: str) -> dict[str, Any]:
    return {"history": history, "count": count, "stratum": list(stratum)}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rows": [_row(1, 5, "f"), _row(2, 5)]}, "row 2"),
        ({"rows": [_row(1, 5, "f"), _row(1, 6, "f")]}, "row 2"),
        ({"rows": [_row(4, 5, "f")]}, "row 1"),
        ({"rows": [_row(1, 0, "f")]}, "counts nobody"),
        ({"rows": [_row(1, 10**9, "f"), _row(1, 10**9, "m")]}, "more people than can be"),
        ({"rows": [_row(0, 5, "f")]}, "history"),
        ({"rows": [{"history": 1, "count": -1, "stratum": ["f"]}]}, "count"),
        ({"rows": [{"history": 1, "count": 1.5, "stratum": ["f"]}]}, "count"),
        ({"rows": []}, "rows"),
        ({"lists": ["police"]}, "lists"),
        ({"lists": ["police", "Police"]}, "a name of its own"),
        ({"lists": [f"list {n}" for n in range(9)]}, "lists"),
        ({"methods": ["guess"]}, "methods"),
        ({"linkage": {"missed": 2}}, "error rate"),
        ({"linkage": {"missed": {"police:hotline": 0.1}}}, "no list"),
        ({"linkage": {}}, "No error in joining records"),
    ],
)
def test_a_table_that_cannot_be_is_told_with_its_place(
    callers: Machines, changes: dict[str, Any], told: str
) -> None:
    answer = callers.office.post("/estimation-runs", TABLE | changes)
    assert answer.status_code in (400, 422), answer.content
    problem = answer.json()
    said = str(problem) + " ".join(f"row {one.get('row')}" for one in problem["faults"])
    assert told in said, problem
