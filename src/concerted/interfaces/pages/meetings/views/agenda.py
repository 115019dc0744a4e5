"""The agenda builder: proposals with what stands behind them, and the chair's office's answer to each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.shell.words import speaks_chinese
from concerted.interfaces.pages.writing import take, write
from concerted.mechanism.meetings.acts import agenda as acts
from concerted.mechanism.meetings.reads import agenda as reads
from concerted.mechanism.meetings.reads import assembly

from .. import forms
from .common import (
    acting_facts,
    agency_choices,
    chosen_agency,
    day_asked,
    may,
    meeting_of,
    own_tabs,
    today_of,
)

P = Permission
PREPARED_IN = ("planned", "called", "in_session")


def _to(meeting: Any) -> str:
    return reverse("meetings:agenda", args=[meeting.key])


def source_names() -> dict[str, str]:
    """The name of every source of evidence in the officer's language, by its code."""
    return {one.code: one.name.zh if speaks_chinese() else one.name.en for one in assembly.SOURCES}


def _by_source(items: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    """The items under the name of the source they come from, in the order of the sources; asked-for ones first."""
    names = source_names()
    order = {code: place for place, code in enumerate(("", *names))}
    ordered = sorted(items, key=lambda item: order.get(item.source, 99))
    return [
        (names.get(code, _("Asked for by members")), list(group))
        for code, group in groupby(ordered, key=lambda item: item.source)
    ]


@page(P.AGENDA_PREPARE)
def builder(request: Request, key: str) -> HttpResponse:
    """What is on the agenda, what is proposed and why, and what was left off."""
    found = meeting_of(request, key)
    facts = acting_facts(request)
    proposals = reads.proposals_of(**facts, meeting=found)
    agenda = reads.agenda_of(**facts, meeting=found)
    accepted = [item for item in agenda.standing if item.state == "accepted"]
    merged = [item for group in agenda.merged.values() for item in group]
    context = {
        "tabs": own_tabs(request, found, "agenda"),
        "meeting": found,
        "agenda": agenda,
        "accepted": accepted,
        "heard": [item for item in agenda.standing if item.state != "accepted"],
        "merged": merged,
        "groups": _by_source(agenda.proposed),
        "expected": _joined(_stands(agenda)),
        "order": _joined([item.pk for item in accepted]),
        "assembled": proposals[0] if proposals else None,
        "may_edit": found.state in PREPARED_IN,
        "today": today_of(request),
    }
    return render(request, "meetings/agenda.html", context)


def _stands(agenda: reads.Agenda) -> list[int]:
    """The ids of proposed and accepted items in the order in which they stand."""
    both = [*agenda.proposed, *(item for item in agenda.standing if item.state == "accepted")]
    return [item.pk for item in sorted(both, key=lambda item: (item.position, item.pk))]


def _joined(ids: Sequence[int]) -> str:
    return ",".join(str(pk) for pk in ids)


def _ids(text: str) -> list[int]:
    parts = [part for part in text.split(",") if part]
    if not all(part.isdigit() and len(part) < 19 for part in parts):
        raise Invalid(
            _("The agenda was not ordered."),
            problems=[Problem(_("Name every item of the agenda once."), field="order")],
        )
    return [int(part) for part in parts]


@page(P.AGENDA_PREPARE)
def assemble(request: Request, key: str) -> HttpResponse:
    """Propose items from what stands in the mechanism today."""
    found = meeting_of(request, key)
    return take(
        request,
        lambda: acts.assemble(**acting_facts(request), meeting=found),
        done=_("The proposals are up to date. What you had settled stays as it is."),
        to=_to(found),
    )


@page(P.AGENDA_PREPARE)
def order(request: Request, key: str) -> HttpResponse:
    """Put the items of the agenda in the order dragged."""
    found = meeting_of(request, key)
    return take(
        request,
        lambda: _order(request, found, _ids(request.POST.get("order", ""))),
        done=_("The agenda is in the new order."),
        to=_to(found),
    )


def _order(request: Request, meeting: Any, wanted: Sequence[int]) -> None:
    expected = _ids(request.POST.get("expected", ""))
    rest = [pk for pk in expected if pk not in set(wanted)]
    acts.order_items(
        **acting_facts(request), meeting=meeting, order=[*wanted, *rest], expected_order=expected
    )


@page(P.AGENDA_PREPARE)
def move(request: Request, pk: int) -> HttpResponse:
    """Move an item of the agenda one place up or down."""
    found = _item(request, pk)

    def moved() -> None:
        wanted = _ids(request.POST.get("order", ""))
        if found.pk in wanted:
            place = wanted.index(found.pk)
            other = place - 1 if request.POST.get("to") == "up" else place + 1
            if 0 <= other < len(wanted):
                wanted[place], wanted[other] = wanted[other], wanted[place]
        _order(request, found.meeting, wanted)

    return take(
        request, moved, done=_("The agenda is in the new order."), to=f"{_to(found.meeting)}#item-{pk}"
    )


@page(P.AGENDA_PREPARE)
def replay(request: Request, key: str) -> HttpResponse:
    """What the rules would have proposed on a day; nothing is kept."""
    found = meeting_of(request, key)
    facts = acting_facts(request)
    on = day_asked(request)
    shown = assembly.replay(**facts, meeting=found, on=on)
    names = source_names()
    groups = [
        (names.get(code, code), [assembly.as_data(one) for one in group])
        for code, group in groupby(shown.items, key=lambda one: one.source)
    ]
    context = {
        "tabs": own_tabs(request, found, "agenda"),
        "meeting": found,
        "on": on,
        "replay": shown,
        "groups": groups,
        "kept": [one for one in reads.proposals_of(**facts, meeting=found) if one.for_day == on],
        "today": today_of(request),
    }
    return render(request, "meetings/replay.html", context)


def _item(request: Request, pk: int) -> Any:
    return reads.item_by_id(**acting_facts(request), pk=pk)


@page(P.MEETING_READ)
def item(request: Request, pk: int) -> HttpResponse:
    """One item: its reason, its figures, what stands behind it, its paper, and the agendas it stood on before."""
    found = _item(request, pk)
    earlier = (
        [
            one
            for one in reads.earlier_agendas(
                **acting_facts(request), address_kind=found.address_kind, address_key=found.address_key
            )
            if one.meeting_id != found.meeting_id
        ]
        if found.address_key
        else []
    )
    context = {
        "item": found,
        "meeting": found.meeting,
        "source": source_names().get(found.source, ""),
        "earlier": earlier,
        "may_edit": found.meeting.state in PREPARED_IN and may(request, P.AGENDA_PREPARE, found),
    }
    return render(request, "meetings/item.html", context)


@page(P.AGENDA_PREPARE)
def add(request: Request, key: str) -> HttpResponse:
    """Write an item by hand."""
    found = meeting_of(request, key)
    form = forms.ItemForm(
        request.POST or None,
        choices={"presenter": agency_choices(request)},
        initial={"minutes": 10, "for_members_only": True},
    )
    return write(
        request,
        form,
        act=lambda given: acts.add_item(**acting_facts(request), **_worded(given), meeting=found),
        title=_("Write an item"),
        lede=in_language(found, "title"),
        button=_("Put it on the agenda"),
        done=_("The item is on the agenda."),
        to=_to(found),
    )


def _worded(given: Mapping[str, Any]) -> dict[str, Any]:
    names = ("title_en", "title_zh", "body_en", "body_zh", "for_members_only")
    said = {name: given[name] for name in names}
    return {**said, "minutes": given["minutes"] or 0, "presenter": chosen_agency(given["presenter"])}


@page(P.AGENDA_PREPARE)
def edit(request: Request, pk: int) -> HttpResponse:
    """Word and time an item, and write its paper."""
    found = _item(request, pk)
    names = ("title_en", "title_zh", "body_en", "body_zh", "minutes", "for_members_only", "row_version")
    form = forms.ItemForm(
        request.POST or None,
        choices={"presenter": agency_choices(request)},
        initial={name: getattr(found, name) for name in names}
        | {"presenter": found.presenter.key if found.presenter else ""},
    )
    return write(
        request,
        form,
        act=lambda given: acts.edit_item(
            **acting_facts(request),
            **_worded(given),
            item=found,
            expected_row_version=given["row_version"] or 0,
        ),
        title=_("Word and time the item"),
        lede=in_language(found, "reason"),
        button=_("Keep"),
        done=_("The item is changed."),
        to=_to(found.meeting),
        standing=lambda: "\n".join(
            (in_language(now := _item(request, pk), "title"), in_language(now, "body"))
        ),
    )


@page(P.AGENDA_PREPARE)
def accept(request: Request, pk: int) -> HttpResponse:
    """Put a proposed item on the agenda."""
    return _settle(request, pk, acts.accept_item, _("The item is on the agenda."))


@page(P.AGENDA_PREPARE)
def restore(request: Request, pk: int) -> HttpResponse:
    """Take a dropped or merged item back among the proposed."""
    return _settle(request, pk, acts.restore_item, _("The item is among the proposals again."))


def _settle(request: Request, pk: int, act: Callable[..., object], done: str) -> HttpResponse:
    found = _item(request, pk)
    return take(request, lambda: act(**acting_facts(request), item=found), done=done, to=_to(found.meeting))


@page(P.AGENDA_PREPARE)
def drop(request: Request, pk: int) -> HttpResponse:
    """Leave an item off the agenda, with the reason."""
    found = _item(request, pk)
    return write(
        request,
        forms.ReasonForm(request.POST or None),
        act=lambda given: acts.drop_item(**acting_facts(request), item=found, **given),
        title=_("Leave the item off the agenda"),
        lede=in_language(found, "title"),
        button=_("Leave it off"),
        done=_("The item is left off, with your reason."),
        to=_to(found.meeting),
    )


@page(P.AGENDA_PREPARE)
def merge(request: Request, pk: int) -> HttpResponse:
    """Hear an item together with another."""
    found = _item(request, pk)
    agenda = reads.agenda_of(**acting_facts(request), meeting=found.meeting)
    others = [
        (str(one.pk), in_language(one, "title"))
        for one in (*agenda.standing, *agenda.proposed)
        if one.pk != found.pk and one.state in ("accepted", "proposed")
    ]
    form = forms.MergeForm(request.POST or None, choices={"into": others})
    return write(
        request,
        form,
        act=lambda given: acts.merge_item(
            **acting_facts(request),
            item=found,
            into=_item(request, int(given["into"])),
            reason=given["reason"],
        ),
        title=_("Hear the item with another"),
        lede=in_language(found, "title"),
        button=_("Merge"),
        done=_("The item is heard with the other one."),
        to=_to(found.meeting),
    )
