"""The life of every report and return of figures in the demonstration: in time, late, returned, silent, excused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from concerted.foundation.agencies.reads import Agency, Officer, Post
from concerted.foundation.obligations.acts import excuse
from concerted.foundation.obligations.models import Obligation

from ..acts.bulk import load_observations
from ..acts.notes import write_note
from ..acts.place_figures import hand_in_place_figures
from ..acts.reports import accept, clear, publish, return_report, save_draft, submit
from ..acts.support import answer_support, ask_support
from ..document import PlanDocument
from ..kinds import REPORT
from ..models import Measure, Plan, Report, ReportingPeriod
from . import texts
from .numbers import STEPS, Figures
from .script import LAG, LAGGING, PRESENT, QUIET, SLOW, Province, dice
from .stage import Stage, working_day
from .timeline import Timeline

F = Post.Function


@dataclass
class Reporting:
    """What the lives of reports share."""

    stage: Stage
    timeline: Timeline
    plan: Plan
    figures: Figures
    document: PlanDocument
    seed: int
    measures: dict[int, Measure] = field(default_factory=dict)
    agencies: dict[int, Agency] = field(default_factory=dict)
    reports: dict[tuple[int, str, int], Report] = field(default_factory=dict)
    handed_in: set[tuple[str, str]] = field(default_factory=set)
    """Province and period of every return of figures that has come."""

    def begin(self, period: ReportingPeriod, owed: Sequence[Obligation], *, closes: date) -> None:
        """Lay out what happens to everything owed for the period until it closes."""
        for obligation in owed:
            if obligation.kind == REPORT.code:
                self._lay_out_report(period, obligation, closes)
        returned = [one for one in owed if one.kind != REPORT.code]
        by_office = {self.agencies[one.owner_id].place_code: one for one in returned}
        for province in self.stage.provinces:
            if province.code in by_office:
                self._lay_out_return(period, province, by_office[province.code], closes)

    # --- reports of leads ------------------------------------------------------------------------

    def _lay_out_report(self, period: ReportingPeriod, obligation: Obligation, closes: date) -> None:
        measure = self.measures[obligation.subject_id]
        agency = self.agencies[obligation.owner_id]
        chance = dice(self.seed, "report", measure.key, period.key, agency.key)
        lot = chance.random()
        if lot < QUIET.get(agency.key, 0.02):
            return
        if lot > 0.985:
            self.timeline.on(working_day(period.due, -1), lambda at: self._excuse(at, obligation), hour=10)
            return
        offset = round(float(chance.normal(-1.5 + SLOW.get(agency.key, 0), 3.5)))
        if period.ends == PRESENT and (agency.key in LAGGING or chance.random() < 0.2):
            offset += LAG
        handed_in = max(working_day(period.opens, 2), working_day(period.due, offset))
        begun = max(working_day(period.opens, 1), working_day(handed_in, -int(chance.integers(1, 7))))
        if handed_in >= closes:
            return
        life = _Life(self, measure, period, agency, chance)
        self.timeline.on(begun, life.draft, hour=float(chance.uniform(9, 11)))
        self._lay_out_support(period, measure, agency, begun, closes)
        self.timeline.on(handed_in, life.hand_in, hour=float(chance.uniform(13.5, 17)))
        life.plan_review(handed_in, closes)

    def _excuse(self, at: datetime, obligation: Obligation) -> None:
        excuse(officer=self.stage.secretariat, at=at, obligation=obligation, reason=texts.EXCUSE)

    def _lay_out_support(
        self, period: ReportingPeriod, measure: Measure, lead: Agency, begun: date, closes: date
    ) -> None:
        for part in measure.responsibilities.all():
            chance = dice(self.seed, "support", measure.key, period.key, lead.key, part.agency.key)
            if part.role != "support" or chance.random() > 0.3:
                continue
            asked = self.agencies[part.agency_id]
            request = _Asked(self, measure, period, lead, asked)
            self.timeline.on(begun, request.ask, hour=11.5)
            if chance.random() < 0.85:
                answered = working_day(begun, int(chance.integers(1, 9)))
                if answered < closes:
                    self.timeline.on(answered, request.answer, hour=float(chance.uniform(9, 17)))

    # --- figures of provinces --------------------------------------------------------------------

    def _lay_out_return(
        self, period: ReportingPeriod, province: Province, owed: Obligation, closes: date
    ) -> None:
        chance = dice(self.seed, "return", province.slug, period.key)
        slow = float(dice(self.seed, "slow province", province.slug).normal(0, 2))
        if chance.random() < 0.05:
            return
        day = max(
            working_day(period.opens, 1),
            working_day(period.due, round(float(chance.normal(-1 + slow, 3)))),
        )
        if day < closes:
            hour = float(chance.uniform(9, 17))
            self.timeline.on(day, lambda at: self._return(at, period, province, owed), hour=hour)

    def _return(self, at: datetime, period: ReportingPeriod, province: Province, owed: Obligation) -> None:
        """Load the province's table of figures, then hand the return in with the reasons for what is missing."""
        officer = self.stage.officers[province.office, F.PROVINCIAL_OFFICE]
        drawn = {
            one.key: self.figures.of_place(one.key, province, step_of(period))
            for one in self.document.indicators
            if one.rollup_areas != "none"
        }
        rows = [
            {
                "indicator": key,
                "place": province.code,
                "period": period.key,
                "note": f"Invented for demonstration, seed {self.seed}",
                **figure.entry(),
            }
            for key, figure in drawn.items()
            if figure is not None
        ]
        load_observations(officer=officer, at=at, plan=self.plan, rows=rows)
        values = {
            key: figure.entry() if figure else {"no_value": texts.NOT_COUNTED}
            for key, figure in drawn.items()
        }
        hand_in_place_figures(officer=officer, at=at, obligation=owed, values=values)
        self.handed_in.add((province.slug, period.key))


@dataclass
class _Life:
    """One report from its first draft to its publication."""

    world: Reporting
    measure: Measure
    period: ReportingPeriod
    agency: Agency
    chance: Any
    report: Report | None = None
    returned: bool = False

    def draft(self, at: datetime) -> None:
        officer = self._writer(at)
        if officer is None:
            return
        self.report = save_draft(
            officer=officer,
            at=at,
            measure=self.measure,
            period=self.period,
            fields=self._fields(),
            expected_row_version=None,
        )
        self.world.reports[self.measure.pk, self.period.key, self.agency.pk] = self.report
        if self.chance.random() < 0.04:
            note = texts.NOTES[int(self.chance.integers(len(texts.NOTES)))]
            write_note(
                officer=officer, at=at, subject_kind="plan.measure", subject_id=self.measure.pk, text=note
            )

    def hand_in(self, at: datetime) -> None:
        officer = self._writer(at)
        if self.report is not None and officer is not None:
            self.report = submit(officer=officer, at=at, report=self.report)

    def plan_review(self, handed_in: date, closes: date) -> None:
        """Lay out clearance, perhaps a return, acceptance and publication."""
        timeline, chance = self.world.timeline, self.chance
        day = handed_in
        clears = self.world.stage.officer(self.agency.key, F.CLEARER) is not None
        inside = clears and chance.random() < 0.25
        if chance.random() < 0.13:
            sent_back = working_day(day, int(chance.integers(1, 4)))
            again = working_day(sent_back, int(chance.integers(2, 8)))
            if again < closes:
                timeline.on(sent_back, self._send_back_inside if inside else self._send_back, hour=11)
                timeline.on(again, self._hand_in_again, hour=15)
                day = again
        if clears:
            day = working_day(day, int(chance.integers(1, 3)))
            timeline.on(day, self._clear, hour=float(chance.uniform(9, 12)))
        day = working_day(day, int(chance.integers(1, 5)))
        timeline.on(day, self._accept, hour=float(chance.uniform(14, 17)))
        if chance.random() < 0.9:
            day = working_day(day, int(chance.integers(1, 9)))
            timeline.on(day, self._publish, hour=10)

    def _fields(self) -> dict[str, object]:
        step = step_of(self.period)
        fields = texts.report_fields(self.chance, progress=(step + 1) / STEPS)
        leads = [p for p in self.measure.responsibilities.all() if p.role == "lead"]
        exact = bool(leads) and leads[0].agency_id == self.agency.pk
        values: dict[str, object] = {}
        for key in keys_of(self.measure, self.world.document):
            if self.chance.random() < 0.03:
                values[key] = {"no_value": texts.NOT_COUNTED}
            else:
                values[key] = self.world.figures.of_nation(key, step, self.agency.key, exact=exact).entry()
        return fields | {"values": values}

    def _writer(self, at: datetime) -> Officer | None:
        return self.world.stage.officer(self.agency.key, F.FOCAL_POINT, on=at.date())

    def _send_back(self, at: datetime) -> None:
        self._return(at, self.world.stage.second_secretariat)

    def _send_back_inside(self, at: datetime) -> None:
        self._return(at, self.world.stage.officers[self.agency.key, F.CLEARER])

    def _return(self, at: datetime, officer: Officer) -> None:
        if self.report is not None and self.report.state == "submitted":
            field, reason = texts.return_reason(self.chance)
            self.report = return_report(
                officer=officer, at=at, report=self.report, field=field, reason=reason
            )
            self.returned = True

    def _hand_in_again(self, at: datetime) -> None:
        officer = self._writer(at)
        if self.report is None or self.report.state != "returned" or officer is None:
            return
        fields = {
            "narrative": f"{self.report.narrative}\n{texts.both(('Put right as asked.', '已按要求修改。'))}",
            "evidence": [*self.report.evidence, texts.EVIDENCE.format(number=int(self.chance.integers(10, 400)))],
        }  # fmt: skip
        self.report = save_draft(
            officer=officer,
            at=at,
            measure=self.measure,
            period=self.period,
            fields=fields,
            expected_row_version=self.report.row_version,
        )
        self.report = submit(officer=officer, at=at, report=self.report)

    def _clear(self, at: datetime) -> None:
        if self.report is not None and self.report.state == "submitted":
            officer = self.world.stage.officers[self.agency.key, F.CLEARER]
            self.report = clear(officer=officer, at=at, report=self.report)

    def _accept(self, at: datetime) -> None:
        if self.report is not None and self.report.state in ("submitted", "cleared"):
            self.report = accept(officer=self.world.stage.secretariat, at=at, report=self.report)

    def _publish(self, at: datetime) -> None:
        if self.report is not None and self.report.state == "accepted":
            self.report = publish(officer=self.world.stage.secretariat, at=at, report=self.report)
            self.world.reports[self.measure.pk, self.period.key, self.agency.pk] = self.report


@dataclass
class _Asked:
    """One request of a lead to a supporting agency, and its answer."""

    world: Reporting
    measure: Measure
    period: ReportingPeriod
    lead: Agency
    asked: Agency
    request: Any = None

    def ask(self, at: datetime) -> None:
        officer = self.world.stage.officer(self.lead.key, F.FOCAL_POINT, on=at.date())
        if officer is not None:
            self.request = ask_support(
                officer=officer,
                at=at,
                measure=self.measure,
                period=self.period,
                asked=self.asked,
                question=texts.QUESTION,
            )

    def answer(self, at: datetime) -> None:
        officer = self.world.stage.officer(self.asked.key, F.FOCAL_POINT, on=at.date())
        if self.request is not None and officer is not None:
            answer_support(officer=officer, at=at, request=self.request, answer=texts.ANSWER)


def step_of(period: ReportingPeriod) -> int:
    """The period's place among the quarters of the plan, from 0."""
    return (period.starts.year - 2008) * 4 + (period.starts.month - 1) // 3


def keys_of(measure: Measure, document: PlanDocument) -> tuple[str, ...]:
    """The indicators by which the plan's text judges the measure."""
    found = (one.indicators for one in document.all_measures() if one.id == measure.key)
    return next(found, ())
