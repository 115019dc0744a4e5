"""The officer's notices: reminders received and steps taken over the agency's obligations."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from concerted.foundation.access.permissions import Permission
from concerted.foundation.obligations import acts
from concerted.foundation.obligations import reads as owed
from concerted.interfaces.pages.route import Request, page

from .day import today_of

SHOWN = 100


@page(Permission.OBLIGATION_READ)
def notices(request: Request) -> HttpResponse:
    """Reminders, unseen first, and escalations that concern the agency; POST marks the reminders as seen."""
    if request.method == "POST":
        count = acts.mark_notices_seen(officer=request.officer, at=request.at)
        words = ngettext("%(count)s notice marked as seen.", "%(count)s notices marked as seen.", count)
        messages.success(request, words % {"count": count})
        return redirect("home:notices")
    on = today_of(request)
    agency = request.officer.agency
    return render(
        request,
        "home/notices.html",
        {
            "reminders": owed.notices(officer=request.officer)[:SHOWN],
            "unseen": owed.unseen_notices(request.officer),
            "steps": owed.escalations_concerning(agency, on=on)[:SHOWN] if agency else [],
            "on": on,
        },
    )
