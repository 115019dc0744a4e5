"""The list of a plan's indicators and of the cells that wait for a ruling; judges none."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.interfaces.exchange.figures import WORDS
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.paging import slice_asked
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.reads import indicators as reads
from concerted.mechanism.plan.reads.usual import usual_plan

from ...shell.templatetags._words import bilingual
from ...shell.words import day_words, number_words
from .. import words
from ..templatetags import figures

PAGE = 25
MOST_CONFLICTS = 5_000


@page(Permission.PLAN_READ)
def index(request: Request) -> HttpResponse:
    """Every indicator of a plan with its newest national value, share reported, bounds, target and pace."""
    plans = reads.plans_with_indicators()
    key = request.GET.get("plan", "")
    plan = (
        next((one for one in plans if one.key == key), None)
        if key
        else usual_plan(plans, officer=request.officer)
    )
    if plan is None:
        if key:
            raise NotThere(_("There is no such plan, or it has no indicators."))
        return render(request, "indicators/nothing.html")
    on = request.at.date()
    periods = reads.periods_so_far(plan, on=on)
    period = reads.period_for(plan, on=on, key=request.GET.get("period", ""), among=periods)
    indicators = list(reads.indicators_of_plan(plan))
    rows = []
    if period is not None:
        rows = reads.progress_of(
            version=reads.version_in_force(plan),
            indicators=indicators,
            place_code=plan.place_code,
            period=period,
            on=on,
            among=periods,
        )
    behind = request.GET.get("pace") == "behind"
    shown = reads.off_pace(rows) if behind else rows
    kind = wanted_format(request)
    if kind:
        return send_table(request, _table(plan, shown), kind)
    listed = slice_asked(request, shown, PAGE)
    return render(
        request,
        "indicators/list.html",
        {
            "plan": plan,
            "plans": plans,
            "period": period,
            "periods": periods,
            "rows": listed.rows,
            "lines": [_line(row) for row in listed.rows],
            "shown": len(shown),
            "next": listed.next,
            "previous": listed.previous,
            "total": len(rows),
            "behind": len(reads.off_pace(rows)),
            "only_behind": behind,
            "coverage": _coverage(plan, period, indicators) if period else [],
            "conflicts": _waiting(plan, period, indicators) if period else 0,
            "conflicts_href": _conflicts_address(plan, period),
            "cells_told": reads.cells_told(plan=plan, period=period) if period else 0,
            "may_load": holds(request.officer, Permission.OBSERVATION_ENTER),
            "files": file_links(request),
        },
    )


def _line(row: Any) -> dict[str, Any]:
    """One indicator as the list shows it, in words: a template that words each cell costs several times as much."""
    one, now, target = row.indicator, row.now, row.target
    return {
        "href": f"{reverse('indicators:indicator', args=[one.pk])}?period={row.period.key}",
        "name": bilingual(one),
        "title": _name(one),
        "direction": words.DIRECTIONS.get(one.direction, one.direction),
        "unit": words.UNITS.get(one.unit, one.unit),
        "value": words.figure(row.value.value, one),
        "bounds": figures.bounded(row.bounds, one),
        "covers": figures.covers(row),
        "own": row.basis == "own",
        "reported": now.reported,
        "expected": now.expected,
        "conflicting": number_words(now.conflicting) if now.conflicting else "",
        "target": words.figure(target.value, one) if target else "",
        "by": _due(row),
        "share": figures.way(row),
        "pace": words.STANDINGS[row.pace.standing],
        "state": words.STANDING_STATES.get(row.pace.standing, row.pace.standing),
        "values": row.values,
        "labels": row.labels,
        "percent": words.is_percent(one),
    }


def _due(row: Any) -> str:
    """By when the target is to be reached, and that it is a year's where periods add up to it."""
    if row.target is None:
        return ""
    day = day_words(row.target.by)
    return _("a year, by %(day)s") % {"day": day} if row.indicator.adds_up_over_time else day


def _conflicts_address(plan: Any, period: Any) -> str:
    """The list of what waits for a ruling in the period, or in all of them."""
    address = reverse("indicators:conflicts", args=[plan.key])
    return f"{address}?{urlencode({'period': period.key})}" if period else address


def _waiting(plan: Any, period: Any, indicators: list[Any]) -> int:
    """How many cells wait for a ruling."""
    return reads.conflicts(plan=plan, period=period, limit=0, among=indicators)[1]


def _coverage(plan: Any, period: Any, indicators: list[Any]) -> list[dict[str, Any]]:
    """Tiles of the 31 provinces: how much of what is asked of them is in."""
    return [
        {
            "code": one.place.code,
            "name": _name(one.place),
            "state": _reporting_state(one),
            "value": f"{one.reported}/{one.expected}",
        }
        for one in reads.coverage_by_province(plan=plan, period=period, among=indicators)
    ]


def _reporting_state(row: Any) -> str:
    if row.conflicting:
        return "conflicting"
    if not row.reported:
        return "missing"
    return "accepted" if row.reported == row.expected else "reported"


def _name(place: Any) -> str:
    return place.name_zh if (get_language() or "").startswith("zh") else place.name_en


def _table(plan: Any, rows: list[Any]) -> Table:
    return Table(
        f"{plan.key} indicators",
        [
            Column("indicator", WORDS["indicator"]),
            Column("name", _("Name")),
            Column("unit", _("Unit")),
            Column("period", WORDS["period"]),
            Column("value", WORDS["value"], Kind.NUMBER),
            Column("covers", _("What the value covers")),
            Column("reported", _("Reported"), Kind.INTEGER),
            Column("expected", _("Asked"), Kind.INTEGER),
            Column("conflicting", _("Conflicting"), Kind.INTEGER),
            Column("low", _("At least"), Kind.NUMBER),
            Column("high", _("At most"), Kind.NUMBER),
            Column("target", _("Target"), Kind.NUMBER),
            Column("achieved", _("Share of the way"), Kind.NUMBER),
            Column("departure", _("Away from its level"), Kind.NUMBER),
            Column("pace", _("Pace")),
        ],
        [
            (
                row.indicator.key,
                _name(row.indicator),
                words.unit_words(row.indicator.unit),
                row.period.key,
                row.value.value,
                figures.covers(row),
                row.now.reported,
                row.now.expected,
                row.now.conflicting,
                row.bounds.lower if row.bounds else None,
                row.bounds.upper if row.bounds else None,
                row.target.value if row.target else None,
                row.achieved.value if row.level is None else None,
                row.departure,
                str(words.STANDINGS[row.pace.standing]),
            )
            for row in rows
        ],
    )


@page(Permission.PLAN_READ)
def conflicts(request: Request, plan: str) -> HttpResponse:
    """The cells in which values differ and nobody has ruled."""
    found = reads.plan_by_key(plan)
    if found is None:
        raise NotThere(_("There is no such plan."))
    period = None
    if request.GET.get("period"):
        period = reads.period_for(found, on=request.at.date(), key=request.GET["period"])
    rows, total = reads.conflicts(plan=found, period=period, limit=MOST_CONFLICTS)
    kind = wanted_format(request)
    if kind:
        return send_table(request, _conflict_table(found, rows), kind)
    listed = slice_asked(request, rows, PAGE)
    context = {
        "plan": found,
        "period": period,
        "rows": listed.rows,
        "listed": listed,
        "total": total,
        "cells_told": reads.cells_told(plan=found, period=period),
        "files": file_links(request),
    }
    return render(request, "indicators/conflicts.html", context)


def _conflict_table(plan: Any, rows: list[Any]) -> Table:
    columns = [
        Column("indicator", WORDS["indicator"]),
        Column("place", WORDS["place"]),
        Column("name", _("Name")),
        Column("period", WORDS["period"]),
        Column("kind", _("Kind of conflict")),
        Column("values", _("Values"), Kind.INTEGER),
        Column("source", _("Source")),
        Column("own", _("Own figure"), Kind.NUMBER),
        Column("below", _("Places below together"), Kind.NUMBER),
        Column("reported", _("Reported"), Kind.INTEGER),
        Column("expected", _("Asked"), Kind.INTEGER),
        Column("by", _("Apart by"), Kind.NUMBER),
    ]
    lines = [
        (
            one.indicator.key,
            one.place_code,
            _name(one.place) if one.place else "",
            one.period.key,
            str(words.CONFLICTS[one.kind]),
            one.values,
            *_apart_columns(one.apart),
        )
        for one in rows
    ]
    return Table(f"{plan.key} conflicts", columns, lines)


def _apart_columns(apart: Any) -> tuple[Any, ...]:
    if apart is None:
        return (None,) * 6
    rolled = apart.rolled
    return _name(apart.source), apart.own, rolled.value, rolled.reported, rolled.expected, apart.by
