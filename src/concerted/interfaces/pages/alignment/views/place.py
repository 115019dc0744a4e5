"""A place's plan beside the nation's, how its plan is begun, and every answer it ever gave; decides
nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.exchange.tables import Column, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.paging import slice_asked
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.widgets import DayMonthYear
from concerted.mechanism.plan.acts import alignment as acts
from concerted.mechanism.plan.reads import alignment as reads
from concerted.mechanism.plan.reads import documents

from ..words import KINDS, field_words, in_language
from .coverage import PAGE, gap_words, indicators_of, version_shown


class StartForm(forms.Form):
    """The plan with which a place answers the nation's; its period is its own."""

    use_required_attribute = False

    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    title_zh = forms.CharField(label=gettext_lazy("Title in Chinese"), max_length=200, required=False)
    period_from = forms.DateField(label=gettext_lazy("First day"), widget=DayMonthYear)
    period_to = forms.DateField(label=gettext_lazy("Last day"), widget=DayMonthYear)


@page(Permission.PLAN_READ)
def place(request: Request, plan: str, code: str) -> HttpResponse:
    """National measures and what the place does about each, side by side."""
    version = version_shown(plan)
    found = place_by_code(code, request)
    view = reads.beside_nation(version, found, on=request.at.date())
    asked = request.GET.get("kind", "")
    rows = [row for row in view.rows if not asked or asked in (row.cell.kind, row.cell.state)]
    names = indicators_of(version.plan_id)
    file = wanted_format(request)
    if file:
        return send_table(request, _table(found, rows, names), file)
    listed = slice_asked(request, rows, PAGE)
    counts = [(kind, KINDS[kind], view.count(kind)) for kind in KINDS if kind != "rebase_due"]
    context = {
        "plan": version.plan,
        "version": version,
        "place": found,
        "view": view,
        "rows": [
            {"row": row, "gaps": [gap_words(gap, names) for gap in row.cell.short]} for row in listed.rows
        ],
        "listed": listed,
        "shown": len(rows),
        "counts": [*counts, ("rebase_due", KINDS["rebase_due"], len(view.due))],
        "total": len(view.rows),
        "own": _is_own(request, code),
        "asked": KINDS.get(asked, ""),
        **file_links(request),
    }
    return render(request, "alignment/place.html", context)


@page(Permission.ALIGNMENT_DECIDE)
def start(request: Request, plan: str) -> HttpResponse:
    """Begin the place's own plan as an empty draft."""
    version = version_shown(plan)
    agency = request.officer.agency
    if agency is None or reads.local_plan(version.plan, agency.place_code) is not None:
        raise NotThere(_("Your place already has its plan."))
    form = StartForm(
        request.POST or None, initial={"period_from": version.period_from, "period_to": version.period_to}
    )
    if request.method == "POST" and form.is_valid():
        acts.open_local_plan(
            officer=request.officer, at=request.at, national=version.plan, **form.cleaned_data
        )
        messages.success(request, _("The draft of your plan is open."))
        return redirect("alignment:place", plan=plan, code=agency.place_code)
    return render(request, "alignment/start.html", {"plan": version.plan, "form": form})


@page(Permission.PLAN_READ)
def history(request: Request, measure: int, code: str) -> HttpResponse:
    """Every answer the place gave to the measure, newest first, with the wording it answered."""
    found = documents.measure_by_id(measure)
    given = reads.history_of_answers(found, code)
    local = {answer.local.version.plan_id for answer in given if answer.local is not None}
    indicators = indicators_of(found.version.plan_id, *local)
    events = [
        {
            "title": str(KINDS[answer.kind]),
            "state": answer.kind if not answer.kept_against_id else "diverged",
            "at": answer.decided_at,
            "by": in_language(answer.agency.name_en, answer.agency.name_zh),
            "text": _said(answer, indicators),
        }
        for answer in given
    ]
    context = {
        "measure": found,
        "plan": found.version.plan,
        "place": place_by_code(code, request),
        "events": events,
    }
    context |= {
        "standing": next((a for a in given if a.replaced_at is None), None),
        "own": _is_own(request, code),
    }
    return render(request, "alignment/history.html", context)


def _said(answer: Any, indicators: Mapping[str, str]) -> str:
    parts = [_("Answered the wording of version %(number)s.") % {"number": answer.national.version.number}]
    parts += [f"{field_words(name, indicators)}: {entry['why']}" for name, entry in answer.differs.items()]
    if answer.reason and answer.reason != " ".join(entry["why"] for entry in answer.differs.values()):
        parts.append(answer.reason)
    return " ".join(parts)


def place_by_code(code: str, request: Request) -> Any:
    """The place of that code on the day; raises NotThere."""
    found = reads.place_by_code(code, on=request.at.date())
    if found is None:
        raise NotThere(_("There is no such place."), where=code)
    return found


def _is_own(request: Request, code: str) -> bool:
    agency = request.officer.agency
    return (
        agency is not None
        and agency.place_code == code
        and holds(request.officer, Permission.ALIGNMENT_DECIDE)
    )


def _table(place: Any, rows: list[Any], names: Mapping[str, str]) -> Table:
    columns = [
        Column("measure", _("Measure")), Column("national", _("National")), Column("local", _("Local")),
        Column("answer", _("Answer")), Column("reason", _("Reason")), Column("gaps", _("Gaps")),
    ]  # fmt: skip
    lines = [
        (
            row.national.key, in_language(row.national.title_en, row.national.title_zh),
            in_language(row.local.title_en, row.local.title_zh) if row.local else None, KINDS[row.cell.state],
            row.answer.reason if row.answer else None, "; ".join(gap_words(gap, names) for gap in row.cell.short),
        )
        for row in rows
    ]  # fmt: skip
    return Table(f"alignment-{place.code}", columns, lines)
