"""Reads periods, who owes a report, what stands and who acts next; never writes, never types a lateness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Left
from django.utils import timezone

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import CLEARERS, OFFICES, SubjectFacts, allows, holds
from concerted.foundation.agencies.models import Agency, Appointment, Officer, Place, Post, significant_digits
from concerted.foundation.obligations.kinds import ObligationKind, kind_of
from concerted.foundation.obligations.models import Obligation
from concerted.methods.results import RollUp

from ..kinds import REPORT, RESUBMIT, RETURN
from ..models import (
    Indicator,
    LockException,
    Measure,
    Observation,
    PeriodSnapshot,
    Plan,
    PlanVersion,
    Report,
    ReportingPeriod,
    ReportMove,
    Responsibility,
    SupportRequest,
)
from ..report_states import TRANSITIONS, Transition, acts_from

#: The columns of the period board in reading order; together they count every report owed exactly once.
COLUMNS: tuple[str, ...] = (
    "not_started",
    "draft",
    "submitted",
    "returned",
    "cleared",
    "accepted",
    "published",
    "overdue",
    "excused",
)
#: The columns of a place's return of figures.
RETURN_COLUMNS: tuple[str, ...] = ("not_started", "draft", "submitted", "accepted", "overdue", "excused")

#: How far a lead can claim its measure has come.
CLAIMED: tuple[str, ...] = tuple(Report.Claimed.values)

#: An id no agency has: nothing is found for an officer who acts for none.
NO_AGENCY = 0

_TIERS = (Place.Level.PROVINCE, Place.Level.PREFECTURE, Place.Level.COUNTY)


@dataclass(frozen=True)
class Claim:
    """One report owed: by which lead on which measure, what stands of it, and its column on the board.

    `report` is the newest version that has left its agency, else the agency's own draft, else None; it is
    also None while another agency rewrites a returned report. `silent`: nothing was ever submitted and
    nothing excused it.
    """

    measure: Measure
    agency: Agency
    obligation: Obligation
    report: Report | None
    state: str
    silent: bool


@dataclass(frozen=True)
class BoardRow:
    """One line of the board: a measure, an agency or a place, with its count in every column."""

    key: str
    thing: Any
    counts: Mapping[str, int]
    total: int


@dataclass(frozen=True)
class PlaceOffice:
    """The office that returns a place's figures, and to whom: the next office above, else the plan's."""

    agency_id: int
    name_en: str
    name_zh: str
    place_code: str
    owed_to_id: int


@dataclass(frozen=True)
class Waiting:
    """One report in a review queue and the act that is waited for."""

    report: Report
    waits_for: str
    since: datetime


@dataclass(frozen=True)
class ReviewQueue:
    """What waits for this officer: to clear inside the agency, to accept and to publish as the plan's
    office.
    """

    to_clear: Sequence[Waiting]
    to_accept: Sequence[Waiting]
    to_publish: Sequence[Waiting]
    clears: bool
    accepts: bool


# --- plans, versions, periods -------------------------------------------------------------------------


def version_for(plan: Plan) -> PlanVersion | None:
    """The version of the plan in force, or None."""
    return plan.versions.filter(state=PlanVersion.State.ADOPTED).first()


def plans_with_reporting() -> list[Plan]:
    """Plans with a version in force, national first."""
    return list(
        Plan.objects.filter(
            Exists(PlanVersion.objects.filter(plan=OuterRef("pk"), state=PlanVersion.State.ADOPTED))
        )
        .select_related("office")
        .order_by(
            Case(When(level=Place.Level.NATION, then=0), default=1, output_field=IntegerField()),
            "place_code",
            "key",
        )
    )


def plan_by_key(key: str) -> Plan | None:
    """The plan with this key, or None."""
    return Plan.objects.select_related("office").filter(key=key).first()


def measure_by_id(pk: int) -> Measure | None:
    """The measure with its version, plan and strand, or None."""
    return Measure.objects.select_related("version__plan__office", "strand").filter(pk=pk).first()


def period_by_id(pk: int) -> ReportingPeriod | None:
    """The period with its plan and office, or None."""
    return ReportingPeriod.objects.select_related("plan__office").filter(pk=pk).first()


def period_by_key(*, plan_key: str, key: str) -> ReportingPeriod | None:
    """The period of the plan with this key, or None."""
    return ReportingPeriod.objects.select_related("plan__office").filter(plan__key=plan_key, key=key).first()


def periods_of(plan: Plan) -> list[ReportingPeriod]:
    """The plan's periods in the order of time, each with its number of snapshots."""
    return list(
        plan.periods.select_related("plan__office")
        .annotate(snapshot_count=Count("snapshots"))
        .order_by("starts")
    )


def current_period(plan: Plan, *, on: date) -> ReportingPeriod | None:
    """The period reports are written for on the day: the newest opened one that is not closed, else the
    newest that has ended, else the first.
    """
    periods = periods_of(plan)
    opened = [p for p in periods if p.opened_at and not p.closed_at]
    ended = [p for p in periods if p.ends < on]
    return opened[-1] if opened else ended[-1] if ended else periods[0] if periods else None


def period_state(period: ReportingPeriod) -> str:
    """planned, open or closed."""
    if period.closed_at:
        return "closed"
    return "open" if period.opened_at else "planned"


def previous_period(period: ReportingPeriod) -> ReportingPeriod | None:
    """The period of the same plan and kind that ended last before this one began."""
    return (
        ReportingPeriod.objects.filter(plan_id=period.plan_id, kind=period.kind, ends__lt=period.starts)
        .order_by("-ends")
        .first()
    )


def exceptions_of(plan: Plan) -> list[LockException]:
    """Exceptions granted to closed periods of the plan, newest first."""
    return list(
        LockException.objects.filter(period__plan=plan)
        .select_related("period", "agency", "granted_by")
        .order_by("-granted_at")
    )


def agencies_that_owed(period: ReportingPeriod) -> list[Agency]:
    """The agencies that owed a report or a return of figures for the period, by name."""
    measures = Measure.objects.filter(version__plan_id=period.plan_id).values("pk")
    owed = Obligation.objects.filter(
        Q(kind=REPORT.code, subject_kind="plan.measure", subject_id__in=measures)
        | Q(kind=RETURN.code, subject_kind="plan.reportingperiod", subject_id=period.pk),
        period_key=period.key,
    )
    return list(Agency.objects.filter(pk__in=owed.values("owner_id")).order_by("name_en"))


def exception_by_id(pk: int) -> LockException | None:
    """The exception with its period and plan, or None."""
    return LockException.objects.select_related("period__plan__office", "agency").filter(pk=pk).first()


def snapshots_of(period: ReportingPeriod) -> list[PeriodSnapshot]:
    """The snapshots of the period in the order of their numbers."""
    return list(period.snapshots.order_by("number"))


# --- who owes -----------------------------------------------------------------------------------------


def expected_reports(*, period: ReportingPeriod, version_id: int) -> QuerySet[Responsibility]:
    """The lead responsibilities that stand on the last day of the period, over measures begun by then."""
    on = period.ends
    return (
        Responsibility.objects.filter(
            Q(valid_from=None) | Q(valid_from__lte=on),
            Q(valid_to=None) | Q(valid_to__gt=on),
            Q(measure__starts=None) | Q(measure__starts__lte=on),
            measure__version_id=version_id,
            role=Responsibility.Role.LEAD,
        )
        .select_related("measure", "agency")
        .order_by("measure__position", "position", "agency_id")
    )


def place_offices(*, plan: Plan, version_id: int, on: date) -> list[PlaceOffice]:
    """One office per place of a level at which an indicator in use is reported, below the plan's own place.

    The office of a place is its joint-meeting office; else the department with a provincial-office post; else
    the one with a local officer's post. Places without any owe nothing. Two queries, whatever the number of
    places.
    """
    levels = _levels_reported(plan, version_id)
    if not levels:
        return []
    live_post = Post.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on),
        Q(valid_to=None) | Q(valid_to__gt=on),
        agency=OuterRef("pk"),
    )
    offices = (
        Agency.objects.standing(on)
        .filter(tier__in=_tiers_below(plan.level), place_code__startswith=significant_digits(plan.place_code))
        .exclude(pk=plan.office_id)
        .annotate(
            rank=Case(
                When(kind=Agency.Kind.JOINT_MEETING_OFFICE, then=Value(0)),
                When(Exists(live_post.filter(function=Post.Function.PROVINCIAL_OFFICE)), then=Value(1)),
                When(Exists(live_post.filter(function=Post.Function.LOCAL_OFFICER)), then=Value(2)),
                default=Value(3),
                output_field=IntegerField(),
            )
        )
        .filter(rank__lt=3)
        .order_by("place_code", "rank", "key")
        .distinct("place_code")
    )
    rows = list(offices.values_list("pk", "name_en", "name_zh", "place_code", "tier"))
    by_place = {code: pk for pk, _en, _zh, code, _tier in rows}
    return [
        PlaceOffice(pk, en, zh, code, _office_above(code, by_place) or plan.office_id)
        for pk, en, zh, code, tier in rows
        if tier in levels
    ]


def _levels_reported(plan: Plan, version_id: int) -> frozenset[str]:
    below = _tiers_below(plan.level)
    used = Indicator.objects.filter(uses__version_id=version_id).exclude(rollup_areas=RollUp.NONE)
    return frozenset(used.filter(reporting_level__in=below).values_list("reporting_level", flat=True))


def _tiers_below(level: str) -> tuple[Place.Level, ...]:
    if level == Place.Level.NATION:
        return _TIERS
    return _TIERS[_TIERS.index(Place.Level(level)) + 1 :]


def _office_above(code: str, by_place: Mapping[str, int]) -> int | None:
    above = [parent for parent in (code[:4] + "00", code[:2] + "0000") if parent != code]
    return next((by_place[parent] for parent in above if parent in by_place), None)


def place_indicators(*, period: ReportingPeriod, tier: str) -> list[Indicator]:
    """The indicators whose figures a place of this tier returns: in use in the plan and adding up."""
    version = version_for(period.plan)
    if version is None:
        return []
    return list(
        Indicator.objects.filter(uses__version=version, reporting_level=tier)
        .exclude(rollup_areas=RollUp.NONE)
        .distinct()
        .order_by("key")
    )


def is_lead(*, measure: Measure, agency_id: int | None, period: ReportingPeriod) -> bool:
    """Whether the agency led the measure on some day of the period."""
    return measure.responsibilities.filter(
        Q(valid_from=None) | Q(valid_from__lte=period.ends),
        Q(valid_to=None) | Q(valid_to__gt=period.starts),
        role=Responsibility.Role.LEAD,
        agency_id=agency_id or NO_AGENCY,
    ).exists()


def supporters_of(*, measure: Measure, on: date) -> list[Agency]:
    """The agencies that support the measure on the day."""
    return list(
        Agency.objects.filter(
            Q(responsibilities__valid_from=None) | Q(responsibilities__valid_from__lte=on),
            Q(responsibilities__valid_to=None) | Q(responsibilities__valid_to__gt=on),
            responsibilities__measure=measure,
            responsibilities__role=Responsibility.Role.SUPPORT,
        )
        .order_by("responsibilities__position")
        .distinct()
    )


def report_obligation(*, measure_id: int, period_key: str, agency_id: int | None) -> Obligation | None:
    """The obligation to report on the measure for the period, or None."""
    return Obligation.objects.filter(
        kind=REPORT.code,
        owner_id=agency_id,
        subject_kind="plan.measure",
        subject_id=measure_id,
        period_key=period_key,
    ).first()


def resubmissions_open(report: Report) -> list[Obligation]:
    """Obligations to hand this report in again that are not met yet."""
    return list(
        Obligation.objects.filter(
            kind=RESUBMIT.code, subject_kind="plan.report", subject_id=report.pk, met_at=None, excused_at=None
        )
    )


# --- the board ----------------------------------------------------------------------------------------


def standing_by_claim(*, period: ReportingPeriod, on: date) -> list[Claim]:
    """Every report owed for the period with what stands of it, in the order of the plan. Three queries."""
    measures = {
        m.pk: m
        for m in Measure.objects.filter(version__plan_id=period.plan_id).defer("text_en", "text_zh", "note")
    }
    owed = Obligation.objects.filter(
        kind=REPORT.code, subject_kind="plan.measure", subject_id__in=list(measures), period_key=period.key
    ).select_related("owner")
    reports = _newest_versions(
        Report.objects.filter(period=period).defer("narrative", "obstacles", "help_requested")
    )
    claims = [_claim(measures[o.subject_id], o, reports.get((o.subject_id, o.owner_id)), on=on) for o in owed]
    return sorted(claims, key=lambda c: (c.measure.position, c.measure.pk, c.agency.name_en))


def _newest_versions(reports: Iterable[Report]) -> dict[tuple[int, int], Report]:
    """The newest version that left its agency, else the draft, by measure and agency."""
    newest: dict[tuple[int, int], Report] = {}
    for report in sorted(reports, key=lambda r: (r.state != Report.State.DRAFT, r.number)):
        newest[report.measure_id, report.agency_id] = report
    return newest


def _claim(measure: Measure, obligation: Obligation, report: Report | None, *, on: date) -> Claim:
    return Claim(
        measure=measure,
        agency=obligation.owner,
        obligation=obligation,
        report=report,
        state=_column(obligation, report, on),
        silent=obligation.met_at is None and obligation.excused_at is None,
    )


def _column(obligation: Obligation, report: Report | None, on: date) -> str:
    if obligation.met_at is None:
        if obligation.excused_at is not None:
            return "excused"
        if obligation.closed_at is not None or obligation.grace_until < on:
            return "overdue"
        return "draft" if report is not None or obligation.began_at is not None else "not_started"
    if report is None:
        return "returned"
    return "published" if report.state == Report.State.CORRECTED else str(report.state)


def board_by_measure(claims: Sequence[Claim]) -> list[BoardRow]:
    """The board's rows by measure."""
    return _board(claims, lambda c: (str(c.measure.pk), c.measure))


def board_by_agency(claims: Sequence[Claim]) -> list[BoardRow]:
    """The board's rows by lead agency."""
    rows = _board(claims, lambda c: (c.agency.key, c.agency))
    return sorted(rows, key=lambda row: (-row.counts["overdue"], row.thing.name_en))


def _board(claims: Sequence[Claim], group: Any) -> list[BoardRow]:
    things: dict[str, Any] = {}
    counts: dict[str, Counter[str]] = {}
    for claim in claims:
        key, thing = group(claim)
        things[key] = thing
        counts.setdefault(key, Counter())[claim.state] += 1
    return [
        BoardRow(key, things[key], {c: counter[c] for c in COLUMNS}, counter.total())
        for key, counter in counts.items()
    ]


def totals(rows: Sequence[BoardRow], columns: Sequence[str] = COLUMNS) -> dict[str, int]:
    """The sum of the rows in every column."""
    return {column: sum(row.counts.get(column, 0) for row in rows) for column in columns}


def returns_of(period: ReportingPeriod, *, on: date) -> QuerySet[Any]:
    """The returns of figures owed by places for the period, with `column` as on the board."""
    return (
        Obligation.objects.filter(
            kind=RETURN.code, subject_kind="plan.reportingperiod", subject_id=period.pk, period_key=period.key
        )
        .annotate(
            column=Case(
                When(accepted_at__isnull=False, then=Value("accepted")),
                When(met_at__isnull=False, then=Value("submitted")),
                When(excused_at__isnull=False, then=Value("excused")),
                When(Q(closed_at__isnull=False) | Q(grace_until__lt=on), then=Value("overdue")),
                When(began_at__isnull=False, then=Value("draft")),
                default=Value("not_started"),
                output_field=CharField(),
            )
        )
        .select_related("owner")
    )


def board_by_province(*, period: ReportingPeriod, on: date) -> list[BoardRow]:
    """The returns of all places, counted by province. Two queries."""
    counted = (
        returns_of(period, on=on)
        .select_related(None)
        .order_by()
        .annotate(province=Left(F("owner__place_code"), 2))
        .values("province", "column")
        .annotate(n=Count("pk"))
    )
    counts: dict[str, Counter[str]] = {}
    for row in counted:
        counts.setdefault(row["province"] + "0000", Counter())[row["column"]] += row["n"]
    places = {p.code: p for p in Place.objects.standing(on).filter(code__in=list(counts))}
    return [
        BoardRow(code, places.get(code), {c: counter[c] for c in RETURN_COLUMNS}, counter.total())
        for code, counter in sorted(counts.items())
    ]


def silent_in(*, period: ReportingPeriod, on: date) -> list[Claim]:
    """The reports that closing the period now would flag as silent."""
    return [claim for claim in standing_by_claim(period=period, on=on) if claim.silent]


def silent_returns(*, period: ReportingPeriod, on: date) -> int:
    """How many places closing the period now would flag as silent."""
    return returns_of(period, on=on).filter(met_at=None, excused_at=None).count()


# --- one report ---------------------------------------------------------------------------------------


def report_by_id(pk: int) -> Report | None:
    """The report with everything a page or the policy asks of it, or None where it is not visible."""
    return (
        Report.objects.select_related(
            "measure__version__plan__office",
            "period",
            "agency",
            "author",
            "submitted_by",
            "cleared_by",
            "accepted_by",
        )
        .filter(pk=pk)
        .first()
    )


def reports_open(
    *, plan: str = "", period: str = "", agency: str = "", state: str = "", measure_id: int | None = None
) -> QuerySet[Report]:
    """The reports that the acting agency may see, narrowed; one query with all that names them."""
    wanted = {
        "measure__version__plan__key": plan,
        "period__key": period,
        "agency__key": agency,
        "state": state,
        "measure": measure_id,
    }
    return Report.objects.filter(**{name: value for name, value in wanted.items() if value}).select_related(
        "measure__version__plan", "period", "agency", "author", "submitted_by", "cleared_by", "accepted_by"
    )


def working_report(*, measure: Measure, period: ReportingPeriod, agency_id: int | None) -> Report | None:
    """The agency's newest version of its report, in whatever state, or None."""
    return (
        Report.objects.filter(measure=measure, period=period, agency_id=agency_id or NO_AGENCY)
        .select_related("measure__version__plan__office", "period", "agency", "author")
        .order_by("-number")
        .first()
    )


def versions_of(report: Report) -> list[Report]:
    """Every visible version of the report, newest first."""
    return list(
        Report.objects.filter(
            measure_id=report.measure_id, period_id=report.period_id, agency_id=report.agency_id
        )
        .select_related("author")
        .order_by("-number")
    )


def moves_of(report: Report) -> list[ReportMove]:
    """What happened to the report, oldest first."""
    return list(report.moves.select_related("officer").order_by("at", "id"))


def standing_returns(report: Report) -> list[ReportMove]:
    """What the last return asked for: its moves with field and reason; empty unless it is returned."""
    if report.state != Report.State.RETURNED:
        return []
    moves = list(
        report.moves.filter(to_state="returned").exclude(from_state="returned").select_related("officer")
    )
    return [m for m in moves if m.at == moves[-1].at] if moves else []


def writers_of(report: Report) -> frozenset[int]:
    """Officers who wrote in the report or submitted it: the first pair of eyes."""
    wrote = report.moves.filter(
        Q(to_state__in=("draft", "submitted")) | Q(from_state="returned", to_state="returned")
    ).values_list("officer_id", flat=True)
    return (
        frozenset(wrote)
        | {report.author_id}
        | ({report.submitted_by_id} if report.submitted_by_id else set())
    )


def report_facts(report: Report) -> SubjectFacts:
    """What the policy reads of the report as it stands: its agency, its addressee, all who wrote in it."""
    facts = report.access_facts()
    return SubjectFacts(facts.owners, facts.owed_to, facts.place_code, facts.authors | writers_of(report))


def possible_acts(*, officer: Officer, at: datetime, report: Report) -> list[Transition]:
    """The rows of the state table that the policy lets this officer take now; the acts check again."""
    facts = report_facts(report)
    on = timezone.localtime(at).date()
    newest = working_report(measure=report.measure, period=report.period, agency_id=report.agency_id)
    rows = [
        row
        for row in acts_from(report.state)
        if row.act != "replace" and allows(officer, row.permission, facts)
    ]
    if report.state == Report.State.SUBMITTED and has_other_clearer(report=report, on=on):
        rows = [row for row in rows if row.act != "accept"]
    if newest is None or newest.pk != report.pk:
        rows = [row for row in rows if row.act != "correct"]
    return rows


def is_locked(*, period: ReportingPeriod, agency_id: int | None, on: date) -> bool:
    """Whether the agency cannot write in the period on the day: not opened, or closed and not excepted."""
    if period.opened_at is None:
        return True
    excepted = period.lock_exceptions.filter(agency_id=agency_id or NO_AGENCY, until__gte=on, ended_at=None)
    return period.closed_at is not None and not excepted.exists()


def has_other_clearer(*, report: Report, on: date) -> bool:
    """Whether the reporting agency has a clearing officer in post who did not write the report."""
    return (
        Appointment.objects.live(on)
        .filter(post__agency_id=report.agency_id, post__function__in=CLEARERS)
        .exclude(officer_id__in=writers_of(report))
        .exists()
    )


def previous_report(report_of: tuple[Measure, ReportingPeriod, int | None]) -> Report | None:
    """The agency's report on the same measure for the period before, also across a revision of the plan."""
    measure, period, agency_id = report_of
    before = previous_period(period)
    if before is None:
        return None
    same = {measure.pk} | ({measure.carried_from_id} if measure.carried_from_id else set())
    return (
        Report.objects.filter(measure_id__in=same, period=before, agency_id=agency_id or NO_AGENCY)
        .exclude(state=Report.State.DRAFT)
        .order_by("-number")
        .first()
    )


def indicators_of(measure: Measure) -> list[Indicator]:
    """The indicators the measure is judged by."""
    return list(Indicator.objects.filter(uses__measure=measure).distinct().order_by("key"))


def support_for(*, measure: Measure, period: ReportingPeriod) -> list[SupportRequest]:
    """Requests for support on the measure that the acting agency asked or was asked, oldest due first."""
    return list(
        SupportRequest.objects.filter(measure=measure, period=period)
        .select_related("asked", "lead", "asked_by", "answered_by")
        .order_by("state", "due", "id")
    )


def support_requests(*, agency_id: int | None) -> QuerySet[SupportRequest]:
    """Every request the agency asked or was asked, with measure, period and both agencies."""
    return SupportRequest.objects.filter(Q(lead=agency_id) | Q(asked=agency_id)).select_related(
        "measure", "period", "asked", "lead"
    )


def support_by_id(pk: int) -> SupportRequest | None:
    """The request with its measure and agencies, or None where it is not visible."""
    return (
        SupportRequest.objects.select_related("measure__version__plan", "period", "asked", "lead", "asked_by")
        .filter(pk=pk)
        .first()
    )


def support_asked_of(agency_id: int | None) -> list[SupportRequest]:
    """Requests still waiting for the agency's answer, oldest due first."""
    return list(
        SupportRequest.objects.filter(asked_id=agency_id, state=SupportRequest.State.ASKED)
        .select_related("measure", "period", "lead")
        .order_by("due", "id")
    )


def reports_owed_by(agency_id: int | None, *, on: date) -> list[Obligation]:
    """The reports and returns the agency has still to hand in, most urgent first."""
    return list(
        Obligation.objects.unanswered(on)
        .filter(owner_id=agency_id, kind__in=(REPORT.code, RETURN.code, RESUBMIT.code))
        .order_by("due", "id")[:200]
    )


def where_to_answer(obligations: Sequence[Obligation]) -> dict[int, tuple[int, int]]:
    """For each obligation to report: the measure and the period its form is for. Two queries."""
    wanted = [o for o in obligations if o.kind == REPORT.code]
    plans = dict(
        Measure.objects.filter(pk__in={o.subject_id for o in wanted}).values_list("pk", "version__plan_id")
    )
    periods = {
        (plan_id, key): pk
        for pk, plan_id, key in ReportingPeriod.objects.filter(
            plan_id__in=set(plans.values()), key__in={o.period_key for o in wanted}
        ).values_list("pk", "plan_id", "key")
    }
    keys = {o.pk: (plans[o.subject_id], o.period_key) for o in wanted if o.subject_id in plans}
    return {o.pk: (o.subject_id, periods[keys[o.pk]]) for o in wanted if keys.get(o.pk) in periods}


def return_by_id(pk: int) -> Obligation | None:
    """The obligation to return a place's figures, or None."""
    return Obligation.objects.filter(pk=pk, kind=RETURN.code).select_related("owner", "owed_to").first()


def values_given(*, period: ReportingPeriod, place_code: str, agency_id: int | None) -> dict[str, Any]:
    """The standing values the agency gave for a place and period, by indicator key, as form entries."""
    found = Observation.objects.filter(
        period=period, place_code=place_code, source_agency_id=agency_id, breakdown="", withdrawn_at=None
    ).select_related("indicator")
    return {
        o.indicator.key: {"numerator": o.numerator, "denominator": o.denominator}
        if o.indicator.kind == Indicator.Kind.RATIO
        else {"value": o.value}
        for o in found
    }


# --- the review queue ---------------------------------------------------------------------------------


def review_queue(*, officer: Officer, at: datetime) -> ReviewQueue:
    """What waits for this officer, oldest first; nothing the officer wrote. Seven queries at most."""
    clears, accepts = holds(officer, Permission.REPORT_CLEAR), holds(officer, Permission.REPORT_ACCEPT)
    return ReviewQueue(
        to_clear=_waiting(
            officer,
            Report.objects.filter(agency_id=officer.agency_id or NO_AGENCY, state="submitted"),
            "clear",
        )
        if clears
        else (),
        to_accept=_to_accept(officer, timezone.localtime(at).date()) if accepts else (),
        to_publish=_waiting(officer, _received(officer).filter(state="accepted"), "publish", mine_too=True)
        if accepts
        else (),
        clears=clears,
        accepts=accepts,
    )


def _received(officer: Officer) -> QuerySet[Report]:
    return Report.objects.filter(period__plan__office_id=officer.agency_id)


def _to_accept(officer: Officer, on: date) -> list[Waiting]:
    clearer = (
        Appointment.objects.live(on)
        .filter(post__agency_id=OuterRef("agency_id"), post__function__in=CLEARERS)
        .exclude(officer_id=OuterRef("author_id"))
        .exclude(officer_id=OuterRef("submitted_by_id"))
    )
    ready = _received(officer).filter(Q(state="cleared") | (Q(state="submitted") & ~Exists(clearer)))
    return _waiting(officer, ready, "accept")


def _waiting(
    officer: Officer, reports: QuerySet[Report], act: str, *, mine_too: bool = False
) -> list[Waiting]:
    if not mine_too:
        wrote = ReportMove.objects.filter(report=OuterRef("pk"), officer=officer).filter(
            Q(to_state__in=("draft", "submitted")) | Q(from_state="returned", to_state="returned")
        )
        reports = reports.exclude(author=officer).exclude(submitted_by=officer).exclude(Exists(wrote))
    found = reports.select_related("measure", "period__plan", "agency", "submitted_by").defer(
        "narrative", "obstacles", "help_requested"
    )
    return sorted((Waiting(r, act, _since(r)) for r in found), key=lambda w: (w.since, w.report.pk))


def _since(report: Report) -> datetime:
    moments = {"submitted": report.submitted_at, "cleared": report.cleared_at, "accepted": report.accepted_at}
    return moments.get(report.state) or report.changed_at


def keeps_plans(officer: Officer) -> list[Plan]:
    """The plans whose office is the officer's agency, if the officer's post is an office's."""
    if officer.acting is None or officer.acting.post.function not in OFFICES:
        return []
    return list(
        Plan.objects.filter(office_id=officer.agency_id).select_related("office").order_by("level", "key")
    )


def state_table() -> list[tuple[Transition, ObligationKind | None]]:
    """The state table of a report, each row with the kind of obligation whose clock runs meanwhile."""
    return [(row, kind_of(row.clock) if row.clock else None) for row in TRANSITIONS]
