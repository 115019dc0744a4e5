"""The desks that take the public's reports of a place: named, handed over and ended; no report is here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.cases.acts import desks as acts
from concerted.mechanism.cases.reads import desks as reads
from concerted.mechanism.cases.reads.told_places import NATION

from ..doing import agency_of, form_page, who
from ..places import any_place, begin_at_home
from ..told_places import words_of


class PlaceForm(forms.Form):
    """Of which place one asks."""

    place = any_place(
        gettext_lazy("Place"),
        required=False,
        help=gettext_lazy("A county, a city or a province: who takes in a report from there?"),
    )


@page(Permission.DIRECTORY_READ)
def desks(request: Request) -> HttpResponse:
    """The agency's own desks, those of its province, and who would take a report of the place one asks for."""
    form = PlaceForm(request.GET if request.GET.get("place") else None)
    begin_at_home(form, request.officer, filled=False, name="place")
    home = request.officer.agency.place_code if request.officer.agency else NATION
    asked = form.cleaned_data["place"] if form.is_bound and form.is_valid() else ""
    around = f"{(asked or home)[:2]}0000"
    listed = reads.desks_around(**who(request), place_code=around)
    own = reads.own_desks(**who(request))
    answering = reads.desk_of(**who(request), place_code=asked) if asked else None
    codes = [each.place_code for each in (*listed, *own)] + [around, *([asked] if asked else [])]
    called = _called(codes + ([answering.place_code] if answering else []))
    context = {
        "filter_form": form,
        "asked": called.get(asked, asked),
        "answering": answering,
        "answering_at": called[answering.place_code] if answering else "",
        "around": called[around],
        "own": [(each, called[each.place_code]) for each in own],
        "rows": [(each, called[each.place_code]) for each in listed],
        "may_edit": holds(request.officer, Permission.DIRECTORY_EDIT),
    }
    return render(request, "cases/desks.html", context)


def _called(codes: list[str]) -> dict[str, str]:
    known = words_of(codes)
    return {code: _("The whole nation") if code == NATION else known.get(code, code) for code in codes}


class NewDesk(forms.Form):
    """For which place."""

    place_code = any_place(
        gettext_lazy("Place"),
        help=gettext_lazy(
            "A place within your agency's own, or one in which it lies. Your agency gets the reports of it, and of "
            "all below it that has no desk of its own."
        ),
    )


@page(Permission.DIRECTORY_EDIT)
def name_desk(request: Request) -> HttpResponse:
    """The agency takes the public's reports of a place from now on."""
    form = NewDesk(request.POST or None)
    begin_at_home(form, request.officer)
    return form_page(
        request,
        form,
        lambda given: acts.name_intake_desk(**who(request), **given),
        title=_("Take in the reports of a place"),
        lede=_("What the public tells of the place comes to your agency, with the clocks to decide on it."),
        button=_("Take them in"),
        back=reverse("cases:desks"),
        done=_("Your agency takes in the reports of the place from now on."),
    )


def _own_desk(request: Request, place: str) -> Any:
    """The agency's own desk of this place. Raises NotThere, for one of another agency alike."""
    desk = reads.desk_at(**who(request), place_code=place)
    if desk.agency_id != request.officer.agency_id:
        raise NotThere(_("No desk is named for this place."))
    return desk


class HandOver(forms.Form):
    """To which agency."""

    to_agency = forms.ChoiceField(
        label=gettext_lazy("To which agency"),
        help_text=gettext_lazy(
            "Agencies of the place in which somebody takes reports. Agree with it first: it gets the next report."
        ),
    )


@page(Permission.DIRECTORY_EDIT)
def hand_over(request: Request, place: str) -> HttpResponse:
    """Another agency takes the reports of the place from now on."""
    desk = _own_desk(request, place)
    form = HandOver(request.POST or None)
    field = form.fields["to_agency"]
    assert isinstance(field, forms.ChoiceField)
    keepers = reads.possible_keepers(**who(request), desk=desk)
    field.choices = [("", _("Choose the agency")), *((each.key, in_language(each)) for each in keepers)]

    def do(given: Any) -> None:
        acts.hand_over_intake_desk(**who(request), desk=desk, to_agency=agency_of(given["to_agency"]))

    return form_page(
        request,
        form,
        do,
        title=_("Hand the desk over"),
        lede=_called([place])[place],
        button=_("Hand it over"),
        back=reverse("cases:desks"),
        done=_("The desk was handed over. What came in before stays with your agency."),
    )


@page(Permission.DIRECTORY_EDIT)
def end_desk(request: Request, place: str) -> HttpResponse:
    """The agency takes no new reports of the place; the desk nearest above does."""
    desk = _own_desk(request, place)
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda given: acts.end_intake_desk(**who(request), desk=desk),
        title=_("End the desk"),
        lede=_(
            "%(place)s. New reports go to the desk nearest above it; what came in before stays with your agency."
        )
        % {"place": _called([place])[place]},
        button=_("End it"),
        back=reverse("cases:desks"),
        done=_("The desk has ended."),
    )
