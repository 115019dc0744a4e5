"""Makes, opens and closes reporting periods and excepts from their lock; never writes a report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.obligations.calendar import WorkingDays
from concerted.foundation.obligations.marks import NewObligation, mark_closed, open_obligations
from concerted.foundation.obligations.models import Obligation

from ..kinds import REPORT, RETURN
from ..models import LockException, Measure, PeriodSnapshot, Plan, PlanVersion, ReportingPeriod
from ..reads.naming import Names
from ..reads.reporting import expected_reports, place_offices, standing_by_claim, version_for

#: How many days ahead an exception to a lock may last; a longer one is granted anew.
LONGEST_EXCEPTION = 366

_MONTHS = {ReportingPeriod.Kind.QUARTER: 3, ReportingPeriod.Kind.HALF_YEAR: 6, ReportingPeriod.Kind.YEAR: 12}


@act(Permission.PERIOD_OPEN, subject="plan", record=("kind",))
def make_calendar(
    *,
    officer: Officer,
    at: datetime,
    plan: Plan,
    kind: str,
    first: date,
    last: date,
    due_working_days: int = 15,
    beside: bool = False,
) -> list[ReportingPeriod]:
    """Lay out the plan's reporting periods of one kind from `first` to `last`, both inclusive; those there
    are stay.

    A period opens for reports the day after it ends and is due `due_working_days` working days later; the
    grace is that of the report's kind. beside: lay them also over months that periods of another kind cover, so that
    each measure is reported on twice. Raises Invalid where that was not said, where the days lie outside the plan's
    own period, and where they cut a calendar period that the plan itself does not cut.
    """
    _check_span(plan, kind, first, last, due_working_days)
    _check_beside(plan, kind, first, last, beside)
    there = set(plan.periods.values_list("key", flat=True))
    days = WorkingDays(settings.COUNTRY)
    made = []
    for key, starts, ends in _spans(ReportingPeriod.Kind(kind), first, last):
        if key in there:
            continue
        due = days.add(ends, due_working_days)
        made.append(
            ReportingPeriod(
                plan=plan,
                key=key,
                kind=kind,
                starts=starts,
                ends=ends,
                opens=ends + timedelta(days=1),
                due=due,
                grace_until=days.add(due, REPORT.grace_working_days),
            )
        )
    ReportingPeriod.objects.bulk_create(made)
    return made


@act(Permission.PERIOD_OPEN, subject="period")
def open_period(*, officer: Officer, at: datetime, period: ReportingPeriod) -> list[Obligation]:
    """Raise what is owed for the period: one report per measure and lead at its end, and one return of
    figures per place office where an indicator adds up over places. Opening again raises only what is
    missing.

    Raises Conflict for a closed period, one that has not begun, or a plan without a version in force.
    """
    period = ReportingPeriod.objects.select_for_update().select_related("plan__office").get(pk=period.pk)
    if period.closed_at is not None:
        raise Conflict(
            _("The period %(key)s is closed.") % {"key": period.key}, remedy=_("Grant a dated exception.")
        )
    if period.starts > timezone.localtime(at).date():
        raise Conflict(
            _("The period %(key)s has not begun.") % {"key": period.key},
            remedy=_("Open it on %(day)s or later.") % {"day": period.starts.isoformat()},
        )
    version = version_for(period.plan)
    if version is None:
        raise Conflict(
            _("The plan has no version in force, so nobody owes a report."),
            remedy=_("Adopt a version first."),
        )
    opened = open_obligations(
        officer=officer, at=at, kind=REPORT.code, items=list(_reports_owed(period, version.pk))
    )
    opened += open_obligations(
        officer=officer, at=at, kind=RETURN.code, items=list(_returns_owed(period, version.pk))
    )
    if period.opened_at is None:
        period.opened_at = at
        period.save(update_fields=["opened_at"])
    return opened


@act(Permission.PERIOD_CLOSE, subject="period")
def close_period(*, officer: Officer, at: datetime, period: ReportingPeriod) -> PeriodSnapshot:
    """Freeze what stands: every measure and lead with its state, the silent flagged, under one SHA-256;
    what is still unanswered becomes "not reported" and the period locks. Closing again returns the snapshot
    there is.

    Raises Conflict before the grace has passed, or for a period that was never opened.
    """
    period = ReportingPeriod.objects.select_for_update().select_related("plan__office").get(pk=period.pk)
    taken = period.snapshots.order_by("number").first()
    if period.closed_at is not None and taken is not None:
        return taken
    _check_closing(period, timezone.localtime(at).date())
    content = snapshot_content(period=period, on=timezone.localtime(at).date())
    unanswered = Obligation.objects.filter(
        Q(kind=REPORT.code, subject_kind="plan.measure", subject_id__in=_measures_of(period))
        | Q(kind=RETURN.code, subject_kind="plan.reportingperiod", subject_id=period.pk),
        period_key=period.key,
        met_at=None,
        excused_at=None,
        closed_at=None,
    )
    mark_closed(officer=officer, at=at, obligations=list(unanswered))
    period.closed_at = at
    period.save(update_fields=["closed_at"])
    return PeriodSnapshot.objects.create(
        period=period,
        taken_at=at,
        content=content,
        content_hash=content_hash(content),
        silent=sum(row["silent"] for row in content["reports"]),
        expected=len(content["reports"]),
    )


@act(Permission.LOCK_EXCEPT, subject="period", record=("reason",))
def grant_lock_exception(
    *, officer: Officer, at: datetime, period: ReportingPeriod, agency: Agency, until: date, reason: str
) -> LockException:
    """Let one agency write in a closed period until the end of a day; one in force before is replaced.

    Raises Conflict for a period that is not closed, Invalid without a reason, with a day in the past or with one more
    than a year ahead.
    """
    if period.closed_at is None:
        raise Conflict(_("The period is not closed, so it needs no exception."))
    problems = []
    if not reason.strip():
        problems.append(Problem(_("Give the reason for the exception."), field="reason"))
    today = timezone.localtime(at).date()
    if until < today:
        problems.append(Problem(_("The last day of the exception has passed."), field="until"))
    if until > today + timedelta(days=LONGEST_EXCEPTION):
        problems.append(
            Problem(
                _("An exception lasts a year at most: the lock would mean nothing."),
                field="until",
                remedy=_("Give the day by which the agency can report; grant another one if it is needed."),
            )
        )
    if problems:
        raise Invalid(_("The exception was not granted."), problems=problems)
    period.lock_exceptions.filter(agency=agency, ended_at=None).update(ended_at=at)
    return LockException.objects.create(
        period=period, agency=agency, until=until, reason=reason.strip(), granted_by=officer, granted_at=at
    )


@act(Permission.LOCK_EXCEPT, subject=lambda *, exception, **_rest: exception.period.access_facts())
def end_lock_exception(*, officer: Officer, at: datetime, exception: LockException) -> LockException:
    """End an exception before its day."""
    if exception.ended_at is None:
        exception.ended_at = at
        exception.save(update_fields=["ended_at"])
    return exception


def check_unlocked(*, period: ReportingPeriod, agency: Agency, on: date) -> None:
    """Raise Conflict unless the agency may write in the period on the day given: opened, and not closed or
    excepted.
    """
    if period.opened_at is None:
        raise Conflict(
            _("The period %(key)s is not open for reports yet.") % {"key": period.key},
            remedy=_("Wait until the plan's office opens it."),
        )
    if period.closed_at is None or excepted(period=period, agency=agency, on=on):
        return
    raise Conflict(
        _("The period %(key)s is closed.") % {"key": period.key},
        remedy=_("Ask the plan's office for a dated exception."),
        code="locked",
    )


def excepted(*, period: ReportingPeriod, agency: Agency, on: date) -> bool:
    """Whether an exception lets the agency write in the closed period on the day given."""
    return period.lock_exceptions.filter(agency=agency, until__gte=on, ended_at=None).exists()


def snapshot_content(*, period: ReportingPeriod, on: date) -> dict[str, Any]:
    """What a snapshot freezes: one row per measure and lead in a fixed order, and the places that were to
    return figures; only what the office may see.
    """
    reports = [
        {
            "measure": row.measure.key,
            "agency": row.agency.key,
            "state": row.state,
            "number": row.report.number if row.report else None,
            "claimed_status": row.report.claimed_status if row.report else "",
            "values": row.report.values if row.report else {},
            "first_submitted_on": _iso(row.obligation.met_at) if row.obligation else None,
            "accepted_on": _iso(row.obligation.accepted_at) if row.obligation else None,
            "due": row.obligation.due.isoformat() if row.obligation else None,
            "excused": bool(row.obligation and row.obligation.excused_at),
            "silent": row.silent,
        }
        for row in standing_by_claim(period=period, on=on)
    ]
    places = Obligation.objects.filter(
        kind=RETURN.code, subject_kind="plan.reportingperiod", subject_id=period.pk
    ).order_by("owner__place_code")
    returns = list(places.values_list("owner__place_code", "met_at", "excused_at"))
    return {
        "plan": period.plan.key,
        "period": period.key,
        "reports": reports,
        "places": {
            "expected": len(returns),
            "silent": [code for code, met, excused in returns if met is None and excused is None],
        },
    }


def content_hash(content: dict[str, Any]) -> str:
    """The SHA-256 of the canonical JSON of a snapshot, in hexadecimal."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _iso(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).date().isoformat() if moment else None


def _check_span(plan: Plan, kind: str, first: date, last: date, due_working_days: int) -> None:
    problems = []
    if kind not in ReportingPeriod.Kind.values:
        problems.append(
            Problem(_("There is no such kind of period: %(kind)s") % {"kind": kind}, field="kind")
        )
    if last <= first:
        problems.append(Problem(_("The last day comes before the first."), field="last"))
    if due_working_days < 1:
        problems.append(Problem(_("Give at least one working day to report."), field="due_working_days"))
    version = version_for(plan)
    if version and version.period_from and first < version.period_from:
        problems.append(
            Problem(_("The plan begins later."), field="first", remedy=version.period_from.isoformat())
        )
    if version and version.period_to and last > version.period_to:
        problems.append(
            Problem(_("The plan ends earlier."), field="last", remedy=version.period_to.isoformat())
        )
    if not problems:
        problems = list(_cut(ReportingPeriod.Kind(kind), first, last, version))
    if problems:
        raise Invalid(_("The reporting calendar was not made."), problems=problems)


def _cut(
    kind: ReportingPeriod.Kind, first: date, last: date, version: PlanVersion | None
) -> Iterator[Problem]:
    """The days that lie inside a calendar period, where it is not the plan itself that begins or ends there."""
    spans = list(_spans(kind, first, last))
    begins, ends = _whole(kind, first)[0], _whole(kind, last)[1]
    if spans and first != begins and first != (version and version.period_from):
        yield Problem(
            _("%(key)s begins on %(day)s, not in its middle.")
            % {"key": spans[0][0], "day": begins.isoformat()},
            field="first",
            remedy=_("Give that day, or the first of a later period."),
        )
    if spans and last != ends and last != (version and version.period_to):
        yield Problem(
            _("%(key)s ends on %(day)s, not in its middle.") % {"key": spans[-1][0], "day": ends.isoformat()},
            field="last",
            remedy=_("Give that day, or the last of an earlier period."),
        )


def _whole(kind: ReportingPeriod.Kind, day: date) -> tuple[date, date]:
    """The first and last day of the calendar period of the kind in which the day lies."""
    months = _MONTHS[kind]
    month = (day.month - 1) // months * months + 1
    after = date(day.year + 1, 1, 1) if month + months > 12 else date(day.year, month + months, 1)
    return date(day.year, month, 1), after - timedelta(days=1)


def _check_beside(plan: Plan, kind: str, first: date, last: date, beside: bool) -> None:
    others = plan.periods.exclude(kind=kind).filter(starts__lte=last, ends__gte=first).order_by("starts")
    keys = [] if beside else list(others.values_list("key", flat=True)[:4])
    if keys:
        raise Invalid(
            _("The reporting calendar was not made."),
            problems=[
                Problem(
                    _("These months already have periods of another kind: %(keys)s.")
                    % {"keys": ", ".join(keys)},
                    field="beside",
                    remedy=_("Keep to them, or confirm that each measure is to be reported on for both."),
                )
            ],
        )


def _spans(kind: ReportingPeriod.Kind, first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """Keys with first and last days of whole calendar periods that touch the span, cut to it."""
    months = _MONTHS[kind]
    year, month = first.year, (first.month - 1) // months * months + 1
    while (starts := date(year, month, 1)) <= last:
        following = date(year + 1, 1, 1) if month + months > 12 else date(year, month + months, 1)
        number = (month - 1) // months + 1
        letter = {ReportingPeriod.Kind.QUARTER: "-Q", ReportingPeriod.Kind.HALF_YEAR: "-H"}.get(kind)
        key = f"{year}{letter}{number}" if letter else str(year)
        yield key, max(starts, first), min(following - timedelta(days=1), last)
        year, month = following.year, following.month


def _reports_owed(period: ReportingPeriod, version_id: int) -> Iterator[NewObligation]:
    names = Names([period.plan_id])
    owed = _owed_by_key(period, names)
    for part in expected_reports(period=period, version_id=version_id):
        measure = part.measure
        if (part.agency_id, names.first(period.plan_id, measure.key)) in owed:
            continue
        yield NewObligation(
            owner_id=part.agency_id,
            owed_to_id=period.plan.office_id,
            subject_kind="plan.measure",
            subject_id=measure.pk,
            period_key=period.key,
            label_en=f"{period.key}: {_short(measure, 'en')}"[:300],
            label_zh=f"{period.key}：{_short(measure, 'zh')}"[:200],
            opens=period.opens,
            due=period.due,
        )


def _owed_by_key(period: ReportingPeriod, names: Names) -> set[tuple[int, str]]:
    """The agencies that already owe a report for the period, with the first key of the measure in whichever wording."""
    rows = Measure.objects.filter(version__plan_id=period.plan_id).values_list("pk", "key")
    keys = {pk: names.first(period.plan_id, key) for pk, key in rows}
    owed = Obligation.objects.filter(
        kind=REPORT.code, subject_kind="plan.measure", subject_id__in=list(keys), period_key=period.key
    )
    return {(owner, keys[subject]) for owner, subject in owed.values_list("owner_id", "subject_id")}


def _short(measure: Measure, language: str) -> str:
    texts = [
        getattr(measure, f"{part}_{tongue}")
        for tongue in (language, "en", "zh")
        for part in ("title", "text")
    ]
    words = next((text for text in texts if text), "")
    return f"{measure.number or measure.key} {words[:120]}".strip()


def _returns_owed(period: ReportingPeriod, version_id: int) -> Iterator[NewObligation]:
    for office in place_offices(plan=period.plan, version_id=version_id, on=period.ends):
        yield NewObligation(
            owner_id=office.agency_id,
            owed_to_id=office.owed_to_id,
            subject_kind="plan.reportingperiod",
            subject_id=period.pk,
            period_key=period.key,
            label_en=f"{period.key}: figures, {office.name_en}"[:300],
            label_zh=f"{period.key}：{office.name_zh or office.name_en}数据"[:200],
            opens=period.opens,
            due=period.due,
        )


def _measures_of(period: ReportingPeriod) -> list[int]:
    return list(Measure.objects.filter(version__plan_id=period.plan_id).values_list("pk", flat=True))


def _check_closing(period: ReportingPeriod, today: date) -> None:
    if period.opened_at is None:
        raise Conflict(_("The period was never opened."), remedy=_("Open it first; then it can be closed."))
    if today <= period.grace_until:
        raise Conflict(
            _("The grace of the period lasts until %(day)s.") % {"day": period.grace_until.isoformat()},
            remedy=_("Close it on a later day."),
        )


__all__ = [
    "check_unlocked",
    "close_period",
    "content_hash",
    "end_lock_exception",
    "excepted",
    "grant_lock_exception",
    "make_calendar",
    "open_period",
    "snapshot_content",
]
