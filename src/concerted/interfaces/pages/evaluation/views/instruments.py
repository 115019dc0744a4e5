"""Instruments, their cycles, papers due and recommendations: lists, one of each, and the steps on them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows, holds
from concerted.foundation.vocabulary.reads import code_list
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.evaluation.acts import instruments as acts
from concerted.mechanism.evaluation.reads import instruments as reads
from concerted.mechanism.plan.reads.documents import plan_by_key

from ...writing import write
from .. import forms, words
from .common import agency_choices, chosen_agency, keys_in, plan_choices, tabs_of


@page(Permission.INSTRUMENT_READ)
def index(request: Request) -> HttpResponse:
    """Every instrument with its dates, what was not read named."""
    kinds = code_list("instrument-kinds")
    found = reads.instruments(officer=request.officer, at=request.at)
    rows = [(one, in_language(kinds[one.kind]) if one.kind in kinds else one.kind) for one in found]
    kind = wanted_format(request)
    if kind:
        return send_table(request, _instruments_table(rows), kind)
    context = {"tabs": tabs_of(request, "instruments"), "rows": rows, "files": file_links(request)}
    return render(request, "evaluation/instruments.html", context)


def _instruments_table(rows: list[tuple[Any, str]]) -> Table:
    return Table(
        "instruments",
        [
            Column("key", _("Key")),
            Column("title", _("Instrument")),
            Column("kind", _("Kind")),
            Column("adopted", pgettext("treaty", "Adopted"), Kind.DATE),
            Column("in_force", pgettext("treaty", "In force"), Kind.DATE),
            Column("signed", pgettext("treaty", "Signed"), Kind.DATE),
            Column("bound", _("Bound since"), Kind.DATE),
            Column("by", _("By")),
            Column("here", _("In force here"), Kind.DATE),
            Column("body", _("Body")),
            Column("not_read", _("Not read")),
            Column("sources", _("Sources")),
        ],
        [
            (
                one.key,
                in_language(one, "title"),
                kind,
                one.adopted_on,
                one.in_force_on,
                one.signed_on,
                one.bound_on,
                str(words.BOUND_BY.get(one.bound_by, "")),
                one.in_force_here_on,
                in_language(one, "body"),
                "; ".join(one.not_read),
                "; ".join(one.sources),
            )
            for one, kind in rows
        ],
    )


@page(Permission.INSTRUMENT_READ)
def instrument(request: Request, key: str) -> HttpResponse:
    """One instrument with its cycles, papers and recommendations."""
    found = reads.instrument_page(officer=request.officer, at=request.at, key=key, on=request.at.date())
    context = {
        "tabs": tabs_of(request, "instruments"),
        "page": found,
        "instrument": found.instrument,
        "keeps": holds(request.officer, Permission.INSTRUMENT_KEEP),
    }
    return render(request, "evaluation/instrument.html", context)


def _to(key: str) -> str:
    return reverse("evaluation:instrument", args=[key])


@page(Permission.INSTRUMENT_KEEP)
def open_cycle(request: Request, key: str) -> HttpResponse:
    """Open a review cycle."""
    found = reads.instrument_page(officer=request.officer, at=request.at, key=key, on=request.at.date())
    return write(
        request,
        forms.CycleForm(request.POST or None),
        act=lambda given: acts.open_cycle(
            officer=request.officer, at=request.at, instrument=found.instrument, **given
        ),
        title=_("Open a review cycle"),
        lede=in_language(found.instrument, "title"),
        button=_("Open it"),
        done=_("The cycle is open."),
        to=_to(key),
    )


@page(Permission.INSTRUMENT_KEEP)
def add_paper(request: Request, pk: int) -> HttpResponse:
    """Put a paper into the reporting calendar."""
    cycle = reads.cycle_by_id(officer=request.officer, at=request.at, pk=pk)
    form = forms.PaperForm(request.POST or None, agencies=agency_choices(request))
    return write(
        request,
        form,
        act=lambda given: acts.add_deadline(
            officer=request.officer,
            at=request.at,
            cycle=cycle,
            **{**given, "owner": chosen_agency(given["owner"])},
        ),
        title=_("Put a paper into the calendar"),
        lede=in_language(cycle, "title"),
        button=_("Put it in"),
        done=_("The paper is in the calendar; its owner owes it."),
        to=_to(cycle.instrument.key),
    )


@page(Permission.INSTRUMENT_KEEP)
def receive(request: Request, pk: int) -> HttpResponse:
    """Enter a recommendation as received."""
    cycle = reads.cycle_by_id(officer=request.officer, at=request.at, pk=pk)
    form = forms.RecommendationForm(request.POST or None, agencies=agency_choices(request))

    def enter(given: Any) -> None:
        lead = chosen_agency(given["lead"]) if given["lead"] else None
        acts.receive_recommendation(
            officer=request.officer,
            at=request.at,
            cycle=cycle,
            recommendation=acts.NewRecommendation(**{**given, "lead": lead}),
        )

    return write(
        request,
        form,
        act=enter,
        title=_("Enter a recommendation"),
        lede=in_language(cycle, "title"),
        button=_("Enter it"),
        done=_("The recommendation is entered."),
        to=_to(cycle.instrument.key),
    )


@page(Permission.INSTRUMENT_READ)
def calendar(request: Request) -> HttpResponse:
    """Papers due to treaty bodies, soonest first."""
    rows = reads.reporting_calendar(officer=request.officer, at=request.at, on=request.at.date())
    kind = wanted_format(request)
    if kind:
        return send_table(request, _calendar_table(rows), kind)
    officer = request.officer
    context = {
        "tabs": tabs_of(request, "calendar"),
        "rows": [
            (
                row,
                row.deadline.sent_on is None
                and allows(officer, Permission.TREATY_PAPER_SEND, row.deadline.access_facts()),
            )
            for row in rows
        ],
        "files": file_links(request),
    }
    return render(request, "evaluation/calendar.html", context)


def _calendar_table(rows: list[reads.PaperLine]) -> Table:
    return Table(
        "reporting calendar",
        [
            Column("due", _("Due"), Kind.DATE),
            Column("paper", _("Paper")),
            Column("kind", _("Kind of paper")),
            Column("instrument", _("Instrument")),
            Column("owner", _("Prepared by")),
            Column("state", _("State")),
            Column("sent", _("Sent on"), Kind.DATE),
            Column("reference", _("Reference")),
        ],
        [
            (
                row.deadline.due,
                in_language(row.deadline, "title"),
                str(words.PAPERS[row.deadline.kind]),
                in_language(row.deadline.cycle.instrument, "title"),
                in_language(row.deadline.owner),
                row.standing,
                row.deadline.sent_on,
                row.deadline.reference,
            )
            for row in rows
        ],
    )


@page(Permission.TREATY_PAPER_SEND)
def sent(request: Request, pk: int) -> HttpResponse:
    """Say that a paper went to its body."""
    line = reads.paper_by_id(officer=request.officer, at=request.at, pk=pk, on=request.at.date())
    return write(
        request,
        forms.SentForm(request.POST or None, initial={"sent_on": request.at.date()}),
        act=lambda given: acts.send_paper(
            officer=request.officer, at=request.at, deadline=line.deadline, **given
        ),
        title=_("The paper was sent"),
        lede=in_language(line.deadline, "title"),
        button=_("It was sent"),
        done=_("The paper is marked as sent."),
        to=reverse("evaluation:calendar"),
    )


@page(Permission.INSTRUMENT_READ)
def recommendations(request: Request) -> HttpResponse:
    """Recommendations with their level and the measures that carry them out."""
    wanted = reads.RecommendationFilter(
        instrument=request.GET.get("instrument", ""),
        state=request.GET.get("state", ""),
        level=request.GET.get("level", ""),
        lead=request.GET.get("lead", ""),
        measure=request.GET.get("measure", ""),
    )
    rows = reads.recommendations(officer=request.officer, at=request.at, wanted=wanted)
    kind = wanted_format(request)
    if kind:
        return send_table(request, _recommendations_table(rows), kind)
    context = {
        "tabs": tabs_of(request, "recommendations"),
        "rows": rows,
        "levels": words.LEVELS.items(),
        "level": wanted.level,
        "files": file_links(request),
    }
    return render(request, "evaluation/recommendations.html", context)


def _recommendations_table(rows: list[reads.RecommendationLine]) -> Table:
    return Table(
        "recommendations",
        [
            Column("instrument", _("Instrument")),
            Column("reference", _("Reference")),
            Column("text", _("Recommendation")),
            Column("theme", _("Theme")),
            Column("received", _("Received on"), Kind.DATE),
            Column("lead", _("Lead")),
            Column("state", _("State")),
            Column("level", _("Level of response")),
            Column("response", _("Response")),
            Column("measures", _("Measures")),
        ],
        [
            (
                in_language(row.recommendation.cycle.instrument, "title"),
                row.recommendation.reference,
                in_language(row.recommendation, "text"),
                row.recommendation.cluster,
                row.recommendation.received_on,
                in_language(row.recommendation.lead) if row.recommendation.lead else "",
                str(words.RECOMMENDATION_STATES[row.recommendation.state]),
                str(words.LEVELS.get(row.recommendation.level, "")),
                row.recommendation.response,
                ", ".join(m.key for m in row.measures),
            )
            for row in rows
        ],
    )


@page(Permission.INSTRUMENT_READ)
def recommendation(request: Request, pk: int) -> HttpResponse:
    """One recommendation with its response, measures and moves."""
    line = _line(request, pk)
    one = line.recommendation
    answers = allows(request.officer, Permission.RECOMMENDATION_ANSWER, one.access_facts())
    keeps = holds(request.officer, Permission.INSTRUMENT_KEEP)
    steps = [
        (_("Prepare the response"), "prepare", answers and one.state in ("received", "prepared")),
        (_("Say that the response was sent"), "answer", keeps and one.state == "prepared"),
        (_("Name its measures"), "assign", answers and one.state != "closed"),
        (_("Report or close"), "conclude", keeps and one.state in ("answered", "implementing", "reported")),
    ]
    context = {
        "tabs": tabs_of(request, "recommendations"),
        "line": line,
        "recommendation": one,
        "steps": [(said, reverse(f"evaluation:{name}", args=[pk])) for said, name, may in steps if may],
        "moves": [
            {
                "title": words.RECOMMENDATION_STATES.get(move.to_state, move.to_state),
                "at": move.at,
                "by": in_language(move.officer),
                "text": " ".join(
                    str(part) for part in (words.LEVELS.get(move.level, ""), move.reason) if part
                ),
            }
            for move in one.moves.all()
        ],
    }
    return render(request, "evaluation/recommendation.html", context)


def _line(request: Request, pk: int) -> reads.RecommendationLine:
    return reads.recommendation_by_id(officer=request.officer, at=request.at, pk=pk)


def _step(request: Request, pk: int, form: Any, act: Any, **said: Any) -> HttpResponse:
    one = _line(request, pk).recommendation
    quotes = {_("Recommendation"): in_language(one, "text")}
    if one.response and "response" not in form.fields:
        quotes[_("Response")] = one.response
    return write(
        request,
        form,
        act=lambda given: act(officer=request.officer, at=request.at, recommendation=one, **given),
        to=reverse("evaluation:recommendation", args=[pk]),
        lede=one.reference,
        quotes=quotes,
        **said,
    )


@page(Permission.RECOMMENDATION_ANSWER)
def prepare(request: Request, pk: int) -> HttpResponse:
    """Prepare the response."""
    one = _line(request, pk).recommendation
    form = forms.AnswerForm(request.POST or None, initial={"level": one.level, "response": one.response})
    said = {"title": _("Prepare the response"), "button": _("Keep the response")}
    return _step(request, pk, form, acts.prepare_response, **said, done=_("The response is prepared."))


@page(Permission.INSTRUMENT_KEEP)
def answer(request: Request, pk: int) -> HttpResponse:
    """Say that the response went to the body."""
    form = forms.NoteForm(request.POST if request.method == "POST" else None)
    said = {"title": _("The response was sent"), "button": _("It was sent")}
    return _step(request, pk, form, acts.answer_recommendation, **said, done=_("The response is sent."))


@page(Permission.RECOMMENDATION_ANSWER)
def assign(request: Request, pk: int) -> HttpResponse:
    """Name the measures that carry it out."""
    named = list(_line(request, pk).recommendation.measures.all())
    plan = named[0].plan.key if named else ""
    kept = ", ".join(one.measure_key for one in named if one.plan.key == plan)
    initial = {"plan": plan, "measures": kept} if named else {}
    form = forms.MeasuresForm(request.POST or None, plans=plan_choices(), initial=initial)

    def name(*, measures: str, plan: str, **rest: Any) -> None:
        acts.assign_measures(**rest, plan=plan_by_key(plan), measures=keys_in(measures))

    said = {"title": _("Measures that carry it out"), "button": _("Name them")}
    return _step(request, pk, form, name, **said, done=_("The measures are named."))


@page(Permission.INSTRUMENT_KEEP)
def conclude(request: Request, pk: int) -> HttpResponse:
    """Report on it or close it."""
    form = forms.ConclusionForm(request.POST or None)
    said = {"title": _("Report or close"), "button": _("Enter it")}
    return _step(request, pk, form, acts.conclude_recommendation, **said, done=_("It is entered."))
