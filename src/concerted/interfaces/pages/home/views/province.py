"""What a province's office, and an officer below it, see on a Monday; what a neighbour did not report stays
missing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from concerted.foundation.obligations import reads as owed
from concerted.foundation.obligations.reads import Filters
from concerted.interfaces.pages.route import Request
from concerted.mechanism.plan.reads import alignment, monday, reporting

from ..words import ANSWERS, lines

SHOWN = 40


def province(request: Request, on: date) -> dict[str, Any]:
    """The province's plan beside the nation's, its figures beside the others', and everything of `local`."""
    agency = request.officer.agency
    assert agency is not None
    code = agency.place_code[:2] + "0000"
    found = local(request, on)
    frame = monday.frame_of("000000", on=on)
    place = alignment.place_by_code(code, on=on)
    found |= {"frame": frame, "place": place, "help": monday.help_requests(on=on, within=code)}
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
    queue = reporting.review_queue(officer=request.officer, at=request.at)
    return {
        "owed": lines(ours[:SHOWN], on=on, forms=reporting.where_to_answer(ours)),
        "owed_more": len(ours) > SHOWN,
        "theirs": lines(theirs[:SHOWN], on=on, forms={}),
        "theirs_more": len(theirs) > SHOWN,
        "asked": reporting.support_asked_of(agency.pk),
        "to_check": [*queue.to_clear, *queue.to_accept],
        "rate": owed.punctuality(owed.obligations(on=on, filters=Filters(agency=agency.key)), on=on),
    }
