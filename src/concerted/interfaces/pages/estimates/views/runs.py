"""One run: its progress, its result, cancel, repeat, share, and what leaves as a file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from concerted.errors import Conflict, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.exchange.prevalence.html import report_html
from concerted.interfaces.exchange.prevalence.picture import report_pdf, report_png
from concerted.interfaces.exchange.prevalence.report import lay_out
from concerted.interfaces.exchange.prevalence.tables import estimates_table
from concerted.interfaces.exchange.tables import Format, content_type, write_table
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.figures import acts, reads
from concerted.methods import prevalence

from .. import words

KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "png": "image/png"}


@page(Permission.ESTIMATE_READ)
def run(request: Request, pk: int) -> HttpResponse:
    """How far the run is, or what came out of it; other agencies see no count below five."""
    found = _found(request, pk)
    own = reads.is_own(found, request.officer)
    context: dict[str, Any] = _progress(found) | {
        "own": own,
        "may_run": own and holds(request.officer, Permission.ESTIMATE_RUN),
        "may_share": own and holds(request.officer, Permission.ESTIMATE_SHARE),
        "made": words.made(found),
        "repetition": reads.repetition_of(found),
    }
    if found.state == "done":
        panel = reads.result_of(found, whole=own)
        context["report"] = lay_out(
            panel, language=words.language(), title=found.title, made=words.made(found)
        )
    return render(request, "estimates/run.html", context)


@page(Permission.ESTIMATE_READ)
def progress(request: Request, pk: int) -> HttpResponse:
    """How far the run is, for the page that waits; once it ended the page is told to read itself anew."""
    found = _found(request, pk)
    answer = render(request, "estimates/_progress.html", _progress(found))
    if not reads.is_under_way(found):
        answer["HX-Refresh"] = "true"
    return answer


@page(Permission.ESTIMATE_RUN)
@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    """End the run without a result."""
    try:
        acts.cancel_run(officer=request.officer, at=request.at, run=_found(request, pk))
        messages.success(request, _("The run is cancelled; its table is kept and can be run again."))
    except Conflict as refused:
        messages.warning(request, str(refused.what))
    return redirect("estimates:run", pk=pk)


@page(Permission.ESTIMATE_RUN)
@require_POST
def repeat(request: Request, pk: int) -> HttpResponse:
    """Queue the same table with the same options and seed again."""
    again = acts.repeat_run(officer=request.officer, at=request.at, run=_found(request, pk))
    messages.success(request, _("The same table waits to be computed again, with the same options and seed."))
    return redirect("estimates:run", pk=again.pk)


@page(Permission.ESTIMATE_SHARE)
@require_POST
def share(request: Request, pk: int) -> HttpResponse:
    """Let every member read the results, or keep them to the agency again."""
    found = _found(request, pk)
    if request.POST.get("share") == "yes":
        acts.share_run(officer=request.officer, at=request.at, run=found)
        messages.success(request, _("Every member of the mechanism can read these results now."))
    else:
        acts.stop_sharing(officer=request.officer, at=request.at, run=found)
        messages.success(request, _("The results are open to your agency alone."))
    return redirect("estimates:run", pk=pk)


@page(Permission.ESTIMATE_READ)
def export(request: Request, pk: int, form: str) -> HttpResponse:
    """The results as html, pdf, png or csv, without counts below five; `table` is the agency's own table, whole."""
    found = _found(request, pk)
    if found.state != "done" or form not in (*KINDS, "csv", "table"):
        raise NotThere(_("There is no such file of this run."))
    if form == "table" and not reads.is_own(found, request.officer):
        raise NotThere(_("There is no such file of this run."))
    reads.run_to_take_away(officer=request.officer, at=request.at, run=found, form=form)
    data, kind = _written(found, form)
    answer = HttpResponse(data, content_type=kind)
    name = f"estimate-{found.pk}{'-table' if form == 'table' else ''}.{'csv' if form == 'table' else form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _written(found: reads.EstimationRun, form: str) -> tuple[bytes | str, str]:
    if form == "table":
        strata = found.strata_tables
        return strata.to_csv() if strata else prevalence.to_csv(found.table), content_type(Format.CSV)
    panel = reads.result_of(found, whole=False)
    if form == "csv":
        return write_table(estimates_table(panel, words.language(), found.title), Format.CSV), content_type(
            Format.CSV
        )
    fonts = getattr(settings, "FONT_FOLDERS", ())
    told: dict[str, Any] = {"language": words.language(), "title": found.title}
    if form == "png":
        return report_png(panel, **told, fonts=fonts), KINDS[form]
    told["made"] = words.made(found)
    if form == "pdf":
        return report_pdf(panel, **told, fonts=fonts, made_at=found.ended_at), KINDS[form]
    return report_html(panel, **told), KINDS[form]


def _found(request: Request, pk: int) -> reads.EstimationRun:
    return reads.run_by_id(officer=request.officer, at=request.at, pk=pk)


def _progress(found: reads.EstimationRun) -> dict[str, Any]:
    under_way = reads.is_under_way(found)
    told = found.progress
    return {
        "run": found,
        "under_way": under_way,
        "before": reads.waiting_before(found) if found.state == "queued" else 0,
        "share": told.done / told.total if told.total else 0.0,
        "what": told.what,
    }
