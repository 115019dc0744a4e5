"""Revising a plan: opening its draft, changing measures, adopting; every rule is in the acts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Conflict, Invalid, NotThere, Stale
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.shell.widgets import DayMonthYear
from concerted.mechanism.plan.acts import documents as version_acts
from concerted.mechanism.plan.acts import editing as acts
from concerted.mechanism.plan.reads import documents as reads
from concerted.mechanism.plan.reads.naming import left_behind
from concerted.mechanism.plan.reads.resembling import resemblances

from ..words import field_words, measure_name
from .common import choosable_agencies, crumbs

DEADLINES = (
    ("continuous", gettext_lazy("continuous")),
    ("yearly", gettext_lazy("every year")),
    ("date", gettext_lazy("on a date")),
    ("text", gettext_lazy("in words")),
    ("not_read", gettext_lazy("not read")),
    ("not_stated", gettext_lazy("not stated")),
)


class MeasureForm(forms.Form):
    """The wording of one measure of a draft."""

    key = forms.CharField(
        label=gettext_lazy("Key"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("The measure stays the one it is: its answers and reports follow a new key."),
    )
    carried_from = forms.ChoiceField(
        label=gettext_lazy("Carried over from"),
        required=False,
        help_text=gettext_lazy(
            "The measure of the version before whose answers and reports are this one's; none for a new measure."
        ),
    )
    number = forms.CharField(label=gettext_lazy("Number"), required=False, max_length=40)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), required=False, max_length=300)
    title_zh = forms.CharField(label=gettext_lazy("Title in Chinese"), required=False, max_length=200)
    text_en = forms.CharField(label=gettext_lazy("Text in English"), required=False, widget=forms.Textarea)
    text_zh = forms.CharField(label=gettext_lazy("Text in Chinese"), required=False, widget=forms.Textarea)
    deadline_kind = forms.ChoiceField(label=gettext_lazy("Kind of deadline"), choices=DEADLINES)
    deadline = forms.DateField(label=gettext_lazy("Deadline"), required=False, widget=DayMonthYear)
    deadline_text = forms.CharField(label=gettext_lazy("Deadline in words"), required=False, max_length=200)
    lead_note = forms.CharField(
        label=gettext_lazy("Note on the leads"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, measure: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = [*left_behind(measure.version)]
        if measure.carried_from is not None:
            before.insert(0, measure.carried_from)
        choice = self.fields["carried_from"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            ("", _("none: a new measure")),
            *((one.key, f"{one.key} {measure_name(one)}") for one in before),
        ]


class PartForm(forms.Form):
    """An agency's part in a measure."""

    agency = forms.ChoiceField(label=gettext_lazy("Agency"))
    role = forms.ChoiceField(
        label=gettext_lazy("Part"),
        choices=(("lead", gettext_lazy("Leads")), ("support", gettext_lazy("Supports"))),
        widget=forms.RadioSelect,
        initial="lead",
    )
    valid_from = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayMonthYear)

    def __init__(self, *args: Any, agencies: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agency"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(one.key, in_language(one)) for one in agencies]


class NeedForm(forms.Form):
    """The measure that must be finished first."""

    needs = forms.ChoiceField(label=gettext_lazy("Waits for"))
    lag_days = forms.IntegerField(
        label=gettext_lazy("Days between"), initial=0, min_value=-3650, max_value=3650
    )

    def __init__(self, *args: Any, measures: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["needs"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(str(m.pk), f"{m.key} {measure_name(m)}") for m in measures]


class StepForm(forms.Form):
    """A dated step."""

    key = forms.SlugField(label=gettext_lazy("Key"), max_length=40)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    title_zh = forms.CharField(label=gettext_lazy("Title in Chinese"), required=False, max_length=200)
    due = forms.DateField(label=gettext_lazy("Due"), widget=DayMonthYear)


class AdoptForm(forms.Form):
    """The day on which the plan was adopted."""

    adopted_on = forms.DateField(label=gettext_lazy("Day of adoption"), widget=DayMonthYear)


@page(Permission.PLAN_REVISE)
def revise(request: Request, key: str) -> HttpResponse:
    """Open a draft that says what the version in force says."""
    plan = reads.plan_by_key(key)
    if request.method != "POST":
        return redirect("plan:plan", key=key)
    try:
        version = version_acts.start_revision(officer=request.officer, at=request.at, plan=plan)
    except Conflict as refusal:
        messages.error(request, str(refusal))
        return redirect("plan:plan", key=key)
    messages.success(request, _("The revision is open. Every measure is carried over."))
    return redirect(f"{reverse('plan:plan', args=[key])}?version={version.number}")


@page(Permission.PLAN_REVISE)
def discard(request: Request, key: str) -> HttpResponse:
    """Remove the plan's open draft."""
    plan = reads.plan_by_key(key)
    draft = reads.open_draft(plan)
    if request.method == "POST" and draft is not None:
        version_acts.discard_draft(officer=request.officer, at=request.at, version=draft)
        messages.success(request, _("The draft is discarded."))
    return redirect("plan:plan", key=key) if reads.versions_of(plan) else redirect("plan:list")


@page(Permission.PLAN_REVISE)
def edit_measure(request: Request, pk: int) -> HttpResponse:
    """Change one measure of a draft; a stale edit shows both wordings."""
    found = _draft_measure(pk)
    form = MeasureForm(
        request.POST if request.method == "POST" else None, initial=_values(found), measure=found
    )
    if request.method == "POST" and form.is_valid():
        changes = {
            name: value for name, value in _said(request, form).items() if value != _values(found)[name]
        }
        expected = request.POST.get("row_version", "")
        try:
            acts.edit_measure(
                officer=request.officer,
                at=request.at,
                measure=found,
                changes=_whole_deadline(changes, form.cleaned_data),
                expected_row_version=int(expected) if expected.isdecimal() else 0,
            )
        except acts.StaleEntry as stale:
            return _both(request, found, stale)
        except Invalid as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("The measure is changed."))
            return redirect("plan:measure", pk=found.pk)
    return _edit_page(request, found, measure_form=form, form=form)


def _said(request: Request, form: MeasureForm) -> dict[str, Any]:
    """What the form says; a measure keeps its key and what it carries on where the form does not speak of them."""
    unsaid = {"key", "carried_from"} - set(request.POST)
    return {name: value for name, value in form.cleaned_data.items() if name not in unsaid}


def _whole_deadline(changes: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    if not {"deadline", "deadline_kind", "deadline_text"} & set(changes):
        return changes
    kind = said["deadline_kind"]
    return changes | {
        "deadline_kind": kind,
        "deadline": said["deadline"] if kind == "date" else None,
        "deadline_text": said["deadline_text"] if kind == "text" else "",
    }


def _values(found: Any) -> dict[str, Any]:
    values = {name: getattr(found, name) for name in MeasureForm.base_fields}
    return values | {"carried_from": found.carried_from.key if found.carried_from else ""}


def _put(form: forms.Form, refusal: Invalid) -> None:
    for problem in refusal.problems:
        form.add_error(
            problem.field if problem.field in form.fields else None,
            f"{problem.what} {problem.remedy}".strip(),
        )
    if not refusal.problems:
        form.add_error(None, str(refusal))


def _draft_measure(pk: int) -> Any:
    found = reads.measure_by_id(pk)
    if found.version.state != "draft":
        raise Conflict(
            _("An adopted version is frozen."),
            where=str(found.version),
            remedy=_("Start a revision; it becomes the next version."),
        )
    return found


def _edit_page(request: Request, found: Any, **forms_given: Any) -> HttpResponse:
    others = [m for m in reads.measures_of(found.version) if m.pk != found.pk]
    context = {
        "measure": found,
        "plan": found.version.plan,
        "version": found.version,
        "parts": list(found.responsibilities.all()),
        "steps": list(found.milestones.all()),
        "needs": list(found.dependencies.select_related("needs")),
        "part_form": PartForm(prefix="part", agencies=choosable_agencies(request)),
        "need_form": NeedForm(prefix="need", measures=others),
        "step_form": StepForm(prefix="step"),
        "measure_form": MeasureForm(initial=_values(found), measure=found),
        "breadcrumbs": crumbs(
            found.version.plan, (found.key, reverse("plan:measure", args=[found.pk])), (_("Change"), "")
        ),
    } | forms_given
    bad = any(isinstance(form, forms.Form) and form.is_bound and form.errors for form in forms_given.values())
    return render(request, "plan/edit_measure.html", context, status=400 if bad else 200)


def _both(request: Request, found: Any, stale: acts.StaleEntry) -> HttpResponse:
    rows = [
        {
            "name": name,
            "field": field_words(name),
            "now": getattr(stale.current, name),
            "yours": value,
        }
        for name, value in stale.proposed.items()
    ]
    context = {
        "measure": found,
        "rows": rows,
        "row_version": stale.current.row_version,
        "values": _values(stale.current) | stale.proposed,
        "breadcrumbs": crumbs(
            found.version.plan, (found.key, reverse("plan:measure", args=[found.pk])), (_("Two wordings"), "")
        ),
    }
    return render(request, "plan/stale.html", context, status=412)


@page(Permission.PLAN_REVISE)
def add_part(request: Request, pk: int) -> HttpResponse:
    """Give an agency a part in a draft's measure."""
    found = _draft_measure(pk)
    agencies = choosable_agencies(request)
    form = PartForm(request.POST, prefix="part", agencies=agencies)
    if request.method == "POST" and form.is_valid():
        agency = next(one for one in agencies if one.key == form.cleaned_data["agency"])
        try:
            acts.add_responsibility(
                officer=request.officer,
                at=request.at,
                measure=found,
                agency=agency,
                role=form.cleaned_data["role"],
                valid_from=form.cleaned_data["valid_from"],
            )
        except Invalid as refusal:
            _put(form, refusal)
        else:
            return redirect("plan:edit_measure", pk=pk)
    return _edit_page(request, found, part_form=form, form=form)


@page(Permission.PLAN_REVISE)
def add_need(request: Request, pk: int) -> HttpResponse:
    """Let a draft's measure wait for another; a ring is refused with its path."""
    found = _draft_measure(pk)
    others = [m for m in reads.measures_of(found.version) if m.pk != found.pk]
    form = NeedForm(request.POST, prefix="need", measures=others)
    if request.method == "POST" and form.is_valid():
        needs = next(m for m in others if str(m.pk) == form.cleaned_data["needs"])
        try:
            acts.add_dependency(
                officer=request.officer,
                at=request.at,
                measure=found,
                needs=needs,
                lag_days=form.cleaned_data["lag_days"],
            )
        except (Invalid, Conflict) as refusal:
            form.add_error("needs", str(refusal))
        else:
            return redirect("plan:edit_measure", pk=pk)
    return _edit_page(request, found, need_form=form, form=form)


@page(Permission.PLAN_REVISE)
def add_step(request: Request, pk: int) -> HttpResponse:
    """Add a milestone to a draft's measure."""
    found = _draft_measure(pk)
    form = StepForm(request.POST, prefix="step")
    if request.method == "POST" and form.is_valid():
        try:
            acts.add_milestone(officer=request.officer, at=request.at, measure=found, **form.cleaned_data)
        except Invalid as refusal:
            _put(form, refusal)
        else:
            return redirect("plan:edit_measure", pk=pk)
    return _edit_page(request, found, step_form=form, form=form)


@page(Permission.PLAN_REVISE)
def remove(request: Request, pk: int, what: str, which: int) -> HttpResponse:
    """Take a part, a milestone or a dependency out of a draft's measure."""
    found = _draft_measure(pk)
    if request.method == "POST":
        thing = next((one for one in _things(found, what) if one.pk == which), None)
        if thing is None:
            raise NotThere(_("There is no such entry in this measure."))
        who = {"officer": request.officer, "at": request.at, "measure": found}
        match what:
            case "part":
                acts.remove_responsibility(**who, responsibility=thing)
            case "step":
                acts.remove_milestone(**who, milestone=thing)
            case _other:
                acts.remove_dependency(**who, dependency=thing)
    return redirect("plan:edit_measure", pk=pk)


def _things(found: Any, what: str) -> list[Any]:
    kinds = {"part": found.responsibilities, "step": found.milestones, "need": found.dependencies}
    return list(kinds[what].all()) if what in kinds else []


@page(Permission.PLAN_ADOPT)
def adopt(request: Request, key: str) -> HttpResponse:
    """Adopt the plan's draft, or see everything that stands in the way."""
    plan = reads.plan_by_key(key)
    draft = reads.open_draft(plan)
    if draft is None:
        raise NotThere(_("This plan has no open draft."), remedy=_("Start a revision first."))
    on = _day_to_adopt(draft, request.at.date())
    form = AdoptForm(request.POST if request.method == "POST" else None, initial={"adopted_on": on})
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["adopted_on"]
        try:
            version_acts.adopt_version(officer=request.officer, at=request.at, version=draft, adopted_on=on)
        except (Invalid, Stale):
            form.add_error(None, _("The plan was not adopted; the list below says why."))
        else:
            messages.success(request, _("The plan is adopted and frozen."))
            return redirect("plan:plan", key=key)
    problems = version_acts.adoption_problems(draft, on=on)
    context = {
        "plan": plan,
        "version": draft,
        "problems": problems,
        "stopped": any(problem.field != "adopted_on" for problem in problems),
        "measures": len(reads.measures_of(draft)),
        "ended": left_behind(draft),
        "alike": resemblances(draft),
        "standing": reads.version_in_force(plan),
        "form": form,
        "breadcrumbs": crumbs(plan, (_("Adopt"), "")),
    }
    return render(request, "plan/adopt.html", context, status=400 if form.errors else 200)


def _day_to_adopt(draft: Any, today: date) -> date:
    """The day the draft's own text gives, else today."""
    return reads.day_stated(draft) or today
