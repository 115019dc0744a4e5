"""An agency's own entries in the service directory and its own shelters, described and changed; no address is asked."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.once import acts_once
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import directory as acts
from concerted.mechanism.cases.reads import assistance as reads

from ..doing import form_page, who
from ..fields import code, day, long, short, yes
from ..fields import codes as several
from ..places import any_place, begin_at_home
from ..words import AGE_BANDS

_BANDS = {key: label for key, label in AGE_BANDS.items() if key != "unknown"}
_SPLIT = re.compile(r"[\s,，、;；]+")


@page(Permission.DIRECTORY_EDIT)
def own(request: Request) -> HttpResponse:
    """The agency's own services, those offered no longer too, and its shelters with their beds."""
    context = {
        "rows": reads.own_offers(**who(request)),
        "shelters": [one for one in reads.shelters(**who(request)) if one.free is not None],
        "today": request.at.date(),
    }
    return render(request, "cases/own_services.html", context)


class OfferForm(forms.Form):
    """What is offered, where, for whom."""

    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = code(
        gettext_lazy("Service"),
        codes.SERVICES,
        help=gettext_lazy("The kind under which others look for it; describe another kind as another entry."),
    )
    name_en = short(
        gettext_lazy("Name in English"),
        help=gettext_lazy("As others should call it when they send somebody."),
    )
    name_zh = short(
        gettext_lazy("Name in Chinese"),
        required=False,
        limit=160,
        help=gettext_lazy("Officers who read Chinese see this one."),
    )
    place_code = any_place(
        gettext_lazy("Where it is given"),
        help=gettext_lazy("The county or city of the office or the hospital; never the place of a shelter."),
    )
    serves_within = any_place(
        gettext_lazy("For people in"),
        help=gettext_lazy("The widest place it serves: a county, a city, a province or the nation."),
    )
    age_bands = several(
        gettext_lazy("Ages"),
        _BANDS,
        required=False,
        help=gettext_lazy("Tick none where it is for every age."),
    )
    sexes = several(
        gettext_lazy("Sexes"),
        codes.SERVED_SEXES,
        required=False,
        help=gettext_lazy("Tick none where it is for everybody."),
    )
    languages = short(
        gettext_lazy("Languages"),
        required=False,
        help=gettext_lazy("With commas, such as 普通话, 缅语, or zh, my; empty where it was not asked."),
    )
    conditions_en = long(
        gettext_lazy("Who may have it, in English"),
        required=False,
        rows=3,
        help=gettext_lazy("Conditions and papers that are needed; write that none are needed, if so."),
    )
    conditions_zh = long(
        gettext_lazy("Who may have it, in Chinese"),
        required=False,
        rows=3,
        help=gettext_lazy("The same in Chinese."),
    )
    hours = short(
        gettext_lazy("Hours"),
        required=False,
        limit=120,
        help=gettext_lazy("When somebody answers, such as Mon–Fri 9–17, or day and night."),
    )
    valid_from = day(
        gettext_lazy("Offered from"), required=False, help=gettext_lazy("Empty: it is offered already.")
    )
    valid_to = day(
        gettext_lazy("Offered until"),
        required=False,
        help=gettext_lazy("The first day on which it is offered no longer; empty: no end is known."),
    )

    def clean_languages(self) -> list[str]:
        """The codes as a list."""
        return list(dict.fromkeys(one.lower() for one in _SPLIT.split(self.cleaned_data["languages"]) if one))


def _offer_form(request: Request, initial: dict[str, Any] | None = None) -> OfferForm:
    form = OfferForm(request.POST if request.method == "POST" else None, initial=initial or {})
    for name in ("place_code", "serves_within"):
        begin_at_home(form, request.officer, filled=initial is None, name=name)
    return form


@page(Permission.DIRECTORY_EDIT)
def add_offer(request: Request) -> HttpResponse:
    """Put a service of the agency into the directory."""

    def do(given: Any) -> None:
        agency = request.officer.agency
        assert agency is not None
        given.pop("row_version")
        key = acts.new_key(agency.key, given["name_en"])
        acts.offer_service(**who(request), key=key, kind=given.pop("kind"), values=given)

    return form_page(
        request,
        _offer_form(request),
        do,
        title=_("Describe a service"),
        lede=_("Every agency on duty finds it, and sends people by it."),
        button=_("Put it into the directory"),
        back=reverse("cases:own_services"),
        done=_("The service is in the directory."),
    )


@page(Permission.DIRECTORY_EDIT)
def edit_offer(request: Request, pk: int) -> HttpResponse:
    """Change an entry of the agency's own."""
    entry = reads.own_offer_by_id(**who(request), pk=pk)
    names = [name for name in OfferForm.base_fields if name not in ("languages", "row_version")]
    initial = {name: getattr(entry, name) for name in names}
    initial |= {"languages": ", ".join(entry.languages), "row_version": entry.row_version}

    def do(given: Any) -> None:
        version = given.pop("row_version")
        acts.offer_service(
            **who(request), key=entry.key, kind=given.pop("kind"), values=given, row_version=version or 0
        )

    return form_page(
        request,
        _offer_form(request, initial),
        do,
        title=_("Change a service"),
        button=_("Save"),
        back=reverse("cases:own_services"),
        done=_("The entry was changed."),
    )


@page(Permission.DIRECTORY_EDIT)
@acts_once
def retire_offer(request: Request, pk: int) -> HttpResponse:
    """The service is offered no longer."""
    entry = reads.own_offer_by_id(**who(request), pk=pk)
    if request.method == "POST":
        acts.end_service_offer(**who(request), key=entry.key)
        messages.success(request, _("The service is offered no longer."))
    return redirect("cases:own_services")


class ShelterForm(forms.Form):
    """A shelter's beds and whom it takes; where it stands is asked nowhere."""

    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name_en = short(
        gettext_lazy("Name in English"),
        limit=160,
        help=gettext_lazy("A name that tells nobody where it stands; others read it."),
    )
    name_zh = short(
        gettext_lazy("Name in Chinese"),
        required=False,
        limit=120,
        help=gettext_lazy("Officers who read Chinese see this one."),
    )
    place_code = any_place(
        gettext_lazy("Province"),
        help=gettext_lazy("Only its province is kept, so that others find a shelter near."),
    )
    beds = forms.IntegerField(
        label=gettext_lazy("Beds"),
        min_value=1,
        max_value=10_000,
        help_text=gettext_lazy("How many people can sleep there; a bed that is kept or lived in cannot go."),
    )
    sexes = several(
        gettext_lazy("Sexes"),
        codes.SERVED_SEXES,
        required=False,
        help=gettext_lazy("Tick none where it is for everybody."),
    )
    age_bands = several(
        gettext_lazy("Ages"),
        _BANDS,
        required=False,
        help=gettext_lazy("Tick none where it is for every age."),
    )
    is_open = yes(
        gettext_lazy("It may be asked for beds"),
        help=gettext_lazy("Untick it while the shelter takes nobody new; who lives there stays."),
    )


def _described(given: dict[str, Any]) -> dict[str, Any]:
    takes = {"sexes": given.pop("sexes"), "age_bands": given.pop("age_bands")}
    given.pop("row_version")
    return {**given, "takes": takes}


@page(Permission.DIRECTORY_EDIT)
def add_shelter(request: Request) -> HttpResponse:
    """Describe a shelter of the agency."""

    def do(given: Any) -> None:
        agency = request.officer.agency
        assert agency is not None
        acts.describe_shelter(
            **who(request), key=acts.new_key(agency.key, given["name_en"]), **_described(given)
        )

    form = ShelterForm(request.POST if request.method == "POST" else None, initial={"is_open": True})
    begin_at_home(form, request.officer)
    return form_page(
        request,
        form,
        do,
        title=_("Describe a shelter"),
        lede=_("Where it stands is written nowhere here, but in the sealed section of each case."),
        button=_("Put it into the directory"),
        back=reverse("cases:own_services"),
        done=_("The shelter is in the directory."),
    )


@page(Permission.DIRECTORY_EDIT)
def edit_shelter(request: Request, pk: int) -> HttpResponse:
    """Change a shelter's beds, whom it takes, and whether it may be asked."""
    shelter = reads.own_shelter_by_id(**who(request), pk=pk)
    initial = {
        "row_version": shelter.row_version,
        "name_en": shelter.name_en,
        "name_zh": shelter.name_zh,
        "place_code": shelter.province_code,
        "beds": shelter.beds,
        "sexes": shelter.takes.get("sexes", []),
        "age_bands": shelter.takes.get("age_bands", []),
        "is_open": shelter.is_open,
    }

    def do(given: Any) -> None:
        version = given["row_version"] or 0
        acts.describe_shelter(
            **who(request),
            key=shelter.key,
            is_demonstration=shelter.is_demonstration,
            row_version=version,
            **_described(given),
        )

    form = ShelterForm(request.POST if request.method == "POST" else None, initial=initial)
    begin_at_home(form, request.officer, filled=False)
    return form_page(
        request,
        form,
        do,
        title=_("Change a shelter"),
        button=_("Save"),
        back=reverse("cases:own_services"),
        done=_("The entry was changed."),
    )
