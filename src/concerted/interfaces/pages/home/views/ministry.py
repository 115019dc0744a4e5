"""What a ministry's focal point and its clearing officer see on a Monday; no other ministry is compared."""

from __future__ import annotations

from datetime import date
from typing import Any

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.obligations import reads as owed
from concerted.foundation.obligations.reads import STILL_OWED, Filters
from concerted.interfaces.pages.reporting.words import field_words
from concerted.interfaces.pages.route import Request
from concerted.mechanism.meetings.reads import ahead as meetings
from concerted.mechanism.plan.kinds import REPORT, SUPPORT
from concerted.mechanism.plan.reads import monday, reporting

from ..words import NUDGES, lines
from .asked import frame_asked, opener

SHOWN, SHOWN_ACTIONS = 40, 8


def ministry(request: Request, on: date) -> dict[str, Any]:
    """What we owe, what others owe us, what they asked of us, who waits for our measures, what to mend."""
    agency = request.officer.agency
    assert agency is not None
    frame = frame_asked(request, on)
    ours = list(owed.owed_by(agency, on=on).select_related("owed_to")[: SHOWN + 1])
    waiting = list(owed.owed_to(agency, on=on)[: SHOWN + 1])
    forms = reporting.where_to_answer(ours)
    queue = reporting.review_queue(officer=request.officer, at=request.at)
    found: dict[str, Any] = {
        "frame": frame,
        "owed_more": len(ours) > SHOWN,
        "leads": _with_facts([o for o in ours[:SHOWN] if o.kind != SUPPORT.code], on, forms, agency.pk),
        "supports": lines([o for o in ours[:SHOWN] if o.kind == SUPPORT.code], on=on, forms=forms),
        "waiting": lines(waiting[:SHOWN], on=on, forms={}),
        "waiting_more": len(waiting) > SHOWN,
        "asked": reporting.support_asked_of(agency.pk),
        "open_keys": ", ".join(one.key for one in monday.periods_open(agency.place_code, on=on)),
        "rate": owed.punctuality(owed.obligations(on=on, filters=Filters(agency=agency.key)), on=on),
        "to_clear": queue.to_clear,
        "clears": queue.clears,
        "actions": _actions(request, on),
        "whole_href": opener(request, on)(agency=agency.key, state=STILL_OWED),
        "waiting_href": opener(request, on)(owed_to=agency.key, state=STILL_OWED),
    }
    if frame is not None:
        led = monday.measures_led(frame.version, agency_id=agency.pk, on=on)
        found["led"] = len(led)
        found["path"] = monday.on_the_path(frame.version, led)
        found["nudges"] = [
            {"words": NUDGES[n.kind], "nudge": n}
            for n in monday.nudges(frame.version, led, agency_id=agency.pk, on=on)
        ]
    return found


def _actions(request: Request, on: date) -> dict[str, Any] | None:
    if not holds(request.officer, Permission.MEETING_READ):
        return None
    found = meetings.actions_standing(officer=request.officer, at=request.at, on=on)
    return {
        "mine": found.mine[:SHOWN_ACTIONS],
        "mine_of": len(found.mine),
        "assigned": found.assigned[:SHOWN_ACTIONS],
        "assigned_of": len(found.assigned),
    }


def _with_facts(
    obligations: list[Any], on: date, forms: dict[int, tuple[int, int]], agency_id: int
) -> list[dict[str, Any]]:
    """Each obligation with the last values of its measure's indicators and what the reviewer said."""
    measures = {o.subject_id for o in obligations if o.kind == REPORT.code}
    values = monday.last_values(measures, place_code="000000", on=on)
    said = {one.report.pk: one for one in monday.sent_back(agency_id=agency_id)}
    by_claim = {(one.report.measure_id, one.report.period.key): one for one in said.values()}
    shown = lines(obligations, on=on, forms=forms)
    for line in shown:
        obligation = line["obligation"]
        if obligation.kind == REPORT.code:
            line["last"] = values.get(obligation.subject_id, [])
            line["said"] = by_claim.get((obligation.subject_id, obligation.period_key))
        else:
            line["said"] = said.get(obligation.subject_id) if obligation.kind == "plan.resubmit" else None
        line["said_of"] = field_words(line["said"].field) if line["said"] else ""
    return shown
