"""Loading a file of figures: a check that shows what would happen, then the load; the act judges every row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Invalid, NotThere, Problem
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.figures import FIRST_ROW, read_figures
from concerted.interfaces.exchange.tables import Column, Format, Kind, Table
from concerted.interfaces.pages.files import send_table
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.acts import observations as acts
from concerted.mechanism.plan.reads import indicators as reads

MOST_ROWS = 50_000
"""Rows a page takes; `concerted observations load` takes any number."""
SALT = "concerted.figures"


class FileForm(forms.Form):
    """A file of figures."""

    file = forms.FileField(
        label=gettext_lazy("File of figures"),
        help_text=gettext_lazy(
            "CSV or XLSX; first row: indicator, place, period, value (or numerator, denominator), breakdown, "
            "qualifier, source, note. 20 MB at most."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )
    replace = forms.BooleanField(
        label=gettext_lazy("Rows that differ correct earlier values (the old ones stay readable)"),
        required=False,
    )


@page(Permission.OBSERVATION_ENTER)
def load(request: Request, plan: str) -> HttpResponse:
    """Take a file, show what loading it would do, load it when confirmed; faults come as a list to keep."""
    found = reads.plan_by_key(plan)
    if found is None:
        raise NotThere(_("There is no such plan."))
    if request.method == "POST" and "faults" in request.POST:
        return _faults(request, _opened(request.POST["faults"]))
    if request.method == "POST" and "held" in request.POST:
        return _confirmed(request, found, _opened(request.POST["held"]))
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"plan": found, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "indicators/load.html", context, status=400 if form.errors else 200)
    file, replace = form.cleaned_data["file"], form.cleaned_data["replace"]
    try:
        rows = _rows(file.read(), file.name)
        loaded = _do(request, found, {"rows": rows, "replace": replace, "file": file.name}, acts.try_load)
    except Invalid as refused:
        context |= {"refused": refused, "faults": _sealed_faults(refused)}
        return render(request, "indicators/load.html", context, status=400)
    held = signing.dumps({"rows": rows, "replace": replace, "file": file.name}, salt=SALT, compress=True)
    return render(
        request, "indicators/load.html", context | {"loaded": loaded, "held": held, "file": file.name}
    )


def _rows(data: bytes, name: str) -> list[dict[str, str]]:
    rows = [
        {field: "" if cell is None else str(cell) for field, cell in row.items()}
        for row in read_figures(data, name)
    ]
    if len(rows) > MOST_ROWS:
        raise Invalid(
            _("The file has %(rows)s rows; this page takes %(most)s.")
            % {"rows": len(rows), "most": MOST_ROWS},
            where=name,
            remedy=_("Divide it, or ask the administrator to run: concerted observations load"),
        )
    return rows


def _confirmed(request: Request, plan: Any, held: dict[str, Any]) -> HttpResponse:
    loaded = _do(request, plan, held, acts.load_observations)
    messages.success(
        request,
        _("Loaded: %(added)s figures, of them %(replaced)s corrections; %(unchanged)s were there already.")
        % {"added": loaded.added, "replaced": loaded.replaced, "unchanged": loaded.unchanged},
    )
    return redirect(f"{reverse('indicators:list')}?plan={plan.key}")


def _do(request: Request, plan: Any, held: dict[str, Any], step: Any) -> Any:
    return step(
        officer=request.officer,
        at=request.at,
        plan=plan,
        rows=held["rows"],
        replace=held["replace"],
        first_row=FIRST_ROW,
        source_file=held["file"],
    )


def _opened(sealed: str) -> dict[str, Any]:
    try:
        return dict(signing.loads(sealed, salt=SALT, max_age=3600))
    except signing.BadSignature as failure:
        raise Invalid(
            _("The checked file is no longer held."), remedy=_("Choose the file again and check it.")
        ) from failure


def _sealed_faults(refused: Invalid) -> str:
    rows = [_fault(problem) for problem in refused.problems]
    return signing.dumps({"rows": rows}, salt=SALT, compress=True)


def _fault(problem: Problem) -> list[Any]:
    return [problem.row, problem.field, str(problem.what), str(problem.remedy)]


def _faults(request: Request, sealed: dict[str, Any]) -> HttpResponse:
    table = Table(
        "figures faults",
        [
            Column("row", _("Row"), Kind.INTEGER),
            Column("field", _("Field")),
            Column("fault", _("What is wrong")),
            Column("remedy", _("Remedy")),
        ],
        [tuple(row) for row in sealed["rows"]],
    )
    return send_table(request, table, Format.CSV)
