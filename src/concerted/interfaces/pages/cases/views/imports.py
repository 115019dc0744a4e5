"""Lists handed in as cases: mapped, tried without leaving anything, corrected, then imported whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import Invalid
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange import case_sheet, htcds
from concerted.interfaces.exchange import held_lists as held
from concerted.interfaces.exchange.case_sheet import IGNORED, CaseMapping
from concerted.interfaces.pages.files import send_table, wanted_format
from concerted.interfaces.pages.once import acts_once
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases.acts import batches as acts
from concerted.mechanism.cases.reads import batches as reads

from ..doing import form_page, who
from ..fields import code, short
from ..places import any_place, begin_at_home
from ..words import BATCH_FORMS, URGENCIES

MOST_SHOWN = 100


class UploadForm(forms.Form):
    """A list, and what it is."""

    form = code(
        gettext_lazy("What it is"),
        BATCH_FORMS,
        help=gettext_lazy(
            "A list of your own has any columns; HTCDS is the standard by which systems exchange cases."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV or XLSX, 4 MB and 300 rows at most; the first row holds the headings. It is kept encrypted, for "
            "you alone, until it is imported or a day has passed."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )


@page(Permission.CASE_OPEN)
def imports(request: Request) -> HttpResponse:
    """Hand a list in; the officer's own lists that are held, and what became of the others."""

    def do(given: Any) -> HttpResponse:
        file = given["file"]
        batch = acts.hold_batch(
            **who(request), form=given["form"], filename=file.name, content=file.read(acts.LARGEST + 1)
        )
        return redirect("cases:import_batch", batch.pk)

    return form_page(
        request,
        UploadForm(request.POST or None, request.FILES or None),
        do,
        title=_("Import cases"),
        lede=_("Each row becomes a case that your agency leads. All rows go in, or none."),
        button=_("Hand it in"),
        back=reverse("cases:work"),
        template="cases/imports.html",
        context={
            "has_file": True,
            "rows": reads.own_batches(**who(request)),
            "mappings": reads.agency_mappings(**who(request)),
        },
    )


class MappingForm(forms.Form):
    """Where each column goes, and what holds for every row without it."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    default_place = any_place(
        gettext_lazy("Place of rows without one"),
        required=False,
        help=gettext_lazy("The place of your agency, unless you say another."),
    )
    default_urgency = code(
        gettext_lazy("Urgency of rows without one"),
        URGENCIES,
        help=gettext_lazy("It sets the clocks of every case of the list."),
    )
    keep_as = short(
        gettext_lazy("Keep the mapping for the agency as"),
        required=False,
        limit=80,
        help=gettext_lazy(
            "A name, such as “station list”. The next list with these headings uses it by itself."
        ),
    )

    def __init__(
        self,
        *args: Any,
        headings: Sequence[str],
        first: Mapping[str, str],
        mapping: CaseMapping,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.headings, self.mapping = headings, mapping
        choices = [
            (IGNORED, _("leave it out")),
            *((k, str(t.label)) for k, t in case_sheet.targets().items()),
        ]
        columns = {}
        for number, heading in enumerate(headings):
            columns[f"column-{number}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                initial=mapping.target_of(heading) or IGNORED,
                help_text=_("Where it goes. In the first row: %(value)s")
                % {"value": first.get(heading, "")[:60] or "–"},
            )
        self.fields = {**columns, **self.fields}

    def chosen(self) -> CaseMapping:
        """The mapping as it was chosen; what words in cells mean is taken over from the one it began with."""
        given = self.cleaned_data
        defaults = dict(self.mapping.defaults) | {"case.urgency": given["default_urgency"]}
        if given["default_place"]:
            defaults["case.place"] = given["default_place"]
        columns = {heading: given[f"column-{number}"] for number, heading in enumerate(self.headings)}
        return replace(
            self.mapping, name=given["keep_as"] or self.mapping.name, columns=columns, defaults=defaults
        )


@page(Permission.CASE_OPEN)
def batch(request: Request, pk: int) -> HttpResponse:
    """One list: where its columns go, and once imported the numbers of its cases."""
    view = reads.batch_by_id(**who(request), pk=pk)
    if view.batch.state != "held":
        return render(request, "cases/imported.html", {"view": view, "numbers": _numbered(view)})
    if view.batch.form == "htcds":
        return redirect("cases:check_batch", pk)
    try:
        headings, first = held.headings_of_held(view)
    except Invalid as refused:
        return render(request, "cases/import_check.html", {"view": view, "refused": refused})
    mapping, kept = _mapping(request, view, headings)
    initial = {
        "row_version": view.batch.row_version,
        "default_urgency": mapping.defaults.get("case.urgency", "routine"),
        "keep_as": mapping.name if kept else "",
    }
    if mapping.defaults.get("case.place"):
        initial["default_place"] = mapping.defaults["case.place"]
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        headings=headings,
        first=first,
        mapping=mapping,
        initial=initial,
    )
    begin_at_home(form, request.officer, name="default_place")

    def do(given: Any) -> HttpResponse:
        chosen = form.chosen()
        acts.map_batch(
            **who(request),
            batch=view.batch,
            mapping=case_sheet.mapping_as_data(chosen),
            row_version=given["row_version"],
        )
        if given["keep_as"].strip():
            case_sheet.keep_for_agency(**who(request), mapping=replace(chosen, name=given["keep_as"].strip()))
        return redirect("cases:check_batch", pk)

    return form_page(
        request,
        form,
        do,
        title=_("Where the columns go"),
        lede=view.filename,
        button=_("Try it"),
        back=reverse("cases:imports"),
        template="cases/import_map.html",
        context={
            "view": view,
            "kept": kept,
            "mappings": case_sheet.agency_mappings(**who(request)),
        },
    )


def _mapping(
    request: Request, view: reads.BatchView, headings: Sequence[str]
) -> tuple[CaseMapping, CaseMapping | None]:
    """The mapping to begin with, and the agency's where it is one: the one asked for before any other."""
    kept = case_sheet.agency_mappings(**who(request))
    asked = request.GET.get("mapping", "")
    if asked.isdigit() and int(asked) in kept:
        return kept[int(asked)], kept[int(asked)]
    return held.first_mapping(**who(request), view=view, headings=headings)


class StandForm(forms.Form):
    """Where the cases of a file stand that has no field for it."""

    place_code = any_place(
        gettext_lazy("Where the cases stand"),
        required=False,
        help=gettext_lazy(
            "The standard has no field for it. It is the place of your agency, unless you say another; of it only "
            "the province stands in a case."
        ),
    )


def _stand_form(request: Request, view: reads.BatchView) -> StandForm | None:
    """The form for HTCDS; a list says it by its columns and its mapping."""
    if view.batch.form != "htcds":
        return None
    form = StandForm(request.POST or None, initial={"place_code": view.place_code} if view.place_code else {})
    begin_at_home(form, request.officer)
    return form


@page(Permission.CASE_OPEN)
@acts_once
def check(request: Request, pk: int) -> HttpResponse:
    """Say what the import would do, with every fault; then do it."""
    view = reads.batch_by_id(**who(request), pk=pk)
    if view.batch.state != "held" or (view.batch.form == "list" and not view.mapping):
        return redirect("cases:import_batch", pk)
    stands = _stand_form(request, view)
    if request.method == "POST" and (stands is None or stands.is_valid()):
        return _import(request, view, stands.cleaned_data["place_code"] if stands else "")
    try:
        tried = held.try_held(**who(request), view=view)
    except Invalid as refused:
        return render(request, "cases/import_check.html", {"view": view, "refused": refused})
    unplaced = tried.unplaced
    kind = wanted_format(request)
    if kind is not None:
        wants_places = request.GET.get("what") == "places" and unplaced
        table = htcds.unmapped_table(unplaced) if wants_places else case_sheet.faults_table(tried.faults)
        return send_table(request, table, kind)
    context = {
        "view": view,
        "tried": tried,
        "form": stands,
        "faults": tried.faults[:MOST_SHOWN],
        "unplaced": unplaced[:MOST_SHOWN],
        "unplaced_count": len(unplaced),
    }
    return render(request, "cases/import_check.html", context)


def _import(request: Request, view: reads.BatchView, place_code: str) -> HttpResponse:
    version = request.POST.get("row_version", "")
    try:
        read = held.read_held(**who(request), view=view, place_code=place_code)
        if read.faults:
            return redirect("cases:check_batch", view.batch.pk)
        done = acts.import_batch(
            **who(request),
            batch=view.batch,
            row_version=int(version) if version.isdigit() else 0,
            cases=read.cases,
            filename=view.filename,
        )
    except Invalid as refused:
        return render(request, "cases/import_check.html", {"view": view, "refused": refused})
    messages.success(request, _("%(count)s cases were opened.") % {"count": len(done.numbers)})
    return redirect("cases:import_batch", view.batch.pk)


def _numbered(view: reads.BatchView) -> list[tuple[int, str]]:
    return sorted((int(row), number) for row, number in view.numbers.items())


@page(Permission.CASE_OPEN)
@acts_once
def discard(request: Request, pk: int) -> HttpResponse:
    """Let go of a held list."""
    view = reads.batch_by_id(**who(request), pk=pk)
    if request.method == "POST" and acts.discard_batch(**who(request), batch=view.batch):
        messages.success(request, _("The list was let go of; nothing was imported."))
    return redirect("cases:imports")


@page(Permission.CASE_OPEN)
@acts_once
def forget_mapping(request: Request, pk: int) -> HttpResponse:
    """Remove a mapping of the agency."""
    if request.method == "POST":
        acts.forget_agency_mapping(**who(request), pk=pk)
        messages.success(request, _("The mapping was removed."))
    return redirect("cases:imports")
