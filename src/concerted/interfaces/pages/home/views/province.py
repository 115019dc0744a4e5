"""What a province's office, and an officer below it, see on a Monday; what a neighbour did not report stays
missing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.obligations import reads as owed
from concerted.foundation.obligations.reads import STILL_OWED, Filters
from concerted.interfaces.pages.route import Request
from concerted.mechanism.meetings.reads import ahead as meetings
from concerted.mechanism.plan.reads import alignment, monday, reporting

from ..words import ANSWERS, lines
from .asked import frame_asked, opener

SHOWN, SHOWN_DECISIONS = 40, 8


def province(request: Request, on: date) -> dict[str, Any]:
    """The province's plan beside the nation's, its figures beside the others', and everything of `local`."""
    agency = request.officer.agency
    assert agency is not None
    code = agency.place_code[:2] + "0000"
    found = local(request, on)
    frame = frame_asked(request, on)
    place = alignment.place_by_code(code, on=on)
    found |= {"frame": frame, "place": place, "help": monday.help_requests(on=on, within=code)}
    if holds(request.officer, Permission.MEETING_READ):
        binding = meetings.binding_decisions(officer=request.officer, at=request.at, place=code)
        found |= {"binding": binding[:SHOWN_DECISIONS], "binding_of": len(binding)}
    if frame is not None and place is not None:
        view = alignment.beside_nation(frame.version, place, on=on)
        found |= {
            "beside": view,
            "answers": [(kind, view.count(kind)) for kind in ANSWERS],
            "answer_count": len(view.rows),
        }
        if frame.period is not None:
            found["figures"] = monday.beside_others(
                frame.version, period=frame.period, place_code=code, on=on
            )
    return found


def local(request: Request, on: date) -> dict[str, Any]:
    """What the agency owes, what others owe it, and what waits for its check."""
    agency = request.officer.agency
    assert agency is not None
    ours = list(owed.owed_by(agency, on=on).select_related("owed_to")[: SHOWN + 1])
    theirs = list(owed.owed_to(agency, on=on).exclude(owner=agency)[: SHOWN + 1])
    opens = opener(request, on)
    queue = reporting.review_queue(officer=request.officer, at=request.at)
    return {
        "owed": lines(ours[:SHOWN], on=on, forms=reporting.where_to_answer(ours)),
        "owed_more": len(ours) > SHOWN,
        "whole_href": opens(agency=agency.key, state=STILL_OWED),
        "theirs_href": opens(owed_to=agency.key, state=STILL_OWED),
        "theirs": lines(theirs[:SHOWN], on=on, forms={}),
        "theirs_more": len(theirs) > SHOWN,
        "asked": reporting.support_asked_of(agency.pk),
        "open_keys": ", ".join(one.key for one in monday.periods_open(agency.place_code, on=on)),
        "to_check": [*queue.to_clear, *queue.to_accept],
        "rate": owed.punctuality(owed.obligations(on=on, filters=Filters(agency=agency.key)), on=on),
    }
