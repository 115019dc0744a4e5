"""Reminders: who would get what now, sending exactly that, and what was sent before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.obligations import acts, reads
from concerted.interfaces.pages.route import Request, page

SHOWN = 100


@page(Permission.REMINDER_PREVIEW)
def reminders(request: Request) -> HttpResponse:
    """The preview and the log."""
    preview = reads.preview_reminders(officer=request.officer, at=request.at)
    context = {
        "preview": preview,
        "digests": preview.digests[:SHOWN],
        "more": max(0, len(preview.digests) - SHOWN),
        "unreachable": preview.unreachable[:SHOWN],
        "batches": [batch for batch in reads.batches() if not batch.is_draft],
        "sends": holds(request.officer, Permission.REMINDER_SEND),
    }
    return render(request, "reporting/reminders.html", context)


@page(Permission.REMINDER_SEND)
def send(request: Request) -> HttpResponse:
    """Send what the officer saw; where it has changed meanwhile, show it again instead."""
    if request.method != "POST":
        return redirect("reporting:reminders")
    preview = reads.preview_reminders(officer=request.officer, at=request.at)
    seen = (request.POST.get("for_day", ""), request.POST.get("lines", ""))
    if seen != (preview.for_day.isoformat(), str(preview.line_count)):
        messages.warning(
            request, _("What would be sent has changed since you looked. Look again, then send.")
        )
        return redirect("reporting:reminders")
    batch = acts.send_reminders(officer=request.officer, at=request.at, preview=preview)
    messages.success(
        request,
        _("%(sent)s reminders were sent to %(recipients)s officers.")
        % {"sent": batch.lines, "recipients": batch.recipients},
    )
    return redirect("reporting:reminders")
