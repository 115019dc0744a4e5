"""The period board and the lists behind its numbers; counts nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows, holds
from concerted.interfaces.exchange.tables import Cell, Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.reads import reporting as reads
from concerted.mechanism.plan.reads.usual import usual_first

from ..words import COLUMNS

BY = ("agency", "measure", "province")


@page(Permission.REPORT_READ)
def home(request: Request) -> HttpResponse:
    """The board of the officer's own plan, or of the next one that has periods."""
    on = request.at.date()
    for plan in usual_first(reads.plans_with_reporting(), officer=request.officer, on=on):
        if reads.current_period(plan, on=on):
            return redirect("reporting:current", plan=plan.key)
    return render(request, "reporting/nothing.html")


@page(Permission.REPORT_READ)
def current(request: Request, plan: str) -> HttpResponse:
    """The board of the period that reports are written for today."""
    found = reads.plan_by_key(plan)
    period = reads.current_period(found, on=request.at.date()) if found else None
    if found is None:
        raise NotThere(_("There is no such plan."))
    if period is None:
        return redirect("reporting:periods", plan=found.key)
    return redirect("reporting:board", plan=found.key, period=period.key)


@page(Permission.REPORT_READ)
def board(request: Request, plan: str, period: str) -> HttpResponse:
    """Rows by agency, measure or province against the states of their reports."""
    found = _period(plan, period)
    on = request.at.date()
    by = request.GET.get("by", "agency")
    by = by if by in BY else "agency"
    if by == "province":
        columns: Sequence[str] = reads.RETURN_COLUMNS
        rows = reads.board_by_province(period=found, on=on)
    else:
        columns = reads.COLUMNS
        claims = reads.standing_by_claim(period=found, on=on)
        rows = reads.board_by_agency(claims) if by == "agency" else reads.board_by_measure(claims)
    lines = [_line(row, by, columns, found) for row in rows]
    sums = reads.totals(rows, columns)
    file = wanted_format(request)
    if file:
        return send_table(request, _table(lines, sums, columns, by, found), file)
    return render(
        request,
        "reporting/board.html",
        {
            "plan": found.plan,
            "period": found,
            "state": reads.period_state(found),
            "periods": reads.periods_of(found.plan),
            "by": by,
            "tabs": _tabs(found, by),
            "columns": [(column, COLUMNS[column]) for column in columns],
            "lines": lines,
            "sums": [(c, sums[c], _behind(found, by, state=c)) for c in columns],
            "total": sum(row.total for row in rows),
            "total_href": _behind(found, by),
            "snapshots": reads.snapshots_of(found),
            "manages": allows(request.officer, Permission.PERIOD_OPEN, found.access_facts()),
            "reminds": holds(request.officer, Permission.REMINDER_PREVIEW),
            **file_links(request),
        },
    )


@page(Permission.REPORT_READ)
def behind(request: Request, plan: str, period: str) -> HttpResponse:
    """The list behind one number of the board."""
    found = _period(plan, period)
    by = request.GET.get("by", "agency")
    state, row = request.GET.get("state", ""), request.GET.get("row", "")
    if by == "province":
        return _returns_behind(request, found, state, row)
    claims = [
        c
        for c in reads.standing_by_claim(period=found, on=request.at.date())
        if (not state or c.state == state) and (not row or row in (c.agency.key, str(c.measure.pk)))
    ]
    file = wanted_format(request)
    if file:
        return send_table(request, _claims_table(claims, found), file)
    context = {"plan": found.plan, "period": found, "claims": claims, "state": state, "by": by, "row": row}
    context |= {"state_words": COLUMNS.get(state, ""), "board": _board_href(found, by), **file_links(request)}
    return render(request, "reporting/behind.html", context)


@page(Permission.REPORT_READ)
def mine(request: Request) -> HttpResponse:
    """What the officer's agency has still to hand in, and the support it was asked for."""
    on = request.at.date()
    owed = reads.reports_owed_by(request.officer.agency_id, on=on)
    forms = reads.where_to_answer(owed)
    context = {
        "owed": [(o, o.state_on(on), _owed_href(o, forms)) for o in owed],
        "asked": reads.support_asked_of(request.officer.agency_id),
        "agency": request.officer.agency,
    }
    return render(request, "reporting/mine.html", context)


def _owed_href(obligation: Any, forms: Mapping[int, tuple[int, int]]) -> str:
    if obligation.kind == "plan.return":
        return reverse("reporting:figures", args=[obligation.pk])
    if obligation.kind == "plan.resubmit":
        return reverse("reporting:report", args=[obligation.subject_id])
    return reverse("reporting:form", args=forms[obligation.pk]) if obligation.pk in forms else ""


def _period(plan: str, key: str) -> Any:
    period = reads.period_by_key(plan_key=plan, key=key)
    if period is None:
        raise NotThere(_("There is no such reporting period."))
    return period


def _board_href(period: Any, by: str) -> str:
    return reverse("reporting:board", args=[period.plan.key, period.key]) + "?" + urlencode({"by": by})


def _behind(period: Any, by: str, **query: str) -> str:
    address = reverse("reporting:behind", args=[period.plan.key, period.key])
    return address + "?" + urlencode({"by": by, **query})


def _tabs(period: Any, by: str) -> list[dict[str, Any]]:
    words = {"agency": _("By agency"), "measure": _("By measure"), "province": _("By province")}
    return [{"label": words[each], "href": _board_href(period, each), "current": each == by} for each in BY]


def _line(row: Any, by: str, columns: Sequence[str], period: Any) -> dict[str, Any]:
    return {
        "label": _label(row, by),
        "number": (row.thing.number or row.thing.key) if by == "measure" else "",
        "thing": row.thing,
        "cells": [(c, row.counts.get(c, 0), _behind(period, by, state=c, row=row.key)) for c in columns],
        "total": row.total,
        "href": _behind(period, by, row=row.key),
    }


def _label(row: Any, by: str) -> str:
    chinese = (get_language() or "").startswith("zh")
    if row.thing is None:
        return str(row.key)
    stem = "title" if by == "measure" else "name"
    first, second = (f"{stem}_zh", f"{stem}_en") if chinese else (f"{stem}_en", f"{stem}_zh")
    text = getattr(row.thing, first) or getattr(row.thing, second)
    if not text and by == "measure":
        return _("(wording not read)")
    return str(text or row.key)


def _table(
    lines: Sequence[dict[str, Any]], sums: dict[str, int], columns: Sequence[str], by: str, period: Any
) -> Table:
    heads = [Column("row", _("Row")), *(Column(c, COLUMNS[c], Kind.INTEGER) for c in columns)]
    heads.append(Column("total", _("All"), Kind.INTEGER))
    rows = [
        [f"{line['number']} {line['label']}".strip(), *(n for _c, n, _h in line["cells"]), line["total"]]
        for line in lines
    ]
    rows.append([_("All"), *(sums[c] for c in columns), sum(sums.values())])
    return Table(f"board-{period.plan.key}-{period.key}-{by}", heads, rows)


def _claims_table(claims: Sequence[Any], period: Any) -> Table:
    heads = [
        Column("measure", _("Measure")),
        Column("agency", _("Agency")),
        Column("state", _("State")),
        Column("due", _("Due"), Kind.DATE),
        Column("submitted", _("First submitted"), Kind.DATETIME),
        Column("accepted", _("Accepted"), Kind.DATETIME),
    ]
    rows = [
        [
            f"{c.measure.number or c.measure.key} {c.measure.title_en or c.measure.title_zh}",
            c.agency.name_en,
            str(COLUMNS[c.state]),
            c.obligation.due,
            c.obligation.met_at,
            c.obligation.accepted_at,
        ]
        for c in claims
    ]
    return Table(f"reports-{period.plan.key}-{period.key}", heads, rows)


def _returns_behind(request: Request, period: Any, state: str, row: str) -> HttpResponse:
    returns = reads.returns_of(period, on=request.at.date())
    if state:
        returns = returns.filter(column=state)
    if row:
        returns = returns.filter(owner__place_code__startswith=row[:2])
    returns = returns.order_by("owner__place_code")
    file = wanted_format(request)
    if file:
        heads = [Column("place", _("Place")), Column("office", _("Office")), Column("state", _("State"))]
        heads.append(Column("due", _("Due"), Kind.DATE))
        rows: list[list[Cell]] = [
            [r.owner.place_code, r.owner.name_en, str(COLUMNS[r.column]), r.due] for r in returns
        ]
        return send_table(request, Table(f"returns-{period.plan.key}-{period.key}", heads, rows), file)
    after = request.GET.get("cursor", "")
    listed = list((returns.filter(owner__place_code__gt=after) if after else returns)[:201])
    context = {
        "plan": period.plan,
        "period": period,
        "returns": listed[:200],
        "next": listed[199].owner.place_code if len(listed) > 200 else "",
        "total": returns.count(),
        "state": state,
        "state_words": COLUMNS.get(state, ""),
        "board": _board_href(period, "province"),
        **file_links(request),
    }
    return render(request, "reporting/returns.html", context)
