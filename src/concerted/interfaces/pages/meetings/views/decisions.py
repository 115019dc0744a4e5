"""The register of decisions, one decision with what became of it, and the way from decisions to results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.writing import write
from concerted.mechanism.meetings.acts import decisions as acts
from concerted.mechanism.meetings.reads import actions as action_reads
from concerted.mechanism.meetings.reads import agenda as agenda_reads
from concerted.mechanism.meetings.reads import calendar as calendar_reads
from concerted.mechanism.meetings.reads import register as reads
from concerted.mechanism.meetings.reads import tracing

from .. import forms, words
from .common import acting_facts, agency_choices, day_asked, may, tabs_of, today_of

P = Permission
SHOWN = 25
MOST_EXPORTED = 10_000


def _series_choices(request: Request) -> list[tuple[str, str]]:
    rows = calendar_reads.series_list(**acting_facts(request))
    return [("", ""), *((one.key, in_language(one, "title")) for one in rows)]


@page(P.MEETING_READ)
def index(request: Request) -> HttpResponse:
    """Adopted decisions, newest first, narrowed by words and by where they stand."""
    form = forms.RegisterFilter(
        request.GET or None,
        choices={"series": _series_choices(request), "owner": agency_choices(request)},
    )
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    wanted = reads.DecisionFilter(
        words=given.get("words") or "",
        series=given.get("series") or "",
        state=given.get("state") or "",
        kind=given.get("kind") or "",
        owner=given.get("owner") or "",
        meeting=request.GET.get("meeting", ""),
        since=given.get("since"),
        until=given.get("until"),
    )
    facts = acting_facts(request)
    kind = wanted_format(request)
    if kind:
        every = reads.decisions(**facts, wanted=wanted, size=MOST_EXPORTED)
        return send_table(request, _table(every.rows), kind)
    cursor = request.GET.get("cursor", "")
    shown = reads.decisions(
        **facts,
        wanted=wanted,
        after=int(cursor) if cursor.isdigit() and len(cursor) < 19 else None,
        size=SHOWN,
    )
    rows = list(shown.rows)
    context = {
        "tabs": tabs_of("register"),
        "filter_form": form,
        "rows": _lines(request, rows),
        "page": shown,
        "next": str(shown.next) if shown.next else "",
        "files": file_links(request),
    }
    return render(request, "meetings/register.html", context)


def _lines(request: Request, rows: Sequence[Any]) -> list[tuple[Any, list[action_reads.ActionLine]]]:
    """Each decision with its action items, their age and what is owed for them; three queries for all."""
    items = [item for row in rows for item in row.action_items.all()]
    lines = {line.item.pk: line for line in action_reads.lines_of(items, today_of(request))}
    return [(row, [lines[item.pk] for item in row.action_items.all()]) for row in rows]


def _table(rows: Iterable[Any]) -> Table:
    return Table(
        "decisions",
        [
            Column("number", _("Number")),
            Column("meeting", _("Meeting")),
            Column("day", _("Day"), Kind.DATE),
            Column("kind", _("Kind of decision")),
            Column("text_en", _("Wording (English)")),
            Column("text_zh", _("Wording (Chinese)")),
            Column("law", _("Legal reference")),
            Column("state", _("State")),
            Column("adopted", _("Adopted"), Kind.DATE),
            Column("ended", _("Ended"), Kind.DATE),
            Column("actions", _("Action items"), Kind.INTEGER),
            Column("owners", _("Owners")),
            Column("measures", _("Measures it touches")),
        ],
        [
            (
                row.number,
                in_language(row.meeting, "title"),
                row.meeting.held_on,
                str(words.DECISION_KINDS[row.kind]),
                row.text_en,
                row.text_zh,
                row.legal_reference,
                str(words.DECISION_STATES[row.state]),
                row.adopted_on,
                row.ended_on,
                len(row.action_items.all()),
                ", ".join(sorted({item.owner.key for item in row.action_items.all() if item.owner})),
                ", ".join(touch.measure.key for touch in row.touches.all()),
            )
            for row in rows
        ],
    )


@page(P.MEETING_READ)
def decision(request: Request, pk: int) -> HttpResponse:
    """One decision: its words, who held what against it, its action items, and the agendas it came back to."""
    facts = acting_facts(request)
    found = reads.decision_by_id(**facts, pk=pk)
    chain = agenda_reads.earlier_agendas(**facts, address_kind="meetings.decision", address_key=str(pk))
    context = {
        "tabs": tabs_of("register"),
        "decision": found,
        "lines": _lines(request, [found])[0][1],
        "chain": chain,
        "may_conclude": found.state in ("adopted", "being_implemented")
        and may(request, P.DECISION_END, found),
        "age": (today_of(request) - found.meeting.held_on).days,
        "is_open": found.state in ("adopted", "being_implemented"),
    }
    return render(request, "meetings/decision.html", context)


@page(P.DECISION_END)
def conclude(request: Request, pk: int) -> HttpResponse:
    """Say what became of a decision."""
    found = reads.decision_by_id(**acting_facts(request), pk=pk)
    return write(
        request,
        forms.ConcludeForm(request.POST or None),
        act=lambda given: acts.conclude_decision(**acting_facts(request), decision=found, **given),
        title=_("Say what became of the decision"),
        lede=in_language(found, "text"),
        button=_("Say so"),
        done=_("It is in the register."),
        to=reverse("meetings:decision", args=[pk]),
    )


@page(P.MEETING_READ)
def results(request: Request) -> HttpResponse:
    """What became of adopted decisions by a day: shares, the curve of time to closing, chains, what touches nothing."""
    on = day_asked(request)
    series = request.GET.get("series", "")
    found = tracing.trace(**acting_facts(request), on=on, wanted=reads.DecisionFilter(series=series))
    kind = wanted_format(request)
    if kind:
        return send_table(request, _curve_table(found), kind)
    curve = found.to_close
    states = [(key, found.by_state.get(key, 0)) for key in words.DECISION_STATES if key in found.by_state]
    context = {
        "tabs": tabs_of("results"),
        "found": found,
        "on": on,
        "today": today_of(request),
        "series": series,
        "all_series": _series_choices(request)[1:],
        "states": states,
        "curve": curve,
        "option": _chart(curve),
        "longest": max((chain.length for chain in found.chains), default=0),
        "files": file_links(request),
    }
    return render(request, "meetings/results.html", context)


def _curve_table(found: tracing.Tracing) -> Table:
    return Table(
        "time to closing",
        [
            Column("days", _("Days"), Kind.INTEGER),
            Column("open", _("Share still open"), Kind.NUMBER),
            Column("low", _("Lower bound (95 %)"), Kind.NUMBER),
            Column("high", _("Upper bound (95 %)"), Kind.NUMBER),
            Column("at_risk", _("Looked at just before"), Kind.INTEGER),
        ],
        [
            (int(p.days), round(p.still_open, 4), round(p.low, 4), round(p.high, 4), p.at_risk)
            for p in found.to_close.points
        ],
    )


def _chart(curve: Any) -> dict[str, Any]:
    """The curve as a drawing: the share still open by days, as steps, with its bounds."""
    last = curve.points[-1].days if curve.points else 0

    def line(name: str, values: list[list[float]], style: str) -> dict[str, Any]:
        return {
            "name": name,
            "type": "line",
            "step": "end",
            "showSymbol": False,
            "data": [[0, 1.0], *values],
            "lineStyle": {"type": style, "width": 3 if style == "solid" else 1, "color": "#16304d"},
            "itemStyle": {"color": "#16304d"},
        }

    return {
        "legend": {"bottom": 0},
        "grid": {"left": 56, "right": 24, "top": 24, "bottom": 64},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "value", "name": _("Days"), "nameLocation": "middle", "nameGap": 26, "max": last},
        "yAxis": {"type": "value", "min": 0, "max": 1, "name": _("Share still open")},
        "series": [
            line(_("Share still open"), [[p.days, p.still_open] for p in curve.points], "solid"),
            line(_("Lower bound (95 %)"), [[p.days, p.low] for p in curve.points], "dashed"),
            line(_("Upper bound (95 %)"), [[p.days, p.high] for p in curve.points], "dotted"),
        ],
    }
