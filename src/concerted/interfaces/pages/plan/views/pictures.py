"""Who does what, when, and what waits for what: matrix, timeline and dependency pages of one version."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.tables import Cell, Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.plan.reads import dependencies
from concerted.mechanism.plan.reads import documents as reads

from ..words import deadline_words, measure_name
from .common import chosen, crumbs, may, views_of

LEAD, SUPPORT = "lead", "support"


@page(Permission.PLAN_READ)
def matrix(request: Request, key: str) -> HttpResponse:
    """Ministries against measures: who leads (●) and who supports (○)."""
    plan, version = chosen(request, key)
    strands = reads.strands_of(version)
    wanted = request.GET.get("strand", "")
    measures = [m for m in reads.measures_of(version) if not wanted or m.strand.key == wanted]
    agencies = {part.agency_id: part.agency for m in measures for part in m.responsibilities.all()}
    ordered = sorted(agencies.values(), key=lambda agency: agency.key)
    parts = {(part.agency_id, m.pk): part.role for m in measures for part in _support_first(m)}
    kind = wanted_format(request)
    if kind is not None:
        return send_table(request, _matrix_table(plan, measures, ordered, parts), kind)
    rows = [_agency_row(agency, measures, parts) for agency in ordered]
    context = {
        "plan": plan,
        "version": version,
        "tabs": views_of(plan, version, "matrix"),
        "rows": rows,
        "columns": [
            {
                "label": f"{m.key} {measure_name(m)}",
                "short": m.key,
                "href": reverse("plan:measure", args=[m.pk]),
            }
            for m in measures
        ],
        "strands": strands,
        "wanted": wanted,
        "without_lead": [m for m in measures if not reads.leads_of(m)],
        "of": len(measures),
        "files": file_links(request),
        "breadcrumbs": crumbs(plan, (_("Who does what"), "")),
    }
    return render(request, "plan/matrix.html", context)


def _support_first(measure: Any) -> list[Any]:
    """The parts so that leading, said last, is what counts."""
    return sorted(measure.responsibilities.all(), key=lambda part: part.role == LEAD)


def _agency_row(agency: Any, measures: list[Any], parts: dict[tuple[int, int], str]) -> dict[str, Any]:
    roles = [parts.get((agency.pk, measure.pk)) for measure in measures]
    name = in_language(agency)
    return {
        "label": name,
        "href": reverse("agencies:agency", args=[agency.key]),
        "note": _("leads %(leads)s, supports %(supports)s")
        % {"leads": roles.count(LEAD), "supports": roles.count(SUPPORT)},
        "cells": [
            None if role is None else {"state": role, "href": reverse("plan:measure", args=[measure.pk])}
            for role, measure in zip(roles, measures, strict=True)
        ],
    }


def _matrix_table(
    plan: Any, measures: list[Any], agencies: list[Any], parts: dict[tuple[int, int], str]
) -> Table:
    words = {LEAD: _("lead"), SUPPORT: _("support"), None: None}
    columns = [Column("measure", _("Measure")), Column("title", _("Title"))]
    columns += [Column(agency.key, in_language(agency)) for agency in agencies]
    rows = [
        [m.key, measure_name(m), *(words[parts.get((agency.pk, m.pk))] for agency in agencies)]
        for m in measures
    ]
    return Table(f"{plan.key} {_('Who does what')}", columns, rows)


@page(Permission.PLAN_READ)
def timeline(request: Request, key: str) -> HttpResponse:
    """Measures and milestones in time, with the chain that has no day to spare and the slack of the others."""
    plan, version = chosen(request, key)
    table = dependencies.timetable(version)
    rows = list(table.rows) if table else []
    kind = wanted_format(request)
    if kind is not None:
        return send_table(request, _timeline_table(plan, rows), kind)
    steps = reads.milestones_of([row.measure for row in rows])
    place = {row.measure.key: number for number, row in enumerate(rows)}
    today = request.at.date()
    context = {
        "plan": plan,
        "version": version,
        "tabs": views_of(plan, version, "timeline"),
        "rows": rows,
        "bars": [_bar(row, steps.get(row.measure.pk, []), today) for row in rows],
        "links": [(place[before], place[after]) for before, after, _lag in (table.links if table else ())],
        "chain": _chain(table) if table else [],
        "least_spare": min(table.spare.values(), default=None) if table else None,
        "today": today,
        "files": file_links(request),
        "breadcrumbs": crumbs(plan, (_("Timeline"), "")),
    }
    return render(request, "plan/timeline.html", context)


def _chain(table: dependencies.Timetable) -> list[dependencies.TimedMeasure]:
    return [row for key in table.chain if (row := table.row_of(key))]


def _bar(row: dependencies.TimedMeasure, steps: list[Any], today: Any) -> dict[str, Any]:
    return {
        "label": f"{row.measure.key} {measure_name(row.measure)}",
        "start": row.earliest_start,
        "end": max(row.earliest_start, row.earliest_end),
        "frees": row.frees_on,
        "href": reverse("plan:measure", args=[row.measure.pk]),
        "state": "planned" if row.starts > today else "active",
        "critical": row.is_critical,
        "milestones": [
            {
                "label": in_language(step, "title"),
                "on": step.due,
                "state": "achieved" if mark else "overdue" if step.due < today else "planned",
            }
            for step, mark in steps
        ],
    }


def _timeline_table(plan: Any, rows: list[dependencies.TimedMeasure]) -> Table:
    columns = [
        Column("measure", _("Measure")),
        Column("title", _("Title")),
        Column("starts", _("Earliest start"), Kind.DATE),
        Column("ends", _("Earliest end"), Kind.DATE),
        Column("deadline", _("Deadline")),
        Column("slack", _("Slack in days"), Kind.INTEGER),
        Column("critical", _("On the critical path"), Kind.BOOLEAN),
    ]
    cells: list[list[Cell]] = [
        [
            row.measure.key,
            measure_name(row.measure),
            row.earliest_start,
            row.earliest_end,
            deadline_words(row.measure),
            row.slack_days,
            row.is_critical,
        ]
        for row in rows
    ]
    return Table(f"{plan.key} {_('Timeline')}", columns, cells)


@page(Permission.PLAN_READ)
def dependency_list(request: Request, key: str) -> HttpResponse:
    """Which measure waits for which, and how late what it waits for may be."""
    plan, version = chosen(request, key)
    links = dependencies.dependencies_of(version)
    table = dependencies.timetable(version)
    rows = [{"link": link, "spare": _spare(table, link)} for link in links]
    kind = wanted_format(request)
    if kind is not None:
        return send_table(request, _dependency_table(plan, rows), kind)
    context = {
        "plan": plan,
        "version": version,
        "tabs": views_of(plan, version, "dependencies"),
        "rows": rows,
        "measures": len(table.rows) if table else 0,
        "can_revise": version.state == "draft" and may(request, Permission.PLAN_REVISE, plan),
        "files": file_links(request),
        "breadcrumbs": crumbs(plan, (_("Dependencies"), "")),
    }
    return render(request, "plan/dependencies.html", context)


def _spare(table: dependencies.Timetable | None, link: Any) -> int | None:
    return table.spare[link.needs.key, link.measure.key] if table else None


def _dependency_table(plan: Any, rows: list[dict[str, Any]]) -> Table:
    columns = [
        Column("measure", _("Measure")),
        Column("needs", _("Waits for")),
        Column("lag", _("Days between"), Kind.INTEGER),
        Column("spare", _("Days to spare"), Kind.INTEGER),
    ]
    cells = [
        [
            row["link"].measure.key,
            row["link"].needs.key,
            row["link"].lag_days,
            row["spare"],
        ]
        for row in rows
    ]
    return Table(f"{plan.key} {_('Dependencies')}", columns, cells)
