"""The list of runs, a new run from a table, two runs beside each other, reported against estimated."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from concerted.errors import Invalid
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.figures import acts, reads
from concerted.mechanism.plan.reads.indicators import plans_with_indicators
from concerted.mechanism.plan.reads.usual import usual_plan
from concerted.methods import prevalence

from .. import words
from ..forms import AskForm, MoreForm, PartsForm

ROWS = 50


@page(Permission.ESTIMATE_READ)
def index(request: Request) -> HttpResponse:
    """The runs of the officer's agency and those shared by others, newest first."""
    state = request.GET.get("state", "")
    found = reads.runs(officer=request.officer, at=request.at, state=state if state in words.STATES else "")
    before = request.GET.get("cursor", "")
    if before.isdecimal():
        found = found.filter(pk__lt=int(before[:18]))
    rows = list(found[: ROWS + 1])
    context = {
        "rows": rows[:ROWS],
        "next": rows[ROWS - 1].pk if len(rows) > ROWS else None,
        "states": words.STATES,
        "state": state,
        "may_run": holds(request.officer, Permission.ESTIMATE_RUN),
        "done": [row for row in rows if row.state == "done"],
    }
    return render(request, "estimates/list.html", context)


@page(Permission.ESTIMATE_RUN)
def new(request: Request) -> HttpResponse:
    """Take a capture table and queue it for every method; faults of the table are told row by row."""
    form = AskForm(request.POST or None, request.FILES or None)
    more = MoreForm(request.POST or None)
    parts = PartsForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "more": more, "parts": parts}
    forms = (form, more, parts)
    if request.method != "POST" or not all(one.is_valid() for one in forms):
        faulty = any(one.errors for one in forms)
        return render(request, "estimates/new.html", context, status=400 if faulty else 200)
    told = form.cleaned_data
    try:
        given, columns = told["file"].read(), parts.columns()
        strata = prevalence.read_strata(given, columns) if columns else None
        run = acts.ask_for_run(
            officer=request.officer,
            at=request.at,
            table=strata.whole if strata else prevalence.read_table(given),
            strata=strata,
            title=told["title"],
            origin=told["origin"],
            source=told["source"],
            year=told["year"],
            place_code=told["place"],
            options=_options(more, parts),
        )
    except Invalid as refused:
        return render(request, "estimates/new.html", context | {"refused": refused}, status=400)
    messages.success(request, _("The table is kept and waits to be computed."))
    return redirect("estimates:run", pk=run.pk)


def _options(more: MoreForm, parts: PartsForm) -> prevalence.PanelOptions:
    told = {**more.cleaned_data, "methods": tuple(more.cleaned_data["methods"])}
    asked = {key: parts.cleaned_data[key] for key in ("within", "pooling")}
    return prevalence.PanelOptions(**told, **asked, linkage=parts.doubt())


@page(Permission.ESTIMATE_READ)
def compare(request: Request) -> HttpResponse:
    """Two runs beside each other, method by method."""
    numbers = [request.GET.get(key, "") for key in ("first", "second")]
    done = list(reads.runs(officer=request.officer, at=request.at, state="done")[:200])
    context: dict[str, Any] = {"done": done, "numbers": numbers}
    if all(number.isdecimal() for number in numbers):
        first, second = (
            reads.run_by_id(officer=request.officer, at=request.at, pk=int(number[:18])) for number in numbers
        )
        context |= {
            "first": first,
            "second": second,
            "rows": reads.beside(first, second, officer=request.officer),
            "asked": words.asked_beside(first, second),
        }
        context["same_table"] = first.data_hash == second.data_hash
        context["same_numbers"] = bool(first.result_hash) and first.result_hash == second.result_hash
    return render(request, "estimates/compare.html", context)


@page(Permission.ESTIMATE_READ)
def against(request: Request) -> HttpResponse:
    """Per year: what was reported, what the plan's indicators count, what runs estimate."""
    plans = plans_with_indicators()
    key = request.GET.get("plan", "")
    plan = next((one for one in plans if one.key == key), None) or usual_plan(plans, officer=request.officer)
    rows = reads.reported_against_estimated(officer=request.officer, at=request.at, plan=plan)
    kind = wanted_format(request)
    if kind:
        return send_table(request, _against_table(rows), kind)
    context = {"rows": rows, "plans": plans, "plan": plan, "files": file_links(request)}
    return render(request, "estimates/against.html", context)


def _against_table(rows: list[reads.YearBeside]) -> Table:
    columns = [
        Column("year", _("Year"), Kind.INTEGER),
        Column("what", _("What it is")),
        Column("name", _("Name")),
        Column("value", _("Value"), Kind.NUMBER),
        Column("low", _("At least"), Kind.NUMBER),
        Column("high", _("At most"), Kind.NUMBER),
        Column("source", _("Source")),
    ]
    said: list[tuple[Any, ...]] = []
    for row in rows:
        for what, figures in (
            (_("reported"), row.counted),
            (_("published estimate"), row.published_estimates),
        ):
            said += [(row.year, what, one.measure, one.value, None, None, one.source) for one in figures]
        said += [
            (
                row.year,
                _("indicator"),
                words.in_own_language(one.indicator),
                one.value,
                None,
                None,
                one.indicator.plan.key,
            )
            for one in row.indicators
        ]
        said += [
            (
                row.year,
                _("estimate"),
                run.title,
                None,
                *_span(run),
                run.source or str(words.ORIGINS[run.origin]),
            )
            for run in row.runs
        ]
    return Table("reported against estimated", columns, said)


def _plan_of(one: reads.IndicatorYear) -> str:
    """The key of the plan whose indicator it is."""
    return str(one.indicator.plan.key)


def _span(run: Any) -> tuple[float | None, float | None]:
    verdict = (run.result or {}).get("verdict", {})
    return verdict.get("low"), verdict.get("high")
