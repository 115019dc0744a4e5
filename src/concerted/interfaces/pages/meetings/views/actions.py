"""Action items of the officer's agency and the steps of their owners and verifiers; ladders that late ones climb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.foundation.obligations import reads as owed
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.home.words import lines, where
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.writing import write
from concerted.mechanism.meetings.acts import followup as acts
from concerted.mechanism.meetings.reads import actions as reads
from concerted.mechanism.plan.reads import reporting

from .. import forms, words
from .common import acting_facts, tabs_of, today_of

P = Permission
#: How many ladders a page shows.
SHOWN = 30
#: act of the state table -> the page that does it.
STEPS = {
    "acknowledge": "acknowledge",
    "report_progress": "progress",
    "claim_done": "claim",
    "verify": "verify_action",
    "send_back": "send_back",
    "review": "review",
}


@page(P.MEETING_READ)
def board(request: Request) -> HttpResponse:
    """Mine, those I assigned, and those whose claim waits for me."""
    every = request.GET.get("all") == "1"
    found = reads.action_board(**acting_facts(request), open_only=not every)
    kind = wanted_format(request)
    if kind:
        return send_table(request, _table(found), kind)
    context = {
        "tabs": tabs_of("actions"),
        "board": found,
        "every": every,
        "groups": [
            ("mine", _("Mine"), _("My agency owns them."), found.mine),
            (
                "verify",
                _("To verify"),
                _("Their owners say they are done; my agency says whether."),
                found.to_verify,
            ),
            (
                "assigned",
                _("Assigned by me"),
                _("The meetings my agency keeps gave them to others."),
                found.assigned,
            ),
        ],
        "files": file_links(request),
    }
    return render(request, "meetings/actions.html", context)


def _table(found: reads.ActionBoard) -> Table:
    groups = (
        (_("Mine"), found.mine),
        (_("To verify"), found.to_verify),
        (_("Assigned by me"), found.assigned),
    )
    return Table(
        "action items",
        [
            Column("group", _("Group")),
            Column("decision", _("Decision")),
            Column("text_en", _("What is to be done (English)")),
            Column("text_zh", _("What is to be done (Chinese)")),
            Column("owner", _("Owner")),
            Column("verifier", _("Verified by")),
            Column("state", _("State")),
            Column("due", _("Due"), Kind.DATE),
            Column("age", _("Age in days"), Kind.INTEGER),
            Column("carried", _("Carried over, meetings"), Kind.INTEGER),
            Column("late", _("Overdue")),
        ],
        [
            (
                name,
                line.item.decision.number,
                line.item.text_en,
                line.item.text_zh,
                in_language(line.item.owner) if line.item.owner else "",
                in_language(line.item.verifier) if line.item.verifier else "",
                str(words.ACTION_STATES[line.item.state]),
                line.due,
                line.age,
                line.carried,
                _("yes") if line.is_red else _("no"),
            )
            for name, group in groups
            for line in group
        ],
    )


@page(P.MEETING_READ)
def action(request: Request, pk: int) -> HttpResponse:
    """One action item whole, with what the officer may do now."""
    found = reads.action_page(**acting_facts(request), pk=pk)
    item = found.line.item
    context = {
        "tabs": tabs_of("actions"),
        "page": found,
        "line": found.line,
        "item": item,
        "owed": lines(found.line.owed, on=today_of(request), forms={}),
        "steps": [
            (reverse(f"meetings:{STEPS[row.act]}", args=[pk]), words.ACTS[row.act], row.act)
            for row in found.possible
            if row.act in STEPS
        ],
        "moves": [_move(move) for move in reversed(found.moves)],
    }
    return render(request, "meetings/action.html", context)


def _move(move: Any) -> dict[str, Any]:
    evidence = "; ".join(str(one) for one in move.evidence)
    said = [move.text, _("Evidence: %(what)s") % {"what": evidence} if evidence else ""]
    return {
        "title": words.MOVES.get(move.act, move.act),
        "at": move.at,
        "by": f"{in_language(move.officer)}, {in_language(move.agency)}",
        "text": " · ".join(part for part in said if part),
    }


def _step(
    request: Request,
    pk: int,
    form: django_forms.Form,
    act: Callable[..., object],
    *,
    title: str,
    button: str,
    done: str,
    lede: str = "",
    given: Callable[[Mapping[str, Any]], dict[str, Any]] = dict,
) -> HttpResponse:
    item = reads.action_by_id(**acting_facts(request), pk=pk)
    return write(
        request,
        form,
        act=lambda sent: act(**acting_facts(request), action_item=item, **given(sent)),
        title=title,
        lede=lede or in_language(item, "text"),
        button=button,
        done=done,
        to=reverse("meetings:action", args=[pk]),
    )


@page(P.ACTION_WORK)
def acknowledge(request: Request, pk: int) -> HttpResponse:
    """Take note of an action item."""
    return _step(
        request,
        pk,
        forms.NoteForm(request.POST or None),
        acts.acknowledge,
        title=_("Take note of the action item"),
        button=_("We have taken note"),
        done=_("You have taken note. The clock of the action item goes on."),
    )


@page(P.ACTION_WORK)
def progress(request: Request, pk: int) -> HttpResponse:
    """Say how far it is."""
    return _step(
        request,
        pk,
        forms.WordsForm(request.POST or None),
        acts.report_progress,
        title=_("Report progress"),
        button=_("Report"),
        done=_("The progress is on record. It stops no clock."),
    )


@page(P.ACTION_WORK)
def claim(request: Request, pk: int) -> HttpResponse:
    """Claim that it is done, with evidence."""
    return _step(
        request,
        pk,
        forms.ClaimForm(request.POST or None),
        acts.claim_done,
        title=_("Claim that it is done"),
        button=_("It is done"),
        done=_("The claim waits for the agency that verifies it."),
        given=lambda sent: {"text": sent["text"], "evidence": str(sent["evidence"]).splitlines()},
    )


@page(P.ACTION_VERIFY)
def verify(request: Request, pk: int) -> HttpResponse:
    """Confirm, from outside the owner, that it is done."""
    return _step(
        request,
        pk,
        forms.NoteForm(request.POST or None),
        acts.verify,
        title=_("Verify that it is done"),
        button=_("It is done"),
        done=_("The action item is verified."),
    )


@page(P.ACTION_VERIFY)
def send_back(request: Request, pk: int) -> HttpResponse:
    """Say what is not done."""
    return _step(
        request,
        pk,
        forms.ReasonForm(request.POST or None),
        acts.send_back,
        title=_("Send the claim back"),
        button=_("Send it back"),
        done=_("The owner has your reason and a clock of its own."),
    )


@page(P.ACTION_VERIFY)
def review(request: Request, pk: int) -> HttpResponse:
    """Look at an item without a due date again."""
    return _step(
        request,
        pk,
        forms.ReviewForm(request.POST or None),
        acts.review,
        title=_("Look at the action item again"),
        button=_("Keep the look"),
        done=_("The next look is set; the item keeps its age."),
    )


@page(P.OBLIGATION_READ)
def escalations(request: Request) -> HttpResponse:
    """Late obligations that climbed, where the officer's agency owes, is owed or was told; each step with its day."""
    on, agency = today_of(request), request.officer.agency
    assert agency is not None
    answered = request.GET.get("answered") == "1"
    obligations = owed.climbing(agency, on=on, answered=answered, most=SHOWN)
    rungs = owed.rungs_by_obligation(obligations, on=on)
    answer_forms = reporting.where_to_answer(obligations)
    context = {
        "tabs": tabs_of("escalations"),
        "answered": answered,
        "ladders": [
            {
                "obligation": one,
                "rungs": rungs[one.pk],
                "answer": where(one, answer_forms) if one.owner_id == agency.pk else "",
                "line": line,
            }
            for one, line in zip(obligations, lines(obligations, on=on, forms=answer_forms), strict=True)
        ],
        "most": SHOWN,
        "in_force": owed.ladders_in_force(on=on),
        "on": on,
        "agency": agency,
    }
    return render(request, "meetings/escalations.html", context)
