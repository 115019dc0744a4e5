"""One indicator: its definition, its series, and the places below, down to the ones that report; rules on nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.figures import WORDS
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.reads import cell as cell_reads
from concerted.mechanism.plan.reads import indicators as reads

from .. import words
from .lists import _name as place_name


@page(Permission.PLAN_READ)
def indicator(request: Request, pk: int) -> HttpResponse:
    """An indicator at a place (?place=, the plan's own by default) for a period (?period=)."""
    found, place, period = _asked(request, pk)
    on = request.at.date()
    version = reads.version_in_force(found.plan)
    if period is None:
        return render(request, "indicators/no_periods.html", {"indicator": found, "plan": found.plan})
    (progress,) = reads.progress_of(
        version=version, indicators=[found], place_code=place.code, period=period, on=on
    )
    below = reads.places_below(version=version, indicator=found, period=period, code=place.code, on=on)
    kind = wanted_format(request)
    if kind:
        return send_table(request, _table(found, period, below), kind)
    stated = _stated(found, version, period)
    here = (found.plan.place_code, place.code)
    elsewhere = [one for one in stated if one.code not in here]
    return render(
        request,
        "indicators/indicator.html",
        {
            "indicator": found,
            "plan": found.plan,
            "place": place,
            "line": reads.line_above(place.code, on=period.ends),
            "period": period,
            "periods": reads.periods_so_far(found.plan, on=on),
            "progress": progress,
            "baselines_here": [(one, it) for one in stated if one.code in here for it in one.baselines],
            "targets_here": [(one, it) for one in stated if one.code in here for it in one.targets],
            "elsewhere": elsewhere,
            "sources": list(
                dict.fromkeys(it.source for one in elsewhere for it in one.baselines if it.source)
            ),
            "below": below,
            "tiles": _tiles(found, period, below) if place.code == "000000" else [],
            "counts": _counts(below),
            "chart": _chart(found, progress),
            "breakdowns": cell_reads.breakdowns_of(indicator=found, place_code=place.code, period=period),
            "files": file_links(request),
        },
    )


@page(Permission.PLAN_READ)
def missing(request: Request, pk: int) -> HttpResponse:
    """The places that have not reported, a page at a time."""
    found, place, period = _asked(request, pk)
    if period is None:
        raise NotThere(_("The plan has no reporting period yet."))
    wanted = wanted_format(request)
    listed = reads.missing_places(
        indicator=found,
        period=period,
        below=place.code,
        after="" if wanted else request.GET.get("cursor", ""),
        limit=10_000 if wanted else 100,
    )
    if wanted:
        table = Table(
            f"{found.key} {period.key} missing",
            [Column("place", WORDS["place"]), Column("name", _("Name"))],
            [(one.code, place_name(one)) for one in listed.places],
        )
        return send_table(request, table, wanted)
    context = {"indicator": found, "plan": found.plan, "place": place, "period": period, "listed": listed}
    return render(request, "indicators/missing.html", context | {"files": file_links(request)})


@dataclass(frozen=True)
class Stated:
    """What the version in force says of one place; place None: the register does not know the code."""

    code: str
    place: Any
    baselines: list[Any]
    targets: list[Any]


def _stated(indicator: Any, version: Any, period: Any) -> list[Stated]:
    """Baselines and targets place by place, the plan's own place first."""
    baselines, targets = reads.baselines_and_targets(version=version, indicator=indicator)
    codes = {one.place_code for one in baselines} | {one.place_code for one in targets}
    names = reads.places_named(codes, on=period.ends)
    return [
        Stated(
            code,
            names.get(code),
            [one for one in baselines if one.place_code == code],
            [one for one in targets if one.place_code == code],
        )
        for code in sorted(codes, key=lambda one: (one != indicator.plan.place_code, one))
    ]


def _asked(request: Request, pk: int) -> tuple[Any, Any, Any]:
    found = reads.indicator_by_id(pk)
    if found is None:
        raise NotThere(_("There is no such indicator."))
    period = reads.period_for(found.plan, on=request.at.date(), key=request.GET.get("period", ""))
    day = period.ends if period else request.at.date()
    place = reads.place_named(request.GET.get("place") or found.plan.place_code, on=day)
    if place is None:
        raise NotThere(_("There is no such place."))
    return found, place, period


def _tiles(indicator: Any, period: Any, below: list[Any]) -> list[dict[str, Any]]:
    address = reverse("indicators:indicator", args=[indicator.pk])
    return [
        {
            "code": row.place.code,
            "name": place_name(row.place),
            "state": row.state,
            "value": words.figure(row.shown.value if row.shown else None, indicator),
            "href": f"{address}?place={row.place.code}&period={period.key}",
        }
        for row in below
    ]


def _counts(below: list[Any]) -> dict[str, int]:
    return {
        state: sum(row.state == state for row in below) for state in ("reported", "conflicting", "missing")
    }


def _chart(indicator: Any, progress: Any) -> dict[str, Any]:
    """The series as an ECharts option; missing periods leave a gap."""
    scale = 100 if words.is_percent(indicator) else 1
    line = {
        "type": "line",
        "name": _("Value"),
        "data": [None if value is None else round(value * scale, 4) for value in progress.values],
        "connectNulls": False,
        "symbolSize": 7,
    }
    series: list[dict[str, Any]] = [line]
    goal = progress.target.value if progress.target else None
    if goal is not None and indicator.rollup_time not in ("sum", "count_reporting"):
        series.append(
            {
                "type": "line",
                "name": _("Target"),
                "data": [float(goal) * scale] * len(progress.labels),
                "symbol": "none",
                "lineStyle": {"type": "dashed"},
            }
        )
    return {
        "animation": False,
        "grid": {"left": 56, "right": 16, "top": 32, "bottom": 32},
        "legend": {"top": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": progress.labels},
        "yAxis": {"type": "value"},
        "series": series,
    }


def _table(indicator: Any, period: Any, below: list[Any]) -> Table:
    return Table(
        f"{indicator.key} {period.key}",
        [
            Column("place", WORDS["place"]),
            Column("name", _("Name")),
            Column("state", _("State")),
            Column("value", WORDS["value"], Kind.NUMBER),
            Column("numerator", WORDS["numerator"], Kind.NUMBER),
            Column("denominator", WORDS["denominator"], Kind.NUMBER),
            Column("reported", _("Reported"), Kind.INTEGER),
            Column("expected", _("Asked"), Kind.INTEGER),
            Column("conflicting", _("Conflicting"), Kind.INTEGER),
        ],
        [(row.place.code, place_name(row.place), row.state, *_numbers(row.shown)) for row in below],
    )


def _numbers(point: Any) -> tuple[Any, ...]:
    if point is None:
        return (None,) * 6
    return (
        point.value,
        point.numerator,
        point.denominator,
        point.reported,
        point.expected,
        point.conflicting,
    )
