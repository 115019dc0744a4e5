"""The service directory: who helps with what, for whom, near which place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.reads.assistance import OfferFilter, languages_offered, service_directory

from ..doing import who
from ..fields import code
from ..places import any_place, begin_at_home
from ..templatetags.case_words import language_called
from ..words import AGE_BANDS

_ANY = gettext_lazy("Any")
MOST = 200


class DirectoryForm(forms.Form):
    """What is looked for."""

    kind = code(
        gettext_lazy("Service"),
        codes.SERVICES,
        empty=_ANY,
        help=gettext_lazy("What the person needs; each service is listed once."),
    )
    place_code = any_place(
        gettext_lazy("Place"),
        required=False,
        help=gettext_lazy("A county, a city or a province; the nearest services that serve it come first."),
    )
    age_band = code(
        gettext_lazy("Age"),
        AGE_BANDS,
        empty=_ANY,
        help=gettext_lazy("Leaves out services that do not take persons of this age."),
    )
    sex = code(
        gettext_lazy("Sex"),
        codes.SERVED_SEXES,
        empty=_ANY,
        help=gettext_lazy("Leaves out services that are for the other sex only."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        help_text=gettext_lazy("Leaves out services that say they speak other languages only."),
    )

    def __init__(self, *args: Any, languages: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "language").choices = [
            ("", _ANY),
            *((each, language_called(each)) for each in languages),
        ]


@page(Permission.DIRECTORY_READ)
def services(request: Request) -> HttpResponse:
    """The services that fit, nearest first."""
    form = DirectoryForm(request.GET or None, languages=languages_offered(**who(request)))
    begin_at_home(form, request.officer, filled=False)
    wanted = OfferFilter(**form.cleaned_data) if form.is_valid() else OfferFilter()
    rows = service_directory(**who(request), wanted=wanted)
    context = {
        "rows": rows[:MOST],
        "total": len(rows),
        "filter_form": form,
        "may_edit": holds(request.officer, Permission.DIRECTORY_EDIT),
    }
    return render(request, "cases/services.html", context)
