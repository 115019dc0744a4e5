"""Looks for places while an officer types; it tells what places are called and nothing else."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page

from ..places import search


@page(Permission.INTAKE_READ)
def places(request: Request) -> HttpResponse:
    """The places the words may mean, as they are written into the field."""
    home = request.officer.agency.place_code if request.officer.agency else ""
    words = request.GET.get("q", "")[:120]
    return JsonResponse({"places": [called for _code, called in search(words, province=home)]})
