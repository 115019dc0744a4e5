"""Beds in shelters: asked for with a preview, kept, lived in and left; where a shelter stands is on no page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import placements as acts
from concerted.mechanism.cases.reads import assistance as reads
from concerted.mechanism.cases.state_words import PLACEMENT_ACTS

from ..doing import case_of, form_page, who
from ..fields import code, long, yes
from .referrals import Declined, Plain


@page(Permission.REFERRAL_READ)
def beds(request: Request) -> HttpResponse:
    """What is asked of the agency's own shelters, who has a bed there, and how many are free."""
    context = {
        "rows": reads.placements_here(**who(request)),
        "shelters": [one for one in reads.shelters(**who(request)) if one.free is not None],
    }
    return render(request, "cases/beds.html", context)


class BedForm(forms.Form):
    """Which shelter is asked, and what is needed."""

    shelter = forms.ChoiceField(
        label=gettext_lazy("Shelter"),
        help_text=gettext_lazy("How many beds are free is not told, for it tells of persons."),
    )
    reason = long(
        gettext_lazy("What is needed"),
        help=gettext_lazy("The shelter reads this. Write nothing that tells who the person is."),
    )

    def __init__(self, *args: Any, shelters: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "shelter").choices = [
            (str(one.shelter.pk), in_language(one.shelter)) for one in shelters if one.shelter.is_open
        ]


@page(Permission.ASSISTANCE_EDIT)
def ask(request: Request, pk: int) -> HttpResponse:
    """Ask a shelter for a bed."""
    case = case_of(request, pk)
    known = reads.shelters(**who(request), place_code=case.province_code)
    help_given = reads.assistance_of(**who(request), case=case)
    placed = [one for one, _words in help_given.placements if one.state in ("requested", "offered", "in")]

    def do(given: Any) -> HttpResponse:
        shelter = next(one.shelter for one in known if str(one.shelter.pk) == given["shelter"])
        made = acts.request_bed(**who(request), case=case, shelter=shelter, reason=given["reason"])
        messages.success(request, _("The bed was asked for."))
        return redirect("cases:placement", made.pk)

    return form_page(
        request,
        BedForm(request.POST or None, shelters=known),
        do,
        title=_("Ask for a bed"),
        button=_("Ask for it"),
        back=reverse("cases:case", args=[pk]),
        template="cases/ask_bed.html",
        context={"placed": placed},
    )


@page(Permission.REFERRAL_READ)
def placement(request: Request, pk: int) -> HttpResponse:
    """One request for a bed, as its asker or its shelter sees it."""
    view = reads.placement_view(**who(request), placement=pk)
    context = {
        "view": view,
        "placement": view.placement,
        "possible": _possible(request, view),
        "case": _case_behind(request, view.placement),
    }
    return render(request, "cases/placement.html", context)


def _case_behind(request: Request, placement: Any) -> Any:
    """The case a bed was asked for, where it is open to the officer; a shelter may know a preview only."""
    try:
        return case_of(request, placement.case_id) if holds(request.officer, Permission.CASE_READ) else None
    except NotThere:
        return None


def _possible(request: Request, view: Any) -> list[Any]:
    theirs = Permission.PLACEMENT_DECIDE if view.is_host else Permission.ASSISTANCE_EDIT
    return [row for row in view.possible if row.permission is theirs and holds(request.officer, theirs)]


class LeftForm(forms.Form):
    """How the person left."""

    left_as = code(
        gettext_lazy("How the person left"),
        codes.LEFT_AS,
        help=gettext_lazy(
            "It tells an orderly end from a person who has gone; a sudden leaving may mean danger."
        ),
    )
    note = long(
        gettext_lazy("Note"),
        required=False,
        help=gettext_lazy("Where to look if the person must be found; never the address she went to."),
    )


class KeepForm(forms.Form):
    """Whether the bed is for somebody who moves."""

    planned_move = yes(
        gettext_lazy("A planned move from another shelter"),
        help=gettext_lazy(
            "Only where it is agreed that she moves here. She stays where she is until it is recorded there that she "
            "left."
        ),
    )


class BedReason(forms.Form):
    """Why the bed is not needed any more."""

    reason = long(
        gettext_lazy("Reason"),
        required=False,
        help=gettext_lazy("The agency that asked reads it and must look elsewhere at once."),
    )


_FORMS: Mapping[str, tuple[type[forms.Form], Callable[..., Any]]] = {
    "offer": (KeepForm, acts.offer_bed),
    "decline": (Declined, acts.decline_bed),
    "arrive": (Plain, acts.record_arrival),
    "leave": (LeftForm, acts.record_departure),
    "withdraw": (BedReason, acts.withdraw_bed_request),
}


@page(Permission.PLACEMENT_DECIDE)
def decide(request: Request, pk: int, act: str) -> HttpResponse:
    """Take one step of a placement."""
    view = reads.placement_view(**who(request), placement=pk)
    if act not in {row.act for row in _possible(request, view)}:
        raise NotThere(_("This step is not possible now."))
    kind, do = _FORMS[act]
    return form_page(
        request,
        kind(request.POST if request.method == "POST" else None),
        lambda given: do(**who(request), placement=view.placement, **given),
        title=str(PLACEMENT_ACTS[act]),
        button=str(PLACEMENT_ACTS[act]),
        back=reverse("cases:placement", args=[pk]),
        done=_("It was done, and the other agency is told."),
    )
