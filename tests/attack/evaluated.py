"""One thing of every kind of the evaluation part, built through acts for the whole nation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.mechanism.plan.reporting_world import MONDAY, Reporting

from concerted.foundation.access.door import acting
from concerted.mechanism.evaluation.acts import evaluations, instruments
from concerted.mechanism.evaluation.acts.supervision import list_area
from concerted.mechanism.evaluation.models import Finding, Instrument

TODAY = MONDAY.date()


@dataclass(frozen=True)
class Evaluated:
    """Ids of an evaluation under way, a final one with its finding, an area, a cycle, a paper, a recommendation."""

    under_way: int
    final: int
    finding: int
    area: int
    instrument: str
    cycle: int
    paper: int
    recommendation: int


def build_evaluated(nation: Reporting, *, words: str = "Half the shelters keep no list.") -> Evaluated:
    """words: what the evaluation under way says; the final one says nothing of it."""
    office: dict[str, Any] = {"officer": nation.world.secretariat, "at": MONDAY}
    under_way = _evaluation(nation, "stage", words)
    final = _evaluation(nation, "inspection", "Lists are kept.")
    evaluations.finish_evaluation(**office, evaluation=final)
    with acting(nation.world.secretariat, MONDAY):
        finding = Finding.objects.get(evaluation=final)
    area = list_area(**office, place_code="530000", reason="Cases doubled.", basis="Plan, safeguards")
    cycle = instruments.open_cycle(
        **office,
        instrument=Instrument.objects.get(key="cedaw"),
        key="2010",
        title_en="Round of 2010",
        starts=date(2010, 1, 1),
        source="the tests' world",
    )
    paper = instruments.add_deadline(
        **office,
        cycle=cycle,
        kind="report",
        title_en="Periodic report",
        owner=nation.world.ministry,
        due=TODAY + timedelta(days=60),
    )
    said = instruments.receive_recommendation(
        **office,
        cycle=cycle,
        recommendation=instruments.NewRecommendation(
            reference="CO/12", text_en="Train them.", received_on=TODAY, lead=nation.world.ministry
        ),
    )
    return Evaluated(under_way.pk, final.pk, finding.pk, area.pk, "cedaw", cycle.pk, paper.pk, said.pk)


def _evaluation(nation: Reporting, kind: str, words: str) -> Any:
    office: dict[str, Any] = {"officer": nation.world.secretariat, "at": MONDAY}
    made = evaluations.plan_evaluation(
        **office,
        plan=nation.plan,
        kind=kind,
        title="Evaluation",
        period_from=date(2008, 1, 1),
        period_to=date(2009, 12, 31),
        due=TODAY + timedelta(days=30),
    )
    evaluations.add_finding(
        **office,
        evaluation=made,
        finding=evaluations.NewFinding(words, "major", nation.world.ministry, measures=("m1",)),
    )
    return evaluations.write_summary(**office, evaluation=made, summary=words)
