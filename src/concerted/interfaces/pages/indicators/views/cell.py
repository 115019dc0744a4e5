"""One cell: its values side by side, and the forms to enter, correct, withdraw and rule; the acts decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from concerted.errors import Invalid, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts, allows
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.acts import observations as acts
from concerted.mechanism.plan.figures import number_of
from concerted.mechanism.plan.reads import cell as reads
from concerted.mechanism.plan.reads import indicators as indicator_reads

from .. import words


class FigureField(forms.CharField):
    """A number as officers write it, also with full-width digits and commas; empty is no figure."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def clean(self, value: Any) -> Any:
        try:
            return number_of(super().clean(value))
        except ValueError as failure:
            raise forms.ValidationError(_("Write a number with digits only.")) from failure


class FigureForm(forms.Form):
    """The value of a cell; a ratio asks for its two parts."""

    value = FigureField(label=gettext_lazy("Value"), required=False)
    numerator = FigureField(label=gettext_lazy("Numerator"), required=False)
    denominator = FigureField(label=gettext_lazy("Denominator"), required=False)
    qualifier = forms.ChoiceField(label=gettext_lazy("Exactness"), choices=list(words.QUALIFIERS.items()))
    source_note = forms.CharField(
        label=gettext_lazy("Where the figure comes from"), required=False, max_length=300
    )

    def __init__(self, *args: Any, indicator: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ratio = indicator.kind == "ratio"
        for name in ("value",) if ratio else ("numerator", "denominator"):
            del self.fields[name]
        if correcting:
            self.fields["reason"] = forms.CharField(label=_("Reason for the correction"), max_length=500)


class ReasonForm(forms.Form):
    """The reason of a ruling or a withdrawal."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


@page(Permission.PLAN_READ)
def cell(request: Request, indicator: int, place: str, period: int) -> HttpResponse:
    """Everything said in a cell; POST enters the acting agency's value."""
    found, spot, span = _cell(request, indicator, place, period)
    values = reads.cell_values(indicator=found, place_code=place, period=span)
    form = FigureForm(request.POST or None, indicator=found)
    if request.method == "POST" and form.is_valid():
        done = _tried(
            form,
            lambda: acts.enter_observation(
                officer=request.officer,
                at=request.at,
                indicator=found,
                place_code=place,
                period=span,
                **form.cleaned_data,
            ),
        )
        if done:
            messages.success(request, _("The figure was entered."))
            return redirect("indicators:cell", indicator=found.pk, place=place, period=span.pk)
    return _shown(request, found, spot, span, values, form)


@page(Permission.RULING_MAKE)
@require_POST
def rule(request: Request, pk: int) -> HttpResponse:
    """Let one value of a cell count."""
    return _changed(
        request,
        pk,
        ReasonForm(request.POST),
        lambda value, form: acts.rule(
            officer=request.officer, at=request.at, observation=value, reason=form.cleaned_data["reason"]
        ),
        _("The ruling stands: the chosen value counts from now on."),
    )


@page(Permission.OBSERVATION_WITHDRAW)
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take back a value of one's own agency."""
    return _changed(
        request,
        pk,
        ReasonForm(request.POST),
        lambda value, form: acts.withdraw_observation(
            officer=request.officer, at=request.at, observation=value, reason=form.cleaned_data["reason"]
        ),
        _("The value was withdrawn; it stays readable."),
    )


@page(Permission.OBSERVATION_WITHDRAW)
def correct(request: Request, pk: int) -> HttpResponse:
    """Show and take the form with which a source corrects its value."""
    value = _value(pk)
    form = FigureForm(
        request.POST or None,
        indicator=value.indicator,
        correcting=True,
        initial={
            "value": f"{value.value.normalize():f}",
            "numerator": value.numerator and f"{value.numerator.normalize():f}",
            "denominator": value.denominator and f"{value.denominator.normalize():f}",
            "qualifier": value.qualifier,
            "source_note": value.source_note,
        },
    )
    if request.method == "POST" and form.is_valid():
        done = _tried(
            form,
            lambda: acts.correct_observation(
                officer=request.officer, at=request.at, observation=value, **form.cleaned_data
            ),
        )
        if done:
            messages.success(request, _("The value was corrected; the old one stays readable."))
            return _back(value)
    place = indicator_reads.place_named(value.place_code, on=value.period.ends)
    context = {
        "value": value,
        "indicator": value.indicator,
        "form": form,
        "place": place,
        "period": value.period,
    }
    return render(request, "indicators/correct.html", context, status=400 if form.errors else 200)


def _changed(request: Request, pk: int, form: ReasonForm, do: Any, told: str) -> HttpResponse:
    value = _value(pk)
    if form.is_valid() and _tried(form, lambda: do(value, form)):
        messages.success(request, told)
        return _back(value)
    spot = indicator_reads.place_named(value.place_code, on=value.period.ends)
    values = reads.cell_values(indicator=value.indicator, place_code=value.place_code, period=value.period)
    entry = FigureForm(indicator=value.indicator)
    return _shown(request, value.indicator, spot, value.period, values, entry, refused=form, about=value)


def _shown(
    request: Request,
    indicator: Any,
    place: Any,
    period: Any,
    values: Any,
    form: FigureForm,
    *,
    refused: ReasonForm | None = None,
    about: Any = None,
) -> HttpResponse:
    officer = request.officer
    facts = SubjectFacts(owed_to=frozenset({indicator.plan.office_id}), place_code=place.code)
    own = next((one for one in values.standing if one.source_agency_id == officer.agency_id), None)
    may_enter = allows(officer, Permission.OBSERVATION_ENTER, SubjectFacts(place_code=place.code))
    return render(
        request,
        "indicators/cell.html",
        {
            "indicator": indicator,
            "plan": indicator.plan,
            "place": place,
            "line": indicator_reads.line_above(place.code, on=period.ends),
            "period": period,
            "values": values,
            "entry": form if may_enter and own is None else None,
            "form": refused or form,
            "refused": refused,
            "about": about,
            "own": own,
            "may_rule": (len(values.standing) > 1 or values.apart is not None)
            and allows(officer, Permission.RULING_MAKE, facts),
            "reason_form": refused or ReasonForm(),
            "hints": reads.hints_for(indicator=indicator, place_code=place.code, period=period),
            "breakdowns": reads.breakdowns_of(indicator=indicator, place_code=place.code, period=period),
        },
        status=400 if (refused and refused.errors) or form.errors else 200,
    )


def _tried(form: forms.Form, do: Any) -> bool:
    """Do it; put what the act refuses beside the fields it names, keeping what was typed."""
    try:
        with transaction.atomic():
            do()
    except Invalid as refused:
        for problem in refused.problems:
            name = problem.field if problem.field in form.fields else None
            form.add_error(name, f"{problem.what} {problem.remedy}".strip())
        if not refused.problems:
            form.add_error(None, str(refused.what))
        return False
    return True


def _value(pk: int) -> Any:
    value = reads.observation_by_id(pk)
    if value is None:
        raise NotThere(_("There is no such value."))
    return value


def _cell(request: Request, indicator: int, place: str, period: int) -> tuple[Any, Any, Any]:
    found = indicator_reads.indicator_by_id(indicator)
    span = next((one for one in found.plan.periods.all() if one.pk == period), None) if found else None
    spot = indicator_reads.place_named(place, on=span.ends) if span else None
    if found is None or span is None or spot is None:
        raise NotThere(_("There is no such cell."))
    return found, spot, span


def _back(value: Any) -> HttpResponse:
    return redirect(
        "indicators:cell", indicator=value.indicator_id, place=value.place_code, period=value.period_id
    )
