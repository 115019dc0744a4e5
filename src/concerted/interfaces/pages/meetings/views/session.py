"""Decisions, action items and dissents while they are worded; what became of them later is shown elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.writing import take, write
from concerted.mechanism.meetings.acts import decisions as acts
from concerted.mechanism.meetings.reads import actions as action_reads
from concerted.mechanism.meetings.reads import agenda as agenda_reads
from concerted.mechanism.meetings.reads import register as reads
from concerted.mechanism.meetings.reads import session as session_reads

from .. import forms
from .common import acting_facts, agency_choices, chosen_agency, meeting_of

P = Permission


def _to(meeting: Any, item: int | None = None) -> str:
    return reverse("meetings:room", args=[meeting.key]) + (f"#part-{item}" if item else "")


def _decision(request: Request, pk: int) -> Any:
    return reads.decision_by_id(**acting_facts(request), pk=pk)


def _item(request: Request, meeting: Any) -> Any:
    """The item of the meeting that the address names, None for none."""
    asked = request.GET.get("item", "")
    if not asked.isdigit() or len(asked) > 18:
        return None
    item = agenda_reads.item_by_id(**acting_facts(request), pk=int(asked))
    if item.meeting_id != meeting.pk:
        raise NotThere(_("There is no such agenda item."))
    return item


class _Choices:
    """What a decision of a meeting may touch and rescind, as choices of a form and as things."""

    def __init__(self, request: Request, meeting: Any) -> None:
        facts = acting_facts(request)
        self.measures = {str(one.pk): one for one in reads.measures_to_touch(**facts, meeting=meeting)}
        self.decisions = {str(one.pk): one for one in reads.decisions_to_rescind(**facts, meeting=meeting)}

    def of_form(self) -> dict[str, forms.Choices]:
        """For the form's fields."""
        return {
            "measures": [(pk, f"{one.key} {in_language(one, 'title')}") for pk, one in self.measures.items()],
            "rescinds": [
                ("", ""),
                *(
                    (pk, f"{one.number} {in_language(one, 'text')[:80]}")
                    for pk, one in self.decisions.items()
                ),
            ],
        }

    def facts(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What the form says, as the acts take it."""
        names = ("kind", "text_en", "text_zh", "legal_reference", "for_members_only")
        return {
            **{name: given[name] for name in names},
            "measures": [self.measures[pk] for pk in given["measures"]],
            "rescinds": self.decisions.get(given["rescinds"]),
        }


@page(P.DECISION_WRITE)
def decide(request: Request, key: str) -> HttpResponse:
    """Word a decision, of an item where the address names one."""
    found = meeting_of(request, key)
    item = _item(request, found)
    offered = _Choices(request, found)
    linked = [link["key"] for link in item.links if link["kind"] == "plan.measure"] if item else []
    form = forms.DecisionForm(
        request.POST or None,
        choices=offered.of_form(),
        initial={"kind": "task", "measures": [pk for pk in linked if pk in offered.measures]},
    )
    return write(
        request,
        form,
        act=lambda given: acts.write_decision(
            **acting_facts(request), **offered.facts(given), meeting=found, item=item
        ),
        title=_("Word a decision"),
        lede=in_language(item, "title") if item else in_language(found, "title"),
        button=_("Keep the decision"),
        done=_("The decision is worded. A task needs an action item with one owner."),
        to=_to(found, item.pk if item else None),
    )


@page(P.DECISION_WRITE)
def edit_decision(request: Request, pk: int) -> HttpResponse:
    """Word a proposed decision anew."""
    found = _decision(request, pk)
    offered = _Choices(request, found.meeting)
    names = ("kind", "text_en", "text_zh", "legal_reference", "for_members_only", "row_version")
    form = forms.DecisionForm(
        request.POST or None,
        choices=offered.of_form(),
        initial={name: getattr(found, name) for name in names}
        | {
            "measures": [str(touch.measure_id) for touch in found.touches.all()],
            "rescinds": str(found.rescinds_id or ""),
        },
    )
    return write(
        request,
        form,
        act=lambda given: acts.edit_decision(
            **acting_facts(request),
            **offered.facts(given),
            decision=found,
            expected_row_version=given["row_version"] or 0,
        ),
        title=_("Word the decision anew"),
        button=_("Keep the decision"),
        done=_("The decision is worded anew."),
        to=_to(found.meeting, found.item_id),
        standing=lambda: in_language(_decision(request, pk), "text"),
    )


@page(P.DECISION_WRITE)
def strike_decision(request: Request, pk: int) -> HttpResponse:
    """Take a proposed decision out with its action items."""
    found = _decision(request, pk)
    return take(
        request,
        lambda: acts.strike_decision(**acting_facts(request), decision=found),
        done=_("The decision is struck; its row stays."),
        to=_to(found.meeting, found.item_id),
    )


@page(P.DECISION_WRITE)
def add_action(request: Request, pk: int) -> HttpResponse:
    """Word an action item under a decision."""
    found = _decision(request, pk)
    agencies = agency_choices(request)
    form = forms.ActionForm(
        request.POST or None,
        choices={"owner": agencies, "verifier": agencies},
        initial={"text_en": found.text_en, "text_zh": found.text_zh},
    )
    return write(
        request,
        form,
        act=lambda given: acts.write_action(**acting_facts(request), **_assigned(given), decision=found),
        title=_("Word an action item"),
        lede=in_language(found, "text"),
        button=_("Keep the action item"),
        done=_("The action item is written."),
        to=_to(found.meeting, found.item_id),
    )


def _assigned(given: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: given[name] for name in ("text_en", "text_zh", "due", "review_on")}
    agencies = {name: chosen_agency(given[name]) for name in ("owner", "verifier")}
    return {**said, **agencies}


def _action(request: Request, pk: int) -> Any:
    return action_reads.action_by_id(**acting_facts(request), pk=pk)


@page(P.DECISION_WRITE)
def edit_action(request: Request, pk: int) -> HttpResponse:
    """Word a drafted action item anew."""
    found = _action(request, pk)
    agencies = agency_choices(request)
    names = ("text_en", "text_zh", "due", "review_on", "row_version")
    form = forms.ActionForm(
        request.POST or None,
        choices={"owner": agencies, "verifier": agencies},
        initial={name: getattr(found, name) for name in names}
        | {
            "owner": found.owner.key if found.owner else "",
            "verifier": found.verifier.key if found.verifier else "",
        },
    )
    return write(
        request,
        form,
        act=lambda given: acts.edit_action(
            **acting_facts(request),
            **_assigned(given),
            action_item=found,
            expected_row_version=given["row_version"] or 0,
        ),
        title=_("Word the action item anew"),
        button=_("Keep the action item"),
        done=_("The action item is worded anew."),
        to=_to(found.decision.meeting, found.decision.item_id),
        standing=lambda: in_language(_action(request, pk), "text"),
    )


@page(P.DECISION_WRITE)
def strike_action(request: Request, pk: int) -> HttpResponse:
    """Take a drafted action item out."""
    found = _action(request, pk)
    return take(
        request,
        lambda: acts.strike_action(**acting_facts(request), action_item=found),
        done=_("The action item is struck; its row stays."),
        to=_to(found.decision.meeting, found.decision.item_id),
    )


@page(P.DISSENT_RECORD)
def dissent(request: Request, pk: int) -> HttpResponse:
    """Record a member's dissent or reservation."""
    found = _decision(request, pk)
    seats = session_reads.room(**acting_facts(request), meeting=found.meeting).seats
    members = [(s.agency.key, in_language(s.agency)) for s in seats if s.role != "observer"]
    form = forms.DissentForm(
        request.POST or None, choices={"agency": members}, initial={"kind": "reservation"}
    )
    return write(
        request,
        form,
        act=lambda given: acts.record_dissent(
            **acting_facts(request),
            **{**given, "agency": chosen_agency(given["agency"])},
            decision=found,
        ),
        title=_("Record a dissent or reservation"),
        lede=in_language(found, "text"),
        button=_("Record it"),
        done=_("It stands beside the decision."),
        to=_to(found.meeting, found.item_id),
    )


@page(P.DISSENT_RECORD)
def withdraw_dissent(request: Request, pk: int) -> HttpResponse:
    """The member takes its dissent back."""
    found = reads.dissent_by_id(**acting_facts(request), pk=pk)
    return take(
        request,
        lambda: acts.withdraw_dissent(**acting_facts(request), dissent=found),
        done=_("The dissent is withdrawn; its row stays."),
        to=_to(found.decision.meeting, found.decision.item_id),
    )
