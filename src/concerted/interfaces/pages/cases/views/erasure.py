"""Erasing a person's record: asked for with a dry run, decided by another officer; nothing is erased by one alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.foundation.access.permissions import Permission
from concerted.foundation.people.acts import erasure as acts
from concerted.foundation.people.reads import erasure_by_id, erasure_preview, open_erasures, person_by_id
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases.reads.second import second_officers

from ..doing import about_record, form_page, who
from ..fields import code, long, short
from ..words import GROUNDS


class AskForm(forms.Form):
    """Why the record is to be erased."""

    ground = code(
        gettext_lazy("Ground"),
        {key: words for key, words in GROUNDS.items() if key != "schedule"},
        help=gettext_lazy("The law lets a record go on these grounds only; the second officer checks it."),
    )
    reference = short(
        gettext_lazy("File number of the decision"),
        limit=80,
        help=gettext_lazy("The number under which the paper lies, never a name."),
    )


@page(Permission.ERASURE_REQUEST)
def ask(request: Request, pk: int) -> HttpResponse:
    """Ask for a person's record to be erased, after seeing what would go."""
    person = person_by_id(**who(request), pk=pk)
    preview = erasure_preview(**who(request), person=person)
    about_record(request, person.pk)

    def do(given: Any) -> HttpResponse:
        made = acts.request_erasure(**who(request), person=person, **given)
        messages.success(request, _("It waits for a second officer."))
        return redirect("cases:erasure", made.pk)

    return form_page(
        request,
        AskForm(request.POST or None),
        do,
        title=_("Erase a person's record"),
        lede=_("This is the dry run: nothing is erased before another officer decides."),
        button=_("Ask for it"),
        back=reverse("cases:erasures"),
        template="cases/erase.html",
        context={"listed": _kept(preview.listed), "in_the_way": preview.in_the_way},
    )


def _kept(listed: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted((kind, count) for kind, count in listed.items() if count)


@page(Permission.ERASURE_APPROVE)
def erasures(request: Request) -> HttpResponse:
    """The requests that wait for a second officer."""
    rows = open_erasures(**who(request))
    mine = request.officer.pk
    many = any(row.ground == "schedule" and row.requested_by_id != mine for row in rows)
    return render(request, "cases/erasures.html", {"rows": rows, "many": many})


class RefusalForm(forms.Form):
    """A reason, where it is refused."""

    reason = long(
        gettext_lazy("Reason, where it is refused"),
        required=False,
        help=gettext_lazy("Whoever asked reads it and can ask again."),
    )


@page(Permission.ERASURE_APPROVE)
def erasure(request: Request, pk: int) -> HttpResponse:
    """One request: a second officer erases for ever, or leaves everything as it is; what stands in the way is told
    before."""
    found = erasure_by_id(**who(request), pk=pk)

    def do(given: Any) -> None:
        if request.POST.get("refuse"):
            acts.refuse_erasure(**who(request), request=found, reason=given["reason"])
        else:
            acts.approve_erasure(**who(request), request=found)

    waits = found.state == "requested"
    held = erasure_preview(**who(request), person=found.person, request=found).in_the_way if waits else ()
    seconds = second_officers(
        **who(request), permission=Permission.ERASURE_APPROVE, authors=[found.requested_by_id]
    )
    return form_page(
        request,
        RefusalForm(request.POST if request.method == "POST" else None),
        do,
        title=_("Request to erase a record"),
        lede=str(GROUNDS.get(found.ground, found.ground)),
        button=_("Do not erase") if held else _("Erase for ever"),
        back=reverse("cases:erasures"),
        done=_("It was decided."),
        template="cases/erase.html",
        context={
            "listed": _kept(found.listed),
            "in_the_way": held,
            "refuse": "" if held else _("Do not erase"),
            "decided": not waits,
            "waits_for_others": waits and found.requested_by_id == request.officer.pk,
            "seconds": seconds,
            "found": found,
        },
    )
