"""Fills the demonstration from its first day to its Monday, all or nothing; filling again changes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from concerted.foundation.access import acts
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.reads import Post, officer_by_username
from concerted.foundation.obligations.acts import escalate_due, send_reminders
from concerted.foundation.obligations.calendar import WorkingDays

from ..acts.documents import adopt_version, store_version
from ..acts.editing import mark_milestone
from ..acts.observations import define_indicator, enter_observation, fill_observations, rule
from ..acts.periods import (
    close_period,
    end_lock_exception,
    grant_lock_exception,
    make_calendar,
    open_period,
)
from ..acts.reports import accept, clear, correct, publish, submit
from ..document import Indicator, PlanDocument, Strand
from ..models import Indicator as IndicatorRow
from ..models import Measure, Milestone, PlanVersion, ReportingPeriod
from ..reads.alignment import places_of
from ..reads.documents import measures_of, version_in_force_of
from . import texts
from .numbers import Figures
from .provinces import answer_the_plan, answer_the_revision
from .reports import Reporting, step_of
from .script import (
    ADOPTED,
    CLOSES_AFTER,
    DUE_WORKING_DAYS,
    LAST_DAY,
    PLAN,
    REVISED,
    TODAY,
    VACANT_SINCE,
    Province,
    Size,
    dice,
)
from .stage import Stage, leave, moment, set_the_stage, the_machine, working_day
from .timeline import Timeline

F = Post.Function
Tell = Callable[[date], None]

ROLES = {
    "secretariat": ("demo-secretariat-mps-cid", F.SECRETARIAT),
    "ministry": ("demo-focal-point-mca", F.FOCAL_POINT),
    "province": ("demo-provincial-office-ps-yunnan", F.PROVINCIAL_OFFICE),
}
"""The three officers who are given a password, by what they try out."""


def is_filled(*, at: datetime) -> bool:
    """Whether the demonstration's plan is in force."""
    _machine, office = the_machine(at)
    return version_in_force_of(officer=office, at=at, key=PLAN) is not None


def fill(
    *,
    seed: int,
    size: Size,
    provinces: Sequence[Province],
    document: PlanDocument,
    changes: PlanDocument,
    tell: Tell,
    at: datetime,
) -> bool:
    """Fill the demonstration in one transaction; False where it is there already.

    document: the invented plan; changes: the measures and indicators its second version says otherwise.
    at: the real time, for finding out whether it is there; what happens carries the times of its story.
    """
    if is_filled(at=at):
        return False
    wanted = [p for p in provinces if size.provinces is None or p.slug in size.provinces]
    with transaction.atomic():
        machine, _office = the_machine(at)
        stage = set_the_stage(machine=machine, provinces=wanted, seed=seed)
        _Story(stage, seed, size, document, changes).tell(tell)
        acts.set_demonstration_clock(officer=machine, at=moment(TODAY), day=TODAY, seed=seed)
    return True


def remember_passwords(*, at: datetime) -> list[dict[str, str]]:
    """Give the officers of ROLES fresh passwords and return role, username and password of each."""
    machine, _office = the_machine(at)
    given = []
    with transaction.atomic():
        for role, (username, _function) in ROLES.items():
            holder = officer_by_username(username)
            if holder is None:
                continue
            password = secrets.token_urlsafe(12)
            acts.set_password(officer=machine, at=at, holder=holder, password=password)
            given.append({"role": role, "username": username, "password": password})
    return given


@dataclass
class _Story:
    """The demonstration's years, from the adoption of the plan to its Monday."""

    stage: Stage
    seed: int
    size: Size
    document: PlanDocument
    changes: PlanDocument

    def tell(self, tell: Tell) -> None:
        """Let everything happen in its order."""
        stage = self.stage
        self.timeline = Timeline(TODAY)
        self.figures = Figures(self.seed, stage.provinces, self.document)
        version = self._adopt(self.figures.shared_out(self.document), ADOPTED)
        self.reporting = Reporting(stage, self.timeline, version.plan, self.figures, self.document, self.seed)
        self._know(version)
        periods = make_calendar(
            officer=stage.secretariat,
            at=moment(ADOPTED, 10),
            plan=version.plan,
            kind="quarter",
            first=self.size.first_day,
            last=LAST_DAY,
            due_working_days=DUE_WORKING_DAYS,
        )
        begun = [period for period in periods if period.opens < TODAY]
        self._lay_out_provinces(version)
        for number, period in enumerate(begun):
            self._lay_out_period(period, closes=number < len(begun) - 2)
        self.timeline.at(moment(REVISED, 10), self._revise)
        self._lay_out_milestones(version, since=ADOPTED, until=REVISED)
        self._lay_out_corrections(begun)
        for key, left in VACANT_SINCE.items():
            self.timeline.on(left, self._leaving(key))
        self.timeline.run(tell)
        if self.size.counties:
            self._fill_counties(version, begun)

    def _leaving(self, key: str) -> Callable[[datetime], None]:
        return lambda at: leave(self.stage, at, key)

    # --- the plan --------------------------------------------------------------------------------

    def _adopt(self, document: PlanDocument, on: date) -> PlanVersion:
        at, officer = moment(on, 9.5), self.stage.secretariat
        version = store_version(officer=officer, at=at, document=document, is_demonstration=True)
        return adopt_version(officer=officer, at=at, version=version, adopted_on=on)

    def _know(self, version: PlanVersion) -> None:
        """Keep the version's measures with their agencies at hand."""
        with acting(self.stage.secretariat, moment(ADOPTED)):
            for measure in measures_of(version):
                self.reporting.measures[measure.pk] = measure
                for part in measure.responsibilities.all():
                    self.reporting.agencies[part.agency_id] = part.agency
        for province in self.stage.provinces:
            office = self.stage.agency(province.office)
            self.reporting.agencies[office.pk] = office

    def _revise(self, at: datetime) -> None:
        document = merged(self.document, self.changes)
        self.reporting.document = document
        version = self._adopt(self.figures.shared_out(document), at.date())
        self._know(version)
        self._lay_out_milestones(version, since=REVISED, until=TODAY)
        for number, province in enumerate(self.stage.provinces):
            day = working_day(REVISED, 5 + 2 * number)
            self.timeline.on(day, self._answering_the_revision(province, version))

    def _measures_in_order(self, version: PlanVersion) -> list[Measure]:
        found = [m for m in self.reporting.measures.values() if m.version_id == version.pk]
        return sorted(found, key=lambda measure: measure.position)

    def _lay_out_provinces(self, version: PlanVersion) -> None:
        nationals = self._measures_in_order(version)
        for number, province in enumerate(self.stage.provinces):
            begin = date(2008, 12, 15) if province.slug == "hunan" else working_day(ADOPTED, 40 + 4 * number)
            self.timeline.on(begin, self._answering(province, version, nationals), hour=14)

    def _answering(
        self, province: Province, version: PlanVersion, nationals: Sequence[Measure]
    ) -> Callable[[datetime], None]:
        return lambda at: answer_the_plan(
            stage=self.stage,
            at=at,
            plan=version.plan,
            nationals=nationals,
            province=province,
            seed=self.seed,
        )

    def _answering_the_revision(self, province: Province, version: PlanVersion) -> Callable[[datetime], None]:
        return lambda at: answer_the_revision(
            stage=self.stage, at=at, version=version, province=province, seed=self.seed
        )

    def _lay_out_milestones(self, version: PlanVersion, *, since: date, until: date) -> None:
        """The version's steps that fell due by its end, marked by the measure's first lead, some late or not."""
        for measure in self._measures_in_order(version):
            leads = [part.agency for part in measure.responsibilities.all() if part.role == "lead"]
            for step in measure.milestones.all():
                chance = dice(self.seed, "milestone", measure.key, step.key)
                reached = working_day(step.due, int(chance.integers(-8, 15)))
                if step.due >= until or chance.random() < 0.15 or not leads:
                    continue
                on = max(reached, working_day(since, 2))
                if on < until:
                    self.timeline.on(on, self._marking(step, leads[0].key, reached), hour=16)

    def _marking(self, step: Milestone, agency: str, reached: date) -> Callable[[datetime], None]:
        def mark(at: datetime) -> None:
            officer = self.stage.officer(agency, F.FOCAL_POINT, on=at.date())
            if officer is not None:
                evidence = texts.EVIDENCE.format(number=reached.toordinal() % 400)
                mark_milestone(officer=officer, at=at, milestone=step, reached_on=reached, evidence=evidence)

        return mark

    # --- periods ---------------------------------------------------------------------------------

    def _lay_out_period(self, period: ReportingPeriod, *, closes: bool) -> None:
        closing = working_day(period.grace_until, CLOSES_AFTER)
        last = closing if closes else working_day(TODAY, 60)
        self.timeline.on(period.opens, lambda at: self._open(at, period, last), hour=8)
        monday = period.opens
        while monday < min(closing, TODAY):
            if monday.weekday() == 0 and WorkingDays(settings.COUNTRY).is_working(monday):
                self.timeline.on(monday, self._remind, hour=8.5)
            monday = date.fromordinal(monday.toordinal() + 1)
        self._lay_out_second_counts(period, last)
        if closes:
            self.timeline.on(closing, lambda at: self._close(at, period), hour=17.5)

    def _open(self, at: datetime, period: ReportingPeriod, last: date) -> None:
        owed = open_period(officer=self.stage.secretariat, at=at, period=period)
        period.refresh_from_db()
        self.reporting.begin(period, owed, closes=last)

    def _close(self, at: datetime, period: ReportingPeriod) -> None:
        close_period(officer=self.stage.secretariat, at=at, period=period)
        period.refresh_from_db()

    def _remind(self, at: datetime) -> None:
        escalate_due(officer=self.stage.secretariat, at=at)
        send_reminders(officer=self.stage.secretariat, at=at)

    def _lay_out_second_counts(self, period: ReportingPeriod, last: date) -> None:
        """The statistician counts some cells again; of half of these the office says which number counts."""
        day = working_day(period.grace_until, 5)
        if day >= last:
            return
        cells = [
            (indicator, province)
            for indicator in self.document.indicators
            for province in self.stage.provinces
            if _adds_up_as_count(indicator)
        ]
        order = dice(self.seed, "second count", period.key).permutation(len(cells))
        for number, cell in enumerate(order[: max(4, len(cells) // 25)]):
            self.timeline.on(day, self._counting_again(period, *cells[cell], rules=number % 2 == 0), hour=16)

    def _counting_again(
        self, period: ReportingPeriod, indicator: Indicator, province: Province, *, rules: bool
    ) -> Callable[[datetime], None]:
        def count_again(at: datetime) -> None:
            step = step_of(period)
            drawn = self.figures.of_place(indicator.key, province, step)
            if drawn is None or (province.slug, period.key) not in self.reporting.handed_in:
                return
            chance = dice(self.seed, "more", indicator.key, province.slug, step)
            observation = enter_observation(
                officer=self.stage.officers["mps-cid", F.STATISTICIAN],
                at=at,
                indicator=self._indicator(indicator.key),
                place_code=province.code,
                period=period,
                value=int(drawn.value) + int(chance.integers(1, 12)),
                source_note=f"Invented for demonstration, seed {self.seed}: second count",
            )
            if rules:
                rule(officer=self.stage.secretariat, at=at, observation=observation, reason=texts.RULING)

        return count_again

    # --- corrections in closed periods -----------------------------------------------------------

    def _lay_out_corrections(self, begun: Sequence[ReportingPeriod]) -> None:
        """An old correction that was published, and one for which an exception is running now."""
        closed = begun[:-2]
        if len(closed) < 2:
            return
        old, latest = closed[(len(closed) - 1) // 2], closed[-1]
        day = working_day(old.grace_until, CLOSES_AFTER + 15)
        self.timeline.on(day, lambda at: self._correct(at, old, finish=True), hour=10)
        self.timeline.on(working_day(TODAY, -5), lambda at: self._correct(at, latest, finish=False), hour=10)

    def _correct(self, at: datetime, period: ReportingPeriod, *, finish: bool) -> None:
        stage = self.stage
        ready = sorted(
            (r for (_m, key, _a), r in self.reporting.reports.items() if key == period.key and r.values),
            key=lambda report: (report.measure.key, report.agency.key),
        )
        for report in ready:
            key = report.agency.key
            writer = stage.officer(key, F.FOCAL_POINT, on=at.date())
            clearer = stage.officer(key, F.CLEARER)
            if report.state != "published" or writer is None or clearer is None:
                continue
            until = working_day(at.date(), 10)
            grant_lock_exception(
                officer=stage.secretariat,
                at=at,
                period=period,
                agency=report.agency,
                until=until,
                reason=texts.EXCEPTION,
            )
            draft = correct(officer=writer, at=at, report=report, reason=texts.CORRECTION)
            if finish:
                draft = submit(officer=writer, at=at, report=draft)
                draft = clear(officer=clearer, at=at, report=draft)
                draft = accept(officer=stage.secretariat, at=at, report=draft)
                publish(officer=stage.secretariat, at=at, report=draft)
            return

    # --- counties --------------------------------------------------------------------------------

    def _fill_counties(self, version: PlanVersion, begun: Sequence[ReportingPeriod]) -> None:
        """Give every county figures, the closed periods under exceptions that end at once."""
        at, officer = moment(TODAY, 7), self.stage.secretariat
        indicators = list(self._county_indicators(version, at))
        first, last = (
            {place.code for place in places_of("county", on=period.ends)} for period in (begun[0], begun[-1])
        )
        office = self.stage.agency("mps-cid")
        exceptions = [
            grant_lock_exception(
                officer=officer, at=at, period=period, agency=office, until=TODAY, reason=texts.COUNTIES
            )
            for period in begun
            if period.closed_at is not None
        ]
        fill_observations(
            officer=officer,
            at=at,
            indicators=indicators,
            periods=begun,
            place_codes=sorted(first & last),
            seed=self.seed,
        )
        for exception in exceptions:
            end_lock_exception(officer=officer, at=at, exception=exception)

    def _county_indicators(self, version: PlanVersion, at: datetime) -> Iterator[IndicatorRow]:
        for number, measure in enumerate(self._measures_in_order(version)):
            for kind in ("count", "ratio") if number % 2 else ("count",):
                yield define_indicator(
                    officer=self.stage.secretariat,
                    at=at,
                    plan=version.plan,
                    key=f"county-{kind}-{measure.key}",
                    name_en=f"Demonstration, counties: {measure.title_en} ({kind})",
                    name_zh=f"演示（县级）：{measure.title_zh}",
                    unit="percent" if kind == "ratio" else "cases",
                    direction="rise",
                    kind=kind,
                    numerator_en="done",
                    numerator_zh="完成数",
                    denominator_en="due",
                    denominator_zh="应完成数",
                    reporting_level="county",
                    is_demonstration=True,
                )

    def _indicator(self, key: str) -> IndicatorRow:
        return self.reporting.plan.indicators.select_related("plan").get(key=key)


def merged(document: PlanDocument, changes: PlanDocument) -> PlanDocument:
    """The plan with the changed measures and indicators in their places, new measures behind their strand's own."""
    by_strand = {strand.id: strand for strand in changes.strands}
    indicators = {one.key: one for one in changes.indicators}
    return replace(
        document,
        strands=tuple(_merged_strand(strand, by_strand.get(strand.id)) for strand in document.strands),
        indicators=tuple(indicators.get(one.key, one) for one in document.indicators),
    )


def _merged_strand(strand: Strand, changed: Strand | None) -> Strand:
    if changed is None:
        return strand
    new = {measure.id: measure for measure in changed.measures}
    kept = tuple(new.pop(measure.id, measure) for measure in strand.measures)
    return replace(strand, measures=(*kept, *new.values()))


def _adds_up_as_count(indicator: Indicator) -> bool:
    return indicator.kind == "count" and indicator.rollup_areas == "sum"
