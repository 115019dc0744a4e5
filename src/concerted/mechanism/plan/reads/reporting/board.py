"""Reads how far a period is: every report owed in exactly one column, by measure, agency and province."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Left

from concerted.foundation.agencies.models import Agency, Place
from concerted.foundation.obligations.models import Obligation

from ...kinds import REPORT, RETURN
from ...models import (
    Measure,
    Report,
    ReportingPeriod,
)
from ..naming import Names

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


def standing_by_claim(*, period: ReportingPeriod, on: date) -> list[Claim]:
    """Every report owed for the period with what stands of it, in the order of the plan. Four queries."""
    measures = {
        m.pk: m
        for m in Measure.objects.filter(version__plan_id=period.plan_id).defer("text_en", "text_zh", "note")
    }
    owed = Obligation.objects.filter(
        kind=REPORT.code, subject_kind="plan.measure", subject_id__in=list(measures), period_key=period.key
    ).select_related("owner")
    names = Names([period.plan_id])
    reports = _newest_versions(
        names,
        period.plan_id,
        Report.objects.filter(period=period)
        .select_related("measure")
        .defer(
            "narrative",
            "obstacles",
            "help_requested",
            "measure__text_en",
            "measure__text_zh",
            "measure__note",
        ),
    )
    claims = [
        _claim(measure, o, reports.get((names.first(period.plan_id, measure.key), o.owner_id)), on=on)
        for o in owed
        for measure in (measures[o.subject_id],)
    ]
    return sorted(claims, key=lambda c: (c.measure.position, c.measure.pk, c.agency.name_en))


def _newest_versions(names: Names, plan_id: int, reports: Iterable[Report]) -> dict[tuple[str, int], Report]:
    """The newest version that left its agency, else the draft, by the first key of the measure and the agency."""
    newest: dict[tuple[str, int], Report] = {}
    for report in sorted(reports, key=lambda r: (r.state != Report.State.DRAFT, r.number)):
        key = names.first(plan_id, report.measure.key)
        newest[key, report.agency_id] = report
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
