"""The public site: adopted plans and published results, for everybody; it never shows a draft or an
unpublished word.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.reads import mechanism_now
from concerted.interfaces.exchange.plan_store import plan_file_of
from concerted.interfaces.exchange.tables import (
    Column,
    Format,
    Kind,
    Table,
    content_type,
    file_name,
    write_table,
)
from concerted.interfaces.pages.route import public
from concerted.interfaces.pages.shell.templatetags._words import in_language, state_words
from concerted.interfaces.pages.shell.words import speaks_chinese
from concerted.mechanism.plan.canonical import plain
from concerted.mechanism.plan.reads import documents as reads
from concerted.mechanism.plan.reads import results
from concerted.mechanism.plan.reads.rebuild import document_of

MINUTES = 5
View = Callable[..., HttpResponse]


def keepable(view: View) -> View:
    """Let the reader's own browser keep the page for a few minutes; its frame holds that reader's language."""

    @wraps(view)
    def through(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", f"private, max-age={MINUTES * 60}")
        return answer

    return through


def _adopted(key: str) -> tuple[Any, Any]:
    """The plan and its version in force. Raises NotThere, the same for a draft as for nothing."""
    try:
        plan = reads.plan_by_key(key)
    except NotThere:
        plan = None
    version = reads.version_in_force(plan) if plan else None
    if version is None:
        raise NotThere(_("There is no such adopted plan."), remedy=_("See the list of adopted plans."))
    return plan, version


@public
@keepable
def home(request: HttpRequest) -> HttpResponse:
    """Every adopted plan."""
    rows = [row for row in reads.plan_summaries() if row.in_force]
    return render(request, "public/home.html", {"rows": rows})


@public
@keepable
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """One adopted plan: its text, and the published results."""
    found, version = _adopted(key)
    measures = reads.measures_of(version)
    published = _published(version)
    strands = [
        {
            "strand": strand,
            "objectives": list(strand.objectives.all()),
            "measures": [
                {
                    "measure": m,
                    "leads": reads.leads_of(m),
                    "supports": reads.supports_of(m),
                    "published": len(published.get(m.pk, [])),
                }
                for m in measures
                if m.strand_id == strand.pk
            ],
        }
        for strand in reads.strands_of(version)
    ]
    judged = results.indicators_by_measure(version)
    indicators = {one.pk: one for some in judged.values() for one in some}
    context = {
        "plan": found,
        "version": version,
        "strands": strands,
        "lacking": reads.wording_lacking(version, language="zh" if speaks_chinese() else "en"),
        "of": len(measures),
        "with_results": len(published),
        "series": results.series_of(version, indicators.values(), on=mechanism_now().date(), published=True),
        "successor": getattr(found, "successor", None),
    }
    return render(request, "public/plan.html", context)


def _published(version: Any) -> dict[int, list[Any]]:
    """Published reports by measure of the version, whichever wording they were written on."""
    lineage = results.lineage_of(version)
    owner = {pk: own for own, chain in lineage.items() for pk in chain}
    found: dict[int, list[Any]] = {}
    for report in results.published_reports(list(owner)):
        found.setdefault(owner[report.measure_id], []).append(report)
    return found


@public
@keepable
def measure(request: HttpRequest, key: str, measure: str) -> HttpResponse:
    """One measure of an adopted plan with its published results."""
    found, version = _adopted(key)
    one = next((m for m in reads.measures_of(version) if m.key == measure), None)
    if one is None:
        raise NotThere(_("There is no such measure in this plan."), remedy=_("Find it in the plan."))
    sources = reads.sources_of(version)
    indicators = results.indicators_by_measure(version).get(one.pk, [])
    context = {
        "plan": found,
        "version": version,
        "measure": one,
        "leads": reads.leads_of(one),
        "supports": reads.supports_of(one),
        "sources": [sources.get(name, {"what": name}) for name in one.sources],
        "reports": _published(version).get(one.pk, []),
        "series": results.series_of(version, indicators, on=mechanism_now().date(), published=True),
    }
    return render(request, "public/measure.html", context)


@public
def download(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """The adopted text for machines: YAML, XLSX or JSON; the YAML's SHA-256 is the version's hash."""
    _plan, version = _adopted(key)
    tag = f'"{version.content_hash[:32]}-{form}"'
    unchanged = request.headers.get("If-None-Match") == tag
    answer = HttpResponse(status=304) if unchanged else _file(version, form)
    answer["ETag"] = tag
    answer["Cache-Control"] = f"public, max-age={MINUTES * 60}"
    return answer


def _file(version: Any, form: str) -> HttpResponse:
    document = document_of(version)
    name = f"{version.plan.key}-v{version.number}"
    match form:
        case "json":
            text = json.dumps(plain(document), ensure_ascii=False, indent=2, default=str)
            return _attached(text.encode(), "application/json; charset=utf-8", f"{name}.json")
        case "yaml" | "xlsx":
            made = plan_file_of(document, name=name, format="yaml" if form == "yaml" else "xlsx")
            return _attached(made.content, made.media_type, made.name)
    raise NotThere(_("There is no such form of the plan."), remedy=_("Take .yaml, .xlsx or .json."))


@public
def results_file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """The published reports of an adopted plan as CSV or XLSX."""
    _plan, version = _adopted(key)
    if form not in set(Format):
        raise NotThere(_("There is no such form of the results."), remedy=_("Take .csv or .xlsx."))
    published = _published(version)
    columns = [
        Column("measure", _("Measure")),
        Column("period", _("Period")),
        Column("agency", _("Agency")),
        Column("claimed", _("Claimed status")),
        Column("narrative", _("What was done")),
        Column("published", _("Published"), Kind.DATE),
    ]
    rows = [
        [
            m.key,
            report.period.key,
            in_language(report.agency),
            state_words(report.claimed_status) if report.claimed_status else "",
            report.narrative,
            report.published_at.date() if report.published_at else None,
        ]
        for m in reads.measures_of(version)
        for report in published.get(m.pk, [])
    ]
    kind = Format(form)
    name = f"{key}-results"
    answer = _attached(
        write_table(Table(name, columns, rows), kind), content_type(kind), file_name(name, kind)
    )
    answer["Cache-Control"] = f"private, max-age={MINUTES * 60}"
    return answer


def _attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@public
@keepable
def accessibility(request: HttpRequest) -> HttpResponse:
    """How the site can be used by everybody, and whom to tell when it cannot."""
    return render(request, "public/accessibility.html")
