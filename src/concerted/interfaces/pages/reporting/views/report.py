"""The page of one report: what it says, what happened to it, and the acts open to the officer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.indicators.words import unit_words
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.acts import reports as acts
from concerted.mechanism.plan.reads import reporting as reads

from ...shell.templatetags._words import in_language
from ..words import FIELDS, field_words


class ReturnForm(forms.Form):
    """Which field of a report is to be changed, and why."""

    field = forms.ChoiceField(
        label=gettext_lazy("Field to change"),
        choices=[
            (name, FIELDS[name])
            for name in ("claimed_status", "narrative", "obstacles", "help_requested", "evidence", "values")
        ],
    )
    reason = forms.CharField(
        label=gettext_lazy("What is wrong and what is expected"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
    )


class CorrectForm(forms.Form):
    """What a new version of a published report corrects."""

    reason = forms.CharField(
        label=gettext_lazy("What is corrected and why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
    )


@page(Permission.REPORT_READ)
def report(request: Request, pk: int) -> HttpResponse:
    """Everything about one version of a report."""
    return _show(request, _report(pk))


def _show(request: Request, found: Any, **more: Any) -> HttpResponse:
    possible = {
        row.act: row for row in reads.possible_acts(officer=request.officer, at=request.at, report=found)
    }
    own = found.agency_id == request.officer.agency_id
    context = {
        "report": found,
        "measure": found.measure,
        "period": found.period,
        "plan": found.measure.version.plan,
        "values": _values(found),
        "events": [_event(move) for move in reversed(reads.moves_of(found))],
        "returns": reads.standing_returns(found),
        "versions": reads.versions_of(found),
        "support": [
            r
            for r in reads.support_for(measure=found.measure, period=found.period)
            if own and r.lead_id == found.agency_id
        ],
        "owed": reads.report_obligation(
            measure_id=found.measure_id, period_key=found.period.key, agency_id=found.agency_id
        ),
        "acts": tuple(possible),
        "edit": reverse("reporting:form", args=[found.measure_id, found.period_id])
        if "save_draft" in possible
        else "",
        "single_person": any(move.field == "clearance" for move in reads.moves_of(found)),
        "return_form": ReturnForm() if "return" in possible else None,
        "correct_form": CorrectForm() if "correct" in possible else None,
    }
    return render(request, "reporting/report.html", context | more, status=400 if more else 200)


@page(Permission.REPORT_CLEAR)
def clear(request: Request, pk: int) -> HttpResponse:
    """Let the report leave the agency."""
    return _take(request, pk, acts.clear, _("The report is cleared."))


@page(Permission.REPORT_ACCEPT)
def accept(request: Request, pk: int) -> HttpResponse:
    """Take the report as answered."""
    return _take(request, pk, acts.accept, _("The report is accepted."))


@page(Permission.REPORT_PUBLISH)
def publish(request: Request, pk: int) -> HttpResponse:
    """Show the report to everybody."""
    return _take(request, pk, acts.publish, _("The report is published."))


@page(Permission.REPORT_RETURN)
def send_back(request: Request, pk: int) -> HttpResponse:
    """Give the report back for one field with the reason."""
    found = _report(pk)
    form = ReturnForm(request.POST)
    if request.method != "POST":
        return redirect("reporting:report", pk=pk)
    if not form.is_valid():
        return _show(request, found, return_form=form, form=form)
    acts.return_report(officer=request.officer, at=request.at, report=found, **form.cleaned_data)
    messages.success(request, _("The report was returned with your reason."))
    return redirect("reporting:report", pk=pk)


@page(Permission.REPORT_CORRECT)
def correct(request: Request, pk: int) -> HttpResponse:
    """Begin a new version of a published report."""
    found = _report(pk)
    form = CorrectForm(request.POST)
    if request.method != "POST":
        return redirect("reporting:report", pk=pk)
    if not form.is_valid():
        return _show(request, found, correct_form=form, form=form)
    acts.correct(officer=request.officer, at=request.at, report=found, reason=form.cleaned_data["reason"])
    messages.success(request, _("A new version was begun. The published one stays readable."))
    return redirect("reporting:form", measure=found.measure_id, period=found.period_id)


def _take(request: Request, pk: int, act: Callable[..., Any], words: str) -> HttpResponse:
    found = _report(pk)
    if request.method == "POST":
        act(officer=request.officer, at=request.at, report=found)
        messages.success(request, words)
    return redirect("reporting:report", pk=pk)


def _report(pk: int) -> Any:
    found = reads.report_by_id(pk)
    if found is None:
        raise NotThere(_("There is no such report, or it is not open to your agency."))
    return found


def _values(found: Any) -> list[dict[str, Any]]:
    chinese = (get_language() or "").startswith("zh")
    return [
        {
            "label": (i.name_zh if chinese else "") or i.name_en,
            "unit": unit_words(i.unit),
            "pk": i.pk,
            "entry": found.values.get(i.key) or {},
        }
        for i in reads.indicators_of(found.measure)
    ]


_MOVES: Mapping[tuple[str, str], str] = {
    ("not_started", "draft"): "begun",
    ("draft", "draft"): "written",
    ("returned", "returned"): "written",
    ("draft", "submitted"): "submitted",
    ("returned", "submitted"): "resubmitted",
    ("published", "published"): "correction_begun",
}


def _event(move: Any) -> dict[str, Any]:
    words = {
        "begun": _("Draft begun"),
        "written": _("Another officer wrote in it"),
        "submitted": _("Submitted"),
        "resubmitted": _("Submitted again"),
        "correction_begun": _("A corrected version was begun"),
        "cleared": _("Cleared inside the agency"),
        "returned": _("Returned"),
        "accepted": _("Accepted by the plan's office"),
        "published": _("Published"),
        "corrected": _("Replaced by its correction"),
    }
    what = _MOVES.get((move.from_state, move.to_state), move.to_state)
    title = words[what]
    if move.field == "clearance":
        text = _("Single-person clearance: the agency has no other clearing officer in post.")
    elif move.reason:
        text = f"{field_words(move.field)}: {move.reason}" if move.field else move.reason
    else:
        text = ""
    return {
        "title": title,
        "at": move.at,
        "by": in_language(move.officer, "name"),
        "text": text,
        "state": move.to_state,
    }
