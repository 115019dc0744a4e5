"""A nation in which something exists behind every address of the site, built through acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.attack.evaluated import Evaluated, build_evaluated
from tests.attack.met import Met, build_met
from tests.builders import World
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Agency
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.figures import acts as figures
from concerted.mechanism.plan.acts import alignment, documents, drafts, editing, notes, observations, periods
from concerted.mechanism.plan.acts.support import ask_support
from concerted.mechanism.plan.models import Indicator, Measure
from concerted.methods.prevalence import PanelOptions, agreement_panel, read_table

READING: dict[str, Any] = {
    "title": "A plan read",
    "period": None,
    "measures": [],
    "unknown_agencies": [],
    "unplaced": [],
    "strands": [],
    "objectives": [],
}
NATION_PLAN = "reporting-plan"
SUMMER = MONDAY + timedelta(days=112)


@dataclass
class Whole:
    """The nation with the ids of one thing of every kind."""

    reporting: Reporting
    measure: Measure
    draft_measure: Measure
    milestone: int
    report: int
    support: int
    plan_draft: int
    note: int
    indicator: int
    observation: int
    period: int
    closed_period: int
    exception: int
    alignment: int
    report_owed: int
    figures_owed: int
    run: int
    evaluated: Evaluated
    met: Met

    @property
    def world(self) -> World:
        return self.reporting.world


def build_whole(*, question: str = "How many volunteers came?") -> Whole:
    """A plan in force and its revision, reports, figures, answers of a place, a note and a draft reading.

    question: what the ministry asks of the agency that supports its measure.
    """
    nation = build_reporting()
    world = nation.world
    access.set_demonstration_clock(officer=world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    office: dict[str, Any] = {"officer": world.secretariat, "at": MONDAY}
    assert world.provincial.acting is not None  # a place with nobody in post owes no figures
    nation.open()
    report = nation.submitted()
    measure = nation.measure("m1")
    support = ask_support(
        officer=world.focal_point,
        at=MONDAY,
        measure=measure,
        period=nation.quarter,
        asked=world.other_ministry,
        question=question,
    )
    observation = observations.enter_observation(
        officer=world.provincial,
        at=MONDAY,
        indicator=Indicator.objects.get(plan=nation.plan, key="rescued"),
        place_code="530000",
        period=nation.quarter,
        value=Decimal(12),
    )
    kept = drafts.save_draft_reading(**office, filename="plan.txt", source_lines=["A plan"], reading=READING)
    note = notes.write_note(
        officer=world.focal_point, at=MONDAY, subject_kind="plan.measure", subject_id=measure.pk, text="Ask."
    )
    answer = _answer(nation, measure)
    step, revised = _revision(nation)
    closed, exception = _closed(nation)
    return Whole(
        reporting=nation,
        measure=measure,
        draft_measure=revised,
        milestone=step,
        report=report.pk,
        support=support.pk,
        plan_draft=kept.pk,
        note=note.pk,
        indicator=observation.indicator_id,
        observation=observation.pk,
        period=nation.quarter.pk,
        closed_period=closed,
        exception=exception,
        alignment=answer,
        report_owed=nation.owed().pk,
        figures_owed=Obligation.objects.get(
            kind="plan.return", owner=world.yunnan, subject_id=nation.quarter.pk
        ).pk,
        run=_estimated(nation),
        evaluated=build_evaluated(nation),
        met=build_met(nation),
    )


def _estimated(nation: Reporting) -> int:
    """A run of the office that is done and shared with every member; its id."""
    office, at = nation.world.secretariat, MONDAY
    options = PanelOptions(methods=("chao", "chapman"), bootstrap=0)
    table = read_table("police,shelters,count\n1,0,50\n0,1,40\n1,1,12\n")
    asked = figures.ask_for_run(
        officer=office, at=at, table=table, title="Two lists", options=options, year=2009
    )
    figures.begin(run_id=asked.pk, at=at, real=at)
    figures.finish(run_id=asked.pk, at=at, result=agreement_panel(table, options).to_json())
    return figures.share_run(officer=office, at=at, run=asked).pk


def _answer(nation: Reporting, measure: Measure) -> int:
    """Yunnan declines the measure; its id."""
    provincial = nation.world.provincial
    alignment.open_local_plan(
        officer=provincial,
        at=MONDAY,
        national=nation.plan,
        title_en="Plan of Yunnan",
        period_from=date(2009, 1, 1),
        period_to=date(2012, 12, 31),
    )
    return alignment.decline_measure(
        officer=provincial, at=MONDAY, national=measure, reason="There is no station."
    ).pk


def _revision(nation: Reporting) -> tuple[int, Measure]:
    """An open draft of the plan with a milestone."""
    officer = nation.world.secretariat
    version = documents.start_revision(officer=officer, at=MONDAY, plan=nation.plan)
    with nation.world.seen_by(officer):
        revised = Measure.objects.select_related("version__plan__office").get(version=version, key="m1")
        step = editing.add_milestone(
            officer=officer, at=MONDAY, measure=revised, key="first", title_en="First", due=date(2010, 9, 1)
        )
    return step.pk, revised


def _closed(nation: Reporting) -> tuple[int, int]:
    """The second quarter, closed in the summer, and the exception the ministry was granted in it."""
    office: dict[str, Any] = {"officer": nation.world.secretariat, "at": SUMMER}
    nation.open("2010-Q2", at=SUMMER)
    periods.close_period(**office, period=nation.period("2010-Q2"))
    exception = periods.grant_lock_exception(
        **office,
        period=nation.period("2010-Q2"),
        agency=nation.world.ministry,
        until=date(2010, 12, 31),
        reason="The archive burnt.",
    )
    return nation.period("2010-Q2").pk, exception.pk


@dataclass(frozen=True)
class Sample:
    """Arguments of a route, and the agency whose officers they are shown to (the office unless said)."""

    arguments: Mapping[str, Any]
    agency: Agency | None = None


Sampler = Callable[[Whole], Sample]

__all__ = ["NATION_PLAN", "Sample", "Sampler", "Whole", "build_whole"]
