"""The supervised list of key areas: who is on it since when and why, and the steps of the offices."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows, holds
from concerted.foundation.agencies import reads as agencies
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.evaluation.acts import supervision as acts
from concerted.mechanism.evaluation.reads import supervision as reads
from concerted.mechanism.evaluation.states import SUPERVISION, acts_from

from ...writing import write
from .. import forms, words
from .common import tabs_of

NATION = "000000"


@page(Permission.SUPERVISION_READ)
def index(request: Request) -> HttpResponse:
    """Areas on the list, warned ones first."""
    removed = request.GET.get("removed") == "1"
    rows = reads.supervised_areas(
        officer=request.officer, at=request.at, on=request.at.date(), removed=removed
    )
    kind = wanted_format(request)
    if kind:
        return send_table(request, _table(rows), kind)
    context = {
        "tabs": tabs_of(request, "areas"),
        "rows": rows,
        "removed": removed,
        "may_list": holds(request.officer, Permission.SUPERVISION_LIST),
        "files": file_links(request),
        "moves": SUPERVISION,
    }
    return render(request, "evaluation/areas.html", context)


def _named(line: reads.AreaLine) -> str:
    return in_language(line.place) if line.place else line.area.place_code


def _table(rows: list[reads.AreaLine]) -> Table:
    return Table(
        "supervised areas",
        [
            Column("place", _("Place")),
            Column("code", _("Code")),
            Column("state", _("State")),
            Column("since", _("Since"), Kind.DATE),
            Column("until", _("Until"), Kind.DATE),
            Column("days", _("Days on the list"), Kind.INTEGER),
            Column("review", pgettext("supervision", "Review"), Kind.DATE),
            Column("office", _("Listed by")),
            Column("reason", _("Reason")),
        ],
        [
            (
                _named(row),
                row.area.place_code,
                str(words.AREA_STATES[row.area.state]),
                row.area.since,
                row.area.until,
                row.days,
                row.area.review_on,
                in_language(row.area.listed_by),
                row.last_reason,
            )
            for row in rows
        ],
    )


@page(Permission.SUPERVISION_READ)
def area(request: Request, pk: int) -> HttpResponse:
    """One stay on the list with every step."""
    line = _line(request, pk)
    context = {
        "tabs": tabs_of(request, "areas"),
        "line": line,
        "area": line.area,
        "may_change": line.area.state != "removed"
        and allows(request.officer, Permission.SUPERVISION_CHANGE, line.area.access_facts()),
        "steps": [
            {
                "title": words.AREA_STEPS.get(step.step, step.step),
                "at": step.at,
                "by": in_language(step.officer),
                "text": f"{step.reason} ({step.basis})",
            }
            for step in line.area.steps.all()
        ],
    }
    return render(request, "evaluation/area.html", context)


def _line(request: Request, pk: int) -> reads.AreaLine:
    return reads.area_by_id(officer=request.officer, at=request.at, pk=pk, on=request.at.date())


@page(Permission.SUPERVISION_LIST)
def put(request: Request) -> HttpResponse:
    """Put a place on the officer's office's list."""
    form = forms.ListingForm(request.POST or None, places=_places(request))
    return write(
        request,
        form,
        act=lambda given: acts.list_area(officer=request.officer, at=request.at, **given),
        title=_("Put an area on the list"),
        lede=_(
            "Everybody inside the mechanism sees the list, with the reason; observers from outside do not."
        ),
        button=_("Put it on the list"),
        done=_("The area is on the list."),
        to=reverse("evaluation:areas"),
    )


def _places(request: Request) -> list[tuple[str, str]]:
    own = request.officer.agency.place_code if request.officer.agency else NATION
    found: Any = agencies.places(on=request.at.date(), within=own).exclude(code=NATION)
    if own == NATION:
        found = found.filter(level__in=("province", "prefecture"))
    return [("", ""), *((place.code, f"{place.code} {in_language(place)}") for place in found)]


@page(Permission.SUPERVISION_CHANGE)
def change(request: Request, pk: int) -> HttpResponse:
    """Warn, lift, keep or remove."""
    line = _line(request, pk)
    steps = acts_from(SUPERVISION, line.area.state)
    form = forms.ChangeForm(request.POST or None, steps=[(step, words.CHANGES[step]) for step in steps])
    return write(
        request,
        form,
        act=lambda given: acts.change_area(officer=request.officer, at=request.at, area=line.area, **given),
        title=_("Change what the list says of %(place)s") % {"place": _named(line)},
        button=_("Change it"),
        done=_("The list is changed."),
        to=reverse("evaluation:area", args=[pk]),
    )
