"""Requests for help that agencies below raised in their reports and that wait for an answer."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q
from django.utils import timezone

from concerted.foundation.agencies.models import province_of
from concerted.mechanism.plan.models import Report
from concerted.mechanism.plan.reads.naming import newest_of_each

from .proposed import Figure, Link, Pair, Proposed, Scope, both, named

SOURCE = "help_asked"
#: Reports older than this raise no request any more.
FRESH_DAYS = 400


def help_from_below(scope: Scope) -> list[Proposed]:
    """One item per agency that asked for help in the newest report on a measure it had handed in by the day."""
    handed_in = (
        Report.objects.filter(first_submitted_at__lt=scope.after, period__ends__lte=scope.on)
        .filter(agency__place_code__startswith=scope.prefix)
        .exclude(Q(agency__place_code=scope.place_code) | Q(state=Report.State.DRAFT))
    )
    newest = newest_of_each(handed_in)
    asked: dict[int, list[Report]] = defaultdict(list)
    found = (
        Report.objects.filter(pk__in=newest).exclude(help_requested="").select_related("agency", "measure")
    )
    for report in found.order_by("first_submitted_at", "pk"):
        assert report.first_submitted_at is not None
        if (scope.on - timezone.localtime(report.first_submitted_at).date()).days <= FRESH_DAYS:
            asked[report.agency_id].append(report)
    return [_item(scope, asked[pk]) for pk in sorted(asked)]


def _item(scope: Scope, reports: list[Report]) -> Proposed:
    agency = reports[0].agency
    first = reports[0].first_submitted_at
    assert first is not None
    days = (scope.on - timezone.localtime(first).date()).days
    words = " / ".join(_short(report.help_requested) for report in reports[:3])
    values = {"name": named(agency), "n": len(reports), "days": days, "words": words}
    return Proposed(
        SOURCE,
        "agencies.agency",
        agency.key,
        both("Help asked for: {name}", "请求支持：{name}", values),
        both(
            "{n} of its reports ask for help, the first {days} days ago: {words}",
            "其 {n} 份报告请求支持，最早的已 {days} 天：{words}",
            values,
        ),
        (Figure("requests", len(reports), "requests"), Figure("age", days, "days")),
        (
            *(
                Link("plan.report", str(report.pk), Pair(report.measure.key, report.measure.key))
                for report in reports[:10]
            ),
            Link(
                "agencies.place", province_of(agency.place_code), Pair(agency.place_code, agency.place_code)
            ),
        ),
        weight=days + len(reports),
        measures=tuple(sorted({report.measure_id for report in reports})),
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"
