"""A small plan in force with a reporting calendar, built through acts, for the tests of reporting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.builders import SHANGHAI, World, build_world

from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.plan import document as said
from concerted.mechanism.plan.acts import documents, editing, periods, reports
from concerted.mechanism.plan.models import Measure, Plan, Report, ReportingPeriod
from concerted.mechanism.plan.reads.reporting import indicators_of, report_by_id, report_obligation

#: Reports on the first quarter of 2010 are written on this Monday.
MONDAY = datetime(2010, 4, 12, 9, 0, tzinfo=SHANGHAI)

COMPLETE: dict[str, Any] = {
    "claimed_status": "under_way",
    "narrative": "Two shelters took in women found at the station.",
    "obstacles": "",
    "help_requested": "",
    "evidence": ["Letter 12 of 2010"],
    "values": {"rescued": {"value": "7"}, "trained": {"numerator": "3", "denominator": "4"}},
}


@dataclass
class Reporting:
    """The nation with a plan in force, its measures by key and its quarters."""

    world: World
    plan: Plan

    @property
    def quarter(self) -> ReportingPeriod:
        return self.period("2010-Q1")

    def period(self, key: str) -> ReportingPeriod:
        return ReportingPeriod.objects.select_related("plan__office").get(plan=self.plan, key=key)

    def measure(self, key: str) -> Measure:
        with acting(self.world.secretariat, MONDAY):
            return Measure.objects.select_related("version__plan__office").get(
                version__plan=self.plan, version__state="adopted", key=key
            )

    def open(self, key: str = "2010-Q1", *, at: datetime = MONDAY) -> ReportingPeriod:
        periods.open_period(officer=self.world.secretariat, at=at, period=self.period(key))
        return self.period(key)

    def revise(self, *, at: datetime = MONDAY, m1: str = "m1") -> None:
        """Adopt the plan once more in the same words; each measure gets a row of the new version. m1: its new key."""
        office = self.world.secretariat
        version = documents.start_revision(officer=office, at=at, plan=self.plan)
        if m1 != "m1":
            with acting(office, at):
                renamed = version.measures.get(key="m1")
            editing.edit_measure(officer=office, at=at, measure=renamed, changes={"key": m1})
        documents.adopt_version(
            officer=self.world.secretariat, at=at, version=version, adopted_on=date(2010, 4, 12)
        )

    def draft(
        self, *, measure: str = "m1", officer: Officer | None = None, at: datetime = MONDAY, **fields: Any
    ) -> Report:
        """The ministry's complete draft, with fields changed; values only where the measure asks for figures."""
        asked = self.measure(measure)
        complete = COMPLETE if indicators_of(asked) else {**COMPLETE, "values": {}}
        return reports.save_draft(
            officer=officer or self.world.focal_point,
            at=at,
            measure=asked,
            period=self.quarter,
            fields={**complete, **fields},
            expected_row_version=None,
        )

    def submitted(self, *, at: datetime = MONDAY, **fields: Any) -> Report:
        draft = self.draft(at=at, **fields)
        return reports.submit(officer=self.world.focal_point, at=at, report=draft)

    def in_state(self, state: str) -> Report:
        """A report brought to the state by the acts that lead there."""
        _ = self.world.clearer
        if state == "corrected":
            return self.seen(self.corrected_once().corrects_id)
        report = self.draft()
        steps = {
            "submitted": lambda r, at: reports.submit(officer=self.world.focal_point, at=at, report=r),
            "cleared": lambda r, at: reports.clear(officer=self.world.clearer, at=at, report=r),
            "accepted": lambda r, at: reports.accept(officer=self.world.secretariat, at=at, report=r),
            "published": lambda r, at: reports.publish(officer=self.world.secretariat, at=at, report=r),
        }
        if state == "returned":
            report = steps["submitted"](report, MONDAY)
            return reports.return_report(
                officer=self.world.secretariat,
                at=MONDAY + timedelta(hours=1),
                report=report,
                field="narrative",
                reason="Say how many.",
            )
        for hours, (name, move) in enumerate(steps.items(), start=1):
            if report.state == state:
                break
            report = move(report, MONDAY + timedelta(hours=hours))
            assert report.state == name
        return report

    def corrected_once(self) -> Report:
        """A published correction of a published report."""
        first = self.in_state("published")
        at = MONDAY + timedelta(days=1)
        report = reports.correct(
            officer=self.world.focal_point, at=at, report=first, reason="A shelter more."
        )
        report = reports.submit(officer=self.world.focal_point, at=at, report=report)
        report = reports.clear(officer=self.world.clearer, at=at, report=report)
        report = reports.accept(officer=self.world.secretariat, at=at, report=report)
        return reports.publish(officer=self.world.secretariat, at=at, report=report)

    def seen(
        self, pk: int | None, *, by: Officer | None = None, at: datetime = MONDAY + timedelta(days=9)
    ) -> Report:
        found = self.seen_or_none(pk, by=by, at=at)
        assert found is not None
        return found

    def seen_or_none(
        self, pk: int | None, *, by: Officer | None = None, at: datetime = MONDAY + timedelta(days=9)
    ) -> Report | None:
        """The report as this officer's agency sees it, by default the ministry's."""
        assert pk is not None
        with acting(by or self.world.focal_point, at):
            return report_by_id(pk)

    def owed(self, *, measure: str = "m1", key: str = "2010-Q1") -> Obligation:
        """The ministry's obligation to report on the measure."""
        found = report_obligation(
            measure_id=self.measure(measure).pk, period_key=key, agency_id=self.world.ministry.pk
        )
        assert found is not None
        return found


def build_reporting() -> Reporting:
    """m1 is led by mca with acwf supporting, m2 by acwf, m3 by both; m4 changes hands, m5 is later."""
    world = build_world()
    version = documents.store_version(officer=world.secretariat, at=MONDAY, document=_document())
    documents.adopt_version(
        officer=world.secretariat, at=MONDAY, version=version, adopted_on=date(2008, 1, 1)
    )
    plan = Plan.objects.get(key="reporting-plan")
    periods.make_calendar(
        officer=world.secretariat,
        at=MONDAY,
        plan=plan,
        kind="quarter",
        first=date(2010, 1, 1),
        last=date(2010, 12, 31),
    )
    return Reporting(world, plan)


def _document() -> said.PlanDocument:
    led = said.Responsibility
    before = date(2010, 3, 1)
    measures = (
        said.Measure(
            id="m1",
            number="1",
            title="Open shelters",
            title_zh="设立救助站",
            lead=(led("mca"),),
            support=(led("acwf"),),
            indicators=("rescued", "trained"),
        ),
        said.Measure(id="m2", number="2", title="Tell the villages", lead=(led("acwf"),)),
        said.Measure(id="m3", number="3", title="Train together", lead=(led("mca"), led("acwf"))),
        said.Measure(
            id="m4",
            number="4",
            title="Handed over in spring",
            lead=(led("acwf", valid_to=before), led("mca", valid_from=before)),
        ),
        said.Measure(id="m5", number="5", title="Later", lead=(led("mca"),), starts=date(2010, 7, 1)),
    )
    return said.PlanDocument(
        plan=said.PlanFacts(
            id="reporting-plan",
            level="national",
            title_en="A plan for tests",
            title_zh="测试计划",
            office="mps-cid",
            period=said.Period(date(2008, 1, 1), date(2012, 12, 31)),
        ),
        strands=(said.Strand(id="help", title="Help", measures=measures),),
        indicators=(
            said.Indicator(key="rescued", name_en="Persons rescued", unit="persons", direction="rise"),
            said.Indicator(
                key="trained",
                name_en="Officers trained",
                unit="%",
                direction="rise",
                kind="ratio",
                numerator_en="trained",
                denominator_en="in post",
                rollup_areas="ratio_of_sums",
                rollup_time="ratio_of_sums",
            ),
        ),
    )
