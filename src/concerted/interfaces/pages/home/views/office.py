"""What the office of the joint meeting sees on a Monday; it ranks nobody and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.obligations import reads as owed
from concerted.foundation.obligations.reads import Filters, Tally
from concerted.interfaces.pages.route import Request
from concerted.mechanism.meetings.reads import ahead as meetings
from concerted.mechanism.plan.kinds import REPORT, RETURN
from concerted.mechanism.plan.reads import alignment, indicators, monday, reporting

from ...shell.templatetags._words import in_language
from ..words import STAGES, Opener, board_columns, board_lines, met, worst
from .ahead import dates_ahead
from .asked import frame_asked, opener, periods_asked

SHOWN, SHOWN_ACTIONS, SHOWN_DESKS = 5, 2, 40


def office(request: Request, on: date) -> dict[str, Any]:
    """The board of the period, what is stuck, alignment, conflicts, requests for help, vacancies."""
    agency = request.officer.agency
    frame = frame_asked(request, on)
    opens = opener(request, on, plan=frame.plan.key if frame else "")
    queue = reporting.review_queue(officer=request.officer, at=request.at)
    period = frame.period if frame else None
    found: dict[str, Any] = {
        "frame": frame,
        "period": period,
        "queue": queue,
        "queue_count": len(queue.to_clear) + len(queue.to_accept) + len(queue.to_publish),
        "received": reporting.received_count(request.officer),
        "help": monday.help_requests(on=on),
        **_rooms_without_anybody(on),
    }
    if agency is not None:
        accepted = (REPORT.code,)
        found["stuck"] = [
            {"words": STAGES[s.stage], "stuck": s, "days": (on - s.since).days}
            for s in owed.stuck(on=on, owed_to=agency, accepted_kinds=accepted)
        ]
        found["rate"] = owed.punctuality(owed.obligations(on=on, filters=Filters(owed_to=agency.key)), on=on)
    if frame is not None:
        found |= _alignment(frame, on)
        found["conflicts"], found["conflict_count"] = indicators.conflicts(
            plan=frame.plan, period=period, limit=SHOWN
        )
        every = reverse("indicators:conflicts", args=[frame.plan.key])
        found["every_conflict"] = every
        found["conflicts_href"] = f"{every}?period={period.key}" if period else every
        found["period_key"] = period.key if period else ""
        found["cells_told"] = indicators.cells_told(plan=frame.plan, period=period)
    if frame is not None and period is not None and agency is not None:
        found |= _board(period, agency.key, on, opens)
        found |= _overdue(frame, agency.key, on, opens)
        found["periods"] = periods_asked(request, frame)
    return found | {"ahead": _ahead(request, on), "dates": dates_ahead(on)}


def _ahead(request: Request, on: date) -> dict[str, Any] | None:
    """The next meeting and the action items that this office assigned or has to do itself."""
    if not holds(request.officer, Permission.MEETING_READ):
        return None
    found = meetings.ahead_of(officer=request.officer, at=request.at, on=on)
    mine, assigned = found.actions.mine, found.actions.assigned
    shown = sorted([*mine, *assigned], key=lambda line: -line.age)
    return {
        "next": found.next,
        "actions": shown[:SHOWN_ACTIONS],
        "of": len(shown),
        "mine": len(mine),
        "assigned": len(assigned),
    }


def _rooms_without_anybody(on: date) -> dict[str, Any]:
    vacant, alone = list(owed.vacancies(on=on)), list(owed.single_handed(on=on))
    return {
        "vacant": vacant[:SHOWN_DESKS],
        "vacant_count": len(vacant),
        "alone": alone[:SHOWN_DESKS],
        "alone_count": len(alone),
    }


def _board(period: Any, office_key: str, on: date, opens: Opener) -> dict[str, Any]:
    every = owed.obligations(on=on, filters=Filters(owed_to=office_key, kind=REPORT.code, period=period.key))
    reports = reporting.under_plan(every, key=period.plan.key)
    returns = owed.obligations(on=on, filters=Filters(kind=RETURN.code, period=period.key)).filter(
        subject_id=period.pk
    )
    by_agency = owed.tally_by_owner(reports)
    by_province = owed.tally_by_province(returns)
    agencies = owed.agencies_by_id(by_agency)
    whose = {
        pk: {"agency": a.key, "kind": REPORT.code, "period": period.key, "owed_to": office_key}
        for pk, a in agencies.items()
    }
    whole = _added(by_agency.values())
    return {
        "columns": board_columns(by_agency.values()),
        "board": board_lines(by_agency, agencies, whose, opens),
        "reports_of": whole.of,
        "reports_met": met(whole),
        "reports_href": opens(period=period.key, kind=REPORT.code, owed_to=office_key),
        "returns_of": _added(by_province.values()).of,
        "returns_met": met(_added(by_province.values())),
        "returns_href": opens(period=period.key, kind=RETURN.code),
        "map": _tiles(by_province, period, on, opens),
    }


def _overdue(frame: monday.Frame, office_key: str, on: date, opens: Opener) -> dict[str, Any]:
    """The overdue reports of every open period: a newer period takes nothing off the list."""
    keys = [one.key for one in frame.open_periods] or ([frame.period.key] if frame.period else [])
    every = owed.obligations(on=on, filters=Filters(owed_to=office_key, kind=REPORT.code))
    tally = owed.tally(reporting.under_plan(every.filter(period_key__in=keys), key=frame.plan.key))
    return {
        "overdue_n": tally["overdue"],
        "overdue_of": tally.of,
        "overdue_periods": ", ".join(keys[-3:]) if len(keys) <= 3 else "",
        "overdue_href": opens(kind=REPORT.code, owed_to=office_key, state="overdue"),
    }


def _tiles(tallies: Mapping[str, Tally], period: Any, on: date, opens: Opener) -> list[dict[str, Any]]:
    tiles = []
    for place in alignment.places_of("province", on=on):
        tally = tallies.get(place.code, Tally({}))
        tiles.append(
            {
                "code": place.code,
                "name": in_language(place, "name"),
                "state": worst(tally),
                "value": f"{met(tally)}/{tally.of}" if tally.of else "",
                "href": opens(place=place.code, period=period.key, kind=RETURN.code),
            }
        )
    return tiles


def _added(tallies: Any) -> Tally:
    sums: dict[str, int] = {}
    for tally in tallies:
        for state, count in tally.by_state.items():
            sums[state] = sums.get(state, 0) + count
    return Tally(sums)


def _alignment(frame: monday.Frame, on: date) -> dict[str, Any]:
    matrix = alignment.coverage(frame.version, on=on, gaps=False)
    uncovered = [row for row in matrix.rows if row.uncovered]
    return {
        "coverage": matrix.counts(),
        "uncovered": sorted(uncovered, key=lambda row: -row.uncovered)[:SHOWN],
        "uncovered_count": len(uncovered),
        "measure_count": len(matrix.rows),
        "place_count": len(matrix.places),
        "coverage_href": reverse("alignment:coverage", args=[frame.plan.key]),
        "uncovered_href": reverse("alignment:coverage", args=[frame.plan.key]) + "?kind=not_considered",
        "rebase_href": reverse("alignment:behind", args=[frame.plan.key]) + "?kind=rebase_due",
        "coverage_words": _("national measures with a province that has not yet considered them"),
    }
