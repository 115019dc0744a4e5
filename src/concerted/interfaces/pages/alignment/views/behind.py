"""The answers behind a number, a row or a column of the coverage matrix, filtered and a page at a time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.paging import slice_asked
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.reads import alignment as reads

from ..words import GAPS, KINDS, in_language
from .coverage import PAGE, cells_table, gap_words, indicators_of, matches, name_of, version_shown


class AnswersFilter(forms.Form):
    """Which of a plan's answers are listed; the kind is chosen by its own links above the list."""

    kind = forms.ChoiceField(label=gettext_lazy("Answer"), required=False, widget=forms.HiddenInput)
    place = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    measure = forms.ChoiceField(label=gettext_lazy("Measure"), required=False)
    gap = forms.ChoiceField(label=gettext_lazy("Gap"), required=False)

    def __init__(self, asked: Any, *, matrix: Any) -> None:
        super().__init__(asked)
        self.offered: dict[str, list[tuple[str, Any]]] = {
            "kind": list(KINDS.items()),
            "place": [(entry.place.code, name_of(entry.place)) for entry in matrix.places],
            "measure": [(str(row.measure.pk), _measure_name(row.measure)) for row in matrix.rows],
            "gap": list(GAPS.items()),
        }
        for name, listed in self.offered.items():
            choosing(self, name).choices = [("", _("All")), *listed]
        self.full_clean()

    def chosen(self, name: str) -> str:
        """The choice, or nothing where none or an unknown one was made."""
        return str(self.cleaned_data.get(name) or "")

    def words(self) -> list[str]:
        """What was chosen, in words; every answer where nothing was."""
        said = [
            str(title)
            for name, listed in self.offered.items()
            for key, title in listed
            if key == self.chosen(name)
        ]
        return said or [_("Every answer")]


@page(Permission.PLAN_READ)
def behind(request: Request, plan: str) -> HttpResponse:
    """The cells behind a number, a row or a column, as a list, a page at a time."""
    version = version_shown(plan)
    matrix = reads.coverage(version, on=request.at.date())
    form = AnswersFilter(request.GET, matrix=matrix)
    kind, place, measure, gap = (form.chosen(name) for name in ("kind", "place", "measure", "gap"))
    of_any_kind = [
        (row, cell)
        for row in matrix.rows
        for cell in row.cells
        if (not place or cell.place_code == place)
        and (not measure or str(row.measure.pk) == measure)
        and matches(cell, "", gap)
    ]
    cells = [(row, cell) for row, cell in of_any_kind if matches(cell, kind, "")]
    file = wanted_format(request)
    if file:
        return send_table(request, cells_table(matrix, cells), file)
    places = {entry.place.code: entry.place for entry in matrix.places}
    names = indicators_of(version.plan_id)
    listed = slice_asked(request, cells, PAGE)
    lines = [
        {
            "row": row,
            "cell": cell,
            "place": places[cell.place_code],
            "gaps": [gap_words(g, names) for g in cell.short],
        }
        for row, cell in listed.rows
    ]
    context = {
        "plan": version.plan,
        "form": form,
        "tabs": _kind_tabs(request, of_any_kind, kind),
        "lines": lines,
        "listed": listed,
        "shown": len(cells),
        "total": matrix.counts()["total"],
        "what": form.words(),
        **file_links(request),
    }
    return render(request, "alignment/behind.html", context)


def _kind_tabs(request: Request, cells: list[tuple[Any, Any]], kind: str) -> list[dict[str, Any]]:
    """A link for each kind of answer with how many of these cells are of it; the other filters stay."""

    def href(wanted: str) -> str:
        query = request.GET.copy()
        for name in ("kind", "cursor"):
            query.pop(name, None)
        if wanted:
            query["kind"] = wanted
        return f"?{query.urlencode()}"

    every = [{"label": _("All"), "href": href(""), "current": not kind, "count": len(cells)}]
    return every + [
        {
            "label": words,
            "href": href(key),
            "current": key == kind,
            "count": sum(matches(cell, key, "") for _row, cell in cells),
        }
        for key, words in KINDS.items()
    ]


def _measure_name(measure: Any) -> str:
    return f"{measure.key} {in_language(measure.title_en, measure.title_zh)}"
