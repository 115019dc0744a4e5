"""The service directory: who helps with what, for whom, near which place."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.reads.assistance import OfferFilter, service_directory

from ..doing import who
from ..fields import code, place, short
from ..words import AGE_BANDS

_ANY = gettext_lazy("Any")


class DirectoryForm(forms.Form):
    """What is looked for."""

    kind = code(gettext_lazy("Service"), codes.SERVICES, empty=_ANY)
    place_code = place(gettext_lazy("Place"), empty=_ANY, required=False)
    age_band = code(gettext_lazy("Age"), AGE_BANDS, empty=_ANY)
    language = short(gettext_lazy("Language"), required=False, limit=10)


@page(Permission.DIRECTORY_READ)
def services(request: Request) -> HttpResponse:
    """The services that fit, nearest first."""
    form = DirectoryForm(request.GET or None)
    wanted = OfferFilter(**form.cleaned_data) if form.is_valid() else OfferFilter()
    rows = service_directory(**who(request), wanted=wanted)[:200]
    return render(request, "cases/services.html", {"rows": rows, "filter_form": form})
