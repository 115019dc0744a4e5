"""The schedule of keeping with its dry run, and what was erased; two officers erase, and no page names anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import ConcertedError, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.people.acts import erasure as people_acts
from concerted.foundation.people.reads import erasure_by_id, erasure_preview, erasures_done
from concerted.foundation.people.schedule import rule_of, rules
from concerted.interfaces.pages.once import acts_once
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases.acts.retention import ask_by_schedule
from concerted.mechanism.cases.reads.retention import schedule_dry_run

from ..doing import who


def _numbers(request: Request, name: str) -> list[int]:
    return [int(one) for one in request.POST.getlist(name) if one.isdigit()]


@page(Permission.ERASURE_REQUEST)
@acts_once
def schedule(request: Request) -> HttpResponse:
    """How long what is kept, and the records whose day has come; the chosen ones are asked for at once."""
    if request.method == "POST":
        asked = ask_by_schedule(**who(request), persons=_numbers(request, "person"))
        messages.success(
            request,
            _("Erasure of %(count)s records was asked for; %(left)s were left out.")
            % {"count": len(asked.requests), "left": asked.left_out},
        )
        return redirect("cases:schedule")
    run = schedule_dry_run(**who(request))
    today = timezone.localdate(request.at)
    context = {
        "rules": rules(),
        "run": run,
        "lines": [(line, line.is_due(today)) for line in run.lines],
        "due": len(run.due(today)),
    }
    return render(request, "cases/schedule.html", context)


@page(Permission.ERASURE_APPROVE)
@acts_once
def decide_many(request: Request) -> HttpResponse:
    """As a second officer, erase the chosen requests by schedule, each for itself; a fault stops that one only."""
    if request.method != "POST":
        return redirect("cases:erasures")
    chosen = _numbers(request, "request")
    if not request.POST.get("confirmed"):
        found = [row for row in (_request(request, pk) for pk in chosen) if row is not None]
        held = {row.pk: _in_the_way(request, row) for row in found}
        rows = [row for row in found if not held[row.pk]]
        stopped = [(row, held[row.pk]) for row in found if held[row.pk]]
        return render(
            request, "cases/erase_many.html", {"rows": rows, "stopped": stopped, "total": _total(rows)}
        )
    done, left = 0, []
    for pk in chosen:
        row = _request(request, pk)
        if row is None:
            left.append(_("A request is not there any more."))
            continue
        try:
            people_acts.approve_erasure(**who(request), request=row)
            done += 1
        except ConcertedError as error:
            left.append(str(error.what))
    messages.success(request, _("%(count)s records were erased.") % {"count": done})
    for why in dict.fromkeys(left):
        messages.warning(request, _("Left out: %(why)s") % {"why": why})
    return redirect("cases:erasures")


def _request(request: Request, pk: int) -> Any:
    try:
        found = erasure_by_id(**who(request), pk=pk)
    except NotThere:
        return None
    return found if found.state == "requested" and found.ground == "schedule" else None


def _in_the_way(request: Request, row: Any) -> Sequence[ConcertedError]:
    return erasure_preview(**who(request), person=row.person, request=row).in_the_way


def _total(rows: list[Any]) -> list[tuple[str, int]]:
    counted: dict[str, int] = {}
    for row in rows:
        for kind, count in row.listed.items():
            counted[kind] = counted.get(kind, 0) + count
    return sorted((kind, count) for kind, count in counted.items() if count)


@page(Permission.ERASURE_APPROVE)
def erased(request: Request) -> HttpResponse:
    """What the agency erased: when, why, by which two officers, and the proof; nobody is named."""
    shown = erasures_done(**who(request), cursor=request.GET.get("cursor", ""))
    rows = [(row, rule_of(row.rule).name if row.rule else "") for row in shown.rows]
    context = {
        "rows": rows,
        "next": shown.next,
        "may_ask": holds(request.officer, Permission.ERASURE_REQUEST),
    }
    return render(request, "cases/erased.html", context)
