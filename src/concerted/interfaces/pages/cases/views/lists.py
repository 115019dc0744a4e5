"""The agency's cases: filters, filters kept under a name, and giving files out with a preview first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.once import acts_once
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases.acts import files as file_acts
from concerted.mechanism.cases.acts import working as acts
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.reads import files as file_reads
from concerted.mechanism.cases.reads import work as work_reads
from concerted.mechanism.cases.state_words import STAGES

from ..doing import who
from ..fields import code, short, yes
from ..words import AGE_BANDS, FILE_STATES, RISKS, URGENCIES

_ANY = gettext_lazy("Any")


class CaseFilterForm(forms.Form):
    """Which cases the list shows."""

    number = short(
        gettext_lazy("Number of the case"),
        required=False,
        limit=20,
        help=gettext_lazy("The number of the case in full; names are never searched here."),
    )
    stage = code(
        gettext_lazy("Stage"),
        STAGES,
        empty=_ANY,
        help=gettext_lazy("How far the case is; without a choice every stage is shown."),
    )
    urgency = code(
        gettext_lazy("Urgency"), URGENCIES, empty=_ANY, help=gettext_lazy("Shows only cases of this urgency.")
    )
    risk = code(
        gettext_lazy("Risk"),
        RISKS,
        empty=_ANY,
        help=gettext_lazy("Shows only cases whose latest risk is this."),
    )
    age_band = code(
        gettext_lazy("Age"),
        AGE_BANDS,
        empty=_ANY,
        help=gettext_lazy("Shows only cases of persons of this age."),
    )
    file_state = code(
        gettext_lazy("Our file"),
        FILE_STATES,
        empty=_ANY,
        help=gettext_lazy("How your own agency's file stands, not the whole case."),
    )
    mine = yes(gettext_lazy("Given to me"), help=gettext_lazy("Shows only files that were given to you."))
    unassigned = yes(
        gettext_lazy("Given to nobody"), help=gettext_lazy("Shows files that nobody works on yet.")
    )
    leads_only = yes(
        gettext_lazy("We lead"), help=gettext_lazy("Leaves out cases in which another agency leads.")
    )
    closed_too = yes(
        gettext_lazy("Closed ones too"),
        help=gettext_lazy("Closed cases are left out unless you ask for them."),
    )


@page(Permission.CASE_READ)
def case_list(request: Request) -> HttpResponse:
    """The cases the agency holds a file on, the most lately changed first; no name stands in it."""
    form = CaseFilterForm(request.GET or None)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    wanted = _wanted(request, given)
    cursor = request.GET.get("cursor", "")
    found = reads.my_cases(**who(request), wanted=wanted, cursor=cursor)
    is_all = not cursor and not found.next
    context = {
        "filter_form": form,
        "files": found.files,
        "next": found.next,
        "total": len(found.files) if is_all else reads.count_my_cases(**who(request), wanted=wanted),
        "saved": [(one.name, "?" + urlencode(one.query)) for one in work_reads.saved_filters(**who(request))],
        "query": urlencode(_kept(given)),
        "may_assign": holds(request.officer, Permission.CASE_ASSIGN),
    }
    return render(request, "cases/list.html", context)


def _wanted(request: Request, given: dict[str, Any]) -> reads.CaseFilter:
    plain = ("number", "stage", "urgency", "risk", "age_band", "file_state")
    return reads.CaseFilter(
        **{name: given.get(name, "") for name in plain},
        assigned_to=request.officer.pk if given.get("mine") else None,
        unassigned=bool(given.get("unassigned")),
        leads_only=bool(given.get("leads_only")),
        open_only=not given.get("closed_too"),
    )


def _kept(given: dict[str, Any]) -> dict[str, str]:
    """The filter in force as it goes into an address; a case's number is never kept."""
    return {
        name: "on" if value is True else str(value)
        for name, value in given.items()
        if value and name != "number"
    }


@page(Permission.CASE_READ)
@acts_once
def save_filter(request: Request) -> HttpResponse:
    """Keep the filter in force under a name."""
    if request.method == "POST":
        form = CaseFilterForm(request.POST)
        query = _kept(form.cleaned_data) if form.is_valid() else {}
        acts.save_filter(**who(request), name=request.POST.get("name", ""), query=query)
        messages.success(request, _("The filter was kept."))
        return redirect(reverse("cases:list") + "?" + urlencode(query))
    return redirect("cases:list")


@page(Permission.CASE_READ)
@acts_once
def remove_filter(request: Request) -> HttpResponse:
    """Forget a filter."""
    if request.method == "POST":
        acts.remove_filter(**who(request), name=request.POST.get("name", ""))
        messages.success(request, _("The filter was removed."))
    return redirect("cases:list")


@page(Permission.CASE_ASSIGN)
@acts_once
def assign(request: Request) -> HttpResponse:
    """Give chosen files to a colleague: first what it would do, then it is done."""
    chosen_by = "shown" if request.POST.get("everything") else "file"
    files = [int(one) for one in request.POST.getlist(chosen_by) if one.isdigit()]
    filters = CaseFilterForm(QueryDict(request.POST.get("query", "")))
    query = urlencode(_kept(filters.cleaned_data)) if filters.is_valid() else ""
    colleagues = file_reads.colleagues(**who(request))
    chosen = next((one for one in colleagues if str(one.pk) == request.POST.get("to")), None)
    if request.method == "POST" and files and request.POST.get("confirmed"):
        done = file_acts.assign_files(**who(request), files=files, to=chosen)
        messages.success(
            request,
            _("%(count)s files were given out; %(left)s were left out for a conflict of interest.")
            % {"count": len(done.changed), "left": len(done.left_out)},
        )
        return redirect(reverse("cases:list") + (f"?{query}" if query else ""))
    preview = file_reads.preview_assignment(**who(request), files=files, to=chosen) if files else []
    context = {
        "rows": preview,
        "files": files,
        "colleagues": [(one.pk, in_language(one)) for one in colleagues],
        "chosen": chosen,
        "asked": "to" in request.POST,
        "query": query,
    }
    return render(request, "cases/assign.html", context)
