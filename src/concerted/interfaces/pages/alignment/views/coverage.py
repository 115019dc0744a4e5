"""The coverage matrix, the gaps and one measure's uptake; works out nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.paging import slice_asked
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.states import look_of
from concerted.mechanism.plan.reads import alignment as reads
from concerted.mechanism.plan.reads import documents
from concerted.mechanism.plan.reads.usual import usual_plan
from concerted.mechanism.plan.reads.wording import agencies_by_key, indicators_by_key

from ..words import ADD_UP, GAPS, KINDS, any_words, in_language, indicator_names

LEVELS = {
    "province": gettext_lazy("Provinces"),
    "prefecture": gettext_lazy("Prefectures"),
    "county": gettext_lazy("Counties"),
}
#: Gaps that a kind already says.
_SAID_BY_KIND = ("missing", "declined")
PAGE = 40


class CoverageFilter(forms.Form):
    """Which part of the matrix is shown."""

    strand = forms.ChoiceField(label=gettext_lazy("Strand"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Answer"), required=False)
    gap = forms.ChoiceField(label=gettext_lazy("Gap"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Places"), required=False)

    def __init__(self, *args: Any, strands: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        gaps = [(key, said) for key, said in GAPS.items() if key not in _SAID_BY_KIND]
        for name, choices in (("strand", strands), ("kind", list(KINDS.items())), ("gap", gaps)):
            choosing(self, name).choices = [*every, *choices]
        choosing(self, "level").choices = [("", LEVELS["province"]), *list(LEVELS.items())[1:]]

    def chosen(self, name: str) -> str:
        """The choice, or nothing where none or an unknown one was made."""
        return str(self.cleaned_data.get(name) or "") if self.is_valid() else ""


@page(Permission.PLAN_READ)
def home(request: Request) -> HttpResponse:
    """The coverage of the nation's plan in force on the day, or of the newest."""
    today = request.at.date()
    found = [s for s in documents.plan_summaries() if s.in_force and s.plan.level in ("nation", "national")]
    current = [
        s
        for s in found
        if s.in_force
        and s.in_force.period_from
        and s.in_force.period_to
        and s.in_force.period_from <= today <= s.in_force.period_to
    ]
    chosen = usual_plan([s.plan for s in current or found], officer=request.officer, on=today)
    if chosen is None:
        return render(request, "alignment/nothing.html")
    return redirect("alignment:coverage", plan=chosen.key)


@page(Permission.PLAN_READ)
def coverage(request: Request, plan: str) -> HttpResponse:
    """National measures against provinces, or the places below them."""
    version = version_shown(plan)
    strands = [
        (each.key, in_language(each.title_en, each.title_zh)) for each in documents.strands_in_use(version)
    ]
    form = CoverageFilter(request.GET, strands=strands)
    level, within = form.chosen("level") or "province", request.GET.get("within", reads.NATION)
    matrix = reads.coverage(version, on=request.at.date(), level=level, within=within)
    shown = Shown(form)
    file = wanted_format(request)
    if file:
        return send_table(request, cells_table(matrix, shown.cells(matrix)), file)
    context = {
        "plan": version.plan,
        "version": version,
        "form": form,
        "level": LEVELS[level],
        "counts": [(kind, KINDS[kind], n, _behind(plan, kind=kind)) for kind, n in _kinds(matrix)],
        "total": matrix.counts()["total"],
        "strands": list(_groups(matrix, shown, plan)),
        "measures_shown": sum(shown.row(row) for row in matrix.rows),
        "measures": len(matrix.rows),
        "columns": [_column(entry, plan) for entry in matrix.places],
        "tiles": [_tile(matrix, entry, plan) for entry in matrix.places] if level == "province" else [],
        "gaps": [
            (GAPS[k], n, _behind(plan, gap=k))
            for k, n in reads.gap_counts(matrix).items()
            if k not in _SAID_BY_KIND
        ],
        "legend": [look_of(key) for key in KINDS],
        "decides": holds(request.officer, Permission.ALIGNMENT_DECIDE),
        "own_place": request.officer.agency.place_code if request.officer.agency else "",
        **file_links(request),
    }
    return render(request, "alignment/coverage.html", context)


@page(Permission.PLAN_READ)
def gaps(request: Request, plan: str) -> HttpResponse:
    """Every shortfall with its figures, and whether local targets make up the national ones."""
    version = version_shown(plan)
    matrix = reads.coverage(version, on=request.at.date())
    kind = request.GET.get("gap", "")
    places = {entry.place.code: entry.place for entry in matrix.places}
    names = indicators_of(version.plan_id)
    short = [
        (row.measure, places[cell.place_code], gap)
        for row in matrix.rows
        for cell in row.cells
        for gap in cell.short
        if not kind or gap.kind == kind
    ]
    agencies = _agencies_of(gap for _measure, _place, gap in short)
    found = [
        {"measure": measure, "place": place, "gap": gap, "words": GAPS[gap.kind],
         "national": any_words(gap.national, agencies), "local": any_words(gap.local, agencies),
         "difference": gap.difference, "indicator": names.get(gap.indicator, gap.indicator)}
        for measure, place, gap in short
    ]  # fmt: skip
    file = wanted_format(request)
    if file:
        return send_table(request, _gaps_table(version.plan.key, found), file)
    listed = slice_asked(request, found, PAGE)
    counts = reads.gap_counts(matrix)
    sums = reads.target_sums(version, on=request.at.date())
    context = {
        "plan": version.plan,
        "lines": listed.rows,
        "listed": listed,
        "shown": len(found),
        "kind": GAPS.get(kind, ""),
        "tabs": [{"label": _("All"), "href": "?", "current": not kind}]
        + [
            {"label": str(GAPS[key]), "href": f"?gap={key}", "current": key == kind, "count": n}
            for key, n in counts.items()
            if key not in _SAID_BY_KIND
        ],
        "total": matrix.counts()["total"],
        "sums": [(names.get(key, key), each, ADD_UP[each.verdict]) for key, each in sums.items()],
        **file_links(request),
    }
    return render(request, "alignment/gaps.html", context)


@page(Permission.PLAN_READ)
def measure(request: Request, measure: int) -> HttpResponse:
    """One national measure: how the provinces answered it, as a tile map and a list."""
    found = documents.measure_by_id(measure)
    taken = reads.uptake(found, on=request.at.date())
    detail = {
        cell.place_code: cell for cell in reads.coverage(found.version, on=request.at.date()).column_of(found)
    }
    names = indicators_of(found.version.plan_id)
    lines: list[dict[str, Any]] = [
        {"place": entry.place, "cell": detail.get(cell.place_code, cell),
         "gaps": [gap_words(g, names) for g in detail.get(cell.place_code, cell).short]}
        for entry, cell in zip(taken.places, taken.cells, strict=True)
    ]  # fmt: skip
    tiles = [
        {"code": line["place"].code, "name": name_of(line["place"]), "short": short_name(line["place"]),
         "state": line["cell"].state, "href": _history(found.pk, line["place"].code)}
        for line in lines
    ]  # fmt: skip
    context = {"measure": found, "plan": found.version.plan, "uptake": taken, "lines": lines, "tiles": tiles}
    context["decides"] = holds(request.officer, Permission.ALIGNMENT_DECIDE)
    return render(request, "alignment/measure.html", context)


class Shown:
    """Which cells the filter lets through."""

    def __init__(self, form: CoverageFilter) -> None:
        self.strand, self.kind, self.gap = (form.chosen(name) for name in ("strand", "kind", "gap"))

    def cell(self, cell: Any) -> bool:
        return matches(cell, self.kind, self.gap)

    def row(self, row: Any) -> bool:
        if self.strand and row.measure.strand.key != self.strand:
            return False
        return not (self.kind or self.gap) or any(self.cell(cell) for cell in row.cells)

    def cells(self, matrix: Any) -> Iterator[tuple[Any, Any]]:
        return ((row, cell) for row in matrix.rows if self.row(row) for cell in row.cells if self.cell(cell))


def matches(cell: Any, kind: str, gap: str) -> bool:
    """Whether a cell is of the kind and has the gap; nothing asked for matches every cell."""
    right_kind = not kind or (cell.rebase_due if kind == "rebase_due" else cell.kind == kind)
    return right_kind and (not gap or any(each.kind == gap for each in cell.gaps or ()))


def version_shown(key: str) -> Any:
    """The plan's version in force; raises NotThere where none is."""
    plan = documents.plan_by_key(key)
    version = documents.version_in_force(plan)
    if version is None:
        raise NotThere(
            _("No version of this plan is in force."), where=key, remedy=_("Adopt its draft first.")
        )
    return version


def _agencies_of(gaps: Iterable[Any]) -> dict[str, str]:
    """The names of the agencies that gaps tell, by key. One query."""
    told = [one for gap in gaps for one in (gap.national, gap.local) if isinstance(one, tuple)]
    found = agencies_by_key(key for keys in told for key in keys)
    return {key: in_language(one.name_en, one.name_zh) for key, one in found.items()}


def indicators_of(*plans: int) -> dict[str, str]:
    """The names of the plans' indicators in the officer's language, by key. One query."""
    return indicator_names(indicators_by_key(plans))


def gap_words(gap: Any, indicators: Mapping[str, str]) -> str:
    """A gap with its two figures where it has them. indicators: names by key."""
    said = str(GAPS[gap.kind])
    if gap.indicator:
        said += f" ({indicators.get(gap.indicator, gap.indicator)})"
    if gap.difference is None:
        return said
    figures = {"gap": said, "local": any_words(gap.local), "national": any_words(gap.national)}
    return _("%(gap)s: %(local)s instead of %(national)s") % figures


def short_name(place: Any) -> str:
    """The place's name without what kind of division it is, in Chinese."""
    name = name_of(place)
    for ending in ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def name_of(place: Any) -> str:
    """The place's name in the officer's language."""
    return in_language(place.name_en, place.name_zh)


def _kinds(matrix: Any) -> list[tuple[str, int]]:
    return [(kind, n) for kind, n in matrix.counts().items() if kind in KINDS]


def _groups(matrix: Any, shown: Shown, plan: str) -> Iterator[dict[str, Any]]:
    rows = [row for row in matrix.rows if shown.row(row)]
    names = [short_name(entry.place) for entry in matrix.places]
    for _key, members in groupby(rows, key=lambda row: row.measure.strand_id):
        listed = list(members)
        strand = listed[0].measure.strand
        yield {"strand": strand, "rows": [_line(row, names, shown) for row in listed]}


def _line(row: Any, names: list[str], shown: Shown) -> dict[str, Any]:
    return {
        "measure": row.measure,
        "answered": row.answered,
        "of": len(row.cells),
        "cells": [
            (name, cell if shown.cell(cell) else None) for name, cell in zip(names, row.cells, strict=True)
        ],
    }


def _column(entry: Any, plan: str) -> dict[str, Any]:
    return {
        "name": name_of(entry.place),
        "short": short_name(entry.place),
        "href": reverse("alignment:place", args=[plan, entry.place.code]),
    }


def _tile(matrix: Any, entry: Any, plan: str) -> dict[str, Any]:
    cells = matrix.column(entry.place.code)
    answered = sum(cell.kind != "not_considered" for cell in cells)
    state = "not_considered" if not answered else "in_progress" if answered < len(cells) else "completed"
    if any(cell.rebase_due for cell in cells):
        state = "rebase_due"
    return {
        "code": entry.place.code,
        "name": name_of(entry.place),
        "short": short_name(entry.place),
        "state": state,
        "value": f"{answered}/{len(cells)}",
        "href": reverse("alignment:place", args=[plan, entry.place.code]),
    }


def _behind(plan: str, **query: str) -> str:
    return reverse("alignment:behind", args=[plan]) + "?" + urlencode(query)


def _history(measure: int, code: str) -> str:
    return reverse("alignment:history", args=[measure, code])


def cells_table(matrix: Any, cells: Any) -> Table:
    """Rows of measure and cell as a table to take away."""
    names = indicators_of(matrix.version.plan_id)
    places = {entry.place.code: entry.place for entry in matrix.places}
    columns = [
        Column("measure", _("Measure")),
        Column("title", _("Title")),
        Column("place_code", _("Code")),
        Column("place", _("Place")),
        Column("answer", _("Answer")),
        Column("review", _("National change to review"), Kind.BOOLEAN),
        Column("gaps", _("Gaps")),
    ]
    rows = (
        (
            row.measure.key, in_language(row.measure.title_en, row.measure.title_zh), cell.place_code,
            name_of(places[cell.place_code]), KINDS[cell.kind], cell.rebase_due,
            "; ".join(gap_words(gap, names) for gap in cell.short),
        )
        for row, cell in cells
    )  # fmt: skip
    return Table(f"coverage-{matrix.version.plan.key}", columns, list(rows))


def _gaps_table(plan: str, found: list[dict[str, Any]]) -> Table:
    columns = [
        Column("measure", _("Measure")), Column("place", _("Place")), Column("gap", _("Gap")),
        Column("indicator", _("Indicator")), Column("national", _("National")), Column("local", _("Local")),
        Column("difference", _("Difference"), Kind.NUMBER),
    ]  # fmt: skip
    rows = [
        (each["measure"].key, name_of(each["place"]), each["words"], each["indicator"], each["national"],
         each["local"], each["difference"])
        for each in found
    ]  # fmt: skip
    return Table(f"gaps-{plan}", columns, rows)
