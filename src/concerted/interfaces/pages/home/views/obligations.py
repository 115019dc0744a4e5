"""The list of obligations behind every number of the Monday pages, and one obligation with its history."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from concerted.errors import Invalid, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows
from concerted.foundation.obligations import acts
from concerted.foundation.obligations import reads as owed
from concerted.foundation.obligations.kinds import kind_of
from concerted.foundation.obligations.reads import STILL_OWED, Filters
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.reads import reporting

from ...shell.templatetags._words import in_language
from ..forms import Excuse, ObligationFilters
from ..words import HAPPENINGS, STATES, kind_words, lines, step_words, where
from .day import day_asked, today_of

PAGE = 40
MOST_EXPORTED = 60_000


@page(Permission.OBLIGATION_READ)
def obligations(request: Request) -> HttpResponse:
    """Obligations as they stood on the day, soonest due first; without any filter, what is still owed."""
    on = day_asked(request)
    asked = request.GET.copy()
    if not set(asked) - {"on", "cursor", "format"}:
        asked["state"] = STILL_OWED
    form = ObligationFilters(asked, on=on)
    form.is_valid()
    found = _found(form, on)
    file = wanted_format(request)
    if file:
        return send_table(request, _table(found, on), file)
    shown = owed.page_of(found, cursor=request.GET.get("cursor", ""), size=PAGE)
    return render(
        request,
        "home/obligations.html",
        {
            "on": on,
            "today": today_of(request),
            "filters": form,
            "rows": lines(shown.rows, on=on, forms={}),
            "page": shown,
            "whole": _found(form, on, of_any_state=True).count() if request.GET.get("state") else None,
            **file_links(request),
        },
    )


def _found(form: ObligationFilters, on: date, *, of_any_state: bool = False) -> Any:
    """The obligations that the filters let through; of_any_state: what those of one state are a part of."""
    names = ("agency", "owed_to", "state", "kind", "place", "period")
    asked = {name: str(form.cleaned_data.get(name, "")) for name in names}
    found = owed.obligations(on=on, filters=Filters(**asked | ({"state": ""} if of_any_state else {})))
    plan = str(form.cleaned_data.get("plan", ""))
    return reporting.under_plan(found, key=plan) if plan else found


@page(Permission.OBLIGATION_READ)
def obligation(request: Request, pk: int, form: Excuse | None = None) -> HttpResponse:
    """One obligation: the rule it comes from, its days, its history and who was told."""
    on = day_asked(request)
    found = owed.obligation_by_id(pk, on=on)
    if found is None:
        raise NotThere(_("There is no such obligation."))
    may_excuse = (
        found.met_at is None
        and found.excused_at is None
        and allows(request.officer, Permission.OBLIGATION_EXCUSE, found.access_facts())
    )
    context = {
        "obligation": found,
        "line": lines([found], on=on, forms=reporting.where_to_answer([found]))[0],
        "rule": kind_of(found.kind),
        "events": [_happening(event) for event in owed.history(pk, on=on)],
        "form": form,
        "excuse": (form or Excuse()) if may_excuse else None,
        "mine": found.owner_id == request.officer.agency_id,
        "answer_href": where(found, reporting.where_to_answer([found])),
    }
    return render(request, "home/obligation.html", context, status=400 if form else 200)


@page(Permission.OBLIGATION_EXCUSE)
@require_POST
def excuse(request: Request, pk: int) -> HttpResponse:
    """Let the owner off for the reason given."""
    found = owed.obligation_by_id(pk, on=today_of(request))
    if found is None:
        raise NotThere(_("There is no such obligation."))
    form = Excuse(request.POST)
    if not form.is_valid():
        return obligation(request, pk, form)
    try:
        acts.excuse(
            officer=request.officer,
            at=request.at,
            obligation=found,
            reason=form.cleaned_data["reason"],
        )
    except Invalid as fault:
        form.add_error("reason", str(fault.what))
        return obligation(request, pk, form)
    messages.success(request, _("The obligation is excused; both sides see your reason."))
    return redirect("home:obligation", pk=pk)


def _happening(event: Any) -> dict[str, Any]:
    told = in_language(event.to_agency, "name") if event.to_agency else ""
    return {
        "title": HAPPENINGS[event.what],
        "at": event.at,
        "by": in_language(event.officer, "name") if event.officer else "",
        "text": " · ".join(part for part in (told, step_words(event.reason)) if part),
    }


def _table(found: Any, on: date) -> Table:
    heads = [
        Column("kind", _("Kind")),
        Column("label", _("What is owed")),
        Column("period", _("Period")),
        Column("owner", _("Owed by")),
        Column("owed_to", _("Owed to")),
        Column("opens", _("Opens"), Kind.DATE),
        Column("due", _("Due"), Kind.DATE),
        Column("grace_until", _("Grace until"), Kind.DATE),
        Column("state", _("State")),
        Column("met_at", _("Answered"), Kind.DATETIME),
    ]
    rows = (
        (
            kind_words(o.kind),
            in_language(o, "label"),
            o.period_key,
            in_language(o.owner, "name"),
            in_language(o.owed_to, "name"),
            o.opens,
            o.due,
            o.grace_until,
            str(STATES[o.state]),
            o.met_at,
        )
        for o in islice(found.iterator(chunk_size=2_000), MOST_EXPORTED)
    )
    return Table(_("obligations %(day)s") % {"day": on.isoformat()}, heads, rows)
