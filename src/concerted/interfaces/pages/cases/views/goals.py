"""Goals of a support plan: decided on, changed, and the plan itself changed or revised."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.once import acts_once
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases.acts import assistance as acts
from concerted.mechanism.cases.reads.assistance import assistance_of

from ..doing import case_of, form_page, who
from ..fields import code, long
from ..words import GOAL_DECISIONS
from .assistance import PlanForm, one_of


class GoalForm(forms.Form):
    """What became of a goal."""

    state = code(
        gettext_lazy("What became of it"),
        GOAL_DECISIONS,
        help=gettext_lazy("As the person sees it too; a goal not reached is no fault of hers."),
    )
    note = long(
        gettext_lazy("Note"),
        required=False,
        rows=2,
        help=gettext_lazy("What helped or stood in the way, for the next plan."),
    )


@page(Permission.ASSISTANCE_EDIT)
def decide(request: Request, pk: int, which: int) -> HttpResponse:
    """Say what became of a goal."""
    case = case_of(request, pk)
    goal, said = _goal(request, case, which)
    return form_page(
        request,
        GoalForm(request.POST or None),
        lambda given: acts.decide_goal(**who(request), goal=goal, **given),
        title=_("Decide on a goal"),
        lede=said,
        button=_("Save"),
        back=_back(pk),
        done=_("It was saved."),
    )


class ChangeForm(forms.Form):
    """What the goal is now, and why."""

    text = long(
        gettext_lazy("The goal now"),
        rows=2,
        help=gettext_lazy("So plain that the person can say whether it is reached."),
    )
    reason = long(
        gettext_lazy("Why it is changed"),
        rows=2,
        help=gettext_lazy("It stays beside the old goal, which is kept."),
    )


@page(Permission.ASSISTANCE_EDIT)
def change(request: Request, pk: int, which: int) -> HttpResponse:
    """Put another goal in the place of one."""
    case = case_of(request, pk)
    goal, said = _goal(request, case, which)
    return form_page(
        request,
        ChangeForm(request.POST or None, initial={"text": said}),
        lambda given: acts.change_goal(**who(request), goal=goal, **given),
        title=_("Change a goal"),
        lede=said,
        button=_("Save"),
        back=_back(pk),
        done=_("It was saved."),
    )


@page(Permission.ASSISTANCE_EDIT)
def change_plan(request: Request, pk: int, which: int) -> HttpResponse:
    """Change a plan the person has not agreed to yet."""
    case = case_of(request, pk)
    view = assistance_of(**who(request), case=case)
    plan = one_of(view.plans, which)
    words = next(said for one, said in view.plans if one.pk == which)
    lines = [said["text"] for goal, said in view.goals if goal.plan_id == which and goal.state == "open"]

    def do(given: Any) -> None:
        goals = [line.strip() for line in given.pop("goals").splitlines() if line.strip()]
        acts.write_plan(
            **who(request),
            case=case,
            plan=plan,
            goals=dict(enumerate(goals, start=1)),
            row_version=int(request.POST.get("row_version") or 0),
            **given,
        )

    initial = {"summary": words.get("summary", ""), "goals": "\n".join(lines), "review_on": plan.review_on}
    return form_page(
        request,
        PlanForm(request.POST or None, initial=initial),
        do,
        title=_("Change the draft of the plan"),
        button=_("Save"),
        back=_back(pk),
        done=_("It was saved."),
        template="cases/plan_form.html",
        context={"row_version": request.POST.get("row_version") or plan.row_version},
    )


@page(Permission.ASSISTANCE_EDIT)
@acts_once
def revise(request: Request, pk: int, which: int) -> HttpResponse:
    """Begin a revision of an agreed plan, which holds until the person agrees to the revision."""
    case = case_of(request, pk)
    if request.method != "POST":
        return redirect(_back(pk))
    plan = one_of(assistance_of(**who(request), case=case).plans, which)
    made = acts.revise_plan(**who(request), plan=plan, row_version=plan.row_version)
    messages.success(request, _("The revision is a draft; the agreed plan holds until the person agrees."))
    return redirect("cases:change_plan", pk, made.pk)


@page(Permission.ASSISTANCE_EDIT)
@acts_once
def end(request: Request, pk: int, which: int) -> HttpResponse:
    """End a plan; it stays readable."""
    case = case_of(request, pk)
    if request.method == "POST":
        plan = one_of(assistance_of(**who(request), case=case).plans, which)
        acts.end_plan(**who(request), plan=plan, row_version=plan.row_version)
        messages.success(request, _("The plan has ended."))
    return redirect(_back(pk))


def _goal(request: Request, case: Any, which: int) -> tuple[Any, str]:
    goals = assistance_of(**who(request), case=case).goals
    return one_of(goals, which), next(str(said.get("text", "")) for one, said in goals if one.pk == which)


def _back(pk: int) -> str:
    return reverse("cases:case", args=[pk]) + "#help"
