"""From a plan's text to a draft version: hand it in, correct the reading beside the source, take it over."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import ConcertedError, Invalid, Stale
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.plan_store import is_plan_file, read_plan_file, read_plan_text
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.shell.widgets import DayMonthYear
from concerted.mechanism.plan.acts import drafts as acts
from concerted.mechanism.plan.acts.documents import store_version
from concerted.mechanism.plan.reads import documents as reads

from .common import NATION, choosable_agencies, crumbs


class UploadForm(forms.Form):
    """A plan as a file."""

    file = forms.FileField(
        label=gettext_lazy("Plan"),
        help_text=gettext_lazy(
            "A text as the government wrote it (.docx, .txt, .md), or a plan file (.yaml, .xlsx); 20 MB at most."
        ),
    )


class TakeOverForm(forms.Form):
    """What the text itself may not say: the plan's key and period."""

    key = forms.SlugField(
        label=gettext_lazy("Key of the plan"),
        max_length=80,
        help_text=gettext_lazy("Letters, digits and hyphens, such as yn-npa-2008-2012. It stays for ever."),
    )
    period_from = forms.DateField(label=gettext_lazy("First day"), required=False, widget=DayMonthYear)
    period_to = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=DayMonthYear)


@page(Permission.PLAN_DRAFT)
def draft_list(request: Request) -> HttpResponse:
    """The texts the officer's agency handed in, and the form to hand in another."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _taken_in(request, form.cleaned_data["file"])
        except Invalid as refusal:
            form.add_error("file", _in_lines(refusal))
    context = {"drafts": reads.plan_drafts(), "form": form, "breadcrumbs": crumbs(None, (_("Drafts"), ""))}
    return render(request, "plan/drafts.html", context, status=400 if form.errors else 200)


def _in_lines(refusal: Invalid) -> list[str]:
    told = [" ".join(str(part) for part in (refusal.where, refusal.what, refusal.remedy) if str(part))]
    for problem in refusal.problems[:30]:
        place = _("row %(row)s") % {"row": problem.row} if problem.row else ""
        told.append(
            " ".join(str(part) for part in (place, problem.field, problem.what, problem.remedy) if str(part))
        )
    return told


def _taken_in(request: Request, file: Any) -> HttpResponse:
    content = file.read()
    if is_plan_file(file.name):
        document = read_plan_file(content, file.name)
        version = store_version(officer=request.officer, at=request.at, document=document)
        messages.success(request, _("The plan file is stored as a draft version."))
        return redirect(f"{reverse('plan:plan', args=[version.plan.key])}?version={version.number}")
    office = request.officer.agency
    draft = read_plan_text(
        content,
        file.name,
        on=request.at.date(),
        place=office.place_code if office else NATION,
        agencies=choosable_agencies(request),
    )
    kept = acts.save_draft_reading(
        officer=request.officer,
        at=request.at,
        filename=file.name,
        source_lines=[line.text for line in draft.source_lines],
        reading=draft.as_json(),
    )
    messages.success(request, _("The text was read. Correct what was not understood."))
    return redirect("plan:draft", pk=kept.pk)


@page(Permission.PLAN_DRAFT)
def draft(request: Request, pk: int) -> HttpResponse:
    """The source and what was read of it, side by side, for correction."""
    found = reads.plan_draft_by_id(pk)
    if request.method == "POST":
        return _corrected(request, found)
    return _show(request, found, TakeOverForm(prefix="take", initial=_initial(found)))


def _initial(found: Any) -> dict[str, Any]:
    period = found.reading.get("period") or {}
    return {"period_from": period.get("from"), "period_to": period.get("to")}


def _show(
    request: Request, found: Any, form: TakeOverForm, refusal: ConcertedError | None = None
) -> HttpResponse:
    reading = found.reading
    status = {measure["line"]: "measure" for measure in reading["measures"]}
    status |= {line: "measure" for measure in reading["measures"] for line in measure["lines"]}
    status |= {heading["line"]: "heading" for heading in reading.get("strands", [])}
    status |= {goal["line"]: "objective" for goal in reading.get("objectives", [])}
    status |= {entry["line"]: "unplaced" for entry in reading.get("unplaced", [])}
    for entry in reading.get("unknown_agencies", []):
        if not entry.get("choice"):
            status[entry["line"]] = "unknown"
    agencies = [{"key": agency.key, "name": in_language(agency)} for agency in choosable_agencies(request)]
    context = {
        "draft": found,
        "reading": reading,
        "lines": [
            {"number": number, "text": text, "status": status.get(number, "")}
            for number, text in enumerate(found.source_lines, start=1)
        ],
        "unknown": [
            {**entry, "place": n, "choices": _choices(entry, agencies), "part": _part(entry)}
            for n, entry in _unknown(reading)
        ],
        "unresolved": sum(not entry.get("choice") for _n, entry in _unknown(reading)),
        "agencies": agencies,
        "strand_titles": list(
            dict.fromkeys(
                s["title"] for s in reading.get("strands", []) if not s.get("label") and not s.get("strand")
            )
        ),
        "take_form": form,
        "form": form,
        "refusal": refusal,
        "breadcrumbs": crumbs(None, (_("Drafts"), reverse("plan:drafts")), (found.filename, "")),
    }
    return render(request, "plan/draft.html", context, status=400 if refusal or form.errors else 200)


def _unknown(reading: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(reading.get("unknown_agencies", [])))


def _part(entry: dict[str, Any]) -> str:
    """The part chosen for a name, else the one it was named in."""
    return str((entry.get("choice") or entry).get("role") or "")


def _choices(entry: dict[str, Any], agencies: list[dict[str, str]]) -> dict[str, Any]:
    nearest = [
        {"key": key, "name": name} for key, name in zip(entry["nearest_ids"], entry["nearest"], strict=True)
    ]
    near = {one["key"] for one in nearest}
    return {"nearest": nearest, "others": [one for one in agencies if one["key"] not in near]}


def _corrected(request: Request, found: Any) -> HttpResponse:
    post = cast(QueryDict, request.POST)
    expected = post.get("row_version", "")
    try:
        acts.correct_draft(
            officer=request.officer,
            at=request.at,
            draft=found,
            expected_row_version=int(expected) if expected.isdecimal() else 0,
            title=post.get("title"),
            measures=_measure_changes(found, post),
            agencies=_agency_choices(found, post),
            unplaced=_placements(found, post),
        )
    except (Stale, Invalid) as refusal:
        found.refresh_from_db()
        return _show(request, found, TakeOverForm(prefix="take", initial=_initial(found)), refusal)
    messages.success(request, _("The corrections are kept."))
    return redirect("plan:draft", pk=found.pk)


def _measure_changes(found: Any, post: QueryDict) -> dict[int, dict[str, Any]]:
    """What the form says otherwise than the reading, by line."""
    changes: dict[int, dict[str, Any]] = {}
    for measure in found.reading["measures"]:
        line = measure["line"]
        if f"m{line}-text" not in post:
            continue
        said: dict[str, Any] = {
            name: post.get(f"m{line}-{name}", "").strip() for name in ("number", "strand", "text")
        }
        said |= {name: post.getlist(f"m{line}-{name}") for name in ("leads", "supports")}
        said["dropped"] = f"m{line}-dropped" in post
        differing = {name: value for name, value in said.items() if value != measure.get(name, False)}
        if differing:
            changes[line] = differing
    return changes


def _agency_choices(found: Any, post: QueryDict) -> dict[int, dict[str, str]]:
    choices: dict[int, dict[str, str]] = {}
    for place, entry in _unknown(found.reading):
        if f"u{place}-agency" not in post:
            continue
        agency = post.get(f"u{place}-agency", "")
        choice = {"agency": agency, "role": post.get(f"u{place}-role", "lead")} if agency else {}
        if (choice or None) != entry.get("choice"):
            choices[place] = choice
    return choices


def _placements(found: Any, post: QueryDict) -> dict[int, str]:
    lines = [entry["line"] for entry in found.reading.get("unplaced", [])]
    placed = {line: post.get(f"l{line}", "") for line in lines}
    return {line: str(strand) for line, strand in placed.items() if strand}


@page(Permission.PLAN_DRAFT)
def take_over(request: Request, pk: int) -> HttpResponse:
    """Turn the corrected reading into a draft version of a plan."""
    found = reads.plan_draft_by_id(pk)
    form = TakeOverForm(request.POST, prefix="take")
    if request.method != "POST" or not form.is_valid():
        return _show(request, found, form)
    office = request.officer.agency
    place = office.place_code if office else "000000"
    try:
        version = acts.adopt_draft(
            officer=request.officer,
            at=request.at,
            draft=found,
            level="national" if place == "000000" else "province",
            place_code=place,
            **form.cleaned_data,
        )
    except Invalid as refusal:
        return _show(request, found, form, refusal)
    messages.success(request, _("The text is now a draft version. Check it and adopt it."))
    return redirect(f"{reverse('plan:plan', args=[version.plan.key])}?version={version.number}")
