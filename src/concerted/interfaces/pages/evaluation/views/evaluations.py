"""Evaluations: the list, one whole, and the steps by which it is planned, written and made final."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows, holds
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.evaluation.acts import evaluations as acts
from concerted.mechanism.evaluation.reads import evaluations as reads
from concerted.mechanism.plan.reads.documents import plan_by_key

from ...writing import write
from .. import forms, words
from .common import agency_choices, chosen_agency, keys_in, plan_choices, tabs_of


@page(Permission.EVALUATION_READ)
def index(request: Request) -> HttpResponse:
    """Evaluations of plans the officer may see, with the rules they follow."""
    wanted = reads.EvaluationFilter(
        plan=request.GET.get("plan", ""),
        kind=request.GET.get("kind", ""),
        state=request.GET.get("state", ""),
        agency=request.GET.get("agency", ""),
    )
    rows = reads.evaluations(officer=request.officer, at=request.at, on=request.at.date(), wanted=wanted)
    kind = wanted_format(request)
    if kind:
        return send_table(request, _table(rows), kind)
    context = {
        "tabs": tabs_of(request, "list"),
        "rows": rows,
        "rules": reads.all_rules(),
        "may_plan": holds(request.officer, Permission.EVALUATION_PLAN),
        "files": file_links(request),
        "kinds": [(key, words.EVALUATION_KINDS[key]) for key in _KINDS],
        "kind": wanted.kind,
    }
    return render(request, "evaluation/list.html", context)


_KINDS = ("self_inspection", "inspection", "stage", "final")


def _table(rows: list[reads.EvaluationLine]) -> Table:
    return Table(
        "evaluations",
        [
            Column("plan", _("Plan")),
            Column("kind", _("Kind of evaluation")),
            Column("title", _("Title")),
            Column("evaluator", pgettext("agency", "Evaluator")),
            Column("evaluated", _("Evaluated")),
            Column("from", _("Evaluated from"), Kind.DATE),
            Column("to", _("Evaluated to"), Kind.DATE),
            Column("due", _("Due"), Kind.DATE),
            Column("state", _("State")),
            Column("findings", _("Findings"), Kind.INTEGER),
            Column("closed", _("Findings closed"), Kind.INTEGER),
            Column("fingerprint", _("Fingerprint (SHA-256)")),
        ],
        [
            (
                row.evaluation.plan.key,
                str(words.EVALUATION_KINDS[row.evaluation.kind]),
                row.evaluation.title,
                in_language(row.evaluation.evaluator),
                in_language(row.evaluation.evaluated) if row.evaluation.evaluated else "",
                row.evaluation.period_from,
                row.evaluation.period_to,
                row.evaluation.due,
                str(words.EVALUATION_STATES[row.evaluation.state]),
                row.findings,
                row.closed,
                row.evaluation.content_hash,
            )
            for row in rows
        ],
    )


@page(Permission.EVALUATION_READ)
def evaluation(request: Request, pk: int) -> HttpResponse:
    """One evaluation with its findings, their answers and what follows."""
    found = _found(request, pk)
    one = found.evaluation
    facts, officer = one.access_facts(), request.officer
    context = {
        "tabs": tabs_of(request, "list"),
        "page": found,
        "evaluation": one,
        "may_write": one.state != "final" and allows(officer, Permission.EVALUATION_WRITE, facts),
        "may_finish": one.state != "final" and allows(officer, Permission.EVALUATION_FINISH, facts),
        "may_conclude": one.state == "final" and allows(officer, Permission.EVALUATION_FINISH, facts),
        "outcomes": [
            (in_language(kinds[o.kind]) if o.kind in kinds else o.kind, o) for o in one.outcomes.all()
        ]
        if (kinds := reads.outcome_kinds())
        else [],
    }
    return render(request, "evaluation/evaluation.html", context)


def _found(request: Request, pk: int) -> reads.EvaluationPage:
    return reads.evaluation_page(officer=request.officer, at=request.at, pk=pk, on=request.at.date())


def _to(pk: int) -> str:
    return reverse("evaluation:evaluation", args=[pk])


@page(Permission.EVALUATION_PLAN)
def plan(request: Request) -> HttpResponse:
    """Plan an evaluation of the plan, or the inspection of the officer's own agency."""
    kinds = _KINDS if holds(request.officer, Permission.PLAN_ADOPT) else _KINDS[:1]
    form = forms.PlanningForm(
        request.POST or None,
        plans=plan_choices(),
        kinds=[(key, words.EVALUATION_KINDS[key]) for key in kinds],
        initial={"kind": kinds[0]},
    )

    def make(given: Any) -> None:
        own = given["kind"] == "self_inspection"
        acts.plan_evaluation(
            officer=request.officer,
            at=request.at,
            **{**given, "plan": plan_by_key(given["plan"])},
            evaluated=request.officer.agency if own else None,
        )

    return write(
        request,
        form,
        act=make,
        title=_("Plan an evaluation"),
        lede=_("The evaluator owes it by its day; a self-inspection is of the officer's own agency."),
        button=_("Plan it"),
        done=_("The evaluation is planned."),
        to=reverse("evaluation:list"),
    )


@page(Permission.EVALUATION_WRITE)
def summary(request: Request, pk: int) -> HttpResponse:
    """Write the summary."""
    one = _found(request, pk).evaluation
    form = forms.SummaryForm(
        request.POST or None, initial={"summary": one.summary, "row_version": one.row_version}
    )
    return write(
        request,
        form,
        act=lambda given: acts.write_summary(officer=request.officer, at=request.at, evaluation=one, **given),
        title=_("Summary"),
        lede=one.title,
        button=_("Keep the summary"),
        done=_("The summary is kept."),
        to=_to(pk),
        standing=lambda: _found(request, pk).evaluation.summary,
    )


@page(Permission.EVALUATION_WRITE)
def add_finding(request: Request, pk: int) -> HttpResponse:
    """Add a finding."""
    one = _found(request, pk).evaluation
    form = forms.FindingForm(request.POST or None, agencies=agency_choices(request))

    def add(given: Any) -> None:
        acts.add_finding(
            officer=request.officer,
            at=request.at,
            evaluation=one,
            finding=acts.NewFinding(
                **{
                    **given,
                    "addressed_to": chosen_agency(given["addressed_to"]),
                    "measures": keys_in(given["measures"]),
                }
            ),
        )

    return write(
        request,
        form,
        act=add,
        title=_("Add a finding"),
        lede=one.title,
        button=_("Add the finding"),
        done=_("The finding is added."),
        to=_to(pk),
    )


@page(Permission.EVALUATION_WRITE)
def drop_finding(request: Request, pk: int, number: int) -> HttpResponse:
    """Take a finding out of an evaluation under way."""
    one = _found(request, pk).evaluation
    line = next((line for line in _found(request, pk).findings if line.finding.number == number), None)
    return write(
        request,
        forms.NothingForm(request.POST if request.method == "POST" else None),
        act=lambda _given: acts.drop_finding(
            officer=request.officer, at=request.at, evaluation=one, number=number
        ),
        title=_("Take out finding %(number)s") % {"number": number},
        lede=one.title,
        button=_("Take it out"),
        done=_("The finding is taken out."),
        to=_to(pk),
        quotes={_("What was found"): line.finding.text} if line else {},
    )


@page(Permission.EVALUATION_FINISH)
def finish(request: Request, pk: int) -> HttpResponse:
    """Make it final: frozen, and a response owed for every finding."""
    found = _found(request, pk)
    one = found.evaluation
    return write(
        request,
        forms.NothingForm(request.POST if request.method == "POST" else None),
        act=lambda _given: acts.finish_evaluation(officer=request.officer, at=request.at, evaluation=one),
        title=_("Make the evaluation final"),
        lede=_(
            "Nothing in it can be changed afterwards. %(count)s findings go to their addressees, who owe a response."
        )
        % {"count": len(found.findings)},
        button=_("Make it final"),
        done=_("The evaluation is final; its findings are sent."),
        to=_to(pk),
        quotes={_("Summary"): one.summary} if one.summary else {},
    )


@page(Permission.EVALUATION_FINISH)
def outcome(request: Request, pk: int) -> HttpResponse:
    """Enter what follows from a final evaluation."""
    one = _found(request, pk).evaluation
    form = forms.OutcomeForm(
        request.POST or None,
        agencies=agency_choices(request),
        kinds=[(code, in_language(label)) for code, label in reads.outcome_kinds().items()],
        initial={"on": request.at.date()},
    )
    return write(
        request,
        form,
        act=lambda given: acts.enter_outcome(
            officer=request.officer,
            at=request.at,
            evaluation=one,
            **{**given, "agency": chosen_agency(given["agency"])},
        ),
        title=_("What follows"),
        lede=one.title,
        button=_("Enter it"),
        done=_("It is entered."),
        to=_to(pk),
    )
