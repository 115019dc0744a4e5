"""Search over plans, measures, objectives, agencies and places, in either language; grouped, best first."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.reads import search as reads

GROUPS: dict[str, str | Promise] = {
    "plan": _("Plans"),
    "measure": _("Measures"),
    "objective": _("Objectives"),
    "agency": _("Agencies"),
    "place": _("Places"),
}


@page(Permission.PLAN_READ)
def search(request: Request) -> HttpResponse:
    """Hits for `?q=`, of at least two characters; `?kind=` and `?page=` for further ones."""
    text = " ".join(request.GET.get("q", "").split())
    kind = request.GET.get("kind", "")
    kind = kind if kind in GROUPS else ""
    asked = request.GET.get("page", "")
    number = min(int(asked), reads.LAST_PAGE) if kind and asked.isdecimal() and len(asked) < 4 else 1
    groups: list[dict[str, Any]] = [
        {
            "kind": group.kind,
            "title": GROUPS[group.kind],
            "rows": [(row, _address(group.kind, row)) for row in group.rows],
            "more": group.more,
            "count": len(group.rows),
            "start": (max(number, 1) - 1) * reads.GROUP,
        }
        for group in reads.search(text, kind=kind, page=number)
    ]
    return render(
        request,
        "home/search.html",
        {
            "search_query": text,
            "kind": kind,
            "previous": str(number - 1) if number > 1 else None,
            "following": str(max(number, 1) + 1),
            "groups": groups,
            "too_short": bool(text) and len(text) < reads.SHORTEST,
            "shortest": reads.SHORTEST,
            "count": sum(len(group["rows"]) for group in groups),
        },
    )


def _address(kind: str, row: Any) -> str:
    match kind:
        case "plan":
            return reverse("plan:plan", args=[row.key])
        case "measure":
            return reverse("plan:measure", args=[row.pk])
        case "objective":
            return reverse("plan:plan", args=[row.strand.version.plan.key])
        case "agency":
            return reverse("agencies:agency", args=[row.key])
        case _:
            return reverse("agencies:place", args=[row.code])
