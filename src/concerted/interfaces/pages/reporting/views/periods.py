"""The reporting calendar of a plan: make, open and close periods, and grant exceptions to their lock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Invalid, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.widgets import DayMonthYear
from concerted.interfaces.pages.shell.words import day_words
from concerted.mechanism.plan.acts import periods as acts
from concerted.mechanism.plan.reads import reporting as reads

from ..words import PERIOD_KINDS


class CalendarForm(forms.Form):
    """Which periods a plan's reporting calendar shall have."""

    kind = forms.ChoiceField(label=gettext_lazy("Periods"), choices=list(PERIOD_KINDS.items()))
    first = forms.DateField(label=gettext_lazy("First day"), widget=DayMonthYear)
    last = forms.DateField(label=gettext_lazy("Last day"), widget=DayMonthYear)
    due_working_days = forms.IntegerField(
        label=gettext_lazy("Working days to report after a period ends"),
        min_value=1,
        max_value=120,
        initial=15,
    )
    beside = forms.BooleanField(
        label=gettext_lazy(
            "Also where there are periods of another kind: each measure is reported on for both"
        ),
        required=False,
    )


class ExceptionForm(forms.Form):
    """Which agency may still write in a closed period, until when and why."""

    agency = forms.ChoiceField(label=gettext_lazy("Agency"))
    until = forms.DateField(label=gettext_lazy("Until the end of"), widget=DayMonthYear)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1_000
    )

    def __init__(self, *args: Any, agencies: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "agency").choices = [(str(a.pk), str(a)) for a in agencies]


@page(Permission.REPORT_READ)
def periods(request: Request, plan: str) -> HttpResponse:
    """The calendar of the plan with what can be done to each period."""
    return _show(request, _plan(plan))


def _show(request: Request, plan: Any, *, form: Any = None) -> HttpResponse:
    manages = allows(request.officer, Permission.PERIOD_OPEN, plan.access_facts())
    today = request.at.date()
    rows = [
        {
            "period": p,
            "state": reads.period_state(p),
            "can_open": manages and p.opened_at is None and p.starts <= today,
            "can_close": manages
            and p.opened_at is not None
            and p.closed_at is None
            and today > p.grace_until,
            "can_except": manages and p.closed_at is not None,
        }
        for p in reads.periods_of(plan)
    ]
    context = {
        "plan": plan,
        "rows": rows,
        "manages": manages,
        "form": form,
        "calendar": form or (CalendarForm(initial=_span(plan)) if manages else None),
        "exceptions": reads.exceptions_of(plan),
        "today": today,
    }
    return render(request, "reporting/periods.html", context, status=400 if form else 200)


def _span(plan: Any) -> dict[str, Any]:
    version = reads.version_for(plan)
    return {"first": version.period_from, "last": version.period_to} if version else {}


@page(Permission.PERIOD_OPEN)
def make(request: Request, plan: str) -> HttpResponse:
    """Lay out the calendar."""
    found = _plan(plan)
    if request.method != "POST":
        return redirect("reporting:periods", plan=plan)
    form = CalendarForm(request.POST)
    if form.is_valid():
        try:
            made = acts.make_calendar(officer=request.officer, at=request.at, plan=found, **form.cleaned_data)
        except Invalid as error:
            for problem in error.problems:
                form.add_error(
                    problem.field or None, " ".join(str(p) for p in (problem.what, problem.remedy) if p)
                )
        else:
            messages.success(request, _("%(count)s periods were added.") % {"count": len(made)})
            return redirect("reporting:periods", plan=plan)
    return _show(request, found, form=form)


@page(Permission.PERIOD_OPEN)
def open_one(request: Request, pk: int) -> HttpResponse:
    """Open a period: everybody's obligations begin."""
    period = _period(pk)
    if request.method == "POST":
        opened = acts.open_period(officer=request.officer, at=request.at, period=period)
        messages.success(
            request, _("The period is open: %(count)s obligations were raised.") % {"count": len(opened)}
        )
    return redirect("reporting:periods", plan=period.plan.key)


@page(Permission.PERIOD_CLOSE)
def close_one(request: Request, pk: int) -> HttpResponse:
    """Show who would be flagged silent; POST closes the period."""
    period, today = _period(pk), request.at.date()
    if request.method == "POST":
        snapshot = acts.close_period(officer=request.officer, at=request.at, period=period)
        messages.success(
            request,
            _("The period is closed: %(silent)s of %(expected)s reports stayed silent.")
            % {"silent": snapshot.silent, "expected": snapshot.expected},
        )
        return redirect("reporting:periods", plan=period.plan.key)
    claims = reads.standing_by_claim(period=period, on=today)
    context = {
        "plan": period.plan,
        "period": period,
        "silent": [claim for claim in claims if claim.silent],
        "expected": len(claims),
        "silent_places": reads.silent_returns(period=period, on=today),
        "places": reads.returns_of(period, on=today).count(),
        "too_early": today <= period.grace_until,
        "manages": allows(request.officer, Permission.PERIOD_CLOSE, period.access_facts()),
    }
    return render(request, "reporting/close.html", context)


@page(Permission.LOCK_EXCEPT)
def make_exception(request: Request, pk: int) -> HttpResponse:
    """Grant an agency a dated exception to the lock of a closed period."""
    period = _period(pk)
    agencies = reads.agencies_that_owed(period)
    form = ExceptionForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        try:
            exception = acts.grant_lock_exception(
                officer=request.officer,
                at=request.at,
                period=period,
                agency=next(a for a in agencies if str(a.pk) == form.cleaned_data["agency"]),
                until=form.cleaned_data["until"],
                reason=form.cleaned_data["reason"],
            )
        except Invalid as error:
            for problem in error.problems:
                form.add_error(problem.field, str(problem.what))
        else:
            words = {"agency": exception.agency, "until": day_words(exception.until)}
            messages.success(request, _("%(agency)s may write until %(until)s.") % words)
            return redirect("reporting:periods", plan=period.plan.key)
    return render(request, "reporting/exception.html", {"form": form, "period": period, "plan": period.plan})


@page(Permission.LOCK_EXCEPT)
def end_exception(request: Request, pk: int) -> HttpResponse:
    """End an exception before its day."""
    exception = reads.exception_by_id(pk)
    if exception is None:
        raise NotThere(_("There is no such exception."))
    if request.method == "POST":
        acts.end_lock_exception(officer=request.officer, at=request.at, exception=exception)
        messages.success(request, _("The exception has ended."))
    return redirect("reporting:periods", plan=exception.period.plan.key)


def _plan(key: str) -> Any:
    plan = reads.plan_by_key(key)
    if plan is None:
        raise NotThere(_("There is no such plan."))
    return plan


def _period(pk: int) -> Any:
    period = reads.period_by_id(pk)
    if period is None:
        raise NotThere(_("There is no such reporting period."))
    return period
