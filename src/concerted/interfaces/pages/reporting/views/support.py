"""A lead asks its supporting agencies, and they answer: the request's page and its three acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from concerted.errors import Invalid, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.acts import support as acts
from concerted.mechanism.plan.reads import reporting as reads


class AskForm(forms.Form):
    """The request of a lead to one supporting agency."""

    asked = forms.ChoiceField(label=gettext_lazy("Supporting agency"))
    question = forms.CharField(
        label=gettext_lazy("What you need from it"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=20_000,
    )

    def __init__(self, *args: Any, agencies: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chinese = (get_language() or "").startswith("zh")
        choosing(self, "asked").choices = [
            (agency.pk, (agency.name_zh if chinese else "") or agency.name_en) for agency in agencies
        ]


class AnswerForm(forms.Form):
    """The answer of a supporting agency."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"), widget=forms.Textarea(attrs={"rows": 8}), max_length=20_000
    )


class WithdrawForm(forms.Form):
    """Why a request is taken back."""

    reason = forms.CharField(label=gettext_lazy("Why the answer is no longer needed"), max_length=500)


@page(Permission.SUPPORT_REQUEST)
def ask(request: Request, measure: int, period: int) -> HttpResponse:
    """Send one request and go back to the report form."""
    found, span = reads.measure_by_id(measure), reads.period_by_id(period)
    if found is None or span is None:
        raise NotThere(_("There is no such measure or period."))
    supporters = reads.supporters_of(measure=found, on=span.ends)
    form = AskForm(request.POST or None, agencies=supporters)
    if request.method == "POST" and form.is_valid():
        asked = next(a for a in supporters if str(a.pk) == form.cleaned_data["asked"])
        acts.ask_support(
            officer=request.officer,
            at=request.at,
            measure=found,
            period=span,
            asked=asked,
            question=form.cleaned_data["question"],
        )
        messages.success(request, _("The request was sent."))
        return redirect("reporting:form", measure=measure, period=period)
    return render(request, "reporting/ask.html", {"form": form, "measure": found, "period": span})


@page(Permission.SUPPORT_ANSWER)
def answer(request: Request, pk: int) -> HttpResponse:
    """The request with its answer; the asked agency may write it here, the lead may withdraw the request."""
    found = _request(pk)
    form = AnswerForm(request.POST or None, initial={"answer": found.answer})
    if request.method == "POST" and form.is_valid():
        try:
            acts.answer_support(
                officer=request.officer, at=request.at, request=found, answer=form.cleaned_data["answer"]
            )
        except Invalid as error:
            form.add_error("answer", str(error.problems[0].what))
        else:
            messages.success(request, _("Your answer was sent to the lead agency."))
            return redirect("reporting:support", pk=pk)
    context = {
        "ask": found,
        "form": form if found.asked_id == request.officer.agency_id and found.state != "withdrawn" else None,
        "withdraw": WithdrawForm()
        if found.lead_id == request.officer.agency_id and found.state == "asked"
        else None,
    }
    return render(request, "reporting/support.html", context)


@page(Permission.SUPPORT_REQUEST)
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take the request back."""
    found = _request(pk)
    if request.method == "POST":
        acts.withdraw_support(
            officer=request.officer, at=request.at, request=found, reason=request.POST.get("reason", "")
        )
        messages.success(request, _("The request was withdrawn."))
    return redirect("reporting:support", pk=pk)


def _request(pk: int) -> Any:
    found = reads.support_by_id(pk)
    if found is None:
        raise NotThere(_("There is no such request, or it is not open to your agency."))
    return found
