"""Two officers who save one draft at the same moment lose nothing: one is stored, the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.foundation.agencies.models import Post
from concerted.mechanism.plan.acts import reports
from concerted.mechanism.plan.models import Report


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begun", [False, True])
def test_of_two_edits_at_once_one_stands_and_the_other_is_handed_back(begun: bool) -> None:
    nation: Reporting = build_reporting()
    quarter = nation.open()
    measure = nation.measure("m1")
    expected = nation.draft().row_version if begun else None
    writers = [
        nation.world.focal_point,
        nation.world.new_officer(nation.world.ministry, Post.Function.FOCAL_POINT),
    ]
    together = Barrier(2)

    def save(number: int) -> Report | reports.StaleReport:
        together.wait()
        try:
            return reports.save_draft(
                officer=writers[number],
                at=MONDAY,
                measure=measure,
                period=quarter,
                fields={"narrative": f"Version of officer {number}."},
                expected_row_version=expected,
            )
        except reports.StaleReport as stale:
            return stale
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(save, (0, 1)))
    [stored] = [a for a in answers if isinstance(a, Report)]
    [told] = [a for a in answers if isinstance(a, reports.StaleReport)]
    texts = {"Version of officer 0.", "Version of officer 1."}
    assert {stored.narrative, told.written["narrative"]} == texts
    assert told.standing.narrative == stored.narrative
