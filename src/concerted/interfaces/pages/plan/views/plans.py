"""The list of plans, a version's text, and two versions side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.access.reads import table_taken
from concerted.interfaces.exchange.plan_store import export_plan
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.shell.words import speaks_chinese
from concerted.mechanism.plan.canonical import plain
from concerted.mechanism.plan.document import PlanDocument, Responsibility
from concerted.mechanism.plan.reads import documents as reads
from concerted.mechanism.plan.reads.results import indicators_by_measure, indicators_by_objective
from concerted.mechanism.plan.reads.wording import agencies_by_key

from ..words import KINDS, Names, field_shown, field_words, shown
from .common import Chips, chosen, chosen_among, crumbs, may, views_of


@page(Permission.PLAN_READ)
def plan_list(request: Request) -> HttpResponse:
    """Every plan: what is in force, whether a draft is open, how much of its text was read."""
    rows = reads.plan_summaries()
    kind = wanted_format(request)
    if kind is not None:
        return send_table(request, _plans_table(rows), kind)
    context = {
        "rows": rows,
        "files": file_links(request),
        "can_draft": holds(request.officer, Permission.PLAN_DRAFT),
    }
    return render(request, "plan/list.html", context)


def _plans_table(rows: list[reads.PlanSummary]) -> Table:
    columns = [
        Column("key", _("Key")),
        Column("title", _("Title")),
        Column("version", _("Version in force"), Kind.INTEGER),
        Column("adopted", _("Adopted"), Kind.DATE),
        Column("from", _("From"), Kind.DATE),
        Column("to", _("To"), Kind.DATE),
        Column("measures", _("Measures"), Kind.INTEGER),
        Column("unread", _("Not fully read"), Kind.INTEGER),
    ]
    cells = [
        [
            row.plan.key,
            in_language(row.plan, "title"),
            row.in_force.number if row.in_force else None,
            row.in_force.adopted_on if row.in_force else None,
            row.in_force.period_from if row.in_force else None,
            row.in_force.period_to if row.in_force else None,
            row.measures,
            row.unread,
        ]
        for row in rows
    ]
    return Table(_("Plans"), columns, cells)


@dataclass
class MeasureInTree:
    """A measure as the tree shows it, with those below it."""

    measure: Any
    leads: list[Any]
    supports: list[Any]
    sources: list[dict[str, str]]
    indicators: list[Any]
    below: list[MeasureInTree] = field(default_factory=list)


@dataclass
class StrandInTree:
    """A strand with its objectives and measures."""

    strand: Any
    objectives: list[dict[str, Any]] = field(default_factory=list)
    measures: list[MeasureInTree] = field(default_factory=list)


def tree_of(version: Any, sources: dict[str, dict[str, str]]) -> list[StrandInTree]:
    """The version as a tree, in a constant number of queries."""
    judged, goals_judged = indicators_by_measure(version), indicators_by_objective(version)
    strands = {strand.pk: StrandInTree(strand) for strand in reads.strands_of(version)}
    for strand in strands.values():
        for objective in strand.strand.objectives.all():
            known = [sources.get(key, {"what": key}) for key in objective.sources]
            strand.objectives.append(
                {"objective": objective, "sources": known, "indicators": goals_judged.get(objective.pk, [])}
            )
    placed: dict[int, MeasureInTree] = {}
    chips = Chips()
    for measure in reads.measures_with_parts(version):
        leads, supports = chips.of(reads.leads_of(measure)), chips.of(reads.supports_of(measure))
        known = [sources.get(key, {"what": key}) for key in measure.sources]
        shown_measure = MeasureInTree(measure, leads, supports, known, judged.get(measure.pk, []))
        placed[measure.pk] = shown_measure
        above = placed.get(measure.parent_id or 0)
        (above.below if above else strands[measure.strand_id].measures).append(shown_measure)
    return list(strands.values())


@page(Permission.PLAN_READ)
def plan(request: Request, key: str) -> HttpResponse:
    """A version's text as a tree: strands, objectives, measures; what was not read is said."""
    found, versions, version = chosen_among(request, key)
    sources = reads.sources_of(version)
    context = {
        "plan": found,
        "version": version,
        "versions": versions,
        "previous": next((other for other in versions if other.number < version.number), None),
        "tabs": views_of(found, version, "plan"),
        "tree": tree_of(version, sources),
        "lacking": reads.wording_lacking(version, language="zh" if speaks_chinese() else "en"),
        "sources": sources,
        "carried": reads.carried_into(version),
        "successor": getattr(found, "successor", None),
        "can_revise": may(request, Permission.PLAN_REVISE, found),
        "can_adopt": may(request, Permission.PLAN_ADOPT, found),
        "draft": next((other for other in versions if other.state == "draft"), None),
        "breadcrumbs": crumbs(found),
    }
    return render(request, "plan/plan.html", context)


@page(Permission.PLAN_READ)
def download(request: Request, key: str, form: str) -> HttpResponse:
    """A version as a plan file, YAML or XLSX, that reads back as exactly this version."""
    _plan, version = chosen(request, key)
    made = export_plan(
        officer=request.officer, at=request.at, version=version, format="xlsx" if form == "xlsx" else "yaml"
    )
    table_taken(officer=request.officer, at=request.at, name=made.name)
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


@page(Permission.PLAN_READ)
def compare(request: Request, key: str, before: int, after: int) -> HttpResponse:
    """Two versions side by side, field by field."""
    found = reads.plan_by_key(key)
    old, new = reads.version_of(found, before), reads.version_of(found, after)
    documents = [
        reads.read_document(officer=request.officer, at=request.at, version=version) for version in (old, new)
    ]
    names = _names(documents)
    changes = [_change(difference, names) for difference in reads.differences(*documents)]
    kind = wanted_format(request)
    if kind is not None:
        return send_table(request, _changes_table(key, before, after, changes), kind)
    context = {
        "plan": found,
        "old": old,
        "new": new,
        "versions": reads.versions_of(found),
        "changes": changes,
        "files": file_links(request),
        "breadcrumbs": crumbs(found, (_("Compare versions"), "")),
    }
    return render(request, "plan/compare.html", context)


def _names(documents: list[PlanDocument]) -> Names:
    """The names of what two versions speak of; the later one's where both have it."""
    measures = [measure for one in documents for measure in one.all_measures()]
    parts = [part for one in measures for part in (*_parts(one.lead), *_parts(one.support))]
    keys = {part.agency for part in parts} | {one.plan.office for one in documents if one.plan.office}
    return Names(
        agencies={key: in_language(one) for key, one in agencies_by_key(keys).items()},
        measures={one.id: _either(one.title, one.title_zh) for one in measures},
        indicators={
            each.key: _either(each.name_en, each.name_zh) for one in documents for each in one.indicators
        },
    )


def _parts(said: Any) -> tuple[Responsibility, ...]:
    return said if isinstance(said, tuple) else ()


def _either(english: Any, chinese: Any) -> str:
    texts = [text for text in (english, chinese) if isinstance(text, str) and text]
    return (texts[-1] if speaks_chinese() else texts[0]) if texts else ""


def _change(difference: reads.Difference, names: Names) -> dict[str, Any]:
    before, after = (
        field_shown(difference.field, plain(value), names) for value in (difference.before, difference.after)
    )
    title = {"measure": names.measures, "indicator": names.indicators}.get(difference.kind, {})
    return {
        "kind": KINDS.get(difference.kind, difference.kind),
        "entry": difference.entry,
        "title": title.get(difference.entry) or shown(plain(difference.title)),
        "field": field_words(difference.field) if difference.field else "",
        "state": "added" if difference.before is None and not difference.field
        else "removed" if difference.after is None and not difference.field else "changed",
        "before": before,
        "after": after,
    }  # fmt: skip


def _changes_table(key: str, before: int, after: int, changes: list[dict[str, Any]]) -> Table:
    names = ("kind", "entry", "title", "field", "before", "after")
    titles = (_("Kind"), _("Entry"), _("Title"), _("Field"), _("Before"), _("After"))
    columns = [Column(name, title) for name, title in zip(names, titles, strict=True)]
    return Table(
        f"{key} {before}-{after}", columns, [[str(change[name]) for name in names] for change in changes]
    )
