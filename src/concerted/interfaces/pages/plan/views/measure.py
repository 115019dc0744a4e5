"""The page of one measure: its text, who does it, what was reported, how provinces answered, and own notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import ConcertedError
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows, holds
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.shell.widgets import DayMonthYear
from concerted.mechanism.plan.acts import editing
from concerted.mechanism.plan.acts import notes as note_acts
from concerted.mechanism.plan.reads import alignment, dependencies, results
from concerted.mechanism.plan.reads import documents as reads
from concerted.mechanism.plan.reads import notes as note_reads

from ..words import measure_name
from .common import Chips, crumbs, may

MEASURE = "plan.measure"


class NoteForm(forms.Form):
    """A note for the officer's own agency."""

    text = forms.CharField(
        label=gettext_lazy("Note for your own agency"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=note_acts.LONGEST_NOTE,
    )


class MarkForm(forms.Form):
    """When a milestone was reached and what shows it."""

    reached_on = forms.DateField(label=gettext_lazy("Reached on"), widget=DayMonthYear)
    evidence = forms.CharField(
        label=gettext_lazy("What shows it"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2_000
    )


@page(Permission.PLAN_READ)
def measure(request: Request, pk: int) -> HttpResponse:
    """Everything about one measure that the officer's agency may see."""
    return _show(request, reads.measure_by_id(pk))


def _show(request: Request, found: Any, **more: Any) -> HttpResponse:
    version, plan = found.version, found.version.plan
    sources = reads.sources_of(version)
    on = request.at.date()
    chips = Chips()
    table = dependencies.timetable(version)
    indicators = results.indicators_by_measure(version).get(found.pk, [])
    context = {
        "plan": plan,
        "version": version,
        "measure": found,
        "leads": chips.of(reads.leads_of(found)),
        "supports": chips.of(reads.supports_of(found)),
        "sources": [sources.get(key, {"what": key}) for key in found.sources],
        "target": reads.target_in_words(found),
        "series": results.series_of(version, indicators, on=on),
        "reports": results.reports_on(found),
        "uptake": _uptake(found, on),
        "timed": table.row_of(found.key) if table else None,
        "dependants": [row for row in table.rows if found in row.needs] if table else [],
        "milestones": reads.milestones_of([found]).get(found.pk, []),
        "can_mark": version.state == "adopted"
        and allows(request.officer, Permission.MILESTONE_MARK, found.access_facts()),
        "can_revise": version.state == "draft" and may(request, Permission.PLAN_REVISE, plan),
        "notes": note_reads.notes_on(
            officer=request.officer, at=request.at, subject_kind=MEASURE, subject_id=found.pk
        ),
        "note_form": NoteForm(prefix="note"),
        "mark_form": MarkForm(prefix="mark"),
        "can_note": holds(request.officer, Permission.NOTE_WRITE),
        "history": _history(found),
        "today": on,
        "breadcrumbs": crumbs(plan, (found.key, "")),
    }
    return render(request, "plan/measure.html", context | more, status=400 if "refusal" in more else 200)


def _uptake(found: Any, on: Any) -> dict[str, Any] | None:
    """The provinces' answers to a national measure, for the tile map; None for a local plan."""
    plan = found.version.plan
    if plan.place_code != "000000":
        return None
    taken = alignment.uptake(found, on=on)
    tiles = [
        {
            "code": place.place.code,
            "name": in_language(place.place),
            "state": cell.state,
            "href": _answer_address(cell),
        }
        for place, cell in zip(taken.places, taken.cells, strict=False)
    ]
    return {"tiles": tiles, "taken": taken.taken_up, "of": taken.of}


def _answer_address(cell: alignment.CoverageCell) -> str:
    return reverse("plan:measure", args=[cell.local_id]) if cell.local_id else ""


def _history(found: Any) -> list[dict[str, Any]]:
    """The measure in other versions and plans, newest first."""
    later = [
        {
            "title": _("Carried over to %(version)s") % {"version": _version_words(other.version)},
            "href": _address(other),
            "text": measure_name(other),
        }
        for other in found.carried_to.all()
        if other.version.state != "draft"
    ]
    earlier: list[dict[str, Any]] = []
    before = found.carried_from
    while before is not None and len(earlier) < 20:
        earlier.append(
            {
                "title": _("Carried over from %(version)s") % {"version": _version_words(before.version)},
                "href": _address(before),
                "text": measure_name(before),
                "at": before.version.adopted_on,
            }
        )
        before = before.carried_from
    return later + earlier


def _version_words(version: Any) -> str:
    return _("%(plan)s, version %(number)s") % {
        "plan": in_language(version.plan, "title"),
        "number": version.number,
    }


def _address(found: Any) -> str:
    return reverse("plan:measure", args=[found.pk])


@page(Permission.NOTE_WRITE)
def write_note(request: Request, pk: int) -> HttpResponse:
    """Keep a note on the measure for the officer's own agency."""
    found = reads.measure_by_id(pk)
    form = NoteForm(request.POST, prefix="note")
    if request.method != "POST" or not form.is_valid():
        return _show(request, found, note_form=form, form=form, refusal=True)
    note_acts.write_note(
        officer=request.officer,
        at=request.at,
        subject_kind=MEASURE,
        subject_id=found.pk,
        text=form.cleaned_data["text"],
    )
    messages.success(request, _("The note is kept for your agency."))
    return redirect("plan:measure", pk=found.pk)


@page(Permission.NOTE_WRITE)
def withdraw_note(request: Request, pk: int, note: int) -> HttpResponse:
    """Take one of the agency's notes off the page."""
    if request.method == "POST":
        kept = note_reads.note_by_id(officer=request.officer, at=request.at, pk=note)
        note_acts.withdraw_note(officer=request.officer, at=request.at, note=kept)
        messages.success(request, _("The note is withdrawn."))
    return redirect("plan:measure", pk=pk)


@page(Permission.MILESTONE_MARK)
def mark_milestone(request: Request, pk: int, milestone: int) -> HttpResponse:
    """Say that a milestone of the measure was reached."""
    found = reads.measure_by_id(pk)
    form = MarkForm(request.POST, prefix="mark")
    step = next((s for s in found.milestones.all() if s.pk == milestone), None)
    if request.method != "POST" or step is None or not form.is_valid():
        return _show(request, found, mark_form=form, form=form, refusal=True)
    try:
        editing.mark_milestone(officer=request.officer, at=request.at, milestone=step, **form.cleaned_data)
    except ConcertedError as refusal:
        form.add_error(None, str(refusal))
        return _show(request, found, mark_form=form, form=form, refusal=True)
    messages.success(request, _("The milestone is marked as reached."))
    return redirect("plan:measure", pk=found.pk)
