"""Workload and late risk: all offices for the office of the joint meeting, an office's own rows for itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts, allows
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.evaluation.reads import forecast
from concerted.mechanism.evaluation.reads import workload as reads
from concerted.methods.laterisk import MINIMUM_HISTORY, MINIMUM_PEERS

from .common import tabs_of

TIERS = ("nation", "province", "prefecture", "county")
WEEKS = (-1, 0, 1, 2, 3, reads.LAST_WEEK_SHOWN)


def _whose(request: Request) -> Any:
    """None where the officer sees every office, else the officer's own agency."""
    sees_all = allows(request.officer, Permission.WORKLOAD_READ, SubjectFacts())
    return None if sees_all else request.officer.agency


@page(Permission.WORKLOAD_READ)
def workload(request: Request) -> HttpResponse:
    """Who holds what, by due week and time in state; where it piles up."""
    own = _whose(request)
    tier = request.GET.get("tier", "nation") if own is None else ""
    found = reads.workload(
        officer=request.officer, at=request.at, on=request.at.date(), agency=own, tier=tier
    )
    kind = wanted_format(request)
    if kind:
        return send_table(request, _table(found), kind)
    context = {
        "tabs": tabs_of(request, "workload"),
        "found": found,
        "rows": [(row, _weeks(row)) for row in found.rows],
        "own": own,
        "tiers": [
            (key, label, key == tier)
            for key, label in (
                ("nation", _("National")),
                ("province", _("Provinces")),
                ("prefecture", _("Prefectures")),
                ("county", _("Counties")),
            )
        ],
        "concentration": None if found.concentration != found.concentration else found.concentration,
        "alone": sum(row.alone for row in found.rows),
        "vacant": sum(row.vacant for row in found.rows),
        "window": reads.WINDOW_WEEKS,
        "files": file_links(request),
    }
    return render(request, "evaluation/workload.html", context)


def _weeks(row: reads.OfficeLoad) -> list[tuple[str, int]]:
    """Overdue, due this week, in one to three weeks, later; the file has every week."""
    by = row.by_week
    return [
        (_("Overdue"), row.overdue),
        (_("This week"), by.get(0, 0)),
        (_("In 1 to 3 weeks"), sum(by.get(week, 0) for week in (1, 2, 3))),
        (_("Later"), by.get(reads.LAST_WEEK_SHOWN, 0)),
    ]


def _table(found: reads.Workload) -> Table:
    return Table(
        "workload",
        [
            Column("place", _("Place in the ranking"), Kind.INTEGER),
            Column("office", _("Office")),
            Column("held", _("In hand"), Kind.INTEGER),
            Column("overdue", _("Overdue"), Kind.INTEGER),
            *(Column(f"week{w}", _("Due in week %(week)s") % {"week": w}, Kind.INTEGER) for w in WEEKS[1:]),
            Column("load", _("Weighted load"), Kind.NUMBER),
            Column("arrived", _("Came in 12 weeks"), Kind.INTEGER),
            Column("left", _("Done in 12 weeks"), Kind.INTEGER),
            Column("weeks", _("Weeks of work in hand"), Kind.NUMBER),
            Column("index", _("Index"), Kind.NUMBER),
            Column("longest", _("Longest in one state, days"), Kind.INTEGER),
            Column("alone", _("Nobody else clears")),
            Column("vacant", _("Nobody answers")),
        ],
        [
            (
                row.rank,
                in_language(row.agency),
                row.held,
                *(row.by_week.get(week, 0) for week in WEEKS),
                round(row.load, 2),
                row.arrived,
                row.left,
                round(row.weeks_in_hand, 2),
                round(row.index, 2),
                max((stage.longest_days for stage in row.stages), default=None),
                _("yes") if row.alone else _("no"),
                _("yes") if row.vacant else _("no"),
            )
            for row in found.rows
        ],
    )


@page(Permission.WORKLOAD_READ)
def late_risk(request: Request) -> HttpResponse:
    """The chance that the next answer is late, by office and kind; it abstains under a stated minimum."""
    own = _whose(request)
    rows = forecast.late_risks(officer=request.officer, at=request.at, on=request.at.date(), agency=own)
    kind = wanted_format(request)
    if kind:
        return send_table(request, _risk_table(rows), kind)
    context = {
        "tabs": tabs_of(request, "late_risk"),
        "rows": rows,
        "own": own,
        "abstained": sum(row.chance is None for row in rows),
        "minimum": MINIMUM_HISTORY,
        "peers": MINIMUM_PEERS,
        "files": file_links(request),
    }
    return render(request, "evaluation/late_risk.html", context)


def _risk_table(rows: list[forecast.LateRisk]) -> Table:
    return Table(
        "late risk",
        [
            Column("office", _("Office")),
            Column("kind", _("What is owed")),
            Column("due", _("Fell due so far"), Kind.INTEGER),
            Column("late", _("Late or missed"), Kind.INTEGER),
            Column("open", _("Still to come"), Kind.INTEGER),
            Column("chance", _("Chance of lateness"), Kind.NUMBER),
            Column("low", _("At least"), Kind.NUMBER),
            Column("high", _("At most"), Kind.NUMBER),
        ],
        [
            (
                in_language(row.agency),
                in_language(row.kind),
                row.due,
                row.late,
                row.open,
                *(None if x is None else round(x, 4) for x in (row.chance, row.low, row.high)),
            )
            for row in rows
        ],
    )
