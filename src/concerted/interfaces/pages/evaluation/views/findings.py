"""Findings: the list, one with its answers, and the steps of addressee and evaluator."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.choosing import choosing
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.evaluation.acts import findings as acts
from concerted.mechanism.evaluation.reads import evaluations as reads
from concerted.mechanism.evaluation.states import FINDING, acts_from

from ...writing import write
from .. import forms, words
from .common import tabs_of

#: The step of the table -> its page.
_PAGES = {
    "accepted": "respond",
    "partly": "respond",
    "rejected": "respond",
    "claim": "claim",
    "verify": "verify",
    "send_back": "send_back",
    "close": "close_rejected",
}


@page(Permission.EVALUATION_READ)
def index(request: Request) -> HttpResponse:
    """Findings that were sent, soonest clock first."""
    mine = request.GET.get("mine") == "1"
    agency = request.officer.agency
    wanted = reads.FindingFilter(
        agency=agency.key if mine and agency else request.GET.get("agency", ""),
        state=request.GET.get("state", ""),
        severity=request.GET.get("severity", ""),
        open_only=request.GET.get("all") != "1",
    )
    rows = reads.findings(officer=request.officer, at=request.at, on=request.at.date(), wanted=wanted)
    kind = wanted_format(request)
    if kind:
        return send_table(request, _table(rows), kind)
    context = {
        "tabs": tabs_of(request, "findings"),
        "rows": rows,
        "mine": mine,
        "open_only": wanted.open_only,
        "files": file_links(request),
    }
    return render(request, "evaluation/findings.html", context)


def _table(rows: list[reads.FindingLine]) -> Table:
    return Table(
        "findings",
        [
            Column("evaluation", _("Evaluation")),
            Column("number", _("Number"), Kind.INTEGER),
            Column("finding", _("What was found")),
            Column("severity", _("How grave it is")),
            Column("addressed_to", _("Addressed to")),
            Column("state", _("State")),
            Column("response", _("Response")),
            Column("action", _("What will be done")),
            Column("due", _("Due"), Kind.DATE),
            Column("clock", _("Clock")),
            Column("measures", _("Measures")),
        ],
        [
            (
                row.finding.evaluation.title,
                row.finding.number,
                row.finding.text,
                str(words.SEVERITIES[row.finding.severity]),
                in_language(row.finding.addressed_to),
                str(words.FINDING_STATES[row.finding.state]),
                row.finding.response,
                row.finding.action,
                row.clock.due if row.clock else None,
                row.standing,
                ", ".join(m.key for m in row.measures),
            )
            for row in rows
        ],
    )


@page(Permission.EVALUATION_READ)
def finding(request: Request, pk: int) -> HttpResponse:
    """One finding, its answers and what the officer can do."""
    line = _line(request, pk)
    facts = line.finding.access_facts()
    steps = dict.fromkeys(
        _PAGES[row.act]
        for row in FINDING
        if row.source == line.finding.state
        and row.act in _PAGES
        and allows(request.officer, row.permission, facts)
    )
    named = {
        "respond": _("Respond"),
        "claim": _("Claim it as done"),
        "verify": _("Verify that it is done"),
        "send_back": _("Send it back"),
        "close_rejected": _("Close it"),
    }
    context = {
        "tabs": tabs_of(request, "findings"),
        "line": line,
        "finding": line.finding,
        "steps": [(named[step], reverse(f"evaluation:{step}", args=[pk])) for step in steps],
        "moves": _moves(line.finding),
    }
    return render(request, "evaluation/finding.html", context)


def _moves(finding: Any) -> list[dict[str, Any]]:
    return [
        {
            "title": words.FINDING_STATES.get(move.to_state, move.to_state),
            "at": move.at,
            "by": in_language(move.officer),
            "text": move.reason,
        }
        for move in finding.moves.all()
    ]


def _line(request: Request, pk: int) -> reads.FindingLine:
    return reads.finding_by_id(officer=request.officer, at=request.at, pk=pk, on=request.at.date())


def _step(request: Request, pk: int, form: Any, act: Any, **said: Any) -> HttpResponse:
    line = _line(request, pk)
    quotes: dict[Any, str] = {_("What was found"): line.finding.text}
    if line.finding.response:
        quotes[_("Response")] = line.finding.response
    if line.finding.evidence:
        quotes[_("Evidence")] = line.finding.evidence
    return write(
        request,
        form,
        act=lambda given: act(officer=request.officer, at=request.at, finding=line.finding, **given),
        to=reverse("evaluation:finding", args=[pk]),
        lede=line.finding.evaluation.title,
        quotes=quotes,
        **said,
    )


@page(Permission.FINDING_RESPOND)
def respond(request: Request, pk: int) -> HttpResponse:
    """Give the management response."""
    form = forms.ResponseForm(request.POST or None)
    allowed = acts_from(FINDING, _line(request, pk).finding.state)
    choosing(form, "kind").choices = [(k, w) for k, w in words.RESPONSES.items() if k in allowed] or list(
        words.RESPONSES.items()
    )
    said = {"title": _("Respond to the finding"), "button": _("Send the response")}
    return _step(request, pk, form, acts.respond, **said, done=_("The response is sent."))


@page(Permission.FINDING_RESPOND)
def claim(request: Request, pk: int) -> HttpResponse:
    """Claim the promised action as done."""
    said = {"title": _("Claim the action as done"), "button": _("Claim it as done")}
    form = forms.EvidenceForm(request.POST or None)
    return _step(request, pk, form, acts.claim_done, **said, done=_("Claimed; it waits to be verified."))


@page(Permission.FINDING_VERIFY)
def verify(request: Request, pk: int) -> HttpResponse:
    """Verify from outside that it is done."""
    said = {"title": _("Verify that it is done"), "button": _("It is done")}
    form = forms.NoteForm(request.POST if request.method == "POST" else None)
    return _step(request, pk, form, acts.verify, **said, done=_("Verified; the finding is closed."))


@page(Permission.FINDING_VERIFY)
def send_back(request: Request, pk: int) -> HttpResponse:
    """Send a claim back with what is missing."""
    said = {"title": _("Send the claim back"), "button": _("Send it back")}
    return _step(
        request,
        pk,
        forms.ReasonForm(request.POST or None),
        acts.send_back,
        **said,
        done=_("It was sent back."),
    )


@page(Permission.FINDING_VERIFY)
def close_rejected(request: Request, pk: int) -> HttpResponse:
    """Close a rejected finding with the evaluator's reason."""
    said = {"title": _("Close the rejected finding"), "button": _("Close it")}
    form = forms.ReasonForm(request.POST or None)
    return _step(request, pk, form, acts.close_rejected, **said, done=_("The finding is closed."))
